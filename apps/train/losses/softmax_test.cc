// SPDX-License-Identifier: Apache-2.0
#include "train/losses/softmax.h"

#include <gtest/gtest.h>

#include <cmath>

#include "train/losses/gradient_check.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

// Logits x and y + 1 of features (x, y).
std::unique_ptr<Loss> TwoIdentities(std::string_view options) {
  SpecOptions parsed("softmax", options);
  auto loss = MakeSoftmax(parsed, {.embedding_size = 2, .num_identities = 2});
  const torch::NoGradGuard no_grad;
  Tensor weight = loss->parameters().at(0).second;
  Tensor bias = loss->parameters().at(1).second;
  weight.copy_(Rows({{1, 0}, {0, 1}}));
  bias.copy_(torch::tensor({0.0, 1.0}));
  return loss;
}

TEST(Softmax, IsTheCrossEntropyOfTheLinearLayer) {
  const LossValue value =
      (*TwoIdentities(""))(InputOf(Rows({{2, 0}, {2, 0}}), Labels({0, 1})));
  const double right = std::log1p(std::exp(-1.0));
  EXPECT_NEAR(value.loss.item<double>(), (right + right + 1) / 2, 1e-12);
  EXPECT_EQ(value.metrics.at("accuracy"), 0.5);
}

TEST(Softmax, SmoothsLabelsTowardsAllIdentities) {
  const LossValue value =
      (*TwoIdentities("smoothing=0.2"))(InputOf(Rows({{2, 0}}), Labels({0})));
  EXPECT_NEAR(
      value.loss.item<double>(), std::log1p(std::exp(-1.0)) + 0.1, 1e-12);
}

TEST(Softmax, GradientsAgreeWithFiniteDifferences) {
  const Tensor labels = Labels({0, 2, -1, 1});
  for (const char* text : {"", "smoothing=0.1"}) {
    SpecOptions options("softmax", text);
    const auto loss =
        MakeSoftmax(options, {.embedding_size = 5, .num_identities = 3});
    EXPECT_LT(FeatureGradientError(*loss, RandomRows(4), labels), 1e-8);
    for (const std::size_t parameter : {0U, 1U}) {
      EXPECT_LT(ParameterGradientError(
                    *loss, parameter, InputOf(RandomRows(4), labels)),
                1e-8);
    }
  }
}

TEST(Softmax, SkipsRowsWithoutLabel) {
  const auto loss = TwoIdentities("");
  const double some = (*loss)(InputOf(Rows({{2, 0}, {9, 9}}), Labels({0, -1})))
                          .loss.item<double>();
  const double one =
      (*loss)(InputOf(Rows({{2, 0}}), Labels({0}))).loss.item<double>();
  EXPECT_EQ(some, one);
  EXPECT_EQ((*loss)(InputOf(Rows({{2, 0}}), Labels({-1}))).loss.item<double>(),
            0);
}

TEST(Softmax, NeedsIdentities) {
  SpecOptions options("softmax", "");
  EXPECT_THROW(MakeSoftmax(options, {.num_identities = 0}), TrainError);
}

}  // namespace
}  // namespace mien::train
