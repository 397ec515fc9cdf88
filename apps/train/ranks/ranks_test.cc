// SPDX-License-Identifier: Apache-2.0
#include "train/ranks/ranks.h"

#include <gtest/gtest.h>

#include "core/file.h"
#include "core/temp_dir.h"
#include "train/ranks/local_ranks.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

TEST(Ranks, AddUpTensors) {
  RunTwoRanks([](const RanksSetting& setting) {
    const auto ranks = Ranks::Join(setting);
    const Tensor x = torch::tensor({1.0F, 10.0F}) * (1 + ranks->rank());
    ranks->Add(x);
    EXPECT_TRUE(at::equal(x, torch::tensor({3.0F, 30.0F})));
  });
}

TEST(Ranks, GatherInOrderAndSendGradientsToTheOwnPart) {
  RunTwoRanks([](const RanksSetting& setting) {
    const auto ranks = Ranks::Join(setting);
    const Tensor part =
        torch::full({2, 1}, 1.0F + static_cast<float>(ranks->rank()))
            .set_requires_grad(true);
    const Tensor all = ranks->Gather(part);
    EXPECT_TRUE(at::equal(all.detach().flatten(),
                          torch::tensor({1.0F, 1.0F, 2.0F, 2.0F})));
    (all.flatten() * torch::tensor({1.0F, 2.0F, 3.0F, 4.0F})).sum().backward();
    const Tensor expected = ranks->rank() == 0 ? torch::tensor({1.0F, 2.0F})
                                               : torch::tensor({3.0F, 4.0F});
    EXPECT_TRUE(at::equal(part.grad().flatten(), expected));
    EXPECT_FALSE(ranks->Gather(Tensor()).defined());
  });
}

TEST(Ranks, StopTogether) {
  RunTwoRanks([](const RanksSetting& setting) {
    const auto ranks = Ranks::Join(setting);
    EXPECT_FALSE(ranks->Any(false));
    EXPECT_TRUE(ranks->Any(ranks->rank() == 1));
  });
}

TEST(Ranks, GetTheFileOfTheFirst) {
  const TempDir dir;
  RunTwoRanks([&](const RanksSetting& setting) {
    const auto ranks = Ranks::Join(setting);
    const auto path = dir.path() / std::to_string(ranks->rank());
    ranks->ShareFile(path);
    EXPECT_FALSE(std::filesystem::exists(path));
    if (ranks->rank() == 0) {
      ASSERT_TRUE(WriteFileAtomically(path, "state"));
    }
    ranks->ShareFile(path);
    EXPECT_EQ(ReadTextFile(path).value(), "state");
  });
}

TEST(Ranks, SayWhoHasOtherData) {
  EXPECT_THROW(RunTwoRanks([](const RanksSetting& setting) {
                 const auto ranks = Ranks::Join(setting);
                 ranks->ExpectSame("seed", "1");
                 ranks->ExpectSame("data", std::to_string(ranks->rank()));
               }),
               TrainError);
}

TEST(Ranks, SayWhenOneIsLost) {
  RunTwoRanks([](const RanksSetting& setting) {
    const auto ranks = Ranks::Join(setting);
    if (ranks->rank() == 0) {
      EXPECT_THROW(ranks->Any(false), TrainError);
    }
  });
}

TEST(Ranks, AloneNeedNobody) {
  const auto ranks = Ranks::Join({});
  EXPECT_TRUE(ranks->Any(true));
  const Tensor x = torch::ones({2});
  ranks->Add(x);
  EXPECT_TRUE(at::equal(ranks->Gather(x), torch::ones({2})));
}

TEST(Ranks, RefuseARankThatIsNone) {
  EXPECT_THROW(Ranks::Join({.size = 2, .rank = 2}), TrainError);
}

}  // namespace
}  // namespace mien::train
