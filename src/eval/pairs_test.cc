// SPDX-License-Identifier: Apache-2.0
#include "eval/pairs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/file.h"
#include "core/temp_dir.h"

namespace mien {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr Truth kMated = Truth::kMated;
constexpr Truth kNonMated = Truth::kNonMated;

std::string ErrorOf(const Result<PairList>& list) {
  return list ? "" : list.error().message;
}

TEST(ParseLfwPairs, ReadsFoldsOfMatedThenNonMatedPairs) {
  const auto list =
      ParseLfwPairs("2\t1\nAda\t1\t4\nAda\t2\tBo\t10\nBo 1 2\r\nBo 1 Cy 3\n\n");
  ASSERT_TRUE(list) << list.error().message;
  EXPECT_EQ(list->num_folds, 2);
  EXPECT_THAT(
      list->pairs,
      ElementsAre(
          PicturePair{"Ada/Ada_0001.jpg", "Ada/Ada_0004.jpg", kMated, 0},
          PicturePair{"Ada/Ada_0002.jpg", "Bo/Bo_0010.jpg", kNonMated, 0},
          PicturePair{"Bo/Bo_0001.jpg", "Bo/Bo_0002.jpg", kMated, 1},
          PicturePair{"Bo/Bo_0001.jpg", "Cy/Cy_0003.jpg", kNonMated, 1}));
}

TEST(ParseLfwPairs, TakesALoneNumberAsOneFold) {
  const auto list = ParseLfwPairs("1\nAda 1 2\nAda 1 Bo 1");
  ASSERT_TRUE(list);
  EXPECT_EQ(list->num_folds, 1);
  EXPECT_EQ(list->pairs.size(), 2U);
}

TEST(ParseLfwPairs, NamesTheLineThatIsWrong) {
  EXPECT_EQ(ErrorOf(ParseLfwPairs("1 1\nAda 1 2\nAda 1 2")),
            "line 3: must be a non-mated pair, \"Name 1 Other 2\"");
  EXPECT_EQ(ErrorOf(ParseLfwPairs("1 1\nAda x 2\nAda 1 Bo 2")),
            "line 2: must be a mated pair, \"Name 1 4\"");
  EXPECT_EQ(ErrorOf(ParseLfwPairs("1 1\n../Ada 1 2\n")),
            "line 2: must be a mated pair, \"Name 1 4\"");
}

TEST(ParseLfwPairs, RefusesAnotherNumberOfPairsThanStated) {
  EXPECT_EQ(ErrorOf(ParseLfwPairs("1 1\nAda 1 2\n")),
            "line 3: ends after 1 of 2 pairs");
  EXPECT_EQ(ErrorOf(ParseLfwPairs("1 1\nAda 1 2\nAda 1 Bo 1\nBo 1 2")),
            "line 4: more pairs than the first line states");
}

TEST(ParseLfwPairs, RefusesAHeaderThatIsNone) {
  EXPECT_FALSE(ParseLfwPairs(""));
  EXPECT_FALSE(ParseLfwPairs("Ada 1 2"));
  EXPECT_FALSE(ParseLfwPairs("0 300"));
  EXPECT_FALSE(ParseLfwPairs("2000000000 2000000000"));
}

TEST(ParseCsvPairs, ReadsPathsTruthAndFold) {
  const auto list = ParseCsvPairs(
      "a,b,same,fold\nx/1.jpg,x/2.jpg,1,1\r\n\"y, z.jpg\", 3.jpg ,false,2\n");
  ASSERT_TRUE(list) << list.error().message;
  EXPECT_EQ(list->num_folds, 2);
  EXPECT_THAT(list->pairs,
              ElementsAre(PicturePair{"x/1.jpg", "x/2.jpg", kMated, 0},
                          PicturePair{"y, z.jpg", "3.jpg", kNonMated, 1}));
}

TEST(ParseCsvPairs, MakesOneFoldWithoutTheColumn) {
  const auto list = ParseCsvPairs("1.jpg,2.jpg,true\n1.jpg,3.jpg,0\n");
  ASSERT_TRUE(list);
  EXPECT_EQ(list->num_folds, 1);
  EXPECT_EQ(list->pairs[1].truth, kNonMated);
}

TEST(ParseCsvPairs, SaysWhatIsWrong) {
  EXPECT_EQ(ErrorOf(ParseCsvPairs("a.jpg,b.jpg,1\na.jpg,b.jpg,2")),
            "line 2: must be `a,b,same` or `a,b,same,fold`, same being 1 or 0");
  EXPECT_THAT(ErrorOf(ParseCsvPairs("a.jpg,,1")), HasSubstr("line 1"));
  EXPECT_THAT(ErrorOf(ParseCsvPairs("a.jpg,b.jpg,1,0")), HasSubstr("line 1"));
  EXPECT_EQ(ErrorOf(ParseCsvPairs("a.jpg,b.jpg,1,3")),
            "folds go up to 3, but only 1 of them hold pairs");
}

/// `count` pairs of two lines with `number`, and their `kind` in the names.
std::string TwoLinePairs(int count, const std::string& kind, int number) {
  std::string text;
  for (int i = 0; i < 2 * count; ++i) {
    text += kind + std::to_string(i) + ".jpg " + std::to_string(number) + "\n";
  }
  return text;
}

TEST(ParseTwoLinePairs, CutsAListWithoutFoldsIntoTen) {
  const auto list =
      ParseTwoLinePairs(TwoLinePairs(20, "m", 1) + TwoLinePairs(10, "n", 0));
  ASSERT_TRUE(list) << list.error().message;
  EXPECT_EQ(list->num_folds, 10);
  EXPECT_EQ(list->pairs[0], (PicturePair{"m0.jpg", "m1.jpg", kMated, 0}));
  EXPECT_EQ(list->pairs[19], (PicturePair{"m38.jpg", "m39.jpg", kMated, 9}));
  EXPECT_EQ(list->pairs[21], (PicturePair{"n2.jpg", "n3.jpg", kNonMated, 1}));
}

TEST(ParseTwoLinePairs, TakesTheFoldsThatMatedPairsState) {
  const auto list =
      ParseTwoLinePairs(TwoLinePairs(1, "a", 1) + TwoLinePairs(1, "b", 2) +
                        TwoLinePairs(10, "n", 0));
  ASSERT_TRUE(list) << list.error().message;
  EXPECT_EQ(list->pairs[1].fold, 1);
  EXPECT_EQ(list->pairs[2].truth, kNonMated);
  EXPECT_EQ(list->pairs[11].fold, 9);
}

TEST(ParseTwoLinePairs, RefusesHalfAPair) {
  EXPECT_EQ(ErrorOf(ParseTwoLinePairs("a.jpg 1\n")), "line 1: is half a pair");
  EXPECT_THAT(ErrorOf(ParseTwoLinePairs("a.jpg 1\nb.jpg 0\n")),
              HasSubstr("line 2: has another number"));
  EXPECT_EQ(ErrorOf(ParseTwoLinePairs("a.jpg b.jpg 0\n")),
            "line 1: must be a picture and a number");
}

TEST(ParseTripleLines, MakesOneFoldOfWhatCannotBeCut) {
  const auto list = ParseTripleLines("a.jpg b.jpg 1\na.jpg c.jpg 0\n");
  ASSERT_TRUE(list);
  EXPECT_EQ(list->num_folds, 1);
  EXPECT_THAT(list->pairs,
              ElementsAre(PicturePair{"a.jpg", "b.jpg", kMated, 0},
                          PicturePair{"a.jpg", "c.jpg", kNonMated, 0}));
  EXPECT_EQ(ErrorOf(ParseTripleLines("a.jpg b.jpg\n")),
            "line 1: must be two pictures and 1 or 0, \"a.jpg b.jpg 1\"");
}

class PairFilesTest : public ::testing::Test {
 protected:
  void Write(const std::string& name, std::string_view text) {
    std::filesystem::create_directories((dir_ / name).parent_path());
    ASSERT_TRUE(WriteFileAtomically(dir_ / name, text));
  }

  TempDir dir_;
};

TEST_F(PairFilesTest, TellsTheFormatsApart) {
  Write("lfw.txt", "1 1\nAda 1 2\nAda 1 Bo 1\n");
  Write("csv.csv", "a.jpg,b.jpg,1\n");
  Write("calfw.txt", "a_0001.jpg 1\na_0002.jpg 1\n");
  Write("agedb.txt", "a.jpg b.jpg 0\n");
  EXPECT_EQ(LoadPairs(dir_ / "lfw.txt")->pairs.size(), 2U);
  EXPECT_EQ(LoadPairs(dir_ / "csv.csv")->pairs[0].b, "b.jpg");
  EXPECT_EQ(LoadPairs(dir_ / "calfw.txt")->pairs[0].b, "a_0002.jpg");
  EXPECT_EQ(LoadPairs(dir_ / "agedb.txt")->pairs[0].truth, kNonMated);
}

TEST_F(PairFilesTest, NamesTheFileThatHoldsNoPairs) {
  Write("empty.txt", "");
  EXPECT_THAT(ErrorOf(LoadPairs(dir_ / "empty.txt")),
              HasSubstr("empty.txt: line 1: holds no pairs"));
  EXPECT_EQ(LoadPairs(dir_ / "none.txt").error().code, ErrorCode::kNotFound);
}

TEST_F(PairFilesTest, ReadsTheFoldersOfCfp) {
  Write("Protocol/Pair_list_F.txt",
        "1 ../Data/Images/001/frontal/01.jpg\n"
        "2 ../Data/Images/002/frontal/01.jpg\n");
  Write("Protocol/Pair_list_P.txt", "1 ../Data/Images/001/profile/01.jpg\n");
  Write("Protocol/Split/FP/01/same.txt", "1,1\n");
  Write("Protocol/Split/FP/01/diff.txt", "2,1\n");
  Write("Protocol/Split/FP/02/same.txt", "1,1");
  Write("Protocol/Split/FP/02/diff.txt", "3,1\n");
  const auto broken = LoadCfpPairs(dir_.path(), CfpProtocol::kFrontalProfile);
  EXPECT_THAT(ErrorOf(broken), HasSubstr("02/diff.txt: line 1: must be two"));
  Write("Protocol/Split/FP/02/diff.txt", "2,1\n");
  const auto list = LoadCfpPairs(dir_.path(), CfpProtocol::kFrontalProfile);
  ASSERT_TRUE(list) << list.error().message;
  EXPECT_EQ(list->num_folds, 2);
  ASSERT_EQ(list->pairs.size(), 4U);
  EXPECT_EQ(list->pairs[0],
            (PicturePair{"Data/Images/001/frontal/01.jpg",
                         "Data/Images/001/profile/01.jpg",
                         kMated,
                         0}));
  EXPECT_EQ(list->pairs[3].fold, 1);
  EXPECT_EQ(
      LoadCfpPairs(dir_.path(), CfpProtocol::kFrontalFrontal).error().code,
      ErrorCode::kNotFound);
}

}  // namespace
}  // namespace mien
