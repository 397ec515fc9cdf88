// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace mien {

/// Kinds of failure. docs/errors.md maps each to an exit code and, in the
/// server, to an HTTP status.
enum class ErrorCode : std::uint8_t {
  kInvalidArgument,  ///< an option or parameter is out of its range
  kInvalidImage,     ///< not a picture, or a damaged one
  kLimitExceeded,    ///< input larger or slower than a stated limit
  kNotFound,         ///< a file, subject or model that is not there
  kAlreadyExists,    ///< would overwrite what must be kept
  kCorruptModel,     ///< not an ONNX file, or its parts contradict each other
  kUnsupported,      ///< valid, but outside what this build can do
  kModelMismatch,    ///< embeddings of two different models
  kCorruptData,      ///< a gallery, index or list file that is damaged
  kIo,               ///< the operating system refused to read or write
  kCancelled,        ///< stopped on request
  kInternal,         ///< a bug in mien
};

/// Stable lower-case word for `code`, for example "invalid_argument".
std::string_view ErrorCodeName(ErrorCode code);

/// Why something failed: what was wrong, with the value, and what would be
/// right. Lower case, no full stop: "min_face_px is 4; must be >= 12".
struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;

  /// The same error with "`where`: " before its message.
  [[nodiscard]] Error WithContext(std::string_view where) const {
    return {code, std::string(where) + ": " + message};
  }
};

/// A value or the reason why there is none. Member names are those of
/// std::expected.
///
/// Thread safety: as that of T.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}

  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  [[nodiscard]] bool has_value() const { return state_.index() == 0; }

  explicit operator bool() const { return has_value(); }

  /// The value. Undefined when there is none.
  T& value() & { return *std::get_if<0>(&state_); }

  const T& value() const& { return *std::get_if<0>(&state_); }

  T&& value() && { return std::move(*std::get_if<0>(&state_)); }

  T& operator*() & { return value(); }

  const T& operator*() const& { return value(); }

  T&& operator*() && { return std::move(*this).value(); }

  T* operator->() { return std::get_if<0>(&state_); }

  const T* operator->() const { return std::get_if<0>(&state_); }

  /// The error. Undefined when there is a value.
  [[nodiscard]] const Error& error() const { return *std::get_if<1>(&state_); }

  [[nodiscard]] T value_or(T fallback) const& {
    return has_value() ? value() : std::move(fallback);
  }

 private:
  std::variant<T, Error> state_;
};

/// Success without a value, or the reason of a failure.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;

  Result(Error error) : error_(std::move(error)) {}

  [[nodiscard]] bool has_value() const { return !error_.has_value(); }

  explicit operator bool() const { return has_value(); }

  [[nodiscard]] const Error& error() const { return *error_; }

 private:
  std::optional<Error> error_;
};

}  // namespace mien

/// Returns the error of `expression` (a Result) from the enclosing function.
#define MIEN_RETURN_IF_ERROR(expression)                 \
  do {                                                   \
    if (auto mien_status = (expression); !mien_status) { \
      return mien_status.error();                        \
    }                                                    \
  } while (false)

/// Declares or assigns `target` from a Result, or returns its error. Put
/// parentheses around an expression that holds a comma outside of parentheses.
#define MIEN_ASSIGN_OR_RETURN(target, expression) \
  MIEN_ASSIGN_OR_RETURN_(                         \
      target, expression, MIEN_CONCAT(mien_result_, __LINE__))
#define MIEN_ASSIGN_OR_RETURN_(target, expression, name) \
  auto name = (expression);                              \
  if (!name) {                                           \
    return name.error();                                 \
  }                                                      \
  target = std::move(name).value()
#define MIEN_CONCAT(a, b) MIEN_CONCAT_(a, b)
#define MIEN_CONCAT_(a, b) a##b
