// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/sample_store.h"

#include <gtest/gtest.h>

#include "train/train_error.h"

namespace mien::train {
namespace {

MtcnnSample SampleOf(SampleKind kind) {
  MtcnnSample sample;
  sample.chip = Image(12, 12);
  sample.kind = kind;
  return sample;
}

TEST(SampleStore, DrawsThreeNegativesForEachPartAndPositive) {
  SampleStore store(12, {100, 100, 100}, 1);
  for (const SampleKind kind :
       {SampleKind::kNegative, SampleKind::kPart, SampleKind::kPositive}) {
    store.Add(SampleOf(kind));
  }
  const SampleStore::Batch batch = store.Draw(1000, Random(1, 1));
  const Tensor counts = batch.targets.kinds.bincount();
  EXPECT_NEAR(counts[0].item<int>(), 600, 60);
  EXPECT_NEAR(counts[1].item<int>(), 200, 50);
  EXPECT_NEAR(counts[2].item<int>(), 200, 50);
  EXPECT_EQ(batch.input.sizes().vec(),
            (std::vector<std::int64_t>{1000, 3, 12, 12}));
}

TEST(SampleStore, DoesWithoutAKindThatIsMissing) {
  SampleStore store(12, {100, 100, 100}, 1);
  store.Add(SampleOf(SampleKind::kPositive));
  EXPECT_EQ(store.Draw(8, Random(1, 1)).targets.kinds.min().item<int>(), 2);
}

TEST(SampleStore, KeepsNoMoreOfAKindThanAllowed) {
  SampleStore store(12, {5, 100, 100}, 1);
  for (int i = 0; i < 50; ++i) {
    store.Add(SampleOf(SampleKind::kNegative));
  }
  EXPECT_EQ(store.count(SampleKind::kNegative), 5U);
}

TEST(SampleStore, RefusesToDrawFromNothing) {
  const SampleStore store(12, {5, 5, 5}, 1);
  EXPECT_THROW(store.Draw(4, Random(1, 1)), TrainError);
}

}  // namespace
}  // namespace mien::train
