// SPDX-License-Identifier: Apache-2.0
#include "graph/stored_elements.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "core/check.h"
#include "graph/half.h"

namespace mien {
namespace {

/// Calls `convert` with each element from number `first` on.
template <typename From, typename Convert>
void Copy(std::span<const std::byte> bytes,
          std::size_t first,
          std::span<float> to,
          Convert convert) {
  const std::byte* from = bytes.data() + first * sizeof(From);
  for (std::size_t i = 0; i < to.size(); ++i) {
    From element;
    std::memcpy(&element, from + i * sizeof(From), sizeof(From));
    to[i] = convert(element);
  }
}

void CopyUnscaled(const StoredElements& stored,
                  std::size_t first,
                  std::span<float> to) {
  switch (stored.type) {
    case DataType::kFloat32:
      return Copy<float>(
          stored.bytes, first, to, [](float value) { return value; });
    case DataType::kFloat16:
      return Copy<std::uint16_t>(
          stored.bytes, first, to, [](std::uint16_t bits) {
            return FloatFromHalf(bits);
          });
    case DataType::kBfloat16:
      return Copy<std::uint16_t>(
          stored.bytes, first, to, [](std::uint16_t bits) {
            return FloatFromBfloat16(bits);
          });
    case DataType::kInt8:
      return Copy<std::int8_t>(stored.bytes, first, to, [](std::int8_t value) {
        return static_cast<float>(value);
      });
    default:
      MIEN_CHECK(!"a type that CanBeFloats()");
  }
}

}  // namespace

bool CanBeFloats(DataType type) {
  return type == DataType::kFloat32 || type == DataType::kFloat16 ||
         type == DataType::kBfloat16 || type == DataType::kInt8;
}

void CopyFloats(const StoredElements& stored,
                std::size_t first,
                std::span<float> to) {
  const std::size_t count = stored.bytes.size() / ElementBytes(stored.type);
  MIEN_CHECK(first <= count && to.size() <= count - first);
  CopyUnscaled(stored, first, to);
  if (stored.row_scales.empty()) {
    return;
  }
  const std::size_t length = count / stored.row_scales.size();
  for (std::size_t i = 0; i < to.size();) {
    const std::size_t row = (first + i) / length;
    const std::size_t end = std::min(to.size(), (row + 1) * length - first);
    for (; i < end; ++i) {
      to[i] = static_cast<float>(to[i] * stored.row_scales[row]);
    }
  }
}

}  // namespace mien
