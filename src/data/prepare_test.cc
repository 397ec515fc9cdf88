// SPDX-License-Identifier: Apache-2.0
#include "data/prepare.h"

#include <gtest/gtest.h>

#include <atomic>

#include "core/file.h"
#include "core/temp_dir.h"
#include "data/dataset.h"
#include "image/synthetic_image.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

/// A face of `side` pixels whose box begins at (x, y).
Detection FaceAt(float x, float y, float side) {
  Detection face;
  face.box = {x, y, x + side, y + side};
  face.score = 0.75F;
  face.landmarks = {{{x + 0.3F * side, y + 0.4F * side},
                     {x + 0.7F * side, y + 0.4F * side},
                     {x + 0.5F * side, y + 0.6F * side},
                     {x + 0.35F * side, y + 0.8F * side},
                     {x + 0.65F * side, y + 0.8F * side}}};
  return face;
}

/// Finds a large face at the left and a small one in the middle of pictures
/// wider than 100 pixels, none in others.
class FakeDetector final : public Detector {
 public:
  Result<std::vector<Detection>> Detect(const Image& image) const override {
    ++num_calls;
    if (image.width() <= 100) {
      return std::vector<Detection>();
    }
    return std::vector{FaceAt(10, 20, 60), FaceAt(80, 50, 40)};
  }

  [[nodiscard]] bool has_landmarks() const override { return true; }

  [[nodiscard]] std::string name() const override { return "fake"; }

  mutable std::atomic<int> num_calls = 0;
};

/// Pictures in a folder of their own, and a dataset beside them.
class PrepareDatasetTest : public testing::Test {
 protected:
  /// A picture of 200 x 140, different for each `phase`.
  PictureSource AddPicture(const std::string& name,
                           const std::string& identity,
                           int phase) {
    const Image image = NoiseImage(200, 140, static_cast<std::uint32_t>(phase));
    EXPECT_TRUE(SaveImage(image, dir_ / name));
    return {dir_ / name, identity};
  }

  Result<PrepareCounts> Prepare(FaceChoice faces = FaceChoice::kLargest) {
    PrepareOptions options;
    options.detector_id = "fake";
    options.faces = faces;
    options.num_threads = 3;
    return PrepareDataset(sources_, detector_, dir_ / "set", options);
  }

  ChipDataset Dataset() { return ChipDataset::Open(dir_ / "set").value(); }

  std::string Dropped() {
    return ReadTextFile(dir_ / "set/dropped.csv").value();
  }

  TempDir dir_;
  FakeDetector detector_;
  std::vector<PictureSource> sources_;
};

TEST_F(PrepareDatasetTest, KeepsTheOrderOfTheSources) {
  for (int i = 0; i < 12; ++i) {
    const std::string number = std::to_string(i);
    sources_.push_back(
        AddPicture(number + ".jpg", i % 2 == 0 ? "Ada" : "Bob", i));
  }
  const auto counts = Prepare();
  ASSERT_TRUE(counts) << counts.error().message;
  EXPECT_EQ(counts->num_chips, 12);
  const ChipDataset dataset = Dataset();
  ASSERT_EQ(dataset.size(), 12U);
  for (std::size_t i = 0; i < 12; ++i) {
    EXPECT_EQ(dataset.record(i).source, sources_[i].path.string());
    EXPECT_EQ(dataset.label(i), static_cast<std::int64_t>(i % 2));
  }
}

TEST_F(PrepareDatasetTest, StoresTheChipThatTheGeometrySays) {
  sources_ = {AddPicture("a.png", "Ada", 1)};
  ASSERT_TRUE(Prepare());
  const auto chip = Dataset().Decode(0);
  ASSERT_TRUE(chip);
  const auto expected = CutStoredChip(
      LoadImage(dir_ / "a.png")->image, FaceAt(10, 20, 60).landmarks, {});
  ASSERT_TRUE(expected);
  EXPECT_EQ(chip->width(), 144);
  double difference = 0;
  for (std::size_t i = 0; i < chip->pixels().size(); ++i) {
    difference += std::abs(chip->pixels()[i] - expected->pixels()[i]);
  }
  // Noise is the hardest picture for JPEG.
  EXPECT_LT(difference / static_cast<double>(chip->pixels().size()), 5);
}

TEST_F(PrepareDatasetTest, RecordsHowTheFaceWasFound) {
  sources_ = {AddPicture("a.jpg", "Ada", 1)};
  ASSERT_TRUE(Prepare());
  const ChipRecord record = Dataset().record(0);
  EXPECT_EQ(record.score, 0.75F);
  EXPECT_EQ(record.face_px, 60);
  EXPECT_GT(record.landmark_error_px, 0);
  EXPECT_EQ(record.digest.size(), 16U);
}

TEST_F(PrepareDatasetTest, TakesTheFacesThatWereChosen) {
  sources_ = {AddPicture("a.jpg", "", 1)};
  ASSERT_TRUE(Prepare(FaceChoice::kCentral));
  EXPECT_EQ(Dataset().record(0).face_px, 40);
  fs::remove_all(dir_ / "set");
  ASSERT_TRUE(Prepare(FaceChoice::kAll));
  EXPECT_EQ(Dataset().size(), 2U);
}

TEST_F(PrepareDatasetTest, ListsWhatItDropsAndGoesOn) {
  ASSERT_TRUE(SaveImage(NoiseImage(40, 40, 1), dir_ / "small.jpg"));
  ASSERT_TRUE(WriteFileAtomically(dir_ / "text.jpg", "not a picture"));
  sources_ = {{dir_ / "small.jpg", "Ada"},
              {dir_ / "text.jpg", "Ada"},
              {dir_ / "none.jpg", "Ada"},
              AddPicture("a.jpg", "Ada", 1)};
  const auto counts = Prepare();
  ASSERT_TRUE(counts);
  EXPECT_EQ(counts->num_dropped, 3);
  EXPECT_EQ(Dataset().size(), 1U);
  EXPECT_NE(Dropped().find("small.jpg,no face found\n"), std::string::npos);
  EXPECT_NE(Dropped().find("text.jpg,\"text, not a picture"), std::string::npos)
      << Dropped();
  EXPECT_NE(Dropped().find("none.jpg,cannot open: No such file or directory\n"),
            std::string::npos);
}

TEST_F(PrepareDatasetTest, DropsASecondFileOfTheSameBytesAndPerson) {
  sources_ = {AddPicture("a.jpg", "Ada", 1),
              AddPicture("b.jpg", "Ada", 1),
              AddPicture("c.jpg", "Bob", 1)};
  ASSERT_TRUE(Prepare());
  EXPECT_EQ(Dataset().size(), 2U);
  EXPECT_NE(Dropped().find("b.jpg,same file as " + (dir_ / "a.jpg").string()),
            std::string::npos);
}

TEST_F(PrepareDatasetTest, TakesNothingTwice) {
  sources_ = {AddPicture("a.jpg", "Ada", 1), AddPicture("b.jpg", "Bob", 2)};
  sources_.push_back(sources_[0]);
  ASSERT_TRUE(Prepare());
  sources_.push_back(AddPicture("c.jpg", "Ada", 3));
  const auto counts = Prepare();
  ASSERT_TRUE(counts);
  EXPECT_EQ(counts->num_chips, 1);
  EXPECT_EQ(detector_.num_calls, 3);
  EXPECT_EQ(Dataset().size(), 3U);
  EXPECT_EQ(Dataset().label(2), 0);
}

TEST_F(PrepareDatasetTest, RefusesAQualityOutOfRange) {
  PrepareOptions options;
  options.jpeg_quality = 101;
  const auto counts =
      PrepareDataset(sources_, detector_, dir_ / "set", options);
  ASSERT_FALSE(counts);
  EXPECT_EQ(counts.error().code, ErrorCode::kInvalidArgument);
}

TEST(FaceChoice, HasNames) {
  EXPECT_EQ(FaceChoiceName(FaceChoice::kCentral), "central");
  EXPECT_EQ(ParseFaceChoice("all"), FaceChoice::kAll);
  EXPECT_EQ(ParseFaceChoice("some"), std::nullopt);
}

}  // namespace
}  // namespace mien
