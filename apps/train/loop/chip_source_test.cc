// SPDX-License-Identifier: Apache-2.0
#include "train/loop/chip_source.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "core/temp_dir.h"
#include "train/loop/toy_people.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

using Paths = std::vector<std::filesystem::path>;

class ChipSourceTest : public testing::Test {
 protected:
  ChipSourceTest() {
    MakeToyPeople(a_, 2);
    MakeToyPeople(b_, 1, 2);
  }

  TempDir dir_;
  std::filesystem::path a_ = dir_.path() / "a";
  std::filesystem::path b_ = dir_.path() / "b";
};

TEST_F(ChipSourceTest, GivesDatasetsLabelsOfTheirOwn) {
  const ChipSource source(Paths{a_, b_}, ChipSource::Teacher::kNone);
  EXPECT_EQ(source.size(), 24);
  EXPECT_EQ(source.num_identities(), 16);
  EXPECT_EQ(source.labels()[0], source.labels()[1]);
  EXPECT_EQ(*std::ranges::max_element(source.labels().subspan(0, 16)), 7);
  EXPECT_EQ(*std::ranges::min_element(source.labels().subspan(16)), 8);
  EXPECT_EQ(source.teacher_size(), 0);
}

TEST_F(ChipSourceTest, FindsChipAndTeacherOfEachDataset) {
  const ChipSource source(Paths{a_, b_}, ChipSource::Teacher::kWanted);
  EXPECT_EQ(source.source(1), "person0/person0_0002.jpg");
  EXPECT_EQ(source.source(17), "person1/person1_0001.jpg");
  EXPECT_EQ(source.teacher_size(), kToyTeacher);
  EXPECT_LT(source.teacher(1)[0], 0.0F);
  EXPECT_GT(source.teacher(17)[0], 0.0F);
  const auto chip = source.Decode(17);
  ASSERT_TRUE(chip);
  EXPECT_GT(chip->row(3)[0], 128);  // person 1 is red
}

TEST_F(ChipSourceTest, RefusesFoldersThatAreNoDataset) {
  EXPECT_THROW(
      ChipSource(Paths{dir_.path() / "none"}, ChipSource::Teacher::kNone),
      TrainError);
  EXPECT_THROW(ChipSource(Paths{}, ChipSource::Teacher::kNone), TrainError);
}

TEST_F(ChipSourceTest, RefusesATeacherThatLacksChips) {
  std::filesystem::copy_file(a_ / kTeacherFile,
                             b_ / kTeacherFile,
                             std::filesystem::copy_options::overwrite_existing);
  try {
    const ChipSource source(Paths{a_, b_}, ChipSource::Teacher::kWanted);
    FAIL() << "accepted 16 embeddings for 8 chips";
  } catch (const TrainError& error) {
    EXPECT_NE(std::string(error.what()).find("16 embeddings"),
              std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace mien::train
