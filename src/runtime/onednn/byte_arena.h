// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>

namespace mien::onednn {

/// Zeroed memory for many constants, taken from the system in chunks that grow,
/// in huge pages when they are large: mapping weights page by page would take
/// longer than filling them. A chunk lives as long as anything in it.
class ByteArena {
 public:
  /// `size` bytes, zero, at a multiple of 64.
  std::shared_ptr<std::byte> Allocate(std::size_t size);

 private:
  std::shared_ptr<std::byte> chunk_;
  std::size_t used_ = 0;
  std::size_t chunk_size_ = 0;
};

}  // namespace mien::onednn
