// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace mien::train {

struct Address {
  std::string host;
  std::uint16_t port = 0;
};

/// "HOST:PORT", "[IPv6]:PORT". Throws TrainError that quotes `text`.
Address ParseAddress(const std::string& text);

/// The address, as text, of the interface through which this machine reaches
/// `there`. Throws TrainError when it cannot.
std::string OwnAddressTowards(const Address& there);

}  // namespace mien::train
