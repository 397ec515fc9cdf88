// SPDX-License-Identifier: Apache-2.0
#include "train/samplers/sampler.h"

#include "train/train_error.h"

namespace mien::train {

Sampler::Sampler(const SamplerSetting& setting) : setting_(setting) {
  if (setting.batch_size < 1) {
    throw TrainError("batch size is " + std::to_string(setting.batch_size) +
                     "; must be >= 1");
  }
  if (setting.world_size < 1 || setting.rank < 0 ||
      setting.rank >= setting.world_size) {
    throw TrainError("rank is " + std::to_string(setting.rank) + " of " +
                     std::to_string(setting.world_size) +
                     "; must be >= 0 and less");
  }
  if (setting.batch_size % setting.world_size != 0) {
    throw TrainError("batch size is " + std::to_string(setting.batch_size) +
                     "; must be a multiple of the " +
                     std::to_string(setting.world_size) + " ranks");
  }
}

std::vector<std::int64_t> Sampler::Next() {
  const std::vector<std::int64_t> batch = GlobalBatch(step_++);
  const std::int64_t size = setting_.batch_size / setting_.world_size;
  const auto begin = batch.begin() + setting_.rank * size;
  return {begin, begin + size};
}

void ExpectWholeGroups(std::string_view name,
                       const SamplerSetting& setting,
                       std::int64_t group_size) {
  const std::int64_t unit = group_size * setting.world_size;
  if (setting.batch_size > 0 && setting.batch_size % unit == 0) return;
  throw TrainError(std::string(name) + ": batch size is " +
                   std::to_string(setting.batch_size) +
                   "; must be a multiple of " + std::to_string(unit) +
                   (setting.world_size == 1
                        ? ""
                        : " (" + std::to_string(group_size) + " chips x " +
                              std::to_string(setting.world_size) + " ranks)"));
}

}  // namespace mien::train
