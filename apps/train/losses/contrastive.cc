// SPDX-License-Identifier: Apache-2.0
#include "train/losses/contrastive.h"

#include <algorithm>
#include <utility>

#include "train/losses/batch.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

// Squared distances of the pairs that count, [m] and [n].
struct Pairs {
  Tensor mated;
  Tensor non_mated;
};

Pairs AllPairs(const LabelledRows& rows) {
  const Tensor squares = SquaredDistances(rows.embeddings);
  const Tensor once = torch::ones_like(squares, torch::kBool).triu(1);
  return {squares.masked_select(MatedMask(rows.labels).logical_and(once)),
          squares.masked_select(NonMatedMask(rows.labels).logical_and(once))};
}

Pairs HardestPairs(const LabelledRows& rows) {
  Pairs pairs = AllPairs(rows);
  const std::int64_t count =
      std::min(pairs.mated.size(0), pairs.non_mated.size(0));
  pairs.non_mated =
      std::get<0>(pairs.non_mated.topk(count, /*dim=*/0, /*largest=*/false));
  return pairs;
}

Pairs GivenPairs(const LossInput& input) {
  const std::int64_t num_rows = input.embeddings.size(0);
  if (num_rows % 2 != 0) {
    throw TrainError("contrastive: a batch of " + std::to_string(num_rows) +
                     " rows has no whole pairs; must be even for pairs=given");
  }
  const auto columns = [&](const Tensor& rows, std::int64_t start) {
    return rows.slice(0, start, num_rows, 2);
  };
  const Tensor first = columns(input.labels, 0);
  const Tensor second = columns(input.labels, 1);
  const Tensor labelled = first.ge(0).logical_and(second.ge(0));
  const Tensor cosines =
      (columns(input.embeddings, 0) * columns(input.embeddings, 1)).sum(1);
  const Tensor squares = (2 - 2 * cosines).clamp_min(0);
  return {squares.masked_select(first.eq(second).logical_and(labelled)),
          squares.masked_select(first.ne(second).logical_and(labelled))};
}

enum class Choice : std::uint8_t { kBalanced, kAll, kHardest, kGiven };

class Contrastive : public Loss {
 public:
  Contrastive(Choice choice, double margin)
      : choice_(choice), margin_(margin) {}

  LossValue operator()(const LossInput& input) override {
    const LabelledRows rows = SelectLabelled(input, "contrastive");
    const Pairs pairs = choice_ == Choice::kGiven     ? GivenPairs(input)
                        : choice_ == Choice::kHardest ? HardestPairs(rows)
                                                      : AllPairs(rows);
    const Tensor attraction = 0.5 * pairs.mated;
    const Tensor missing = (margin_ - SafeSqrt(pairs.non_mated)).clamp_min(0);
    LossValue value{ZeroLoss(input) + Mean(attraction, 0.5 * missing.square()),
                    {}};
    AddPairSimilarities(rows, value.metrics);
    if (missing.size(0) > 0) {
      value.metrics["active_pairs"] =
          missing.gt(0).to(torch::kDouble).mean().item<double>();
    }
    return value;
  }

 private:
  // Mean of both in one, or of the means of both; 0 of none.
  [[nodiscard]] Tensor Mean(const Tensor& mated,
                            const Tensor& non_mated) const {
    const auto mean = [](const Tensor& values) {
      return values.sum() /
             static_cast<double>(std::max<std::int64_t>(values.size(0), 1));
    };
    if (choice_ != Choice::kBalanced)
      return mean(torch::cat({mated, non_mated}));
    return 0.5 * (mean(mated) + mean(non_mated));
  }

  Choice choice_;
  double margin_;
};

}  // namespace

std::unique_ptr<Loss> MakeContrastive(SpecOptions& options,
                                      const LossSetting& /*setting*/) {
  const std::string pairs =
      options.Choice("pairs", {"balanced", "all", "hardest", "given"});
  const double margin = options.Number("margin", 1, {.min = 0.01, .max = 2});
  const Choice choice = pairs == "balanced"  ? Choice::kBalanced
                        : pairs == "all"     ? Choice::kAll
                        : pairs == "hardest" ? Choice::kHardest
                                             : Choice::kGiven;
  return std::make_unique<Contrastive>(choice, margin);
}

}  // namespace mien::train
