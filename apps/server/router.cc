// SPDX-License-Identifier: Apache-2.0
#include "router.h"

#include <optional>
#include <utility>

#include "url.h"

namespace mien::server {
namespace {

bool IsPlaceholder(const std::string& segment) {
  return segment.starts_with('{');
}

std::optional<std::vector<std::string>> ValuesIn(
    const std::vector<std::string>& pattern,
    const std::vector<std::string>& path) {
  if (pattern.size() != path.size()) {
    return std::nullopt;
  }
  std::vector<std::string> values;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (IsPlaceholder(pattern[i])) {
      values.push_back(path[i]);
    } else if (pattern[i] != path[i]) {
      return std::nullopt;
    }
  }
  return values;
}

}  // namespace

void Router::Add(Route route) {
  segments_.push_back(SplitPath(route.pattern).value());
  routes_.push_back(std::move(route));
}

std::variant<RouteMatch, Failure> Router::Match(std::string_view method,
                                                const std::string& path) const {
  const auto segments = SplitPath(path);
  std::string allowed;
  for (std::size_t i = 0; segments && i < routes_.size(); ++i) {
    auto values = ValuesIn(segments_[i], *segments);
    if (!values) {
      continue;
    }
    const Route& route = routes_[i];
    if (route.method == method || (route.method == "GET" && method == "HEAD")) {
      return RouteMatch{&route, *std::move(values)};
    }
    allowed += (allowed.empty() ? "" : " or ") + route.method;
  }
  if (!allowed.empty()) {
    return MethodNotAllowed(std::string(method), allowed);
  }
  return NoSuchResource(path);
}

}  // namespace mien::server
