// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "api_keys.h"
#include "http_message.h"
#include "rate_limit.h"

namespace mien::server {

/// Who makes a request.
struct Caller {
  std::string key_id;  ///< empty without a key
  Role role = Role::kNone;
  std::string collection;  ///< the only one allowed; empty for all
};

enum class Verdict {
  kAllowed,
  kKeyMissing,
  kKeyUnknown,
  kRoleTooLow,
  kTooMany,  ///< over the rate limit
};

struct Authorization {
  Verdict verdict = Verdict::kAllowed;
  Caller caller;
};

struct AccessOptions {
  /// Whether reading needs no key. Writing always does.
  bool open_reads = false;

  /// Requests a second of one key, or of one address without a key; 0 for no
  /// limit.
  double rate = 0.0;
};

/// Decides who may do what.
///
/// Thread safety: all methods may run concurrently.
class Access {
 public:
  /// `keys` must outlive this.
  Access(ApiKeys& keys, const AccessOptions& options)
      : keys_(&keys), options_(options), limit_(options.rate) {}

  /// Whether the bearer of `key`, calling from `peer`, may do what needs
  /// `needed`. A wrong key is refused even where none is needed.
  Authorization Check(std::optional<std::string_view> key,
                      std::string_view peer,
                      Role needed);

 private:
  ApiKeys* keys_;
  AccessOptions options_;
  RateLimit limit_;
};

/// The key of a request: "Authorization: Bearer KEY" or "x-api-key: KEY".
std::optional<std::string_view> KeyOf(const Request& request);

/// Whether the Host header names this machine. A server that only this machine
/// can reach answers to no other name, so that a page elsewhere cannot have its
/// visitors' browsers ask it (DNS rebinding).
bool NamesThisMachine(std::string_view host);

}  // namespace mien::server
