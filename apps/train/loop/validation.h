// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "eval/pairs.h"
#include "mien/model.h"
#include "train/executor/torch_net.h"
#include "train/loop/chip_source.h"

namespace mien::train {

struct ValidationOptions {
  /// Datasets that the network does not learn from.
  std::vector<std::filesystem::path> folders;

  /// A list of pairs of pictures of the datasets (LFW's or another format, see
  /// LoadPairs()); empty to draw them from the labels.
  std::filesystem::path pairs;

  /// Pairs drawn from the labels, half of them mated; a multiple of 20.
  int num_pairs = 2000;

  /// Side of the network's chips, in pixels.
  int input_px = 112;

  std::uint64_t seed = 1;
};

/// How well a network tells people apart whom it did not learn from: the
/// protocol of LFW's View 2 on chips (see JudgeFolds()).
///
/// Thread safety: one thread at a time.
class Validator {
 public:
  /// Throws TrainError for datasets without labels or whose pictures lack one
  /// of the list.
  explicit Validator(const ValidationOptions& options);

  /// "accuracy", "accuracy_deviation" and "auc" of the network's first output.
  std::map<std::string, double> Run(TorchNet& net,
                                    const ModelContract& contract) const;

 private:
  struct Pair {
    std::int64_t a;
    std::int64_t b;
    Truth truth;
    int fold;
  };

  void DrawPairs();
  void ReadPairs();
  [[nodiscard]] Tensor EmbedAll(TorchNet& net,
                                const ModelContract& contract) const;

  ValidationOptions options_;
  ChipSource source_;
  std::vector<Pair> pairs_;

  /// Chips that the pairs name, rising, and the row of each.
  std::vector<std::int64_t> chips_;
  std::map<std::int64_t, std::int64_t> rows_;
  int num_folds_ = 10;
};

}  // namespace mien::train
