// SPDX-License-Identifier: Apache-2.0
#include "train/loop/batch_loader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "train/value_or_throw.h"

namespace mien::train {
BatchLoader::BatchLoader(const ChipSource& source,
                         Sampler& sampler,
                         ChipCutter cutter,
                         const LoaderOptions& options)
    : source_(source),
      sampler_(sampler),
      cutter_(std::move(cutter)),
      options_(options),
      next_made_(sampler.step()),
      next_taken_(sampler.step()) {
  for (int i = 0; i < options.num_threads; ++i) {
    threads_.emplace_back([this] { Work(); });
  }
}

BatchLoader::~BatchLoader() {
  {
    const std::scoped_lock lock(mutex_);
    stops_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) {
    thread.join();
  }
}

void BatchLoader::Work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] {
      return stops_ || failure_ != nullptr ||
             next_made_ - next_taken_ < 2 * options_.num_threads + 2;
    });
    if (stops_ || failure_ != nullptr) {
      return;
    }
    try {
      const std::int64_t step = next_made_++;
      const std::vector<std::int64_t> chips = sampler_.Next();
      lock.unlock();
      Batch batch = Make(step, chips);
      lock.lock();
      ready_.emplace(step, std::move(batch));
    } catch (...) {
      if (!lock.owns_lock()) {
        lock.lock();
      }
      failure_ = std::current_exception();
    }
    changed_.notify_all();
  }
}

Batch BatchLoader::Make(std::int64_t step,
                        const std::vector<std::int64_t>& chips) const {
  const auto count = static_cast<std::int64_t>(chips.size());
  const std::int64_t side = options_.input_px;
  Batch batch = {
      .pixels = torch::empty(
          {count, side, side, 3},
          torch::TensorOptions(torch::kUInt8).pinned_memory(options_.pinned)),
      .labels = torch::empty({count}, torch::kInt64),
      .teacher = {}};
  const int teacher_size = source_.teacher_size();
  if (teacher_size > 0) {
    batch.teacher = torch::empty({count, teacher_size});
  }
  auto* pixels = batch.pixels.data_ptr<std::uint8_t>();
  for (std::size_t i = 0; i < chips.size(); ++i) {
    const std::int64_t chip = chips[i];
    const Image stored = ValueOrThrow(source_.Decode(chip));
    const Image image = cutter_(stored,
                                {.seed = options_.seed,
                                 .epoch = static_cast<std::uint64_t>(step),
                                 .chip = options_.first_place + i});
    const auto bytes = image.pixels();
    std::memcpy(pixels + i * bytes.size(), bytes.data(), bytes.size());
    batch.labels.data_ptr<std::int64_t>()[i] =
        source_.labels()[static_cast<std::size_t>(chip)];
    if (teacher_size > 0) {
      std::ranges::copy(source_.teacher(chip),
                        batch.teacher.data_ptr<float>() +
                            i * static_cast<std::size_t>(teacher_size));
    }
  }
  return batch;
}

Batch BatchLoader::Next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] {
    return failure_ != nullptr || ready_.contains(next_taken_);
  });
  const auto found = ready_.find(next_taken_);
  if (found == ready_.end()) {
    std::rethrow_exception(failure_);
  }
  Batch batch = std::move(found->second);
  ready_.erase(found);
  ++next_taken_;
  lock.unlock();
  changed_.notify_all();
  return batch;
}

}  // namespace mien::train
