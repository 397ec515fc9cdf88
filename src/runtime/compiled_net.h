// SPDX-License-Identifier: Apache-2.0
//
// Turns a graph into something that runs fast: `Optimize` rewrites it,
// `Compile` makes primitives, packs weights and plans memory, `Run` only
// computes. Depends on graph.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "graph/graph.h"
#include "graph/tensor.h"
#include "mien/precision.h"
#include "mien/result.h"

namespace mien {

namespace onednn {
class WeightStore;
}  // namespace onednn

struct CompileOptions {
  /// Extents of the inputs whose graph leaves some free. Batch and picture size
  /// are fixed here.
  std::map<std::string, Shape> input_shapes = {};

  Precision precision = Precision::kFloat32;

  /// Threads that one Run() uses, >= 1.
  int num_threads = 1;
};

/// One layer of a compiled net, for `mien model inspect`.
struct LayerInfo {
  std::string name;
  std::string op_type;
  std::string implementation;  ///< e.g. "jit:avx2", "reference"
  Precision precision = Precision::kFloat32;
  Shape output_shape;
  double flops = 0.0;  ///< multiply and add count as two
};

class CompiledNet;

/// Buffers of one run. Belongs to one thread at a time.
class Workspace {
 public:
  Workspace(Workspace&&) noexcept;
  Workspace& operator=(Workspace&&) noexcept;
  ~Workspace();

  /// Input `i` in the order of the graph's inputs, row-major float32, to be
  /// filled before Run(). Run() may overwrite it.
  [[nodiscard]] std::span<float> input(std::size_t i);

  /// Output `i` in the order of the graph's outputs, row-major float32, valid
  /// until the next Run().
  [[nodiscard]] std::span<const float> output(std::size_t i) const;

  struct State;

 private:
  friend class CompiledNet;
  explicit Workspace(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// A graph compiled for fixed extents on oneDNN. Immutable and shared.
///
/// Thread safety: const methods may run concurrently, each with a workspace of
/// its own.
class CompiledNet {
 public:
  /// Optimizes and compiles `graph`.
  ///
  /// Errors:
  /// - kUnsupported: names node, operator and opset.
  /// - kInvalidArgument, kCorruptModel: as InferShapes().
  static Result<std::shared_ptr<const CompiledNet>> Compile(
      const Graph& graph, const CompileOptions& options);

  /// Compile() of a graph that is canonical and optimized already. Constants
  /// are packed into `weights`, so that nets of several extents share them.
  static Result<std::shared_ptr<const CompiledNet>> CompileOptimized(
      const Graph& graph,
      const CompileOptions& options,
      onednn::WeightStore& weights);

  ~CompiledNet();

  [[nodiscard]] Workspace CreateWorkspace() const;

  /// Computes the outputs from the inputs of `workspace`, which this net made.
  /// Allocates nothing and takes no lock, but for what oneDNN does inside (a
  /// few small allocations per primitive, no lock) and for layers whose
  /// implementation is "reference". The number of OpenMP threads of the calling
  /// thread is set for the time of the call.
  void Run(Workspace& workspace) const;

  /// Run(), and the microseconds that each of layers() took.
  void RunTimed(Workspace& workspace, std::vector<double>& layer_us) const;

  [[nodiscard]] const std::vector<ValueInfo>& inputs() const;
  [[nodiscard]] const std::vector<ValueInfo>& outputs() const;
  [[nodiscard]] const std::vector<LayerInfo>& layers() const;

  /// The precision that was asked for became this one.
  [[nodiscard]] Precision precision() const;

  /// Packed weights, in bytes.
  [[nodiscard]] std::size_t weight_bytes() const;

  /// What a workspace holds, in bytes.
  [[nodiscard]] std::size_t workspace_bytes() const;

  struct Plan;

 private:
  explicit CompiledNet(std::shared_ptr<const Plan> plan);
  std::shared_ptr<const Plan> plan_;
};

}  // namespace mien
