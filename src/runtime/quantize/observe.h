// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "mien/result.h"
#include "runtime/compiled_net.h"
#include "runtime/quantize/value_range.h"

namespace mien::quantize {

/// Runs a network of one input, one sample at a time, and keeps histograms of
/// values inside.
///
/// Thread safety: one thread at a time.
class Observation {
 public:
  /// `graph` is canonical; `shape` its input's, with a batch of 1.
  ///
  /// Errors: those of CompiledNet::Compile().
  static Result<Observation> Begin(const Graph& graph,
                                   const std::set<std::string>& values,
                                   const Shape& shape);

  /// `input` has as many numbers as the shape says.
  void Add(std::span<const float> input);

  [[nodiscard]] std::map<std::string, ValueRange> Choose(
      RangeMethod method) const;

 private:
  Observation(std::shared_ptr<const CompiledNet> net,
              std::vector<std::string> values);

  std::shared_ptr<const CompiledNet> net_;
  Workspace workspace_;
  std::vector<std::string> values_;
  std::vector<ValueObserver> observers_;
};

/// Outputs of a network of one input for samples, one at a time: row i, all
/// outputs behind one another, for sample i.
///
/// Errors: those of CompiledNet::Compile().
Result<std::vector<std::vector<float>>> RunSamples(
    const Graph& graph,
    const Shape& shape,
    std::span<const std::vector<float>> samples);

/// How alike the answers of two networks are.
struct Agreement {
  double mean_cosine = 1.0;
  double lowest_cosine = 1.0;
};

/// `a` and `b` hold a row per sample.
Agreement Compare(std::span<const std::vector<float>> a,
                  std::span<const std::vector<float>> b);

}  // namespace mien::quantize
