// SPDX-License-Identifier: Apache-2.0
#include "router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mien::server {
namespace {

using testing::ElementsAre;

Router TestRouter() {
  Router router;
  for (const auto& [method, pattern] :
       TextPairs{{"GET", "/v1/subjects"},
                 {"POST", "/v1/subjects"},
                 {"GET", "/v1/subjects/{subject}/faces/{face}"},
                 {"POST", "/v1/subjects/all"},
                 {"DELETE", "/v1/subjects/{subject}"}}) {
    router.Add({.method = method, .pattern = pattern, .handler = nullptr});
  }
  return router;
}

std::string PatternOf(std::string_view method, const std::string& path) {
  static const Router router = TestRouter();
  const auto match = router.Match(method, path);
  return std::holds_alternative<RouteMatch>(match)
             ? std::get<RouteMatch>(match).route->pattern
             : std::to_string(std::get<Failure>(match).status) + " " +
                   std::get<Failure>(match).message;
}

TEST(Router, FindsARouteByMethodAndPath) {
  EXPECT_EQ(PatternOf("POST", "/v1/subjects"), "/v1/subjects");
  EXPECT_EQ(PatternOf("GET", "/v1/subjects/"), "/v1/subjects");
  EXPECT_EQ(PatternOf("HEAD", "/v1/subjects"), "/v1/subjects");
}

TEST(Router, GivesTheDecodedPartsOfThePath) {
  const Router router = TestRouter();
  const auto match = router.Match("GET", "/v1/subjects/A%20%2F%20B/faces/7");
  EXPECT_THAT(std::get<RouteMatch>(match).path_values,
              ElementsAre("A / B", "7"));
}

TEST(Router, TellsAnUnknownPathFromAWrongMethod) {
  EXPECT_EQ(PatternOf("GET", "/v2"), "404 no resource /v2");
  EXPECT_EQ(PatternOf("PUT", "/v1/subjects"),
            "405 method is PUT; must be GET or POST");
  EXPECT_EQ(PatternOf("GET", "*"), "404 no resource *");
}

}  // namespace
}  // namespace mien::server
