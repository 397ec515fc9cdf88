// SPDX-License-Identifier: Apache-2.0
#include "http_server.h"

#include <csignal>
#include <list>
#include <new>
#include <unordered_map>
#include <vector>

#include <boost/asio/ssl.hpp>

#include "http_connection.h"

namespace mien::server {
namespace {

using asio::ip::tcp;

Error IoError(const std::string& what, const error_code& error) {
  return {ErrorCode::kIo, what + ": " + error.message()};
}

/// TLS as Mozilla's "intermediate" recommends it: 1.2 and newer.
Result<std::unique_ptr<asio::ssl::context>> LoadTls(
    const HttpServerOptions& options) {
  if (options.tls_cert.empty() != options.tls_key.empty()) {
    return Error{ErrorCode::kInvalidArgument,
                 "a certificate and its key are needed together"};
  }
  if (options.tls_cert.empty()) {
    return std::unique_ptr<asio::ssl::context>();
  }
  using Context = asio::ssl::context;
  auto context = std::make_unique<Context>(Context::tls_server);
  error_code error;
  context->set_options(Context::default_workarounds | Context::no_sslv2 |
                           Context::no_sslv3 | Context::no_tlsv1 |
                           Context::no_tlsv1_1,
                       error);
  context->use_certificate_chain_file(options.tls_cert, error);
  if (error) {
    return IoError(options.tls_cert, error);
  }
  context->use_private_key_file(options.tls_key, Context::pem, error);
  if (error) {
    return IoError(options.tls_key, error);
  }
  return context;
}

Result<tcp::endpoint> EndpointOf(const HttpServerOptions& options) {
  error_code error;
  const auto address = asio::ip::make_address(options.address, error);
  if (error) {
    return Error{ErrorCode::kInvalidArgument,
                 "address is " + options.address +
                     "; must be an IP address like 127.0.0.1 or ::"};
  }
  return tcp::endpoint(address, options.port);
}

}  // namespace

struct HttpServer::State final : ConnectionHost {
  State(const HttpServerOptions& options, HttpHandler& handler)
      : limits_(options.limits), handler_(&handler) {}

  [[nodiscard]] const HttpLimits& limits() const override { return limits_; }

  HttpHandler& handler() override { return *handler_; }

  HttpUsage& usage() override { return usage_; }

  [[nodiscard]] bool is_stopping() const override { return is_stopping_; }

  void SetIdle(Connection& connection, bool idle) override {
    const auto known = idle_place_.find(&connection);
    if (known != idle_place_.end()) {
      idle_.erase(known->second);
      idle_place_.erase(known);
    }
    if (idle) {
      idle_place_[&connection] = idle_.insert(idle_.end(), &connection);
    }
  }

  void Forget(Connection& connection) override {
    SetIdle(connection, false);
    all_.erase(&connection);
  }

  Result<void> Listen(const HttpServerOptions& options);
  void Accept();
  void Admit(tcp::socket socket);
  void Stop();
  void AwaitEnd();
  void AwaitSignal();

  template <class Stream>
  void Start(Stream stream) {
    auto connection =
        std::make_shared<HttpConnection<Stream>>(std::move(stream), *this);
    all_.emplace(connection.get(), 0);
    connection->Start();
  }

  HttpLimits limits_;
  HttpHandler* handler_;
  HttpUsage usage_;
  std::unique_ptr<asio::ssl::context> tls_;
  std::unordered_map<Connection*, int> all_;
  std::list<Connection*> idle_;  ///< the longest idle first
  std::unordered_map<Connection*, std::list<Connection*>::iterator> idle_place_;
  bool is_stopping_ = false;
  std::chrono::steady_clock::time_point end_;

  // Last, so that it goes first: pending operations hold connections, which
  // need the members above.
  asio::io_context loop_{1};
  tcp::acceptor acceptor_{loop_};
  asio::signal_set signals_{loop_};
  asio::steady_timer timer_{loop_};
};

Result<void> HttpServer::State::Listen(const HttpServerOptions& options) {
  MIEN_ASSIGN_OR_RETURN(tls_, LoadTls(options));
  MIEN_ASSIGN_OR_RETURN(const tcp::endpoint endpoint, EndpointOf(options));
  error_code error;
  acceptor_.open(endpoint.protocol(), error);
  if (!error) {
    acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    acceptor_.bind(endpoint, error);
  }
  if (!error) {
    acceptor_.listen(asio::socket_base::max_listen_connections, error);
  }
  if (error) {
    return IoError("cannot listen on " + options.address + " port " +
                       std::to_string(options.port),
                   error);
  }
  return {};
}

void HttpServer::State::Accept() {
  acceptor_.async_accept([this](error_code error, tcp::socket socket) {
    if (error == asio::error::operation_aborted) {
      return;
    }
    if (!error) {
      try {
        Admit(std::move(socket));
      } catch (const std::bad_alloc&) {
        // The socket is closed by now; others may be accepted.
      }
      return Accept();
    }
    // No descriptors left, most likely: some will be given back.
    constexpr std::chrono::milliseconds kPause{50};
    timer_.expires_after(kPause);
    timer_.async_wait([this](error_code stopped) {
      if (!stopped) {
        Accept();
      }
    });
  });
}

void HttpServer::State::Admit(tcp::socket socket) {
  if (usage_.connections >= limits_.max_connections) {
    if (idle_.empty()) {
      static constexpr std::string_view kFull =
          "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n"
          "Content-Length: 0\r\nConnection: close\r\n\r\n";
      error_code ignored;
      socket.non_blocking(true, ignored);
      socket.send(asio::buffer(kFull.data(), kFull.size()), 0, ignored);
      return;
    }
    idle_.front()->CloseSoon();
  }
  if (tls_ != nullptr) {
    Start(TlsStream(beast::tcp_stream(std::move(socket)), *tls_));
  } else {
    Start(beast::tcp_stream(std::move(socket)));
  }
}

void HttpServer::State::Stop() {
  if (is_stopping_) {
    loop_.stop();  // asked twice: at once
    return;
  }
  is_stopping_ = true;
  error_code ignored;
  acceptor_.close(ignored);
  timer_.cancel();
  std::vector<Connection*> connections;
  for (const auto& [connection, unused] : all_) {
    connections.push_back(connection);
  }
  for (Connection* connection : connections) {
    connection->CloseSoon();
  }
  end_ = std::chrono::steady_clock::now() + limits_.stop_time;
  AwaitEnd();
}

void HttpServer::State::AwaitEnd() {
  if (all_.empty() || std::chrono::steady_clock::now() >= end_) {
    loop_.stop();
    return;
  }
  constexpr std::chrono::milliseconds kPeriod{20};
  timer_.expires_after(kPeriod);
  timer_.async_wait([this](error_code) { AwaitEnd(); });
}

void HttpServer::State::AwaitSignal() {
  signals_.async_wait([this](error_code error, int) {
    if (!error) {
      Stop();
      AwaitSignal();
    }
  });
}

HttpServer::HttpServer(std::unique_ptr<State> state)
    : state_(std::move(state)) {}

HttpServer::~HttpServer() = default;

Result<std::unique_ptr<HttpServer>> HttpServer::Open(
    const HttpServerOptions& options, HttpHandler& handler) {
  auto state = std::make_unique<State>(options, handler);
  MIEN_RETURN_IF_ERROR(state->Listen(options));
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(state)));
}

void HttpServer::Run() {
  State& state = *state_;
  error_code ignored;
  state.signals_.add(SIGTERM, ignored);
  state.signals_.add(SIGINT, ignored);
  state.AwaitSignal();
  state.Accept();
  while (!state.loop_.stopped()) {
    try {
      state.loop_.run();
    } catch (const std::bad_alloc&) {
      // Thrown out of one connection's step, which held that connection: it is
      // closed, all others go on.
    }
  }
}

void HttpServer::Stop() {
  asio::post(state_->loop_, [this] { state_->Stop(); });
}

std::uint16_t HttpServer::port() const {
  error_code ignored;
  return state_->acceptor_.local_endpoint(ignored).port();
}

const HttpUsage& HttpServer::usage() const { return state_->usage_; }

}  // namespace mien::server
