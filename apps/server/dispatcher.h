// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <optional>
#include <string>

#include "access.h"
#include "http_server.h"
#include "metrics.h"
#include "router.h"
#include "server_log.h"
#include "worker_pool.h"

namespace mien::server {

/// Takes requests from the HTTP server to their routes: who may, in which
/// order, with which answer; counts and logs each.
class Dispatcher final : public HttpHandler {
 public:
  struct Parts {
    const Router& router;
    Access& access;
    WorkerPool& workers;
    Metrics& metrics;
    ServerLog& log;
    ServerLog& audit;

    /// Answers to names of this machine only; see NamesThisMachine().
    bool is_local = true;
  };

  /// The parts must outlive this.
  explicit Dispatcher(const Parts& parts) : parts_(parts) {}

  std::optional<Response> CheckHead(Request& head) override;
  void Handle(Request request, Respond respond) override;
  Response Refusal(int status, const std::string& why) override;

 private:
  Response Answer(const Request& request);
  Response Finish(const Request& request, Response response) const;
  Response Busy(const Request& request, std::string why) const;
  std::string RequestId(const Request& head);
  void Note(const Request& request,
            const Response& response,
            const Timings& timings) const;

  Parts parts_;
  std::atomic<std::uint64_t> num_requests_{0};
};

}  // namespace mien::server
