// SPDX-License-Identifier: Apache-2.0
//
// For tests: a web server on this machine, in this process.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <thread>

#include "core/check.h"

namespace mien::nets {

/// Serves one file under every path but "/missing", a connection at a time.
class HttpTestServer {
 public:
  struct Behaviour {
    /// Answers to "Range: bytes=N-" with that part.
    bool knows_ranges = true;

    /// Closes the connection of the first request after so many bytes.
    std::size_t first_answer_ends_after = SIZE_MAX;
  };

  HttpTestServer(std::string content, Behaviour behaviour)
      : content_(std::move(content)),
        behaviour_(behaviour),
        socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof(address);
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    MIEN_CHECK(::bind(socket_, any, length) == 0);
    MIEN_CHECK(::listen(socket_, 4) == 0);
    MIEN_CHECK(::getsockname(socket_, any, &length) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { Serve(); });
  }

  HttpTestServer(const HttpTestServer&) = delete;
  HttpTestServer& operator=(const HttpTestServer&) = delete;

  ~HttpTestServer() {
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
  }

  [[nodiscard]] std::string Url(const std::string& path = "/model") const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }

  /// Requests answered so far.
  [[nodiscard]] int num_requests() const { return num_requests_; }

 private:
  void Serve() {
    while (true) {
      const int connection = ::accept(socket_, nullptr, nullptr);
      if (connection < 0) {
        return;
      }
      Answer(connection, ReadRequest(connection));
      ::close(connection);
      ++num_requests_;
    }
  }

  static std::string ReadRequest(int connection) {
    std::string request;
    char byte = 0;
    while (!request.ends_with("\r\n\r\n") &&
           ::recv(connection, &byte, 1, 0) == 1) {
      request += byte;
    }
    return request;
  }

  void Answer(int connection, const std::string& request) {
    if (request.starts_with("GET /missing")) {
      Send(connection, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    static const std::string kRange = "Range: bytes=";
    const std::size_t range = request.find(kRange);
    if (range == std::string::npos || !behaviour_.knows_ranges) {
      SendContent(connection, "HTTP/1.1 200 OK\r\n", 0);
      return;
    }
    const std::size_t start =
        std::strtoull(request.c_str() + range + kRange.size(), nullptr, 10);
    if (start >= content_.size()) {
      Send(connection,
           "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    SendContent(connection,
                "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes " +
                    std::to_string(start) + "-" +
                    std::to_string(content_.size() - 1) + "/" +
                    std::to_string(content_.size()) + "\r\n",
                start);
  }

  void SendContent(int connection, const std::string& head, std::size_t start) {
    const std::string body = content_.substr(start);
    const std::size_t limit =
        num_requests_ == 0 ? behaviour_.first_answer_ends_after : SIZE_MAX;
    Send(connection,
         head + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
             body.substr(0, limit));
  }

  static void Send(int connection, const std::string& data) {
    std::size_t sent = 0;
    while (sent < data.size()) {
      const ssize_t count = ::send(
          connection, data.data() + sent, data.size() - sent, MSG_NOSIGNAL);
      if (count <= 0) {
        return;
      }
      sent += static_cast<std::size_t>(count);
    }
  }

  std::string content_;
  Behaviour behaviour_;
  int socket_;
  int port_ = 0;
  std::atomic<int> num_requests_ = 0;
  std::thread thread_;
};

}  // namespace mien::nets
