// SPDX-License-Identifier: Apache-2.0
#include "train/losses/prelogits_norm.h"

#include <gtest/gtest.h>

#include <cmath>

#include "train/losses/gradient_check.h"

namespace mien::train {
namespace {

std::unique_ptr<Loss> Norm(std::string_view options) {
  SpecOptions parsed("prelogits-norm", options);
  return MakePrelogitsNorm(parsed, {});
}

TEST(PrelogitsNorm, IsTheMeanSumOfMagnitudes) {
  const LossValue value = (*Norm(""))(InputOf(Rows({{3, -4}, {0, 0}})));
  EXPECT_NEAR(value.loss.item<double>(), 3.5 + 2e-4, 1e-12);
  EXPECT_NEAR(value.metrics.at("feature_norm"), 2.5, 1e-12);
}

TEST(PrelogitsNorm, TakesOtherNorms) {
  EXPECT_NEAR((*Norm("p=2"))(InputOf(Rows({{3, -4}}))).loss.item<double>(),
              std::hypot(3.0001, 4.0001),
              1e-12);
}

TEST(PrelogitsNorm, GradientAgreesWithFiniteDifferences) {
  for (const char* options : {"", "p=2", "p=3"}) {
    EXPECT_LT(FeatureGradientError(*Norm(options), RandomRows(3)), 1e-8);
  }
}

TEST(PrelogitsNorm, HasAFiniteGradientAtZero) {
  EXPECT_TRUE(HasFiniteGradient(*Norm("p=2"), Rows({{0, 0}})));
}

}  // namespace
}  // namespace mien::train
