// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "train/losses/gradient_check.h"
#include "train/losses/loss.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

using testing::HasSubstr;

const LossSetting kSetting{
    .embedding_size = 5, .num_identities = 3, .teacher_size = 5};

double ValueOf(std::string_view spec) {
  const LossInput input = InputOf(
      RandomRows(4), Labels({0, 1, 2, 1}), Normalized(RandomRows(4, 9)));
  return (*MakeLoss(spec, kSetting))(input).loss.item<double>();
}

std::string MessageOf(std::string_view spec) {
  try {
    MakeLoss(spec, kSetting);
  } catch (const TrainError& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(MakeLoss, ReadsNameAndOptions) {
  EXPECT_NE(ValueOf("distill:relation=5"), ValueOf("distill:relation=1"));
  EXPECT_EQ(ValueOf("distill:relation=5"), ValueOf(" distill : relation = 5 "));
}

TEST(MakeLoss, AddsWeightedLosses) {
  const double distill = ValueOf("distill:relation=2");
  const double arcface = ValueOf("arcface:scale=16,margin=0.4");
  EXPECT_NEAR(ValueOf("distill=1:relation=2+arcface=0.1:scale=16,margin=0.4"),
              distill + 0.1 * arcface,
              1e-9);
  EXPECT_NEAR(ValueOf("distill:relation=2 + arcface:scale=1.6e+1,margin=0.4"),
              distill + arcface,
              1e-9);
}

TEST(MakeLoss, WeighsASingleLoss) {
  EXPECT_NEAR(ValueOf("distill=3"), 3 * ValueOf("distill"), 1e-9);
}

TEST(MakeLoss, NamesParametersByTheirLoss) {
  const auto loss =
      MakeLoss("distill:bridge=projection+arcface",
               {.embedding_size = 5, .num_identities = 3, .teacher_size = 2});
  ASSERT_EQ(loss->parameters().size(), 2U);
  EXPECT_EQ(loss->parameters()[0].first, "distill.projection");
  EXPECT_EQ(loss->parameters()[1].first, "arcface.centres");
}

TEST(MakeLoss, NamesAnUnknownLossAndTheKnown) {
  EXPECT_THAT(MessageOf("arkface:scale=1"),
              HasSubstr("there is no loss \"arkface\"; there are arcface, "));
  EXPECT_THAT(MessageOf("distill+"), HasSubstr("there is no loss \"\""));
  EXPECT_THAT(MessageOf(""), HasSubstr("there is no loss \"\""));
}

TEST(MakeLoss, NamesWrongOptionsWeightsAndRepetitions) {
  EXPECT_EQ(MessageOf("arcface:size=2"),
            "arcface has no option \"size\"; it has scale, margin");
  EXPECT_EQ(MessageOf("arcface=0"), "weight of arcface is 0; must be > 0");
  EXPECT_EQ(MessageOf("arcface=x"),
            "weight of arcface is \"x\"; must be a number");
  EXPECT_EQ(MessageOf("distill+distill"),
            "loss \"distill+distill\" has distill twice; once is enough");
}

TEST(LossHelp, HasALineForEachLossThatIsItselfASpec) {
  EXPECT_THAT(LossHelp(),
              HasSubstr("arcface:scale=64,margin=0.5   (Deng et al. 2019)\n"));
}

}  // namespace
}  // namespace mien::train
