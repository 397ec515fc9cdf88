// SPDX-License-Identifier: Apache-2.0
#include "face_batcher.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace mien::server {

Result<std::vector<Embedding>> FaceBatcher::Run(std::vector<Image> chips) {
  if (chips.empty()) {
    return std::vector<Embedding>();
  }
  Ticket own{.chips = std::move(chips), .answer = std::nullopt};
  std::unique_lock lock(mutex_);
  waiting_.push_back(&own);
  while (!own.answer) {
    // A free run starts with the oldest ticket, which need not be our own.
    if (!own.is_taken && num_runs_ < max_runs_) {
      const std::vector<Ticket*> batch = TakeBatch();
      ++num_runs_;
      lock.unlock();
      Answer(batch);
      lock.lock();
      --num_runs_;
      changed_.notify_all();
    } else {
      changed_.wait(lock);
    }
  }
  return *std::move(own.answer);
}

std::size_t FaceBatcher::NumWaiting() {
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

std::vector<FaceBatcher::Ticket*> FaceBatcher::TakeBatch() {
  std::vector<Ticket*> batch;
  std::size_t num_chips = 0;
  while (!waiting_.empty() &&
         (batch.empty() ||
          num_chips + waiting_.front()->chips.size() <= max_batch_)) {
    Ticket* ticket = waiting_.front();
    waiting_.pop_front();
    ticket->is_taken = true;
    num_chips += ticket->chips.size();
    batch.push_back(ticket);
  }
  return batch;
}

void FaceBatcher::Answer(const std::vector<Ticket*>& batch) {
  std::vector<std::size_t> sizes;
  std::vector<Image> chips;
  for (Ticket* ticket : batch) {
    sizes.push_back(ticket->chips.size());
    std::ranges::move(ticket->chips, std::back_inserter(chips));
  }
  observe_(static_cast<int>(chips.size()));
  auto all = embed_(chips);
  std::vector<Result<std::vector<Embedding>>> answers;
  std::span<const Image> rest_of_chips = chips;
  auto next = all ? all->begin() : std::vector<Embedding>::iterator();
  for (const std::size_t size : sizes) {
    if (all) {
      const auto end = next + static_cast<std::ptrdiff_t>(size);
      answers.emplace_back(std::vector<Embedding>(std::move_iterator(next),
                                                  std::move_iterator(end)));
      next = end;
    } else {  // each by itself, so that one cannot spoil another's
      answers.push_back(batch.size() == 1 ? all
                                          : embed_(rest_of_chips.first(size)));
    }
    rest_of_chips = rest_of_chips.subspan(size);
  }
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    batch[i]->answer = std::move(answers[i]);
  }
}

}  // namespace mien::server
