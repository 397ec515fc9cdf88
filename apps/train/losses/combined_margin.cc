// SPDX-License-Identifier: Apache-2.0
#include "train/losses/combined_margin.h"

#include <numbers>

#include "train/losses/batch.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

// arccos has an infinite slope at -1 and 1; float32 can just tell 1 - 1e-6.
constexpr double kLargestCosine = 1 - 1e-6;

class CombinedMargin : public Loss {
 public:
  CombinedMargin(std::string_view name,
                 const MarginOptions& options,
                 const LossSetting& setting)
      : name_(name),
        options_(options),
        centres_(XavierWeight(
            setting.num_identities, setting.embedding_size, setting)) {}

  LossValue operator()(const LossInput& input) override {
    const LabelledRows rows = SelectLabelled(input, name_, centres_.size(0));
    if (rows.size() == 0) return {ZeroLoss(input), {}};
    const Tensor centres =
        Normalized(centres_.to(rows.embeddings.scalar_type()));
    const Tensor cosines = rows.embeddings.matmul(centres.t());  // [n, C]
    const Tensor place = rows.labels.unsqueeze(1);
    const Tensor target = cosines.gather(1, place);
    const Tensor logits =
        options_.scale *
        cosines.scatter(1, place, MarginCosine(target, options_));
    return {at::cross_entropy_loss(logits, rows.labels),
            {{"accuracy", Accuracy(cosines, rows.labels)},
             {"target_cosine", target.mean().item<double>()}}};
  }

  std::vector<std::pair<std::string, Tensor>> parameters() override {
    return {{name_ + ".centres", centres_}};
  }

 private:
  std::string name_;
  MarginOptions options_;
  Tensor centres_;  // [num_identities, d], of any length
};

}  // namespace

Tensor MarginCosine(const Tensor& cosine, const MarginOptions& options) {
  if (options.m1 == 1 && options.m2 == 0) return cosine - options.m3;
  const Tensor angle =
      options.m1 * cosine.clamp(-kLargestCosine, kLargestCosine).acos() +
      options.m2;
  const Tensor half_turns = (angle.detach() / std::numbers::pi).floor();
  const Tensor sign = 1 - 2 * half_turns.remainder(2);
  return sign * angle.cos() - 2 * half_turns - options.m3;
}

std::unique_ptr<Loss> MakeMarginLoss(std::string_view name,
                                     const MarginOptions& options,
                                     const LossSetting& setting) {
  if (setting.num_identities <= 0) {
    throw TrainError(std::string(name) +
                     " needs labelled identities; there are none");
  }
  return std::make_unique<CombinedMargin>(name, options, setting);
}

std::unique_ptr<Loss> MakeCombinedMargin(SpecOptions& options,
                                         const LossSetting& setting) {
  MarginOptions parsed;
  parsed.scale = options.Number("scale", 64, {.min = 1});
  parsed.m1 = options.Number("m1", 1, {.min = 1, .max = 4});
  parsed.m2 = options.Number("m2", 0.3, {.min = 0, .max = 1.5});
  parsed.m3 = options.Number("m3", 0.2, {.min = 0, .max = 1});
  return MakeMarginLoss(options.owner(), parsed, setting);
}

}  // namespace mien::train
