// SPDX-License-Identifier: Apache-2.0
#include "gallery/subject_templates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mien {
namespace {

using testing::IsEmpty;
using testing::UnorderedElementsAre;

TEST(SubjectTemplates, KnowsBothWays) {
  SubjectTemplates templates;
  templates.Add(11, 1);
  templates.Add(12, 2);
  templates.Add(13, 1);
  EXPECT_EQ(templates.SubjectOf(13), 1);
  EXPECT_EQ(templates.SubjectOf(99), std::nullopt);
  EXPECT_THAT(templates.TemplatesOf(1), UnorderedElementsAre(11, 13));
  EXPECT_THAT(templates.TemplatesOf(9), IsEmpty());
  EXPECT_EQ(templates.num_templates(), 3U);
  EXPECT_EQ(templates.num_subjects(), 2U);
}

TEST(SubjectTemplates, RemovesFromAnyPlaceInAChain) {
  for (const std::int64_t doomed : {11, 12, 13}) {
    SubjectTemplates templates;
    for (const std::int64_t id : {11, 12, 13}) {
      templates.Add(id, 1);
    }
    EXPECT_EQ(templates.Remove(doomed), 1);
    EXPECT_EQ(templates.SubjectOf(doomed), std::nullopt);
    templates.Add(14, 1);
    std::vector<std::int64_t> left = {11, 12, 13, 14};
    std::erase(left, doomed);
    EXPECT_THAT(templates.TemplatesOf(1),
                testing::UnorderedElementsAreArray(left));
  }
}

TEST(SubjectTemplates, ASubjectGoesWithItsLastTemplate) {
  SubjectTemplates templates;
  templates.Add(11, 1);
  EXPECT_EQ(templates.Remove(11), 1);
  EXPECT_EQ(templates.Remove(11), std::nullopt);
  EXPECT_EQ(templates.num_subjects(), 0U);
  EXPECT_EQ(templates.num_templates(), 0U);
}

}  // namespace
}  // namespace mien
