// SPDX-License-Identifier: Apache-2.0
#include "train/losses/softmax.h"

#include "train/losses/batch.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

class Softmax : public Loss {
 public:
  Softmax(double smoothing, const LossSetting& setting)
      : smoothing_(smoothing),
        weight_(XavierWeight(
            setting.num_identities, setting.embedding_size, setting)),
        bias_(torch::zeros(
            {setting.num_identities},
            torch::dtype(torch::kFloat32).device(setting.device))) {
    bias_.requires_grad_(true);
  }

  LossValue operator()(const LossInput& input) override {
    const LabelledRows rows = SelectLabelled(input, "softmax", bias_.size(0));
    if (rows.size() == 0) return {ZeroLoss(input), {}};
    const auto type = rows.features.scalar_type();
    const Tensor logits =
        rows.features.matmul(weight_.to(type).t()) + bias_.to(type);
    return {at::cross_entropy_loss(logits,
                                   rows.labels,
                                   /*weight=*/{},
                                   at::Reduction::Mean,
                                   /*ignore_index=*/-100,
                                   smoothing_),
            {{"accuracy", Accuracy(logits, rows.labels)}}};
  }

  std::vector<std::pair<std::string, Tensor>> parameters() override {
    return {{"softmax.weight", weight_}, {"softmax.bias", bias_}};
  }

 private:
  double smoothing_;
  Tensor weight_;
  Tensor bias_;
};

}  // namespace

std::unique_ptr<Loss> MakeSoftmax(SpecOptions& options,
                                  const LossSetting& setting) {
  const double smoothing =
      options.Number("smoothing", 0, {.min = 0, .max = 0.99});
  if (setting.num_identities <= 0) {
    throw TrainError("softmax needs labelled identities; there are none");
  }
  return std::make_unique<Softmax>(smoothing, setting);
}

}  // namespace mien::train
