// SPDX-License-Identifier: Apache-2.0
#include "eval/report_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mien {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(RenderReportPage, ShowsItsPartsInOrder) {
  const std::string page = RenderReportPage(
      {.title = "LFW",
       .summary = "All of it.",
       .facts = {{"detector", "mtcnn"}},
       .tables =
           {{"Figures", "as measured", {"method", "EER"}, {{"a", "0.1"}}}},
       .figures = {{"<svg></svg>", "ROC"}},
       .appendix = {{"Failed", "", {"pair"}, {{"x.jpg"}}}}});
  std::size_t at = 0;
  for (const std::string part : {"<title>LFW</title>",
                                 "<p>All of it.</p>",
                                 "<dt>detector</dt><dd>mtcnn</dd>",
                                 "<h2>Figures</h2>",
                                 "as measured",
                                 "<th>method</th><th>EER</th>",
                                 "<td>a</td><td>0.1</td>",
                                 "<svg></svg>",
                                 "<figcaption>ROC</figcaption>",
                                 "<h2>Failed</h2>",
                                 "<td>x.jpg</td>"}) {
    const std::size_t found = page.find(part, at);
    ASSERT_NE(found, std::string::npos) << part;
    at = found;
  }
}

TEST(RenderReportPage, EscapesWhatPicturesAndModelsAreCalled) {
  const std::string page =
      RenderReportPage({.title = "<b>",
                        .summary = "a & b",
                        .facts = {{"model", "<script>"}},
                        .tables = {},
                        .figures = {},
                        .appendix = {{"", "", {"x"}, {{"<img>"}}}}});
  EXPECT_THAT(page, Not(HasSubstr("<b>")));
  EXPECT_THAT(page, Not(HasSubstr("<script>")));
  EXPECT_THAT(page, Not(HasSubstr("<img>")));
  EXPECT_THAT(page, HasSubstr("a &amp; b"));
}

TEST(RenderReportPage, ShowsNoTableWithoutRows) {
  const std::string page =
      RenderReportPage({.title = "",
                        .summary = "",
                        .facts = {},
                        .tables = {{"Failed", "None.", {"picture"}, {}}},
                        .figures = {},
                        .appendix = {}});
  EXPECT_THAT(page, HasSubstr("None."));
  EXPECT_THAT(page, Not(HasSubstr("<table>")));
}

TEST(RenderReportPage, NeedsNothingFromElsewhere) {
  const std::string page = RenderReportPage({});
  EXPECT_THAT(page, Not(HasSubstr("src=")));
  EXPECT_THAT(page, Not(HasSubstr("href=")));
  EXPECT_THAT(page, Not(HasSubstr("url(")));
}

}  // namespace
}  // namespace mien
