// SPDX-License-Identifier: Apache-2.0
#include "train/losses/weighted_sum.h"

#include <utility>

namespace mien::train {
namespace {

using NamedTensors = std::vector<std::pair<std::string, Tensor>>;

void Append(NamedTensors& all, const NamedTensors& more) {
  all.insert(all.end(), more.begin(), more.end());
}

class WeightedSum : public Loss {
 public:
  explicit WeightedSum(std::vector<WeightedLoss> parts)
      : parts_(std::move(parts)) {}

  LossValue operator()(const LossInput& input) override {
    LossValue sum;
    for (const WeightedLoss& part : parts_) {
      const LossValue value = (*part.loss)(input);
      const Tensor weighted = part.weight * value.loss;
      sum.loss = sum.loss.defined() ? sum.loss + weighted : weighted;
      sum.metrics[part.name + "_loss"] = value.loss.item<double>();
      for (const auto& [name, metric] : value.metrics) {
        const bool added = sum.metrics.emplace(name, metric).second;
        if (!added) sum.metrics[part.name + "_" + name] = metric;
      }
    }
    return sum;
  }

  NamedTensors parameters() override {
    NamedTensors all;
    for (const WeightedLoss& part : parts_)
      Append(all, part.loss->parameters());
    return all;
  }

  NamedTensors buffers() override {
    NamedTensors all;
    for (const WeightedLoss& part : parts_) Append(all, part.loss->buffers());
    return all;
  }

 private:
  std::vector<WeightedLoss> parts_;
};

}  // namespace

std::unique_ptr<Loss> MakeWeightedSum(std::vector<WeightedLoss> parts) {
  return std::make_unique<WeightedSum>(std::move(parts));
}

}  // namespace mien::train
