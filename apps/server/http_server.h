// SPDX-License-Identifier: Apache-2.0
//
// HTTP/1.1 over TCP or TLS on one event loop. The only place that knows
// Boost.Beast (docs/design/http-library.md); may use nothing of mien but core.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "http_message.h"
#include "mien/result.h"

namespace mien::server {

/// How much of what a client may use. All fields have working defaults.
struct HttpLimits {
  std::size_t max_header_bytes = 16 * 1024;
  std::size_t max_body_bytes = 10 * 1024 * 1024;

  /// Bodies of all requests together, from their first byte to their answer.
  std::size_t max_buffered_bytes = 256 * 1024 * 1024;

  int max_connections = 4096;

  /// From a request's first byte to the end of its head; also for TLS's
  /// handshake.
  std::chrono::milliseconds head_time{10'000};
  std::chrono::milliseconds body_time{60'000};
  std::chrono::milliseconds write_time{60'000};

  /// Between two requests of one connection.
  std::chrono::milliseconds idle_time{60'000};

  /// How long Stop() waits for what has been accepted.
  std::chrono::milliseconds stop_time{30'000};
};

struct HttpServerOptions {
  std::string address = "127.0.0.1";

  /// 0 lets the system choose.
  std::uint16_t port = 8080;

  /// PEM files; both empty for plain HTTP.
  std::string tls_cert = {};
  std::string tls_key = {};

  HttpLimits limits = {};
};

/// What the server is asked to serve.
class HttpHandler {
 public:
  using Respond = std::function<void(Response)>;

  virtual ~HttpHandler() = default;

  /// Sees a request before its body is read: an answer refuses it. Runs on the
  /// event loop.
  virtual std::optional<Response> CheckHead(Request& head) = 0;

  /// Answers by calling `respond` exactly once, from any thread. Runs on the
  /// event loop and must not block.
  virtual void Handle(Request request, Respond respond) = 0;

  /// The answer to a request that broke the protocol or a limit: 400, 408, 413,
  /// 431 or 503.
  virtual Response Refusal(int status, const std::string& why) = 0;
};

/// What is in use now.
struct HttpUsage {
  std::atomic<int> connections{0};
  std::atomic<std::size_t> buffered_bytes{0};
};

class HttpServer {
 public:
  /// Binds and listens. `handler` must outlive the server.
  ///
  /// Errors:
  /// - kInvalidArgument: not an address.
  /// - kIo: the port is taken or forbidden; the certificate or its key cannot
  ///   be read.
  static Result<std::unique_ptr<HttpServer>> Open(
      const HttpServerOptions& options, HttpHandler& handler);

  ~HttpServer();

  /// Serves until Stop() has been obeyed, or SIGTERM or SIGINT, which call it.
  void Run();

  /// Accepts no more, lets requests under way be answered and closes the rest.
  /// From any thread.
  void Stop();

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] const HttpUsage& usage() const;

 private:
  struct State;
  explicit HttpServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace mien::server
