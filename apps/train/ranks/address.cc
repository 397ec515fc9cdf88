// SPDX-License-Identifier: Apache-2.0
#include "train/ranks/address.h"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>

#include "train/train_error.h"

namespace mien::train {
namespace {

using AddressList = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

AddressList LookUp(const Address& address) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  const int status = getaddrinfo(address.host.c_str(),
                                 std::to_string(address.port).c_str(),
                                 &hints,
                                 &found);
  if (status != 0) {
    throw TrainError("cannot find the machine " + address.host + ": " +
                     gai_strerror(status));
  }
  return {found, freeaddrinfo};
}

std::string NumericHost(const sockaddr_storage& address, socklen_t size) {
  std::array<char, NI_MAXHOST> text{};
  const int status = getnameinfo(reinterpret_cast<const sockaddr*>(&address),
                                 size,
                                 text.data(),
                                 text.size(),
                                 nullptr,
                                 0,
                                 NI_NUMERICHOST);
  if (status != 0) {
    throw TrainError(std::string("cannot tell this machine's address: ") +
                     gai_strerror(status));
  }
  return text.data();
}

}  // namespace

Address ParseAddress(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  const std::string port =
      colon == std::string::npos ? "" : text.substr(colon + 1);
  Address address;
  const auto [end, error] =
      std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (error != std::errc() || end != port.data() + port.size() ||
      address.port == 0 || colon == 0) {
    throw TrainError("the address is \"" + text +
                     "\"; must be HOST:PORT, such as 10.0.0.1:29500");
  }
  address.host = text.substr(0, colon);
  if (address.host.starts_with('[') && address.host.ends_with(']')) {
    address.host = address.host.substr(1, address.host.size() - 2);
  }
  return address;
}

std::string OwnAddressTowards(const Address& there) {
  const AddressList list = LookUp(there);
  const int socket_fd = socket(list->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket_fd < 0) {
    throw TrainError(std::string("cannot open a socket: ") +
                     std::strerror(errno));
  }
  sockaddr_storage own{};
  socklen_t size = sizeof own;
  // Connecting a datagram socket chooses the interface and sends nothing.
  const bool known =
      connect(socket_fd, list->ai_addr, list->ai_addrlen) == 0 &&
      getsockname(socket_fd, reinterpret_cast<sockaddr*>(&own), &size) == 0;
  const int failure = errno;
  close(socket_fd);
  if (!known) {
    throw TrainError("cannot reach the machine " + there.host + ": " +
                     std::strerror(failure));
  }
  return NumericHost(own, size);
}

}  // namespace mien::train
