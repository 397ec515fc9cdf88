// SPDX-License-Identifier: Apache-2.0
#include "train/samplers/instance.h"

#include <algorithm>
#include <utility>

#include "train/samplers/shuffled_sequence.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

class InstanceSampler : public Sampler {
 public:
  InstanceSampler(std::vector<std::int64_t> chips,
                  const SamplerSetting& setting)
      : Sampler(setting), chips_(std::move(chips), setting.seed) {}

  [[nodiscard]] std::int64_t batches_per_epoch() const override {
    return std::max<std::int64_t>(1, chips_.size() / setting().batch_size);
  }

  std::vector<std::int64_t> GlobalBatch(std::int64_t step) override {
    return chips_.Slice(step * setting().batch_size, setting().batch_size);
  }

 private:
  ShuffledSequence chips_;
};

}  // namespace

std::unique_ptr<Sampler> MakeInstanceSampler(std::vector<std::int64_t> chips,
                                             const SamplerSetting& setting) {
  if (chips.empty()) throw TrainError("instance: there are no chips to draw");
  return std::make_unique<InstanceSampler>(std::move(chips), setting);
}

}  // namespace mien::train
