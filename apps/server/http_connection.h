// SPDX-License-Identifier: Apache-2.0
//
// One client's connection: reads a request, has it answered, reads the next.
// Everything runs on the event loop's thread, so nothing here is locked.
#pragma once

#include <cstdlib>  // std::exchange is used by Boost 1.74 without <utility>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio.hpp>
#include <boost/beast.hpp>
#include <boost/beast/ssl.hpp>

#include "http_server.h"
#include "url.h"

namespace mien::server {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using beast::error_code;

using PlainStream = beast::tcp_stream;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;

/// What the listener can do to a connection.
class Connection {
 public:
  virtual ~Connection() = default;

  /// Ends it at once when it waits for a request, or else after the answer.
  virtual void CloseSoon() = 0;
};

/// What connections share.
class ConnectionHost {
 public:
  virtual ~ConnectionHost() = default;

  [[nodiscard]] virtual const HttpLimits& limits() const = 0;
  virtual HttpHandler& handler() = 0;
  virtual HttpUsage& usage() = 0;
  [[nodiscard]] virtual bool is_stopping() const = 0;
  virtual void SetIdle(Connection& connection, bool idle) = 0;
  virtual void Forget(Connection& connection) = 0;
};

/// A body in a string that grows with what has arrived: a promised length alone
/// costs no memory.
struct GrowingBody {
  using value_type = std::string;

  class reader {
   public:
    template <bool kIsRequest, class Fields>
    reader(http::header<kIsRequest, Fields>& /*head*/, value_type& body)
        : body_(&body) {}

    void init(const boost::optional<std::uint64_t>& /*length*/,
              error_code& error) {
      error = {};
    }

    template <class Buffers>
    std::size_t put(const Buffers& buffers, error_code& error) {
      error = {};
      const std::size_t before = body_->size();
      for (const auto& part : beast::buffers_range_ref(buffers)) {
        body_->append(static_cast<const char*>(part.data()), part.size());
      }
      return body_->size() - before;
    }

    void finish(error_code& error) { error = {}; }

   private:
    value_type* body_;
  };
};

template <class Stream>
class HttpConnection final
    : public Connection,
      public std::enable_shared_from_this<HttpConnection<Stream>> {
 public:
  HttpConnection(Stream stream, ConnectionHost& host)
      : stream_(std::move(stream)), host_(&host) {
    error_code ignored;
    peer_ =
        Lowest().socket().remote_endpoint(ignored).address().to_string(ignored);
    Lowest().socket().set_option(asio::ip::tcp::no_delay(true), ignored);
    ++host_->usage().connections;
  }

  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  ~HttpConnection() override {
    Release();
    --host_->usage().connections;
    host_->Forget(*this);
  }

  void Start() {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      Lowest().expires_after(host_->limits().head_time);
      stream_.async_handshake(asio::ssl::stream_base::server,
                              [self = Self()](error_code error) {
                                if (!error) {
                                  self->WaitForRequest();
                                }
                              });
    } else {
      WaitForRequest();
    }
  }

  void CloseSoon() override {
    close_after_answer_ = true;
    if (is_idle_) {
      Lowest().close();
    }
  }

 private:
  using Parser = http::request_parser<GrowingBody>;

  // Boost 1.74 takes no limit at all, boost::none, for a limit of 0.
  static constexpr std::uint64_t kNoLimit =
      std::numeric_limits<std::uint64_t>::max();

  std::shared_ptr<HttpConnection> Self() { return this->shared_from_this(); }

  beast::tcp_stream& Lowest() { return beast::get_lowest_layer(stream_); }

  void SetIdle(bool idle) {
    is_idle_ = idle;
    host_->SetIdle(*this, idle);
  }

  void WaitForRequest() {
    if (close_after_answer_ || host_->is_stopping()) {
      return Shutdown();
    }
    if (buffer_.size() > 0) {
      return ReadHead();
    }
    SetIdle(true);
    Lowest().expires_after(host_->limits().idle_time);
    constexpr std::size_t kFirstRead = 4096;
    stream_.async_read_some(
        buffer_.prepare(kFirstRead),
        [self = Self()](error_code error, std::size_t size) {
          self->SetIdle(false);
          if (!error) {
            self->buffer_.commit(size);
            self->ReadHead();
          }
        });
  }

  void ReadHead() {
    parser_.emplace();
    parser_->header_limit(
        static_cast<std::uint32_t>(host_->limits().max_header_bytes));
    parser_->body_limit(kNoLimit);  // checked below, from the head
    Lowest().expires_after(host_->limits().head_time);
    http::async_read_header(stream_,
                            buffer_,
                            *parser_,
                            [self = Self()](error_code error, std::size_t) {
                              error ? self->RefuseHead(error) : self->OnHead();
                            });
  }

  void RefuseHead(error_code error) {
    if (error == beast::error::timeout) {
      return;  // the stream is closed already
    }
    if (error == http::error::header_limit) {
      return Refuse(431,
                    "the request's head is longer than " +
                        std::to_string(host_->limits().max_header_bytes) +
                        " bytes");
    }
    if (error.category() ==
            make_error_code(http::error::bad_method).category() &&
        error != http::error::end_of_stream &&
        error != http::error::partial_message) {
      return Refuse(400, "not an HTTP request: " + error.message());
    }
  }

  void OnHead() {
    TakeHead();
    const std::size_t limit = host_->limits().max_body_bytes;
    const auto length = parser_->content_length();
    if (length && *length > limit) {
      return Refuse(413,
                    "the body has " + std::to_string(*length) +
                        " bytes; at most " + std::to_string(limit));
    }
    parser_->body_limit(limit);
    if (auto refusal = host_->handler().CheckHead(request_)) {
      must_drain_ = !parser_->is_done();
      return Answer(*std::move(refusal));
    }
    Lowest().expires_after(host_->limits().body_time);
    const auto expect = request_.Header("expect");
    if (expect && *expect == "100-continue" && !parser_->is_done()) {
      return Continue();
    }
    ReadBody();
  }

  void TakeHead() {
    request_ = {};
    request_.arrived = std::chrono::steady_clock::now();
    request_.peer = peer_;
    const auto& head = parser_->get();
    request_.method = std::string(head.method_string());
    const std::string target(head.target());
    const std::size_t question = target.find('?');
    request_.path = target.substr(0, question);
    if (question != std::string::npos) {
      request_.query =
          ParseQuery(std::string_view(target).substr(question + 1));
    }
    for (const auto& field : head) {
      std::string name(field.name_string());
      for (char& c : name) {
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      }
      request_.headers.emplace_back(std::move(name),
                                    std::string(field.value()));
    }
    keeps_alive_ = parser_->keep_alive();
    is_head_request_ = head.method() == http::verb::head;
  }

  void Continue() {
    static constexpr std::string_view kContinue =
        "HTTP/1.1 100 Continue\r\n\r\n";
    asio::async_write(stream_,
                      asio::buffer(kContinue.data(), kContinue.size()),
                      [self = Self()](error_code error, std::size_t) {
                        if (!error) {
                          self->ReadBody();
                        }
                      });
  }

  void ReadBody() {
    if (parser_->is_done()) {
      return OnBody();
    }
    http::async_read_some(stream_,
                          buffer_,
                          *parser_,
                          [self = Self()](error_code error, std::size_t) {
                            self->OnBodyPart(error);
                          });
  }

  void OnBodyPart(error_code error) {
    if (error == http::error::body_limit) {
      return Refuse(413,
                    "the body is longer than " +
                        std::to_string(host_->limits().max_body_bytes) +
                        " bytes");
    }
    if (error) {
      // A body that ends early has nobody left to read an answer.
      return;
    }
    if (!Account(parser_->get().body().capacity())) {
      return Refuse(503, "too many large requests at once; try again later");
    }
    ReadBody();
  }

  /// Notes that this connection holds `size` bytes; false when that is more
  /// than all together may.
  bool Account(std::size_t size) {
    auto& total = host_->usage().buffered_bytes;
    total += size - buffered_;  // wraps around where the body has shrunk
    buffered_ = size;
    return total <= host_->limits().max_buffered_bytes;
  }

  void Release() { Account(0); }

  void OnBody() {
    Lowest().expires_never();
    request_.body = std::move(parser_->get().body());
    // The guard keeps the loop alive while nothing but a worker is busy.
    auto guard = asio::make_work_guard(stream_.get_executor());
    host_->handler().Handle(
        std::move(request_), [self = Self(), guard](Response response) {
          asio::post(self->stream_.get_executor(),
                     [self, response = std::move(response)]() mutable {
                       self->Answer(std::move(response));
                     });
        });
  }

  void Refuse(int status, const std::string& why) {
    must_drain_ = true;
    Answer(host_->handler().Refusal(status, why));
  }

  void Answer(Response response) {
    Release();
    keeps_alive_ = keeps_alive_ && !must_drain_ && !close_after_answer_ &&
                   !host_->is_stopping();
    response_ = {};
    response_.version(11);
    response_.result(static_cast<unsigned>(response.status));
    response_.set(http::field::content_type, response.content_type);
    for (const auto& [name, value] : response.headers) {
      response_.set(name, value);
    }
    response_.keep_alive(keeps_alive_);
    response_.content_length(response.body.size());
    if (!is_head_request_) {
      response_.body() = std::move(response.body);
    }
    Lowest().expires_after(host_->limits().write_time);
    http::async_write(
        stream_, response_, [self = Self()](error_code error, std::size_t) {
          if (!error) {
            self->OnAnswered();
          }
        });
  }

  void OnAnswered() {
    response_.body() = std::string();
    parser_.reset();
    keeps_alive_ ? WaitForRequest() : Shutdown();
  }

  /// Says goodbye, and reads what the client is still sending: closing before
  /// would make its system drop our answer.
  void Shutdown() {
    constexpr std::chrono::seconds kLinger{2};
    Lowest().expires_after(kLinger);
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      stream_.async_shutdown([self = Self()](error_code) {});
    } else {
      error_code ignored;
      Lowest().socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
      if (must_drain_) {
        Drain();
      }
    }
  }

  void Drain() {
    buffer_.clear();
    constexpr std::size_t kPiece = 64 * 1024;
    stream_.async_read_some(buffer_.prepare(kPiece),
                            [self = Self()](error_code error, std::size_t) {
                              if (!error) {
                                self->Drain();
                              }
                            });
  }

  Stream stream_;
  ConnectionHost* host_;
  std::string peer_;
  beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  Request request_;
  http::response<http::string_body> response_;
  std::size_t buffered_ = 0;
  bool is_idle_ = false;
  bool keeps_alive_ = true;
  bool is_head_request_ = false;
  bool must_drain_ = false;
  bool close_after_answer_ = false;
};

}  // namespace mien::server
