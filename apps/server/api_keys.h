// SPDX-License-Identifier: Apache-2.0
//
// Who may use the server. Keys are random (122 bits, written as UUIDs, which
// CompreFace's clients expect), so that a plain SHA-256 of one cannot be
// guessed back; the slow hashes that passwords need would only slow down every
// request.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mien/result.h"

namespace mien::server {

/// What a key allows; each role includes those before it.
enum class Role : std::uint8_t {
  kNone,
  kRead,        ///< detect, embed, verify, identify, look at the gallery
  kEnrol,       ///< add people and their faces
  kAdminister,  ///< rename, merge and delete people
};

std::string_view RoleName(Role role);

/// Errors:
/// - kInvalidArgument: lists the names.
Result<Role> ParseRole(std::string_view name);

struct ApiKey {
  /// Names the key in lists and logs; tells nothing about it.
  std::string id;
  std::string note;  ///< whose it is, for people
  Role role = Role::kRead;
  std::string collection;  ///< the only one it may use; empty for all
  std::string sha256;      ///< of the key, 64 hex digits
  std::string created;     ///< RFC 3339
};

/// The keys in a JSON file, which only its owner may read.
///
/// Thread safety: all methods may run concurrently. Two processes that change
/// the file at the same moment may lose one change.
class ApiKeys {
 public:
  /// Inode, size and time of change.
  using FileState = std::array<std::int64_t, 4>;

  /// No file is as good as an empty one.
  explicit ApiKeys(std::filesystem::path file) : file_(std::move(file)) {}

  /// Makes a key and returns it: the only time that it is seen.
  ///
  /// Errors: those of List(), kIo.
  Result<std::string> Create(std::string note,
                             Role role,
                             std::string collection);

  /// Takes over a key that somebody else has made.
  ///
  /// Errors: those of Create().
  Result<void> Add(std::string_view key,
                   std::string note,
                   Role role,
                   std::string collection);

  /// Errors:
  /// - kNotFound: no key with that id.
  Result<void> Revoke(std::string_view id);

  /// Errors:
  /// - kCorruptData: the file is not what Create() writes.
  Result<std::vector<ApiKey>> List();

  /// The record of `key`, if it is one. Takes the same time wherever a wrong
  /// key differs from a right one. Changes of the file are seen
  /// at once.
  std::optional<ApiKey> Find(std::string_view key);

 private:
  Result<std::vector<ApiKey>> Read() const;
  [[nodiscard]] Result<void> Write(const std::vector<ApiKey>& keys) const;

  std::filesystem::path file_;
  std::mutex mutex_;
  std::vector<ApiKey> cached_;
  FileState cached_state_ = {};
};

}  // namespace mien::server
