// SPDX-License-Identifier: Apache-2.0
//
// The façade with published networks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "mien/image.h"
#include "mien/recognizer.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

using ::testing::Each;

const fs::path& Shared() {
  static const fs::path path = fs::path(MIEN_SOURCE_DIR) / "../shared";
  return path;
}

class RecognizerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(Shared() / "models")) {
      GTEST_SKIP() << "skipped: needs ../shared";
    }
    RecognizerOptions options;
    options.models = Shared() / "models";
    options.embedding.precision = Precision::kFloat32;
    auto loaded = Recognizer::Load(options);
    ASSERT_TRUE(loaded) << loaded.error().message;
    recognizer_ = std::move(loaded).value();
  }

  static Image Lfw(const std::string& name, const std::string& number) {
    auto decoded = LoadImage(Shared() / "data/lfw/images" / name /
                             (name + "_" + number + ".jpg"));
    EXPECT_TRUE(decoded);
    return decoded ? std::move(decoded->image) : Image();
  }

  std::unique_ptr<Recognizer> recognizer_;
};

TEST_F(RecognizerTest, OnePersonMatches) {
  const auto answer = recognizer_->Verify(Lfw("Abel_Pacheco", "0001"),
                                          Lfw("Abel_Pacheco", "0004"));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->decision, Decision::kMatch);
  EXPECT_NEAR(answer->cosine_similarity, 0.64F, 0.02F);
}

TEST_F(RecognizerTest, TwoPeopleDoNot) {
  const auto answer =
      recognizer_->Verify(Lfw("Abel_Pacheco", "0001"), Lfw("AJ_Lamas", "0001"));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->decision, Decision::kUnknown);
}

TEST_F(RecognizerTest, SaysInWhichPictureThereIsNoFace) {
  const auto answer =
      recognizer_->Verify(Lfw("Abel_Pacheco", "0001"), Image(200, 200));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kInvalidImage);
  EXPECT_EQ(answer.error().message, "no face found in the second picture");
}

TEST_F(RecognizerTest, ThreadsShareOneRecognizer) {
  const Image picture = Lfw("Abel_Pacheco", "0001");
  const auto alone = recognizer_->FindFaces(picture);
  ASSERT_TRUE(alone);
  ASSERT_EQ(alone->size(), 1U);
  std::vector<int> different(4, 0);
  {
    std::vector<std::jthread> threads;
    for (int& count : different) {
      threads.emplace_back([&] {
        for (int round = 0; round < 5; ++round) {
          const auto faces = recognizer_->FindFaces(picture);
          count += faces && faces->size() == 1 &&
                           faces->front().embedding.values ==
                               alone->front().embedding.values
                       ? 0
                       : 1;
        }
      });
    }
  }
  EXPECT_THAT(different, Each(0));
}

}  // namespace
}  // namespace mien
