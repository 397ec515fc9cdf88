// SPDX-License-Identifier: Apache-2.0
#include "access.h"

namespace mien::server {

Authorization Access::Check(std::optional<std::string_view> key,
                            std::string_view peer,
                            Role needed) {
  Authorization answer;
  if (key) {
    if (const auto known = keys_->Find(*key)) {
      answer.caller = {known->id, known->role, known->collection};
    } else {
      answer.verdict = Verdict::kKeyUnknown;
    }
  }
  const std::string_view client =
      answer.caller.key_id.empty() ? peer : answer.caller.key_id;
  if (!limit_.Allow(client, std::chrono::steady_clock::now())) {
    answer.verdict = Verdict::kTooMany;
  }
  if (answer.verdict != Verdict::kAllowed || needed == Role::kNone) {
    return answer;
  }
  const bool is_open = needed == Role::kRead && options_.open_reads;
  if (answer.caller.role < needed && !is_open) {
    answer.verdict = key ? Verdict::kRoleTooLow : Verdict::kKeyMissing;
  }
  return answer;
}

std::optional<std::string_view> KeyOf(const Request& request) {
  constexpr std::string_view kBearer = "Bearer ";
  if (const auto bearer = request.Header("authorization");
      bearer && bearer->starts_with(kBearer)) {
    return bearer->substr(kBearer.size());
  }
  return request.Header("x-api-key");
}

bool NamesThisMachine(std::string_view host) {
  if (host.starts_with('[')) {
    return host.starts_with("[::1]");
  }
  const std::string_view name = host.substr(0, host.find(':'));
  return name == "localhost" || name.ends_with(".localhost") ||
         (name.starts_with("127.") &&
          name.find_first_not_of("0123456789.") == std::string_view::npos);
}

}  // namespace mien::server
