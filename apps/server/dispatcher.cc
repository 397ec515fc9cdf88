// SPDX-License-Identifier: Apache-2.0
#include "dispatcher.h"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <memory>
#include <utility>

namespace mien::server {
namespace {

/// What CheckHead() finds out about a request.
struct Admission {
  RouteMatch match;
  Caller caller;
};

const Admission& AdmissionOf(const Request& request) {
  return *static_cast<const Admission*>(request.context.get());
}

std::optional<Failure> FailureFor(Verdict verdict, Role needed) {
  switch (verdict) {
    case Verdict::kAllowed:
      return std::nullopt;
    case Verdict::kKeyMissing:
      return KeyNeeded();
    case Verdict::kKeyUnknown:
      return KeyUnknown();
    case Verdict::kTooMany:
      return RateLimited();
    case Verdict::kRoleTooLow:
      break;
  }
  return Forbidden("the key does not allow this; it needs the role " +
                   std::string(RoleName(needed)));
}

std::string MillisecondsText(double ms) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.1f", ms);
  return text;
}

double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
      .count();
}

/// Ids that clients choose end up in logs: printable, and not long.
bool IsGoodId(std::string_view id) {
  constexpr std::size_t kMaxLength = 64;
  return !id.empty() && id.size() <= kMaxLength &&
         std::ranges::all_of(id, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                  (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.';
         });
}

/// The route's pattern: paths hold the names of people.
std::string RouteName(const Request& request) {
  return request.context == nullptr ? "none"
                                    : AdmissionOf(request).match.route->pattern;
}

}  // namespace

std::string Dispatcher::RequestId(const Request& head) {
  const auto given = head.Header("x-request-id");
  if (given && IsGoodId(*given)) {
    return std::string(*given);
  }
  return std::to_string(++num_requests_);
}

std::optional<Response> Dispatcher::CheckHead(Request& head) {
  head.id = RequestId(head);
  if (parts_.is_local && !NamesThisMachine(head.Header("host").value_or(""))) {
    return Finish(head,
                  FailureResponse(Forbidden(
                      "the Host header must be localhost or 127.0.0.1; start "
                      "the server with --listen to serve other names")));
  }
  auto match = parts_.router.Match(head.method, head.path);
  if (const auto* failure = std::get_if<Failure>(&match)) {
    return Finish(head, FailureResponse(*failure));
  }
  auto admission = std::make_shared<Admission>();
  admission->match = std::get<RouteMatch>(std::move(match));
  const Route& route = *admission->match.route;
  head.context = admission;
  const Authorization authorization =
      parts_.access.Check(KeyOf(head), head.peer, route.role);
  admission->caller = authorization.caller;
  auto failure = FailureFor(authorization.verdict, route.role);
  if (!failure && route.always_needs_key && admission->caller.key_id.empty()) {
    failure = KeyNeeded();
  }
  if (failure) {
    return Finish(head, route.write_failure(*failure, head));
  }
  return std::nullopt;
}

void Dispatcher::Handle(Request request, Respond respond) {
  if (AdmissionOf(request).match.route->place == Place::kEventLoop) {
    respond(Answer(request));
    return;
  }
  const auto shared = std::make_shared<Request>(std::move(request));
  const bool is_accepted = parts_.workers.Submit(
      {.run = [this, shared, respond] { respond(Answer(*shared)); },
       .expire =
           [this, shared, respond] {
             respond(Busy(*shared, "the request waited too long in the queue"));
           }});
  if (!is_accepted) {
    respond(Busy(*shared, "the queue is full; try again later"));
  }
}

Response Dispatcher::Answer(const Request& request) {
  const Admission& admission = AdmissionOf(request);
  const Route& route = *admission.match.route;
  const double queued = SecondsSince(request.arrived);
  Response response;
  Timings timings;
  Caller caller = admission.caller;
  std::string audited;
  try {
    auto input = Input::Parse(request);
    if (!input) {
      response = route.write_failure(FailureOf(input.error()), request);
    } else {
      Call call{.request = request,
                .path_values = admission.match.path_values,
                .caller = admission.caller,
                .input = *std::move(input)};
      call.timings.Add("queue", Timings::Seconds(queued));
      const auto answer = route.handler(call);
      response = answer
                     ? *answer
                     : route.write_failure(
                           FailureOf(answer.error(), call.input.faulty_field()),
                           request);
      timings = std::move(call.timings);
      caller = std::move(call.caller);
      audited = std::move(call.audited);
    }
  } catch (const std::exception& error) {  // out of memory, most likely
    response = route.write_failure({500, "internal", error.what()}, request);
  }
  if (route.role > Role::kRead || !audited.empty()) {
    parts_.audit.Event("audit",
                       {{"key", caller.key_id},
                        {"peer", request.peer},
                        {"action", route.method + " " + route.pattern},
                        {"status", std::to_string(response.status)},
                        {"on", audited},
                        {"id", request.id}});
  }
  Note(request, response, timings);
  return Finish(request, std::move(response));
}

void Dispatcher::Note(const Request& request,
                      const Response& response,
                      const Timings& timings) const {
  const double seconds = SecondsSince(request.arrived);
  const std::string route = RouteName(request);
  parts_.metrics.Count("mien_requests_total",
                       "Requests by route and status.",
                       "route=\"" + route + "\",method=\"" + request.method +
                           "\",status=\"" + std::to_string(response.status) +
                           "\"");
  parts_.metrics.ObserveSeconds("mien_request_seconds",
                                "Time from a request's head to its answer.",
                                "route=\"" + route + "\"",
                                seconds);
  for (const auto& [stage, time] : timings.stages()) {
    parts_.metrics.ObserveSeconds("mien_stage_seconds",
                                  "Time that requests spend in each stage.",
                                  "stage=\"" + stage + "\"",
                                  time.count());
  }
  parts_.log.Event("request",
                   {{"id", request.id},
                    {"method", request.method},
                    {"route", route},
                    {"status", std::to_string(response.status)},
                    {"ms", MillisecondsText(1000 * seconds)},
                    {"bytes_in", std::to_string(request.body.size())}});
}

Response Dispatcher::Busy(const Request& request, std::string why) const {
  Response response = AdmissionOf(request).match.route->write_failure(
      Overloaded(std::move(why)), request);
  // Rounded up: a client that comes back too early only adds to the load.
  const auto seconds =
      std::chrono::ceil<std::chrono::seconds>(parts_.workers.ExpectedWait());
  response.headers.emplace_back(
      "Retry-After",
      std::to_string(std::max<std::int64_t>(1, seconds.count())));
  Note(request, response, {});
  return Finish(request, std::move(response));
}

Response Dispatcher::Finish(const Request& request, Response response) const {
  response.headers.emplace_back("X-Request-Id", request.id);
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  response.headers.emplace_back("Cache-Control", "no-store");
  if (response.status == 401) {
    response.headers.emplace_back("WWW-Authenticate", "Bearer");
  }
  return response;
}

Response Dispatcher::Refusal(int status, const std::string& why) {
  Response response = FailureResponse(ProtocolFailure(status, why));
  if (status == 503) {
    response.headers.emplace_back("Retry-After", "1");
  }
  parts_.metrics.Count("mien_refused_total",
                       "Requests refused for breaking the protocol or a limit.",
                       "status=\"" + std::to_string(status) + "\"");
  return response;
}

}  // namespace mien::server
