// SPDX-License-Identifier: Apache-2.0
#include "train/samplers/sampler_check.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

const Chips kLabels{0, 0, 1, 1, 2, 2, 3, 3};

std::string MessageOf(std::string_view spec, const SamplerSetting& setting) {
  try {
    MakeSampler(spec, kLabels, setting);
  } catch (const TrainError& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(MakeSampler, ReadsNameAndOptions) {
  const auto sampler =
      MakeSampler(" pk : chips = 2 ", kLabels, {.batch_size = 4});
  EXPECT_EQ(sampler->batches_per_epoch(), 2);
}

TEST(MakeSampler, NamesAnUnknownSamplerOrOption) {
  EXPECT_EQ(
      MessageOf("pxk", {}),
      "there is no sampler \"pxk\"; there are instance, mixed, pairs, pk, "
      "triplets");
  EXPECT_EQ(MessageOf("pk:size=3", {.batch_size = 8}),
            "pk has no option \"size\"; it has chips, min-chips");
  EXPECT_EQ(MessageOf("pairs:size=3", {.batch_size = 8}),
            "pairs has no option \"size\"; it has none");
}

TEST(MakeSampler, NamesASettingOutOfRange) {
  EXPECT_EQ(MessageOf("instance", {.batch_size = 0}),
            "batch size is 0; must be >= 1");
  EXPECT_EQ(MessageOf("instance", {.rank = 2, .world_size = 2}),
            "rank is 2 of 2; must be >= 0 and less");
  EXPECT_EQ(MessageOf("instance", {.batch_size = 9, .world_size = 2}),
            "batch size is 9; must be a multiple of the 2 ranks");
}

TEST(SamplerHelp, HasALineForEachSamplerThatIsItselfASpec) {
  EXPECT_THAT(SamplerHelp(),
              testing::HasSubstr("pk:chips=4,min-chips=2   "
                                 "(K chips of each of P identities)\n"));
}

}  // namespace
}  // namespace mien::train
