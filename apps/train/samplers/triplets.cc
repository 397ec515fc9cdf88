// SPDX-License-Identifier: Apache-2.0
#include "train/samplers/triplets.h"

#include <algorithm>

#include "train/samplers/mates.h"

namespace mien::train {
namespace {

class TripletSampler : public Sampler {
 public:
  TripletSampler(std::span<const std::int64_t> labels,
                 const SamplerSetting& setting)
      : Sampler(setting), mates_("triplets", labels, setting.seed) {}

  [[nodiscard]] std::int64_t batches_per_epoch() const override {
    return std::max<std::int64_t>(1, mates_.num_anchors() / num_triplets());
  }

  std::vector<std::int64_t> GlobalBatch(std::int64_t step) override {
    RandomStream random(setting().seed, step);
    std::vector<std::int64_t> batch;
    for (std::int64_t i = 0; i < num_triplets(); ++i) {
      const std::int64_t anchor = mates_.Anchor(step * num_triplets() + i);
      batch.push_back(anchor);
      batch.push_back(mates_.Mate(anchor, random));
      batch.push_back(mates_.NonMate(anchor, random));
    }
    return batch;
  }

 private:
  [[nodiscard]] std::int64_t num_triplets() const {
    return setting().batch_size / 3;
  }

  Mates mates_;
};

}  // namespace

std::unique_ptr<Sampler> MakeTripletSampler(
    std::span<const std::int64_t> labels, const SamplerSetting& setting) {
  ExpectWholeGroups("triplets", setting, 3);
  return std::make_unique<TripletSampler>(labels, setting);
}

}  // namespace mien::train
