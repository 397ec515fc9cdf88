// SPDX-License-Identifier: Apache-2.0
#include "compreface_dump.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace mien::server {
namespace {

using testing::ElementsAre;

// As pg_dump writes it: tables by name, so faces come before subjects.
constexpr const char* kDump =
    "--\n-- PostgreSQL database dump\n--\n"
    "COPY public.embedding (id, subject_id, embedding, calculator, img_id) "
    "FROM stdin;\n"
    "e1\ts1\t{0.6,-0.8}\tfacenet.Calculator@20180402-114759\ti1\n"
    "e2\ts2\t{1,0}\tfacenet.Calculator@20180402-114759\t\\N\n"
    "\\.\n\n"
    "COPY public.model (id, name, guid, app_id, api_key, type) FROM stdin;\n"
    "1\tDoor\tg\t1\tk1\tR\n"
    "2\tCompare\tg\t1\tk2\tV\n"
    "\\.\n"
    "COPY public.subject (id, api_key, subject_name) FROM stdin;\n"
    "s1\tk1\tAda\\tL.\n"
    "s2\tk1\tGrace\n"
    "\\.\n";

std::vector<CompreFaceFace> FacesIn(const std::string& text) {
  std::istringstream dump(text);
  std::vector<CompreFaceFace> faces;
  const auto read = ForEachFace(dump, [&](const CompreFaceFace& face) {
    faces.push_back(face);
    return Result<void>();
  });
  EXPECT_TRUE(read) << read.error().message;
  return faces;
}

std::string ErrorIn(const std::string& text) {
  std::istringstream dump(text);
  const auto read =
      ForEachFace(dump, [](const CompreFaceFace&) { return Result<void>(); });
  return read ? "no error" : read.error().message;
}

TEST(CompreFaceDump, JoinsFacesWithTheirSubjects) {
  const auto faces = FacesIn(kDump);
  ASSERT_EQ(faces.size(), 2U);
  EXPECT_EQ(faces[0].id, "e1");
  EXPECT_EQ(faces[0].api_key, "k1");
  EXPECT_EQ(faces[0].subject, "Ada\tL.");
  EXPECT_EQ(faces[0].calculator, "facenet.Calculator@20180402-114759");
  EXPECT_THAT(faces[0].embedding, ElementsAre(0.6F, -0.8F));
  EXPECT_EQ(faces[1].subject, "Grace");
}

TEST(CompreFaceDump, ListsServicesAndTheirKeys) {
  std::istringstream dump(kDump);
  const auto services = ReadServices(dump);
  ASSERT_TRUE(services) << services.error().message;
  ASSERT_EQ(services->size(), 2U);
  EXPECT_EQ(services->at(1).name, "Compare");
  EXPECT_EQ(services->at(1).api_key, "k2");
  EXPECT_EQ(services->at(1).type, "V");
}

TEST(CompreFaceDump, NamesTheLineThatIsWrong) {
  std::string dump = kDump;
  dump.replace(dump.find("{1,0}"), 5, "{1,x}");
  EXPECT_EQ(ErrorIn(dump), "line 6: embedding is no array of numbers");
  dump = kDump;
  dump.replace(dump.find("e2\ts2"), 5, "e2\ts9");
  EXPECT_EQ(ErrorIn(dump), "line 6: no subject s9");
  dump = kDump;
  dump.replace(dump.find("e2\ts2"), 5, "e2 s2");
  EXPECT_EQ(ErrorIn(dump), "line 6: 4 fields; must be 5");
}

TEST(CompreFaceDump, OtherFilesAreRefused) {
  EXPECT_EQ(ErrorIn("hello\n"),
            "no table \"subject\": not a plain dump of CompreFace's database");
}

}  // namespace
}  // namespace mien::server
