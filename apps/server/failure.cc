// SPDX-License-Identifier: Apache-2.0
#include "failure.h"

#include <utility>

#include "json_guard.h"

namespace mien::server {
namespace {

int StatusOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return 400;
    case ErrorCode::kInvalidImage:
      return 422;
    case ErrorCode::kLimitExceeded:
      return 413;
    case ErrorCode::kNotFound:
      return 404;
    case ErrorCode::kAlreadyExists:
    case ErrorCode::kModelMismatch:
      return 409;
    case ErrorCode::kUnsupported:
      return 415;
    case ErrorCode::kCancelled:
      return 503;
    case ErrorCode::kCorruptModel:
    case ErrorCode::kCorruptData:
    case ErrorCode::kIo:
    case ErrorCode::kInternal:
      break;
  }
  return 500;
}

}  // namespace

Failure FailureOf(const Error& error, std::string field) {
  return {StatusOf(error.code),
          std::string(ErrorCodeName(error.code)),
          error.message,
          std::move(field)};
}

Response FailureResponse(const Failure& failure) {
  const Json field = failure.field.empty() ? Json() : Json(failure.field);
  Response response;
  response.status = failure.status;
  response.body = cli::LineText(
      {{"code", failure.code}, {"field", field}, {"message", failure.message}});
  return response;
}

Failure NoSuchResource(const std::string& path) {
  return {404, "not_found", "no resource " + path};
}

Failure MethodNotAllowed(const std::string& method,
                         const std::string& allowed) {
  return {405,
          "method_not_allowed",
          "method is " + method + "; must be " + allowed};
}

Failure KeyNeeded() {
  return {401,
          "unauthorized",
          "an API key is needed: Authorization: Bearer KEY, or x-api-key: KEY"};
}

Failure KeyUnknown() {
  return {401, "unauthorized", "the API key is not known, or was revoked"};
}

Failure Forbidden(std::string why) {
  return {403, "forbidden", std::move(why)};
}

Failure RateLimited() {
  return {429, "rate_limited", "too many requests; try again in a second"};
}

Failure Overloaded(std::string why) {
  return {503, "overloaded", std::move(why)};
}

Failure ProtocolFailure(int status, std::string why) {
  const char* code = "invalid_request";
  if (status == 413 || status == 431) {
    code = "limit_exceeded";
  } else if (status == 503) {
    code = "overloaded";
  }
  return {status, code, std::move(why)};
}

}  // namespace mien::server
