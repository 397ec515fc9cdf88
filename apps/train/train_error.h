// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>

namespace mien::train {

/// Why a run cannot go on: what was wrong, with the value, and what would be
/// right. The trainer throws, as libtorch does; main() prints the message.
class TrainError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace mien::train
