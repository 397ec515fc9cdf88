// SPDX-License-Identifier: Apache-2.0
#include "face_batcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <thread>

namespace mien::server {
namespace {

using testing::ElementsAre;

/// A chip whose embedding is its width.
Image Chip(int width) { return {width, 1}; }

std::vector<Embedding> WidthsOf(std::span<const Image> chips) {
  std::vector<Embedding> embeddings;
  for (const Image& chip : chips) {
    embeddings.push_back({{static_cast<float>(chip.width())}, "m"});
  }
  return embeddings;
}

std::vector<float> Values(const Result<std::vector<Embedding>>& embeddings) {
  std::vector<float> values;
  for (const Embedding& embedding : *embeddings) {
    values.push_back(embedding.values.front());
  }
  return values;
}

/// Runs of one thread that hold until let go, and the sizes of their batches.
struct HeldRuns {
  std::promise<void> started;
  std::promise<void> go;
  std::vector<int> sizes;
  bool is_first = true;

  FaceBatcher Make(int max_batch) {
    return FaceBatcher(
        [this](std::span<const Image> chips) -> Result<std::vector<Embedding>> {
          if (std::exchange(is_first, false)) {
            started.set_value();
            go.get_future().wait();
          }
          for (const Image& chip : chips) {
            if (chip.width() == 13) {
              return Error{ErrorCode::kInvalidImage, "unlucky"};
            }
          }
          return WidthsOf(chips);
        },
        1,
        max_batch,
        [this](int size) { sizes.push_back(size); });
  }
};

TEST(FaceBatcher, ALoneRequestRunsAtOnce) {
  HeldRuns runs;
  runs.go.set_value();
  FaceBatcher batcher = runs.Make(16);
  EXPECT_THAT(Values(batcher.Run({Chip(2), Chip(3)})), ElementsAre(2, 3));
  EXPECT_THAT(runs.sizes, ElementsAre(2));
}

/// Starts one run, lets `widths` gather behind it, and returns their answers.
std::vector<std::future<Result<std::vector<Embedding>>>> Gather(
    HeldRuns& runs, FaceBatcher& batcher, const std::vector<int>& widths) {
  std::vector<std::future<Result<std::vector<Embedding>>>> answers;
  const auto start = [&](int width) {
    answers.push_back(std::async(std::launch::async, [&batcher, width] {
      return batcher.Run({Chip(width)});
    }));
  };
  start(1);
  runs.started.get_future().wait();
  for (const int width : widths) {
    start(width);
    while (batcher.NumWaiting() < answers.size() - 1) {
      std::this_thread::yield();
    }
  }
  runs.go.set_value();
  for (auto& answer : answers) {
    answer.wait();
  }
  return answers;
}

TEST(FaceBatcher, WhatGathersDuringARunGoesTogether) {
  HeldRuns runs;
  FaceBatcher batcher = runs.Make(16);
  auto answers = Gather(runs, batcher, {2, 3, 4});
  EXPECT_THAT(runs.sizes, ElementsAre(1, 3));
  EXPECT_THAT(Values(answers[2].get()), ElementsAre(3));
}

TEST(FaceBatcher, BatchesStayWithinTheirLimit) {
  HeldRuns runs;
  FaceBatcher batcher = runs.Make(2);
  Gather(runs, batcher, {2, 3, 4});
  EXPECT_THAT(runs.sizes, ElementsAre(1, 2, 1));
}

TEST(FaceBatcher, OneCallersErrorIsItsOwn) {
  HeldRuns runs;
  FaceBatcher batcher = runs.Make(16);
  auto answers = Gather(runs, batcher, {2, 13});
  EXPECT_THAT(Values(answers[1].get()), ElementsAre(2));
  EXPECT_EQ(answers[2].get().error().message, "unlucky");
}

TEST(FaceBatcher, NoChipsNeedNoRun) {
  HeldRuns runs;
  FaceBatcher batcher = runs.Make(16);
  EXPECT_TRUE(batcher.Run({})->empty());
  EXPECT_TRUE(runs.sizes.empty());
}

}  // namespace
}  // namespace mien::server
