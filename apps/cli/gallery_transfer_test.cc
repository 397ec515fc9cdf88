// SPDX-License-Identifier: Apache-2.0
#include "gallery_transfer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "core/file.h"
#include "core/temp_dir.h"

namespace mien::cli {
namespace {

Template Face(float x, float y) {
  Template entry;
  entry.embedding = {{x, y}, "sha256:0123456789abcdef"};
  entry.quality = 0.5F;
  entry.source = "a.jpg";
  return entry;
}

TEST(GalleryTransfer, WhatIsExportedCanBeImported) {
  const TempDir folder;
  const auto from = Gallery::Open(folder / "from.db").value();
  ASSERT_TRUE(from->AddTemplate("c", "Ada", Face(0.6F, 0.8F)));
  Template negative = Face(0.8F, 0.6F);
  negative.polarity = Polarity::kNegative;
  ASSERT_TRUE(from->AddTemplate("c", "Gödel \"K\"", negative));
  std::ostringstream exported;
  ASSERT_TRUE(ExportTemplates(*from, "c", exported));
  ASSERT_TRUE(WriteFileAtomically(folder / "all.jsonl", exported.view()));

  const auto to = Gallery::Open(folder / "to.db").value();
  EXPECT_EQ(ImportTemplates(*to, "d", folder / "all.jsonl").value(), 2);
  EXPECT_EQ(ImportTemplates(*to, "d", folder / "all.jsonl").value(), 0);
  const auto subject = to->FindSubject(SubjectName{"d", "Gödel \"K\""});
  ASSERT_TRUE(subject);
  const auto templates =
      ReadTemplates(*to, {.subject_id = subject->id}).value();
  ASSERT_EQ(templates.size(), 1U);
  EXPECT_EQ(templates[0].embedding.values, negative.embedding.values);
  EXPECT_EQ(templates[0].polarity, Polarity::kNegative);
  EXPECT_EQ(templates[0].quality, 0.5F);
  EXPECT_EQ(templates[0].source, "a.jpg");
}

TEST(GalleryTransfer, APathThatIsNotUtf8DoesNotStopTheExport) {
  const TempDir folder;
  const auto gallery = Gallery::Open(folder / "from.db").value();
  Template face = Face(0.6F, 0.8F);
  face.source = "caf\xE9.jpg";
  ASSERT_TRUE(gallery->AddTemplate("c", "Ada", face));
  std::ostringstream exported;
  ASSERT_TRUE(ExportTemplates(*gallery, "c", exported));
  EXPECT_THAT(exported.str(), testing::HasSubstr("caf\xEF\xBF\xBD.jpg"));
}

TEST(GalleryTransfer, NamesTheMalformedLine) {
  const TempDir folder;
  ASSERT_TRUE(WriteFileAtomically(folder / "all.jsonl",
                                  std::string_view("{\"subject\": 3}\n")));
  const auto gallery = Gallery::Open(folder / "to.db").value();
  const auto imported = ImportTemplates(*gallery, "d", folder / "all.jsonl");
  EXPECT_EQ(imported.error().code, ErrorCode::kCorruptData);
  EXPECT_THAT(imported.error().message, testing::HasSubstr("all.jsonl:1:"));
}

/// A line of an exported file.
std::string Line(const std::string& subject, const std::string& embedding) {
  return R"({"subject": ")" + subject +
         R"(", "model": "sha256:0123456789abcdef", "embedding": )" + embedding +
         "}\n";
}

TEST(GalleryTransfer, WhatStandsBeforeAMalformedLineIsAdded) {
  const TempDir folder;
  ASSERT_TRUE(WriteFileAtomically(
      folder / "all.jsonl",
      std::string_view(Line("Ada", "[0.6, 0.8]") + "not JSON\n")));
  const auto gallery = Gallery::Open(folder / "to.db").value();
  const auto imported = ImportTemplates(*gallery, "d", folder / "all.jsonl");
  EXPECT_THAT(imported.error().message, testing::HasSubstr("all.jsonl:2:"));
  EXPECT_EQ(gallery->Verify()->num_templates, 1);
}

TEST(GalleryTransfer, NamesTheLineThatTheGalleryRefuses) {
  const TempDir folder;
  std::string lines;
  for (int i = 0; i < 1000; ++i) {  // as many as one change takes
    lines += Line("Ada " + std::to_string(i), "[0.6, 0.8]");
  }
  ASSERT_TRUE(WriteFileAtomically(
      folder / "all.jsonl",
      std::string_view(lines + Line("Bo", "[0.6, 0.8]") + Line("Cy", "[]"))));
  const auto gallery = Gallery::Open(folder / "to.db").value();
  const auto imported = ImportTemplates(*gallery, "d", folder / "all.jsonl");
  EXPECT_EQ(imported.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(imported.error().message, testing::HasSubstr("all.jsonl:1002:"));
  EXPECT_EQ(gallery->Verify()->num_templates, 1001);
}

}  // namespace
}  // namespace mien::cli
