// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "mien/result.h"

namespace mien {

/// Keeps the float rows of an index that does not hold them itself.
///
/// Thread safety: Read() may run concurrently.
class RowSource {
 public:
  RowSource() = default;
  RowSource(const RowSource&) = delete;
  RowSource& operator=(const RowSource&) = delete;
  virtual ~RowSource() = default;

  /// Calls `visit` with every row of `ids`; rows that are gone are left out.
  ///
  /// Errors: those of the storage.
  virtual Result<void> Read(
      std::span<const std::uint64_t> ids,
      const std::function<void(std::uint64_t id, std::span<const float> row)>&
          visit) const = 0;
};

}  // namespace mien
