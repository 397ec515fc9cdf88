// SPDX-License-Identifier: Apache-2.0
#include "runtime/onednn/pack_weights.h"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

#include "runtime/onednn/byte_arena.h"
#include "runtime/onednn/operand.h"

namespace mien::onednn {
namespace {

using Tag = dnnl::memory::format_tag;
using Type = dnnl::memory::data_type;

/// What oneDNN's own reorder makes of 0, 1, 2, ...
std::vector<std::byte> Reordered(const MemoryDesc& wanted,
                                 std::vector<float>& values) {
  const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  const Dims extents = Extents(wanted);
  std::vector<std::byte> bytes(wanted.get_size());
  dnnl::memory from(
      PlainDesc({extents.begin(), extents.end()}), engine, values.data());
  dnnl::memory to(wanted, engine, bytes.data());
  dnnl::stream stream(engine);
  dnnl::reorder(from, to).execute(stream, from, to);
  stream.wait();
  return bytes;
}

StoredElements Stored(std::span<const float> values) {
  return {nullptr, std::as_bytes(values), DataType::kFloat32, {}};
}

TEST(PackWeights, EqualsOneDnnsReorder) {
  for (const Type type : {Type::f32, Type::bf16}) {
    for (const MemoryDesc& wanted :
         {MemoryDesc({40, 20, 3, 3}, type, Tag::OIhw16i16o),
          MemoryDesc({40, 20, 3, 3}, type, Tag::OIhw8i16o2i),
          MemoryDesc({40, 20, 3, 3}, type, Tag::Acdb32a),
          MemoryDesc({33, 17, 1, 1}, type, Tag::hwio),
          MemoryDesc({3, 20, 7, 3, 3}, type, Tag::gOIhw16o16i),
          MemoryDesc({24, 1, 1, 3, 3}, type, Tag::Goihw16g),
          MemoryDesc({50, 30}, type, Tag::ba)}) {
      const Dims extents = Extents(wanted);
      std::vector<float> values(static_cast<std::size_t>(
          NumElements({extents.begin(), extents.end()})));
      std::iota(values.begin(), values.end(), 0.0F);
      std::vector<std::byte> packed(wanted.get_size());
      ASSERT_TRUE(PackWeights(Stored(values), wanted, packed.data()));
      EXPECT_EQ(packed, Reordered(wanted, values));
    }
  }
}

TEST(PackWeights, ScalesRows) {
  const std::vector<float> values = {1, 2, 3, 4};
  StoredElements stored = Stored(values);
  stored.row_scales = {1.0, 0.5};
  std::vector<float> packed(4);
  ASSERT_TRUE(PackWeights(stored,
                          MemoryDesc({2, 2}, Type::f32, Tag::ba),
                          reinterpret_cast<std::byte*>(packed.data())));
  EXPECT_EQ(packed, (std::vector<float>{1, 1.5, 2, 2}));
}

TEST(PackWeights, WidensWhatIsStoredSmaller) {
  const std::vector<std::int8_t> bytes = {1, -2, 3, -4};
  const std::vector<std::uint16_t> halves = {0x3C00, 0xC000, 0x4200, 0xC400};
  const std::vector<float> expected = {1, 3, -2, -4};
  for (const StoredElements& stored :
       {StoredElements{
            nullptr, std::as_bytes(std::span(bytes)), DataType::kInt8, {}},
        StoredElements{nullptr,
                       std::as_bytes(std::span(halves)),
                       DataType::kFloat16,
                       {}}}) {
    std::vector<float> packed(4);
    ASSERT_TRUE(PackWeights(stored,
                            MemoryDesc({2, 2}, Type::f32, Tag::ba),
                            reinterpret_cast<std::byte*>(packed.data())));
    EXPECT_EQ(packed, expected);
  }
}

TEST(PackWeights, ScalesTheRowsOfGroups) {
  // Two groups of 20 outputs, 10 inputs each: more rows than at a time.
  std::vector<float> values(400);
  std::iota(values.begin(), values.end(), 0.0F);
  StoredElements stored = Stored(values);
  std::vector<float> scaled = values;
  for (int row = 0; row < 40; ++row) {
    stored.row_scales.push_back(0.5 * row);
    for (int i = 0; i < 10; ++i) {
      scaled[static_cast<std::size_t>(row * 10 + i)] *=
          0.5F * static_cast<float>(row);
    }
  }
  const MemoryDesc wanted({2, 20, 10, 1, 1}, Type::f32, Tag::gOIhw16i16o);
  std::vector<std::byte> packed(wanted.get_size());
  ASSERT_TRUE(PackWeights(stored, wanted, packed.data()));
  EXPECT_EQ(packed, Reordered(wanted, scaled));
}

TEST(PackWeights, LeavesOtherTypesAlone) {
  const std::vector<float> values(4);
  std::vector<std::byte> bytes(4, std::byte{7});
  EXPECT_FALSE(PackWeights(
      Stored(values), MemoryDesc({2, 2}, Type::s8, Tag::ab), bytes.data()));
  EXPECT_EQ(bytes, std::vector<std::byte>(4, std::byte{7}));
}

TEST(ByteArena, GivesZeroedAlignedDisjointParts) {
  ByteArena arena;
  const auto small = arena.Allocate(3);
  const auto other = arena.Allocate(100);
  const auto large = arena.Allocate(std::size_t{9} << 20);
  for (const auto& part : {small, other, large}) {
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(part.get()) % 64, 0U);
  }
  EXPECT_EQ(other.get() - small.get(), 64);
  EXPECT_EQ(large.get()[(std::size_t{9} << 20) - 1], std::byte{0});
}

TEST(ByteArena, IsOutlivedByItsParts) {
  std::shared_ptr<std::byte> part;
  {
    ByteArena arena;
    part = arena.Allocate(8);
  }
  *part = std::byte{5};
  EXPECT_EQ(*part, std::byte{5});
}

}  // namespace
}  // namespace mien::onednn
