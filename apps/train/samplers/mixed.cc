// SPDX-License-Identifier: Apache-2.0
#include "train/samplers/mixed.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "train/samplers/identity_chips.h"
#include "train/samplers/instance.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

// The `index`-th of `num_parts` equal parts of `batch`, put at the end of
// `all`.
void AppendPart(const std::vector<std::int64_t>& batch,
                std::int64_t index,
                std::int64_t num_parts,
                std::vector<std::int64_t>& all) {
  const auto size = static_cast<std::int64_t>(batch.size()) / num_parts;
  const auto begin = batch.begin() + index * size;
  all.insert(all.end(), begin, begin + size);
}

class MixedSampler : public Sampler {
 public:
  MixedSampler(std::unique_ptr<Sampler> labelled,
               std::unique_ptr<Sampler> unlabelled,
               const SamplerSetting& setting)
      : Sampler(setting),
        labelled_(std::move(labelled)),
        unlabelled_(std::move(unlabelled)) {}

  // Until both parts have gone through theirs.
  [[nodiscard]] std::int64_t batches_per_epoch() const override {
    return std::max(labelled_->batches_per_epoch(),
                    unlabelled_->batches_per_epoch());
  }

  std::vector<std::int64_t> GlobalBatch(std::int64_t step) override {
    const std::vector<std::int64_t> labelled = labelled_->GlobalBatch(step);
    const std::vector<std::int64_t> unlabelled = unlabelled_->GlobalBatch(step);
    std::vector<std::int64_t> batch;
    for (std::int64_t rank = 0; rank < setting().world_size; ++rank) {
      AppendPart(labelled, rank, setting().world_size, batch);
      AppendPart(unlabelled, rank, setting().world_size, batch);
    }
    return batch;
  }

 private:
  std::unique_ptr<Sampler> labelled_;
  std::unique_ptr<Sampler> unlabelled_;
};

}  // namespace

std::unique_ptr<Sampler> MakeMixedSampler(std::span<const std::int64_t> labels,
                                          const MixedOptions& options,
                                          const SamplerSetting& setting) {
  const std::int64_t unit = options.pk.chips * setting.world_size;
  const double wanted =
      options.labelled * static_cast<double>(setting.batch_size);
  const std::int64_t num_labelled =
      unit * std::llround(wanted / static_cast<double>(unit));
  if (num_labelled <= 0 || num_labelled >= setting.batch_size) {
    throw TrainError(
        "mixed: a batch of " + std::to_string(setting.batch_size) +
        " would have " + std::to_string(num_labelled) +
        " labelled chips; must be some but not all, in groups of " +
        std::to_string(unit));
  }
  std::vector<std::int64_t> unlabelled = UnlabelledChips(labels);
  if (unlabelled.empty()) {
    throw TrainError("mixed: every chip has a label; use pk instead");
  }
  SamplerSetting part = setting;
  part.batch_size = num_labelled;
  auto pk = MakePkSampler(labels, options.pk, part);
  part.batch_size = setting.batch_size - num_labelled;
  auto instance = MakeInstanceSampler(std::move(unlabelled), part);
  return std::make_unique<MixedSampler>(
      std::move(pk), std::move(instance), setting);
}

}  // namespace mien::train
