// SPDX-License-Identifier: Apache-2.0
#include "dispatcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "core/temp_dir.h"

namespace mien::server {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

std::string HeaderOf(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) {
      return value;
    }
  }
  return "none";
}

class DispatcherTest : public testing::Test {
 protected:
  DispatcherTest() {
    router_.Add({.method = "GET",
                 .pattern = "/name/{name}",
                 .role = Role::kRead,
                 .handler = [](Call& call) -> Result<Response> {
                   return Response{.body = call.path_values[0]};
                 }});
    router_.Add({.method = "POST",
                 .pattern = "/name/{name}",
                 .role = Role::kEnrol,
                 .handler = [](Call& call) -> Result<Response> {
                   call.audited = "subject=7";
                   return Response{};
                 }});
    router_.Add({.method = "GET",
                 .pattern = "/wait",
                 .role = Role::kRead,
                 .handler = [this](Call&) -> Result<Response> {
                   started_.set_value();
                   go_.get_future().wait();
                   return Response{};
                 }});
    router_.Add(
        {.method = "GET",
         .pattern = "/throw",
         .role = Role::kRead,
         .handler = [](Call&) -> Result<Response> { throw std::bad_alloc(); }});
  }

  Request Get(std::string path) {
    Request request;
    request.method = "GET";
    request.path = std::move(path);
    request.headers = {{"host", "localhost"}};
    request.peer = "127.0.0.1";
    request.arrived = std::chrono::steady_clock::now();
    return request;
  }

  /// Hands a request in; the future is its answer.
  std::future<Response> Send(Request request) {
    auto answer = std::make_shared<std::promise<Response>>();
    auto future = answer->get_future();
    if (auto refusal = dispatcher_.CheckHead(request)) {
      answer->set_value(*std::move(refusal));
    } else {
      dispatcher_.Handle(std::move(request), [answer](Response response) {
        answer->set_value(std::move(response));
      });
    }
    return future;
  }

  std::string lines_;
  TempDir folder_;
  std::promise<void> started_;
  std::promise<void> go_;
  Router router_;
  ApiKeys keys_{folder_ / "keys.json"};
  Access access_{keys_, {.open_reads = true}};
  Metrics metrics_;
  ServerLog log_{LogFormat::kText,
                 [this](std::string_view line) { lines_ += line; }};
  WorkerPool workers_{1, 1, milliseconds(60'000)};
  Dispatcher dispatcher_{{.router = router_,
                          .access = access_,
                          .workers = workers_,
                          .metrics = metrics_,
                          .log = log_,
                          .audit = log_}};
};

TEST_F(DispatcherTest, TakesARequestToItsRoute) {
  const Response response = Send(Get("/name/Ada%20L.")).get();
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "Ada L.");
  EXPECT_EQ(HeaderOf(response, "X-Request-Id"), "1");
  EXPECT_EQ(HeaderOf(response, "X-Content-Type-Options"), "nosniff");
}

TEST_F(DispatcherTest, CountsAndLogsTheRouteAndNotTheName) {
  Send(Get("/name/Ada")).get();
  EXPECT_THAT(metrics_.Text(),
              HasSubstr("mien_requests_total{route=\"/name/{name}\","
                        "method=\"GET\",status=\"200\"} 1\n"));
  EXPECT_THAT(lines_, HasSubstr("route=/name/{name} status=200"));
  EXPECT_THAT(lines_, Not(HasSubstr("Ada")));
}

TEST_F(DispatcherTest, RefusesFromTheHeadWhatNeedsAKey) {
  Request request = Get("/name/Ada");
  request.method = "POST";
  const Response response = Send(std::move(request)).get();
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(HeaderOf(response, "WWW-Authenticate"), "Bearer");
}

TEST_F(DispatcherTest, AuditsWhoChangedWhat) {
  Request request = Get("/name/Ada");
  request.method = "POST";
  request.headers.emplace_back("x-api-key",
                               *keys_.Create("", Role::kEnrol, ""));
  EXPECT_EQ(Send(std::move(request)).get().status, 200);
  const std::string id = keys_.List()->front().id;
  EXPECT_THAT(lines_, HasSubstr("event=audit key=" + id + " peer=127.0.0.1 "));
  EXPECT_THAT(lines_, HasSubstr("on=\"subject=7\""));
}

TEST_F(DispatcherTest, AFullQueueAnswersWhenToComeBack) {
  auto busy = Send(Get("/wait"));
  started_.get_future().wait();
  auto waiting = Send(Get("/name/Ada"));
  const Response refused = Send(Get("/name/Bea")).get();
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(HeaderOf(refused, "Retry-After"), "1");
  EXPECT_THAT(refused.body, HasSubstr("the queue is full"));
  go_.set_value();
  EXPECT_EQ(busy.get().status, 200);
  EXPECT_EQ(waiting.get().status, 200);
}

TEST_F(DispatcherTest, AnExceptionIsAnswered) {
  const Response response = Send(Get("/throw")).get();
  EXPECT_EQ(response.status, 500);
  EXPECT_THAT(response.body, HasSubstr("\"code\":\"internal\""));
}

TEST_F(DispatcherTest, OtherHostNamesAreRefused) {
  Request request = Get("/name/Ada");
  request.headers = {{"host", "evil.example"}};
  EXPECT_EQ(Send(std::move(request)).get().status, 403);
}

}  // namespace
}  // namespace mien::server
