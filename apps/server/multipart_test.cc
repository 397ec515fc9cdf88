// SPDX-License-Identifier: Apache-2.0
#include "multipart.h"

#include <gtest/gtest.h>

namespace mien::server {
namespace {

constexpr std::string_view kType = "multipart/form-data; boundary=XX";

std::string ErrorOf(std::string_view type, std::string_view body) {
  const auto parts = ParseMultipart(type, body);
  return parts ? "no error" : parts.error().message;
}

TEST(ParseMultipart, ReadsTextAndFiles) {
  const auto parts = ParseMultipart(
      "multipart/form-data; boundary=\"XX\"",
      "--XX\r\nContent-Disposition: form-data; name=\"who\"\r\n\r\nAda\r\n"
      "--XX\r\ncontent-disposition: form-data; name=image; "
      "filename=\"a \\\"b\\\".jpg\"\r\nContent-Type: image/jpeg\r\n\r\n"
      "\x01\r\n\x02\r\n--XX--\r\n");
  ASSERT_TRUE(parts) << parts.error().message;
  ASSERT_EQ(parts->size(), 2U);
  EXPECT_EQ((*parts)[0].name, "who");
  EXPECT_EQ((*parts)[0].content, "Ada");
  EXPECT_FALSE((*parts)[0].is_file);
  EXPECT_EQ((*parts)[1].name, "image");
  EXPECT_EQ((*parts)[1].filename, "a \"b\".jpg");
  EXPECT_EQ((*parts)[1].content, "\x01\r\n\x02");
}

TEST(ParseMultipart, SkipsTextBeforeTheFirstPart) {
  const auto parts = ParseMultipart(
      kType,
      "preamble\r\n--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n"
      "1\r\n--XX--");
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->at(0).content, "1");
}

TEST(ParseMultipart, AnEmptyPartIsEmpty) {
  const auto parts = ParseMultipart(
      kType,
      "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n--XX--");
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->at(0).content, "");
}

TEST(ParseMultipart, SaysWhatIsWrong) {
  EXPECT_EQ(ErrorOf("multipart/form-data", ""),
            "multipart body: the Content-Type states no boundary");
  EXPECT_EQ(ErrorOf(kType, "hello"),
            "multipart body: its boundary does not occur");
  EXPECT_EQ(
      ErrorOf(kType, "--XX\r\nContent-Disposition: form-data; name=a\r\n"),
      "multipart body: it breaks off in part 0");
  EXPECT_EQ(ErrorOf(kType, "--XX\r\n\r\nx\r\n--XX--"),
            "multipart body: part 0 has no name");
  EXPECT_EQ(ErrorOf(kType, "--XX"), "multipart body: it breaks off in part 0");
}

TEST(ParseMultipart, RefusesEndlesslyManyParts) {
  std::string body;
  for (int i = 0; i < 101; ++i) {
    body += "--XX\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n";
  }
  EXPECT_EQ(ErrorOf(kType, body + "--XX--"),
            "multipart body: more than 100 parts");
}

// Every prefix of a good body must be refused or read, never overrun.
TEST(ParseMultipart, SurvivesTruncationAtEveryByte) {
  const std::string body =
      "--XX\r\nContent-Disposition: form-data; name=\"a\"; filename=\"b\\\""
      "\r\n\r\n1\r\n--XX--";
  int num_read = 0;
  for (std::size_t size = 0; size < body.size(); ++size) {
    num_read += ParseMultipart(kType, body.substr(0, size)) ? 1 : 0;
  }
  EXPECT_EQ(num_read, 0);
}

}  // namespace
}  // namespace mien::server
