// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "graph/data_type.h"

namespace mien {

/// Elements as they lie somewhere else, at any alignment, and what is to become
/// of them.
struct StoredElements {
  std::shared_ptr<const void> owner;
  std::span<const std::byte> bytes;

  /// Of the elements as they lie. Half precisions and 8-bit integers may stand
  /// for float32, so that weights need not lie in memory twice or four times
  /// as large as in their file.
  DataType type = DataType::kFloat32;

  /// Factor of each row, that is index of the outermost axis; none for elements
  /// as they are. For what becomes float32 only.
  std::vector<double> row_scales;
};

/// Whether CopyFloats() reads elements of `type`.
bool CanBeFloats(DataType type);

/// The elements of `stored` from number `first` on as float32, times their
/// row's factor (in double precision, rounded once), until `to` is full.
void CopyFloats(const StoredElements& stored,
                std::size_t first,
                std::span<float> to);

}  // namespace mien
