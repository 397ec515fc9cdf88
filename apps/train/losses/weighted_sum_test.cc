// SPDX-License-Identifier: Apache-2.0
#include "train/losses/weighted_sum.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "train/losses/gradient_check.h"

namespace mien::train {
namespace {

// factor * sum of the features, with one metric.
class FakeLoss : public Loss {
 public:
  FakeLoss(double factor, std::string metric)
      : factor_(factor), metric_(std::move(metric)) {}

  LossValue operator()(const LossInput& input) override {
    return {factor_ * input.features.sum(), {{metric_, factor_}}};
  }

  std::vector<std::pair<std::string, Tensor>> parameters() override {
    return {{"weight" + metric_, torch::zeros({1})}};
  }

  std::vector<std::pair<std::string, Tensor>> buffers() override {
    return {{"state" + metric_, torch::zeros({1})}};
  }

 private:
  double factor_;
  std::string metric_;
};

std::unique_ptr<Loss> Sum(const std::string& first, const std::string& second) {
  std::vector<WeightedLoss> parts;
  parts.push_back({"one", 1, std::make_unique<FakeLoss>(2, first)});
  parts.push_back({"two", 0.5, std::make_unique<FakeLoss>(10, second)});
  return MakeWeightedSum(std::move(parts));
}

TEST(WeightedSum, AddsWeightedLossesAndTheirGradients) {
  const auto loss = Sum("a", "b");
  Tensor rows = Rows({{1, 2}}).requires_grad_(true);
  const LossValue value = (*loss)(InputOf(rows));
  EXPECT_EQ(value.loss.item<double>(), 3 * 2 + 0.5 * 3 * 10);
  value.loss.backward();
  EXPECT_TRUE(rows.grad().equal(Rows({{7, 7}})));
}

TEST(WeightedSum, ReportsEachPartAndItsMetrics) {
  const auto metrics = (*Sum("a", "b"))(InputOf(Rows({{1, 2}}))).metrics;
  using testing::Pair;
  EXPECT_THAT(metrics,
              testing::ElementsAre(Pair("a", 2),
                                   Pair("b", 10),
                                   Pair("one_loss", 6),
                                   Pair("two_loss", 30)));
}

TEST(WeightedSum, TellsEqualMetricsApart) {
  const auto metrics =
      (*Sum("accuracy", "accuracy"))(InputOf(Rows({{1, 2}}))).metrics;
  EXPECT_EQ(metrics.at("accuracy"), 2);
  EXPECT_EQ(metrics.at("two_accuracy"), 10);
}

TEST(WeightedSum, HasTheParametersAndBuffersOfAllParts) {
  const auto loss = Sum("a", "b");
  ASSERT_EQ(loss->parameters().size(), 2U);
  EXPECT_EQ(loss->parameters()[1].first, "weightb");
  ASSERT_EQ(loss->buffers().size(), 2U);
  EXPECT_EQ(loss->buffers()[0].first, "statea");
}

}  // namespace
}  // namespace mien::train
