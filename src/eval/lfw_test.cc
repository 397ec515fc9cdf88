// SPDX-License-Identifier: Apache-2.0
#include "eval/lfw.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>
#include <string>

#include "core/file.h"
#include "core/temp_dir.h"
#include "eval/central_faces.h"
#include "mien/image.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

Detection FaceAt(Box box) {
  Detection face;
  face.box = box;
  return face;
}

TEST(CentralFace, IsNoneOfNoFaces) {
  EXPECT_EQ(CentralFace({}, 100, 100), std::nullopt);
}

TEST(CentralFace, PrefersASmallerFaceInTheMiddle) {
  // Areas 1600 and 2500; squared distances from (50, 50) 0 and 1250.
  const std::vector<Detection> faces = {FaceAt({30, 30, 70, 70}),
                                        FaceAt({0, 0, 50, 50})};
  EXPECT_EQ(CentralFace(faces, 100, 100), 0U);
}

TEST(CentralFace, TakesAMuchLargerFaceAside) {
  // 100 - 0 against 6400 - 2 * 200.
  const std::vector<Detection> faces = {FaceAt({45, 45, 55, 55}),
                                        FaceAt({0, 0, 80, 80})};
  EXPECT_EQ(CentralFace(faces, 100, 100), 1U);
}

/// Finds one face that fills the picture, unless the picture is black.
class WholePictureDetector final : public Detector {
 public:
  Result<std::vector<Detection>> Detect(const Image& image) const override {
    if (image.pixels()[0] < 10) {
      return std::vector<Detection>();
    }
    Detection face;
    face.box = {0,
                0,
                static_cast<float>(image.width()),
                static_cast<float>(image.height())};
    return std::vector<Detection>{face};
  }

  [[nodiscard]] bool has_landmarks() const override { return false; }

  [[nodiscard]] std::string name() const override { return "whole"; }
};

/// Grey level g becomes the direction at g degrees.
class LevelEmbedder final : public Embedder {
 public:
  LevelEmbedder() {
    contract_.chip_template = ChipTemplate::kFacenetMargin;
    contract_.input_width = 8;
    contract_.input_height = 8;
  }

  Result<std::vector<Embedding>> Embed(
      std::span<const Image> chips) const override {
    std::vector<Embedding> embeddings;
    for (const Image& chip : chips) {
      const double angle = chip.pixels()[0] * 3.14159265 / 180.0;
      embeddings.push_back({{static_cast<float>(std::cos(angle)),
                             static_cast<float>(std::sin(angle))},
                            "levels"});
    }
    return embeddings;
  }

  [[nodiscard]] const ModelContract& contract() const override {
    return contract_;
  }

  [[nodiscard]] Precision precision() const override {
    return Precision::kFloat32;
  }

 private:
  ModelContract contract_;
};

class EvaluateLfwTest : public ::testing::Test {
 protected:
  /// Picture `number` of `subject`, evenly grey.
  void AddPicture(const std::string& subject, int number, std::uint8_t level) {
    const fs::path path =
        dir_ / (ListedPicture{subject, number}.Key() + ".jpg");
    fs::create_directories(path.parent_path());
    Image image(16, 16);
    std::ranges::fill(image.pixels(), level);
    ASSERT_TRUE(SaveImage(image, path));
  }

  Result<LfwReport> Evaluate(std::string_view pairs) {
    EXPECT_TRUE(WriteFileAtomically(dir_ / "pairs.txt", pairs));
    return EvaluateLfw(
        WholePictureDetector(),
        LevelEmbedder(),
        {.root = dir_.path(), .pairs = dir_ / "pairs.txt", .num_threads = 2});
  }

  TempDir dir_;
};

constexpr std::string_view kPairs =
    "2\t1\n"
    "Ada\t1\t2\n"
    "Ada\t1\tBob\t1\n"
    "Bob\t1\t2\n"
    "Ada\t2\tBob\t2\n";

TEST_F(EvaluateLfwTest, SeparatesTwoPeopleWithoutError) {
  AddPicture("Ada", 1, 20);
  AddPicture("Ada", 2, 30);
  AddPicture("Bob", 1, 120);
  AddPicture("Bob", 2, 130);
  const Result<LfwReport> report = Evaluate(kPairs);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->num_pairs, 4);
  EXPECT_EQ(report->num_failed, 0);
  EXPECT_DOUBLE_EQ(report->accuracy, 1.0);
  EXPECT_DOUBLE_EQ(report->auc.value(), 1.0);
  EXPECT_DOUBLE_EQ(report->tmr_at_fmr_1e3.value(), 1.0);
  // Mated pairs are 10 degrees apart.
  EXPECT_NEAR(report->threshold_at_fmr_1e3.value(), 0.9848, 1e-3);
}

TEST_F(EvaluateLfwTest, CountsAPictureWithoutFaceAsWrong) {
  AddPicture("Ada", 1, 20);
  AddPicture("Ada", 2, 0);
  AddPicture("Bob", 1, 120);
  AddPicture("Bob", 2, 130);
  const Result<LfwReport> report = Evaluate(kPairs);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->num_failed, 2);
  // Fold 1 keeps its non-mated pair. Fold 2 keeps none: on fold 1 accepting
  // nobody is as good as anything, which loses Bob's mated pair too.
  EXPECT_DOUBLE_EQ(report->accuracy, 0.25);
}

TEST_F(EvaluateLfwTest, SaysWhenThereAreNoPictures) {
  const Result<LfwReport> report = Evaluate(kPairs);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace mien
