// SPDX-License-Identifier: Apache-2.0
//
// Runs a graph with libtorch's autograd: the third executor of the one
// description, after the reference loops and oneDNN. Any ONNX model whose
// operators the ops_*.cc list can be trained, ours or another's.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "graph/graph.h"
#include "train/executor/tensor_sum.h"
#include "train/torch.h"

namespace mien::train {

/// A weight of the network.
struct Parameter {
  /// As in the graph: "repeat_1.0.branch0.conv.weight".
  std::string name;

  /// Float32 leaf tensor, updated in place.
  Tensor tensor;

  /// Whether weight decay applies: matrices and kernels, not biases, slopes and
  /// the scales of batch norm.
  bool decays = false;
};

enum class Mode : std::uint8_t {
  kTrain,  ///< batch norm by the batch's own statistics, dropout drops
  kEval
};

struct TorchNetOptions {
  torch::Device device = torch::kCPU;

  /// Convolutions in bfloat16, everything that sums in float32; weights stay
  /// float32. Twice as fast on CPUs with AVX512_BF16, more with AMX.
  bool bfloat16 = false;

  /// The processes that each run a part of the batch, whose statistics batch
  /// norm takes together; null when alone.
  c10::intrusive_ptr<TensorSum> sum_over_ranks = {};
};

/// A network that learns.
///
/// Thread safety: none; libtorch's own threads work inside.
class TorchNet {
 public:
  /// Takes over the weights of `graph`. Every float32 initializer that Conv,
  /// Gemm, MatMul, BatchNormalization or PRelu reads is a parameter or, for
  /// running statistics, a buffer; other initializers stay constants.
  ///
  /// Throws TrainError naming node and operator that cannot be trained.
  explicit TorchNet(const Graph& graph, const TorchNetOptions& options = {});
  ~TorchNet();
  TorchNet(const TorchNet&) = delete;
  TorchNet& operator=(const TorchNet&) = delete;

  /// Runs the network; `input` is [N, C, H, W] float32 for its first input.
  /// Returns the values called `wanted`, in that order: outputs of the graph or
  /// values inside of it ("conf_logits"), as float32. Where gradients are
  /// recorded they reach the parameters.
  ///
  /// Throws TrainError for a name that is no value.
  std::vector<Tensor> Forward(const Tensor& input,
                              std::span<const std::string> wanted,
                              Mode mode);

  /// Forward() of one value.
  Tensor Forward(const Tensor& input, const std::string& wanted, Mode mode);

  /// Name of the graph's first output.
  [[nodiscard]] const std::string& output() const;

  /// In the order of the graph; frozen ones included, without requires_grad.
  [[nodiscard]] const std::vector<Parameter>& parameters() const;

  /// Running mean and variance of batch norm, updated by Forward() in kTrain.
  [[nodiscard]] const std::vector<std::pair<std::string, Tensor>>& buffers()
      const;

  /// Stops the learning of parameters whose name matches `pattern` (shell
  /// wildcards: "conv2d_*"), and their batch norm keeps its statistics.
  /// Returns how many parameters matched.
  int Freeze(std::string_view pattern);

  /// The graph with the present weights, of the metadata it came with.
  [[nodiscard]] Graph Export() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The value that the network scales to unit length for its output: what
/// softmax losses read as "features". The output itself when it is not scaled.
std::string FeatureValue(const Graph& graph);

}  // namespace mien::train
