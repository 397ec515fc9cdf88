// SPDX-License-Identifier: Apache-2.0
#include "train/losses/centre.h"

#include "train/losses/batch.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

class Centre : public Loss {
 public:
  Centre(double rate, const LossSetting& setting)
      : rate_(rate),
        centres_(torch::zeros(
            {setting.num_identities, setting.embedding_size},
            torch::dtype(torch::kFloat32).device(setting.device))) {}

  LossValue operator()(const LossInput& input) override {
    const LabelledRows rows = SelectLabelled(input, "centre", centres_.size(0));
    if (rows.size() == 0) return {ZeroLoss(input), {}};
    const Tensor offsets =
        rows.features -
        centres_.index_select(0, rows.labels).to(rows.features.scalar_type());
    const Tensor squares = offsets.square().sum(1);
    LossValue value{
        0.5 * squares.mean(),
        {{"centre_distance", squares.detach().sqrt().mean().item<double>()}}};
    if (torch::GradMode::is_enabled()) Move(offsets.detach(), rows.labels);
    return value;
  }

  std::vector<std::pair<std::string, Tensor>> buffers() override {
    return {{"centre.centres", centres_}};
  }

 private:
  // Towards the rows, which lie at `offsets` from their centres.
  void Move(const Tensor& offsets, const Tensor& labels) {
    const torch::NoGradGuard no_grad;
    const Tensor sums = torch::zeros_like(centres_).index_add_(
        0, labels, offsets.to(centres_.scalar_type()));
    const Tensor counts =
        torch::zeros_like(centres_.select(1, 0))
            .index_add_(
                0, labels, torch::ones_like(labels, centres_.options()));
    centres_ += rate_ * sums / (1 + counts).unsqueeze(1);
  }

  double rate_;
  Tensor centres_;
};

}  // namespace

std::unique_ptr<Loss> MakeCentre(SpecOptions& options,
                                 const LossSetting& setting) {
  const double rate = options.Number("rate", 0.5, {.min = 0, .max = 1});
  if (setting.num_identities <= 0) {
    throw TrainError("centre needs labelled identities; there are none");
  }
  return std::make_unique<Centre>(rate, setting);
}

}  // namespace mien::train
