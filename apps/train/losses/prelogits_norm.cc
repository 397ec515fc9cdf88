// SPDX-License-Identifier: Apache-2.0
#include "train/losses/prelogits_norm.h"

#include "train/losses/batch.h"

namespace mien::train {
namespace {

constexpr double kEpsilon = 1e-4;  // facenet's: the norm has a slope at 0

class PrelogitsNorm : public Loss {
 public:
  explicit PrelogitsNorm(double p) : p_(p) {}

  LossValue operator()(const LossInput& input) override {
    if (input.features.size(0) == 0) return {ZeroLoss(input), {}};
    const Tensor norms = (input.features.abs() + kEpsilon).norm(p_, 1);
    return {norms.mean(),
            {{"feature_norm",
              input.features.detach().norm(2, 1).mean().item<double>()}}};
  }

 private:
  double p_;
};

}  // namespace

std::unique_ptr<Loss> MakePrelogitsNorm(SpecOptions& options,
                                        const LossSetting& /*setting*/) {
  return std::make_unique<PrelogitsNorm>(
      options.Number("p", 1, {.min = 1, .max = 100}));
}

}  // namespace mien::train
