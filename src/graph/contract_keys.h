// SPDX-License-Identifier: Apache-2.0
//
// The `mien.*` metadata as values; docs/models.md lists the keys.
#pragma once

#include <array>
#include <charconv>
#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mien/model.h"
#include "mien/result.h"

namespace mien {

inline constexpr std::string_view kContractPrefix = "mien.";

/// Values of an enumeration and their names in a file.
template <typename T, std::size_t N>
using NameTable = std::array<std::pair<T, std::string_view>, N>;

/// The shortest decimal that reads back as `value`.
template <std::floating_point T>
std::string FloatText(T value) {
  std::array<char, 32> text{};
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

/// Reads the keys of one file, given without their prefix. A key that is
/// missing or malformed gives some value; the first such stays in error().
class KeyReader {
 public:
  /// `metadata` must outlive the reader.
  explicit KeyReader(const std::map<std::string, std::string>& metadata)
      : metadata_(metadata) {}

  /// kCorruptModel; names the key, its value and what it must be.
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

  /// Records that `key` is not `wanted`.
  void Refuse(std::string_view key, std::string_view wanted);

  /// Free text; "" when absent.
  std::string Text(std::string_view key);

  /// One of the names in `table`.
  template <typename T, std::size_t N>
  T Choice(std::string_view key, const NameTable<T, N>& table) {
    const std::string* text = Find(key);
    std::string names;
    for (const auto& [value, name] : table) {
      if (text != nullptr && *text == name) {
        return value;
      }
      names += (names.empty() ? "" : ", ") + std::string(name);
    }
    Refuse(key, "one of " + names);
    return table[0].first;
  }

  /// A whole number in [0, largest].
  int Integer(std::string_view key, int largest);

  /// A number in [lowest, highest].
  float Float(std::string_view key, float lowest, float highest);

  /// One number per channel, each above `lowest`.
  std::array<float, 3> Three(std::string_view key, float lowest);

  /// Points of a calibration curve; none when absent.
  std::vector<CalibrationPoint> Calibration(std::string_view key);

 private:
  [[nodiscard]] const std::string* Find(std::string_view key) const;

  const std::map<std::string, std::string>& metadata_;
  std::optional<Error> error_;
};

}  // namespace mien
