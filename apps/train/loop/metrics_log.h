// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace mien::train {

/// The figures of a run over its steps: metrics.csv, one row per step logged,
/// and a curve of each figure as SVG.
///
/// Thread safety: none.
class MetricsLog {
 public:
  /// Reads what an earlier part of the run wrote, rows after `last_step` left
  /// out. Throws TrainError when the file is damaged.
  MetricsLog(std::filesystem::path folder, std::int64_t last_step);

  /// Adds the figures of a step; figures that a row lacks stay empty in it.
  void Add(std::int64_t step, const std::map<std::string, double>& figures);

  /// Writes metrics.csv, and for every figure <figure>.svg.
  void Save() const;

 private:
  struct Row {
    std::int64_t step = 0;
    std::map<std::string, double> figures;
  };

  [[nodiscard]] std::vector<std::string> Names() const;

  std::filesystem::path folder_;
  std::vector<Row> rows_;
};

}  // namespace mien::train
