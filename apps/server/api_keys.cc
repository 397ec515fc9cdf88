// SPDX-License-Identifier: Apache-2.0
#include "api_keys.h"

#include <sys/random.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <span>
#include <utility>

#include "core/file.h"
#include "core/hash.h"
#include "json_guard.h"
#include "time_text.h"

namespace mien::server {
namespace {

constexpr std::size_t kMaxFileBytes = std::size_t{16} << 20U;

std::string HashOf(std::string_view key) {
  return Sha256Hex(std::as_bytes(std::span(key)));
}

/// A random UUID (RFC 4122, version 4).
Result<std::string> RandomUuid() {
  std::array<unsigned char, 16> bytes = {};
  if (::getrandom(bytes.data(), bytes.size(), 0) !=
      static_cast<ssize_t>(bytes.size())) {
    return Error{ErrorCode::kIo,
                 std::string("no random numbers: ") + std::strerror(errno)};
  }
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0FU) | 0x40U);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3FU) | 0x80U);
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    text += i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "";
    text += kDigits[bytes[i] >> 4U];
    text += kDigits[bytes[i] & 0xFU];
  }
  return text;
}

std::string NowText() {
  return TimeText(std::chrono::floor<std::chrono::seconds>(
      std::chrono::system_clock::now()));
}

/// Whether two texts of one length are equal, in a time that depends on the
/// length alone.
bool EqualInConstantTime(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) {
    return false;
  }
  volatile unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference = difference | static_cast<unsigned>(a[i] ^ b[i]);
  }
  return difference == 0;
}

Json ToJson(const ApiKey& key) {
  return {{"id", key.id},
          {"note", key.note},
          {"role", std::string(RoleName(key.role))},
          {"collection", key.collection},
          {"sha256", key.sha256},
          {"created", key.created}};
}

Result<ApiKey> FromJson(const Json& json) {
  ApiKey key;
  try {
    key.id = json.at("id");
    key.note = json.at("note");
    MIEN_ASSIGN_OR_RETURN(key.role,
                          ParseRole(json.at("role").get<std::string>()));
    key.collection = json.at("collection");
    key.sha256 = json.at("sha256");
    key.created = json.at("created");
  } catch (const Json::exception& error) {
    return Error{ErrorCode::kCorruptData, error.what()};
  }
  return key;
}

/// Tells versions of a file apart: each is a new one, moved into place.
ApiKeys::FileState StateOf(const std::filesystem::path& file) {
  struct stat state = {};
  if (::stat(file.c_str(), &state) != 0) {
    return {};
  }
  return {static_cast<std::int64_t>(state.st_ino),
          state.st_size,
          state.st_mtim.tv_sec,
          state.st_mtim.tv_nsec};
}

}  // namespace

std::string_view RoleName(Role role) {
  switch (role) {
    case Role::kRead:
      return "read";
    case Role::kEnrol:
      return "enrol";
    case Role::kAdminister:
      return "administer";
    case Role::kNone:
      break;
  }
  return "none";
}

Result<Role> ParseRole(std::string_view name) {
  for (const Role role : {Role::kRead, Role::kEnrol, Role::kAdminister}) {
    if (name == RoleName(role)) {
      return role;
    }
  }
  return Error{
      ErrorCode::kInvalidArgument,
      "role is " + std::string(name) + "; must be read, enrol or administer"};
}

Result<std::string> ApiKeys::Create(std::string note,
                                    Role role,
                                    std::string collection) {
  MIEN_ASSIGN_OR_RETURN(std::string key, RandomUuid());
  MIEN_RETURN_IF_ERROR(Add(key, std::move(note), role, std::move(collection)));
  return key;
}

Result<void> ApiKeys::Add(std::string_view key,
                          std::string note,
                          Role role,
                          std::string collection) {
  const std::lock_guard lock(mutex_);
  MIEN_ASSIGN_OR_RETURN(std::vector<ApiKey> keys, Read());
  MIEN_ASSIGN_OR_RETURN(const std::string id, RandomUuid());
  constexpr std::size_t kIdLength = 8;
  keys.push_back({.id = id.substr(0, kIdLength),
                  .note = std::move(note),
                  .role = role,
                  .collection = std::move(collection),
                  .sha256 = HashOf(key),
                  .created = NowText()});
  return Write(keys);
}

Result<void> ApiKeys::Revoke(std::string_view id) {
  const std::lock_guard lock(mutex_);
  MIEN_ASSIGN_OR_RETURN(std::vector<ApiKey> keys, Read());
  if (std::erase_if(keys, [&](const ApiKey& key) { return key.id == id; }) ==
      0) {
    return Error{ErrorCode::kNotFound,
                 file_.string() + ": no key with id " + std::string(id)};
  }
  return Write(keys);
}

Result<std::vector<ApiKey>> ApiKeys::List() {
  const std::lock_guard lock(mutex_);
  return Read();
}

std::optional<ApiKey> ApiKeys::Find(std::string_view key) {
  const std::string hash = HashOf(key);
  const std::lock_guard lock(mutex_);
  if (const FileState state = StateOf(file_); state != cached_state_) {
    auto keys = Read();
    cached_ = keys ? *std::move(keys) : std::vector<ApiKey>();
    cached_state_ = state;
  }
  std::optional<ApiKey> found;
  for (const ApiKey& known : cached_) {
    if (EqualInConstantTime(known.sha256, hash)) {
      found = known;
    }
  }
  return found;
}

Result<std::vector<ApiKey>> ApiKeys::Read() const {
  const auto text = ReadTextFile(file_, kMaxFileBytes);
  if (!text) {
    if (text.error().code == ErrorCode::kNotFound) {
      return std::vector<ApiKey>();
    }
    return text.error();
  }
  const auto corrupt = [&](const std::string& why) {
    return Error{ErrorCode::kCorruptData,
                 file_.string() + ": not a file of API keys: " + why};
  };
  const auto json = ParseJson(*text);
  if (!json || !json->is_array()) {
    return corrupt(json ? "no array" : json.error().message);
  }
  std::vector<ApiKey> keys;
  for (const Json& entry : *json) {
    auto key = FromJson(entry);
    if (!key) {
      return corrupt(key.error().message);
    }
    keys.push_back(*std::move(key));
  }
  return keys;
}

Result<void> ApiKeys::Write(const std::vector<ApiKey>& keys) const {
  Json json = Json::array();
  for (const ApiKey& key : keys) {
    json.push_back(ToJson(key));
  }
  const auto mask = ::umask(S_IRWXG | S_IRWXO);
  auto written = WriteFileAtomically(file_, json.dump(1) + "\n");
  ::umask(mask);
  return written;
}

}  // namespace mien::server
