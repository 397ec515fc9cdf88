// SPDX-License-Identifier: Apache-2.0
#include "runtime/onednn/weight_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <span>
#include <vector>

namespace mien::onednn {
namespace {

using ::testing::_;
using ::testing::ElementsAre;
using Type = dnnl::memory::data_type;

/// 1 to 4 as float16, to be widened.
Tensor Halves() {
  const std::vector<std::uint16_t> bits = {0x3C00, 0x4000, 0x4200, 0x4400};
  const auto bytes = std::as_bytes(std::span(bits));
  return Tensor(DataType::kFloat16, {2, 2}, {bytes.begin(), bytes.end()})
      .AsFloat32();
}

/// [2, 2], stored as its transpose.
MemoryDesc Transposed() { return {Dims{2, 2}, Type::f32, Dims{1, 2}}; }

class WeightStoreTest : public ::testing::Test {
 protected:
  std::vector<float> Packed(const Tensor& tensor,
                            const MemoryDesc& plain,
                            const MemoryDesc& wanted) {
    const auto packed = store_.Pack(engine_, tensor, plain, wanted);
    std::vector<float> floats(4);
    std::memcpy(floats.data(), packed->data(), 4 * sizeof(float));
    return floats;
  }

  dnnl::engine engine_{dnnl::engine::kind::cpu, 0};
  WeightStore store_;
};

TEST_F(WeightStoreTest, WidensHalvesInEveryWayOfPacking) {
  const MemoryDesc plain = PlainDesc({2, 2});
  EXPECT_THAT(Packed(Halves(), plain, plain), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(Packed(Halves(), plain, Transposed()), ElementsAre(1, 3, 2, 4));
  // From what is not plain only oneDNN's reorder knows the way.
  EXPECT_THAT(Packed(Halves(), Transposed(), plain), ElementsAre(1, 3, 2, 4));
}

TEST_F(WeightStoreTest, PacksOnceForEachLayout) {
  const Tensor halves = Halves();
  const MemoryDesc plain = PlainDesc({2, 2});
  const auto first = store_.Pack(engine_, halves, plain, Transposed());
  EXPECT_EQ(store_.Pack(engine_, halves, plain, Transposed()), first);
  EXPECT_NE(store_.Pack(engine_, halves, plain, plain), first);
  EXPECT_NE(store_.Pack(engine_, Halves(), plain, Transposed()), first);
}

TEST_F(WeightStoreTest, UsesFloatsThatLieAsTheyAreWanted) {
  const Tensor floats = Tensor::Float({2, 2}, {{1, 2, 3, 4}});
  const MemoryDesc plain = PlainDesc({2, 2});
  EXPECT_EQ(store_.Pack(engine_, floats, plain, plain)->data(),
            floats.bytes().data());
}

TEST_F(WeightStoreTest, RoundsToBytesOnce) {
  const Tensor halves = Halves();
  const ByteWeights& bytes = store_.ToBytes(halves);
  EXPECT_THAT(bytes.integers.ToInts(), ElementsAre(_, 127, 95, 127));
  EXPECT_EQ(&store_.ToBytes(halves), &bytes);
}

TEST_F(WeightStoreTest, TellsTheSameElementsOfOtherExtentsApart) {
  const Tensor halves = Halves();
  EXPECT_THAT(store_.ToBytes(halves).integers.ToInts(),
              ElementsAre(_, 127, 95, 127));
  EXPECT_THAT(store_.ToBytes(halves.Reshaped({4, 1})).integers.ToInts(),
              ElementsAre(127, 127, 127, 127));
  const Tensor weights =
      Tensor::Float({32, 16, 3, 3}, std::vector<float>(32 * 16 * 9, 1.0F));
  EXPECT_NE(store_.ToWinograd(weights.Reshaped({16, 32, 3, 3}), 8),
            store_.ToWinograd(weights, 8));
}

TEST_F(WeightStoreTest, TransformsForWinogradOnceForEachWidth) {
  const Tensor weights =
      Tensor::Float({32, 8, 3, 3}, std::vector<float>(32 * 8 * 9, 1.0F));
  const auto narrow = store_.ToWinograd(weights, 8);
  EXPECT_EQ(narrow->size(), 32U * 8 * 36);
  EXPECT_EQ(store_.ToWinograd(weights, 8), narrow);
  EXPECT_NE(store_.ToWinograd(weights, 16), narrow);
}

}  // namespace
}  // namespace mien::onednn
