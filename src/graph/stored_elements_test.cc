// SPDX-License-Identifier: Apache-2.0
#include "graph/stored_elements.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <vector>

namespace mien {
namespace {

/// `elements` one byte after an aligned address.
template <typename T>
std::vector<std::byte> Shifted(std::vector<T> elements) {
  std::vector<std::byte> bytes(1 + elements.size() * sizeof(T));
  std::memcpy(bytes.data() + 1, elements.data(), elements.size() * sizeof(T));
  return bytes;
}

std::vector<float> Copied(const StoredElements& stored,
                          std::size_t first,
                          std::size_t count) {
  std::vector<float> floats(count);
  CopyFloats(stored, first, floats);
  return floats;
}

StoredElements Of(const std::vector<std::byte>& shifted, DataType type) {
  return {nullptr, std::span(shifted).subspan(1), type, {}};
}

TEST(CopyFloats, ReadsFloatsAtAnyAlignment) {
  const auto bytes = Shifted<float>({1.5F, -2.0F, 3.25F});
  EXPECT_EQ(Copied(Of(bytes, DataType::kFloat32), 0, 3),
            (std::vector<float>{1.5F, -2.0F, 3.25F}));
}

TEST(CopyFloats, WidensHalves) {
  const auto halves = Shifted<std::uint16_t>({0x3C00, 0xC100, 0x0001});
  EXPECT_EQ(Copied(Of(halves, DataType::kFloat16), 0, 3),
            (std::vector<float>{1.0F, -2.5F, 0x1p-24F}));
  const auto bfloats = Shifted<std::uint16_t>({0x3F80, 0xC020});
  EXPECT_EQ(Copied(Of(bfloats, DataType::kBfloat16), 0, 2),
            (std::vector<float>{1.0F, -2.5F}));
}

TEST(CopyFloats, WidensSignedBytes) {
  const auto bytes = Shifted<std::int8_t>({-128, 0, 127});
  EXPECT_EQ(Copied(Of(bytes, DataType::kInt8), 0, 3),
            (std::vector<float>{-128.0F, 0.0F, 127.0F}));
}

TEST(CopyFloats, ScalesTheRowsThatAPartReachesInto) {
  const auto bytes = Shifted<std::int8_t>({1, 2, 3, 4, 5, 6, 7, 8, 9});
  StoredElements stored = Of(bytes, DataType::kInt8);
  stored.row_scales = {1.0, 10.0, 0.5};
  EXPECT_EQ(Copied(stored, 2, 5),
            (std::vector<float>{3.0F, 40.0F, 50.0F, 60.0F, 3.5F}));
}

TEST(CopyFloats, RefusesElementsBeyondTheEnd) {
  const auto bytes = Shifted<std::int8_t>({1, 2});
  const StoredElements stored = Of(bytes, DataType::kInt8);
  EXPECT_THROW(Copied(stored, 1, 2), std::logic_error);
  EXPECT_THROW(Copied(stored, 3, 0), std::logic_error);
  EXPECT_EQ(Copied(stored, 2, 0), std::vector<float>());
}

TEST(CanBeFloats, KnowsWhatWeightsAreStoredAs) {
  for (const DataType type : {DataType::kFloat32,
                              DataType::kFloat16,
                              DataType::kBfloat16,
                              DataType::kInt8}) {
    EXPECT_TRUE(CanBeFloats(type)) << DataTypeName(type);
  }
  EXPECT_FALSE(CanBeFloats(DataType::kInt64));
  EXPECT_FALSE(CanBeFloats(DataType::kFloat64));
}

}  // namespace
}  // namespace mien
