// SPDX-License-Identifier: Apache-2.0
//
// What goes wrong, as a client is told: docs/http-api.md, "Errors".
#pragma once

#include <string>

#include "http_message.h"
#include "mien/result.h"

namespace mien::server {

struct Failure {
  int status = 500;
  std::string code;        ///< a stable word
  std::string message;     ///< what was wrong and what would be right
  std::string field = {};  ///< the parameter or picture at fault, if one is
};

/// The failure that `error` of the engine amounts to.
Failure FailureOf(const Error& error, std::string field = {});

/// {"code", "field", "message"}; field is null when no one is at fault.
Response FailureResponse(const Failure& failure);

// Failures that the engine does not know.
Failure NoSuchResource(const std::string& path);
Failure MethodNotAllowed(const std::string& method, const std::string& allowed);
Failure KeyNeeded();
Failure KeyUnknown();
Failure Forbidden(std::string why);
Failure RateLimited();
Failure Overloaded(std::string why);
Failure ProtocolFailure(int status, std::string why);

}  // namespace mien::server
