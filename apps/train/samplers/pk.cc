// SPDX-License-Identifier: Apache-2.0
#include "train/samplers/pk.h"

#include <algorithm>
#include <numeric>

#include "train/samplers/identity_chips.h"
#include "train/samplers/random_stream.h"
#include "train/samplers/shuffled_sequence.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

// Keeps the shuffles of chips apart from those of identities.
constexpr std::uint64_t kChipStream = 0x632BE59BD9B4E019;

std::vector<std::int64_t> Range(std::int64_t size) {
  std::vector<std::int64_t> range(static_cast<std::size_t>(size));
  std::iota(range.begin(), range.end(), 0);
  return range;
}

class PkSampler : public Sampler {
 public:
  PkSampler(IdentityChips identities,
            std::int64_t chips_each,
            const SamplerSetting& setting)
      : Sampler(setting),
        identities_(std::move(identities)),
        chips_each_(chips_each),
        order_(Range(identities_.size()), setting.seed) {}

  [[nodiscard]] std::int64_t batches_per_epoch() const override {
    return identities_.size() / identities_per_batch();
  }

  std::vector<std::int64_t> GlobalBatch(std::int64_t step) override {
    const std::int64_t epoch = step / batches_per_epoch();
    const std::int64_t begin =
        epoch * identities_.size() +
        step % batches_per_epoch() * identities_per_batch();
    std::vector<std::int64_t> batch;
    for (std::int64_t i = 0; i < identities_per_batch(); ++i) {
      const std::vector<std::int64_t> chips =
          ChipsOf(order_.At(begin + i), epoch);
      batch.insert(batch.end(), chips.begin(), chips.end());
    }
    return batch;
  }

 private:
  [[nodiscard]] std::int64_t identities_per_batch() const {
    return setting().batch_size / chips_each_;
  }

  // K chips for the visit to `identity` in `epoch`.
  [[nodiscard]] std::vector<std::int64_t> ChipsOf(std::int64_t identity,
                                                  std::int64_t epoch) const {
    std::vector<std::int64_t> chips = identities_.chips(identity);
    const auto num_chips = static_cast<std::int64_t>(chips.size());
    const std::int64_t visits = std::max<std::int64_t>(
        1, num_chips / chips_each_);  // before chips repeat
    RandomStream(setting().seed ^ kChipStream, identity, epoch / visits)
        .Shuffle(chips);
    std::vector<std::int64_t> chosen;
    for (std::int64_t i = 0; i < chips_each_; ++i) {
      const std::int64_t position = epoch % visits * chips_each_ + i;
      chosen.push_back(chips[static_cast<std::size_t>(position % num_chips)]);
    }
    return chosen;
  }

  IdentityChips identities_;
  std::int64_t chips_each_;
  ShuffledSequence order_;
};

}  // namespace

std::unique_ptr<Sampler> MakePkSampler(std::span<const std::int64_t> labels,
                                       const PkOptions& options,
                                       const SamplerSetting& setting) {
  ExpectWholeGroups("pk", setting, options.chips);
  IdentityChips identities(labels, options.min_chips);
  const std::int64_t wanted = setting.batch_size / options.chips;
  if (identities.size() < wanted) {
    throw TrainError("pk: " + std::to_string(identities.size()) +
                     " identities have at least " +
                     std::to_string(options.min_chips) + " chips; a batch of " +
                     std::to_string(setting.batch_size) + " needs " +
                     std::to_string(wanted) + ", so make it smaller or chips=" +
                     std::to_string(options.chips) + " larger");
  }
  return std::make_unique<PkSampler>(
      std::move(identities), options.chips, setting);
}

}  // namespace mien::train
