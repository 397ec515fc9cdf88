// SPDX-License-Identifier: Apache-2.0
//
// Operators that sum, or scale by a sum, over axes.
#include <numeric>

#include "train/executor/torch_ops.h"

namespace mien::train {
namespace {

using Tensors = std::vector<Tensor>;

std::vector<std::int64_t> Axes(const OpCall& call) {
  std::vector<std::int64_t> all(static_cast<std::size_t>(call[0].dim()));
  std::iota(all.begin(), all.end(), std::int64_t{0});
  return call.node.Ints("axes", all);
}

bool Keeps(const OpCall& call) { return call.node.Int("keepdims", 1) != 0; }

/// Sums of many elements are taken in float32.
Tensor Wide(const OpCall& call) {
  return call[0].is_floating_point() ? call[0].to(torch::kFloat32) : call[0];
}

Tensors ReduceSum(const OpCall& call) {
  return {Wide(call).sum(Axes(call), Keeps(call))};
}

Tensors ReduceMean(const OpCall& call) {
  return {Wide(call).mean(Axes(call), Keeps(call))};
}

Tensors ReduceMax(const OpCall& call) {
  return {call[0].amax(Axes(call), Keeps(call))};
}

Tensors ReduceMin(const OpCall& call) {
  return {call[0].amin(Axes(call), Keeps(call))};
}

Tensors ReduceL1(const OpCall& call) {
  return {Wide(call).abs().sum(Axes(call), Keeps(call))};
}

Tensors ReduceL2(const OpCall& call) {
  return {at::linalg_vector_norm(Wide(call), 2, Axes(call), Keeps(call))};
}

Tensors ReduceSumSquare(const OpCall& call) {
  return {Wide(call).square().sum(Axes(call), Keeps(call))};
}

Tensors LpNormalization(const OpCall& call) {
  const std::int64_t axis = call.node.Int("axis", -1);
  const Tensor norm = at::linalg_vector_norm(
      Wide(call), static_cast<double>(call.node.Int("p", 2)), axis, true);
  return {call[0] / norm.clamp_min(1e-12)};
}

Tensors Softmax(const OpCall& call) {
  return {at::softmax(Wide(call), call.node.Int("axis", -1))};
}

Tensors LogSoftmax(const OpCall& call) {
  return {at::log_softmax(Wide(call), call.node.Int("axis", -1))};
}

constexpr TorchOpEntry kTable[] = {
    {"LogSoftmax", LogSoftmax},
    {"LpNormalization", LpNormalization},
    {"ReduceL1", ReduceL1},
    {"ReduceL2", ReduceL2},
    {"ReduceMax", ReduceMax},
    {"ReduceMean", ReduceMean},
    {"ReduceMin", ReduceMin},
    {"ReduceSum", ReduceSum},
    {"ReduceSumSquare", ReduceSumSquare},
    {"Softmax", Softmax},
};

}  // namespace

TorchOpTable ReductionOps() { return kTable; }

}  // namespace mien::train
