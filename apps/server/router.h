// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "access.h"
#include "failure.h"
#include "http_message.h"
#include "input.h"
#include "mien/result.h"
#include "timings.h"

namespace mien::server {

/// One request on its way through a route's handler.
struct Call {
  const Request& request;

  /// What stands for the {...} of the route's pattern, in order.
  const std::vector<std::string>& path_values;

  Caller caller;
  Input input;
  Timings timings = {};

  /// Ids that a write was about, for the audit log: "subject=7 face=12".
  std::string audited = {};
};

using Handler = std::function<Result<Response>(Call&)>;

/// Writes a failure in the form that a route's clients expect.
using WriteFailure = Response (*)(const Failure& failure,
                                  const Request& request);

/// Where a handler runs: one that works waits its turn in the queue, one that
/// only looks is answered even under full load.
enum class Place { kWorker, kEventLoop };

struct Route {
  std::string method;
  std::string pattern;  ///< "/v1/subjects/{subject}"
  Role role = Role::kRead;
  Handler handler;
  Place place = Place::kWorker;
  WriteFailure write_failure = [](const Failure& failure, const Request&) {
    return FailureResponse(failure);
  };

  /// Even where reads are open: the key says which collection is meant.
  bool always_needs_key = false;
};

/// A route and what its {...} stand for in a path.
struct RouteMatch {
  const Route* route = nullptr;
  std::vector<std::string> path_values;
};

/// The table of routes.
class Router {
 public:
  void Add(Route route);

  /// Fails with 404 for an unknown path, 405 for another method.
  [[nodiscard]] std::variant<RouteMatch, Failure> Match(
      std::string_view method, const std::string& path) const;

  [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }

 private:
  std::vector<Route> routes_;
  std::vector<std::vector<std::string>> segments_;  ///< of each pattern
};

}  // namespace mien::server
