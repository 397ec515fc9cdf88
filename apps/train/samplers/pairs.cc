// SPDX-License-Identifier: Apache-2.0
#include "train/samplers/pairs.h"

#include <algorithm>

#include "train/samplers/mates.h"

namespace mien::train {
namespace {

class PairSampler : public Sampler {
 public:
  PairSampler(std::span<const std::int64_t> labels,
              const SamplerSetting& setting)
      : Sampler(setting), mates_("pairs", labels, setting.seed) {}

  [[nodiscard]] std::int64_t batches_per_epoch() const override {
    return std::max<std::int64_t>(1, mates_.num_anchors() / num_pairs());
  }

  std::vector<std::int64_t> GlobalBatch(std::int64_t step) override {
    RandomStream random(setting().seed, step);
    std::vector<std::int64_t> batch;
    for (std::int64_t i = 0; i < num_pairs(); ++i) {
      const std::int64_t pair = step * num_pairs() + i;
      const std::int64_t anchor = mates_.Anchor(pair);
      batch.push_back(anchor);
      batch.push_back(pair % 2 == 0 ? mates_.Mate(anchor, random)
                                    : mates_.NonMate(anchor, random));
    }
    return batch;
  }

 private:
  [[nodiscard]] std::int64_t num_pairs() const {
    return setting().batch_size / 2;
  }

  Mates mates_;
};

}  // namespace

std::unique_ptr<Sampler> MakePairSampler(std::span<const std::int64_t> labels,
                                         const SamplerSetting& setting) {
  ExpectWholeGroups("pairs", setting, 2);
  return std::make_unique<PairSampler>(labels, setting);
}

}  // namespace mien::train
