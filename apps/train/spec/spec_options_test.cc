// SPDX-License-Identifier: Apache-2.0
#include "train/spec/spec_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "train/train_error.h"

namespace mien::train {
namespace {

std::string MessageOf(const std::function<void()>& action) {
  try {
    action();
  } catch (const TrainError& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(SpecOptions, ReadsNumbersAndWordsBetweenBlanks) {
  SpecOptions options("triplet", " margin = 0.25 , selection=batch-all");
  EXPECT_EQ(options.Number("margin", 0.2, {}), 0.25);
  EXPECT_EQ(options.Choice("selection", {"semi-hard", "batch-all"}),
            "batch-all");
  options.ExpectAllRead();
}

TEST(SpecOptions, GivesDefaultsForWhatIsNotGiven) {
  SpecOptions options("triplet", "");
  EXPECT_EQ(options.Number("margin", 0.2, {}), 0.2);
  EXPECT_EQ(options.Choice("selection", {"semi-hard", "batch-all"}),
            "semi-hard");
}

TEST(SpecOptions, ShowsWhatWasReadWithDefaults) {
  SpecOptions options("triplet", "margin=1");
  options.Number("margin", 0.2, {});
  options.Choice("selection", {"semi-hard", "batch-all"});
  EXPECT_EQ(options.Help(), "margin=0.2,selection=semi-hard|batch-all");
}

TEST(SpecOptions, NamesAnUnknownOptionAndTheKnown) {
  SpecOptions options("arcface", "scal=64");
  options.Number("scale", 64, {});
  options.Number("margin", 0.5, {});
  EXPECT_EQ(MessageOf([&] { options.ExpectAllRead(); }),
            "arcface has no option \"scal\"; it has scale, margin");
}

TEST(SpecOptions, NamesARangeThatIsLeft) {
  SpecOptions options("arcface", "margin=4,scale=-1");
  EXPECT_EQ(
      MessageOf([&] { options.Number("margin", 0.5, {.min = 0, .max = 1.5}); }),
      "arcface: margin is 4; must be in [0, 1.5]");
  EXPECT_EQ(MessageOf([&] { options.Number("scale", 64, {.min = 1}); }),
            "arcface: scale is -1; must be >= 1");
}

TEST(SpecOptions, RefusesWhatIsNoNumber) {
  for (const char* text : {"", "x", "1x", "nan", "inf", "1,5"}) {
    EXPECT_THROW(ParseNumber(text, "margin"), TrainError) << text;
  }
  EXPECT_EQ(MessageOf([] { ParseNumber("1x", "margin"); }),
            "margin is \"1x\"; must be a number");
}

TEST(SpecOptions, TellsWholeNumbersFromOthers) {
  SpecOptions options("pk", "chips=4,min-chips=2.5");
  EXPECT_EQ(options.WholeNumber("chips", 1, {}), 4);
  EXPECT_EQ(MessageOf([&] { options.WholeNumber("min-chips", 2, {}); }),
            "pk: min-chips is 2.5; must be a whole number");
}

TEST(SpecOptions, ListsTheChoicesForAnotherWord) {
  SpecOptions options("distill", "metric=cos");
  EXPECT_EQ(MessageOf([&] {
              options.Choice("metric", {"cosine", "l2"});
            }),
            "distill: metric is \"cos\"; must be one of cosine|l2");
}

TEST(SpecOptions, RefusesPartsThatAreNoOptions) {
  EXPECT_EQ(MessageOf([] { SpecOptions("arcface", "64"); }),
            "arcface: \"64\" is no option; options look like margin=0.5");
  EXPECT_THROW(SpecOptions("arcface", "scale=1,,margin=1"), TrainError);
  EXPECT_EQ(MessageOf([] { SpecOptions("arcface", "scale=1,scale=2"); }),
            "arcface: scale is given twice");
}

}  // namespace
}  // namespace mien::train
