// SPDX-License-Identifier: Apache-2.0
#include "runtime/onednn/pack_weights.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "graph/half.h"

namespace mien::onednn {
namespace {

using Type = dnnl::memory::data_type;

/// Where index 0, 1, ... of axis `axis` lies: in a layout of blocks an
/// element's place is the sum of one such number per axis.
std::vector<std::int64_t> AxisOffsets(const BlockedLayout& layout,
                                      std::size_t axis,
                                      std::int64_t extent) {
  std::vector<std::int64_t> offsets;
  for (std::int64_t i = 0; i < extent; ++i) {
    std::int64_t outer = i;
    std::int64_t stride = 1;
    std::int64_t offset = 0;
    for (std::size_t b = layout.block_sizes.size(); b-- > 0;) {
      if (layout.block_axes[b] == static_cast<std::int64_t>(axis)) {
        offset += outer % layout.block_sizes[b] * stride;
        outer /= layout.block_sizes[b];
      }
      stride *= layout.block_sizes[b];
    }
    offsets.push_back(offset + outer * layout.strides[axis]);
  }
  return offsets;
}

/// AxisOffsets() of the axes [first, last), joined as one row-major axis.
std::vector<std::int64_t> JoinedOffsets(const BlockedLayout& layout,
                                        const Dims& extents,
                                        std::size_t first,
                                        std::size_t last) {
  std::vector<std::int64_t> joined = {0};
  for (std::size_t axis = first; axis < last; ++axis) {
    const auto offsets = AxisOffsets(layout, axis, extents[axis]);
    std::vector<std::int64_t> longer;
    longer.reserve(joined.size() * offsets.size());
    for (const std::int64_t outer : joined) {
      for (const std::int64_t inner : offsets) {
        longer.push_back(outer + inner);
      }
    }
    joined = std::move(longer);
  }
  return joined;
}

/// Where the elements of an array go: one number per row and per column.
struct Places {
  std::vector<std::int64_t> rows;
  std::vector<std::int64_t> columns;
};

/// Rows are scattered 16 at a time: what stands behind one another in blocked
/// layouts is the output channels, which are rows.
template <typename To, typename Convert>
void Scatter(const StoredElements& elements,
             const Places& places,
             To* to,
             Convert convert) {
  constexpr std::size_t kRowsAtOnce = 16;
  const std::size_t columns = places.columns.size();
  std::vector<float> floats(std::min(kRowsAtOnce, places.rows.size()) *
                            columns);
  for (std::size_t row = 0; row < places.rows.size(); row += kRowsAtOnce) {
    const std::size_t count = std::min(kRowsAtOnce, places.rows.size() - row);
    const std::span<float> rows(floats.data(), count * columns);
    CopyFloats(elements, row * columns, rows);
    for (std::size_t column = 0; column < columns; ++column) {
      To* target = to + places.columns[column];
      for (std::size_t r = 0; r < count; ++r) {
        target[places.rows[row + r]] = convert(rows[r * columns + column]);
      }
    }
  }
}

}  // namespace

bool PackWeights(const StoredElements& elements,
                 const MemoryDesc& wanted,
                 std::byte* to) {
  const std::optional<BlockedLayout> layout = BlockedLayoutOf(wanted);
  const Type type = ElementType(wanted);
  if (!layout || (type != Type::f32 && type != Type::bf16)) {
    return false;
  }
  // [g, M / g, C / g, kh, kw] has two axes of output channels, others one.
  const Dims extents = Extents(wanted);
  const std::size_t num_row_axes = extents.size() > 4 ? 2 : 1;
  const Places places = {
      JoinedOffsets(*layout, extents, 0, num_row_axes),
      JoinedOffsets(*layout, extents, num_row_axes, extents.size())};
  if (type == Type::f32) {
    Scatter(elements, places, reinterpret_cast<float*>(to), [](float value) {
      return value;
    });
  } else {
    Scatter(elements,
            places,
            reinterpret_cast<std::uint16_t*>(to),
            Bfloat16FromFloat);
  }
  return true;
}

}  // namespace mien::onednn
