// SPDX-License-Identifier: Apache-2.0
#include "gallery/gallery_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "core/temp_dir.h"

namespace mien {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kModel = "sha256:0123456789abcdef";

class GalleryIndexTest : public testing::Test {
 protected:
  GalleryIndexTest() : gallery_(Gallery::Open(folder_ / "g.db").value()) {}

  AddedTemplate Add(const std::string& subject,
                    std::vector<float> vector,
                    Polarity polarity = Polarity::kPositive) {
    Template entry;
    entry.embedding = {std::move(vector), kModel};
    entry.polarity = polarity;
    return gallery_->AddTemplate("c", subject, entry).value();
  }

  std::unique_ptr<GalleryIndex> Build(Fusion fusion = Fusion::kMax) {
    return GalleryIndex::Build(*gallery_, "c", kModel, {.fusion = fusion})
        .value();
  }

  static std::vector<SubjectSimilarity> Search(const GalleryIndex& index,
                                               std::vector<float> probe,
                                               int k) {
    auto answers = index.Search(probe, k).value();
    return answers.empty() ? std::vector<SubjectSimilarity>()
                           : std::move(answers.front());
  }

  TempDir folder_;
  std::unique_ptr<Gallery> gallery_;
};

TEST_F(GalleryIndexTest, AnEmptyGalleryKnowsNobody) {
  EXPECT_THAT(Search(*Build(), {1.0F, 0.0F}, 3), IsEmpty());
}

TEST_F(GalleryIndexTest, EachSubjectAnswersOnceWithItsBestTemplate) {
  const auto ada = Add("Ada", {1.0F, 0.0F}).subject_id;
  Add("Ada", {0.8F, 0.6F});
  const auto bob = Add("Bob", {0.0F, 1.0F}).subject_id;
  EXPECT_THAT(
      Search(*Build(), {0.8F, 0.6F}, 5),
      ElementsAre(SubjectSimilarity{ada, 1.0F}, SubjectSimilarity{bob, 0.6F}));
}

TEST_F(GalleryIndexTest, LooksFurtherWhenOneSubjectFillsTheFirstAnswers) {
  std::int64_t ada = 0;
  for (int i = 0; i < 50; ++i) {
    const float x = 0.001F * static_cast<float>(i);
    ada = Add("Ada", {std::sqrt(1.0F - x * x), x}).subject_id;
  }
  const auto bob = Add("Bob", {0.0F, 1.0F}).subject_id;
  const auto found = Search(*Build(), {1.0F, 0.0F}, 2);
  EXPECT_THAT(
      found,
      ElementsAre(SubjectSimilarity{ada, 1.0F}, SubjectSimilarity{bob, 0.0F}));
}

TEST_F(GalleryIndexTest, ANegativeExampleDeniesItsSubject) {
  const auto ada = Add("Ada", {1.0F, 0.0F}).subject_id;
  const auto bob = Add("Bob", {0.0F, 1.0F}).subject_id;
  Add("Ada", {0.8F, 0.6F}, Polarity::kNegative);
  const auto index = Build();
  // 0.8 to Ada, but 1.0 to what is not Ada.
  EXPECT_THAT(Search(*index, {0.8F, 0.6F}, 2),
              ElementsAre(SubjectSimilarity{bob, 0.6F}));
  EXPECT_THAT(Search(*index, {1.0F, 0.0F}, 1),
              ElementsAre(SubjectSimilarity{ada, 1.0F}));
}

TEST_F(GalleryIndexTest, FollowsTheGallery) {
  const auto ada = Add("Ada", {1.0F, 0.0F});
  const auto index = Build();
  const auto bob = Add("Bob", {0.0F, 1.0F});
  ASSERT_TRUE(index->Refresh());
  EXPECT_EQ(index->num_subjects(), 2U);
  EXPECT_THAT(Search(*index, {0.0F, 1.0F}, 1),
              ElementsAre(SubjectSimilarity{bob.subject_id, 1.0F}));

  ASSERT_TRUE(gallery_->MergeSubjects(ada.subject_id, bob.subject_id));
  ASSERT_TRUE(index->Refresh());
  EXPECT_EQ(index->num_subjects(), 1U);
  EXPECT_THAT(Search(*index, {0.0F, 1.0F}, 1),
              ElementsAre(SubjectSimilarity{ada.subject_id, 1.0F}));

  ASSERT_TRUE(gallery_->DeleteTemplate(bob.template_id));
  ASSERT_TRUE(index->Refresh());
  EXPECT_THAT(Search(*index, {0.0F, 1.0F}, 1),
              ElementsAre(SubjectSimilarity{ada.subject_id, 0.0F}));

  ASSERT_TRUE(gallery_->DeleteSubject(ada.subject_id));
  ASSERT_TRUE(index->Refresh());
  EXPECT_EQ(index->num_templates(), 0U);
  EXPECT_THAT(Search(*index, {0.0F, 1.0F}, 1), IsEmpty());
}

TEST_F(GalleryIndexTest, FusesTheTemplatesOfASubject) {
  const auto ada = Add("Ada", {1.0F, 0.0F}).subject_id;
  Add("Ada", {0.0F, 1.0F});
  const auto bob = Add("Bob", {0.8F, 0.6F}).subject_id;
  const std::vector<float> probe = {0.6F, 0.8F};
  // Ada's templates are 0.6 and 0.8 from the probe, Bob's one is 0.96.
  EXPECT_THAT(
      Search(*Build(Fusion::kMax), probe, 2),
      ElementsAre(SubjectSimilarity{bob, 0.96F}, SubjectSimilarity{ada, 0.8F}));
  const auto mean = Search(*Build(Fusion::kMeanOfTop), probe, 2);
  EXPECT_EQ(mean.at(1).subject_id, ada);
  EXPECT_FLOAT_EQ(mean.at(1).cosine_similarity, 0.7F);
  // Their mean points to 45 degrees, nearer to the probe than Bob.
  const auto centroid = Search(*Build(Fusion::kCentroid), probe, 2);
  EXPECT_EQ(centroid.at(0).subject_id, ada);
  EXPECT_FLOAT_EQ(centroid.at(0).cosine_similarity, 0.98994949F);
  EXPECT_FLOAT_EQ(centroid.at(1).cosine_similarity, 0.96F);
}

TEST_F(GalleryIndexTest, OtherModelsAndCollectionsStayOut) {
  Add("Ada", {1.0F, 0.0F});
  Template entry;
  entry.embedding = {{1.0F, 0.0F, 0.0F}, "sha256:ffffffffffffffff"};
  ASSERT_TRUE(gallery_->AddTemplate("c", "Ada", entry));
  entry.embedding = {{0.0F, 1.0F}, kModel};
  ASSERT_TRUE(gallery_->AddTemplate("d", "Bob", entry));
  const auto index = Build();
  EXPECT_EQ(index->num_templates(), 1U);
  ASSERT_TRUE(index->Refresh());
  EXPECT_EQ(index->num_templates(), 1U);
}

}  // namespace
}  // namespace mien
