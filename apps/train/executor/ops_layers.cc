// SPDX-License-Identifier: Apache-2.0
//
// Layers with weights, and those that behave differently in training.
#include <array>
#include <string>

#include "graph/window.h"
#include "train/executor/batch_norm.h"
#include "train/executor/padding.h"
#include "train/executor/prelu.h"
#include "train/executor/torch_ops.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

using Tensors = std::vector<Tensor>;

constexpr std::array<std::int64_t, 2> kNoPads = {0, 0};

std::int64_t Groups(const OpCall& call) { return call.node.Int("group", 1); }

/// Positions of a map below which a 1x1 convolution is faster as a matrix
/// product: oneDNN 2.6's weight gradients fall to half speed there.
constexpr std::int64_t kSmallMap = 32;

bool IsMatrixProduct(const OpCall& call, const WindowPair& window) {
  const Tensor& kernel = call[1];
  return kernel.size(2) == 1 && kernel.size(3) == 1 && Groups(call) == 1 &&
         window.y.stride == 1 && window.x.stride == 1 &&
         window.y.in == window.y.out && window.x.in == window.x.out &&
         window.y.in * window.x.in <= kSmallMap;
}

/// A 1x1 convolution as a product of [N H W, C] and [C, K].
Tensor ProductOfRows(const Tensor& x,
                     const Tensor& kernel,
                     const Tensor& bias) {
  const Tensor rows = x.permute({0, 2, 3, 1}).reshape({-1, x.size(1)});
  const Tensor matrix = kernel.flatten(1).t();
  const Tensor product =
      bias.defined() ? at::addmm(bias, rows, matrix) : at::mm(rows, matrix);
  return product.view({x.size(0), x.size(2), x.size(3), -1})
      .permute({0, 3, 1, 2});
}

Tensors Conv(const OpCall& call) {
  const WindowPair window = ResolveWindow2d(call, call[1]);
  const Tensor x = call[0].to(call.conv_type);
  const Tensor weight = call[1].to(call.conv_type);
  const Tensor bias = call.Has(2) ? call[2].to(call.conv_type) : Tensor();
  if (IsMatrixProduct(call, window)) {
    return {ProductOfRows(x, weight, bias)};
  }
  if (window.IsSymmetric()) {
    return {at::conv2d(x,
                       weight,
                       bias,
                       window.Strides(),
                       window.PadsBegin(),
                       window.Dilations(),
                       Groups(call))};
  }
  return {at::conv2d(PadPlanes(x, window, 0.0),
                     weight,
                     bias,
                     window.Strides(),
                     kNoPads,
                     window.Dilations(),
                     Groups(call))};
}

Tensors ConvTranspose(const OpCall& call) {
  const WindowPair window = ResolveWindow2d(call, call[1]);
  if (!window.IsSymmetric()) {
    throw TrainError("cannot be trained: pads that differ at begin and end");
  }
  std::array<std::int64_t, 2> extra{};
  for (std::size_t i = 0; i < 2; ++i) {
    const WindowAxis& axis = i == 0 ? window.y : window.x;
    const std::int64_t least = (axis.in - 1) * axis.stride -
                               2 * axis.pad_begin +
                               axis.dilation * (axis.kernel - 1) + 1;
    extra[i] = axis.out - least;
  }
  const Tensor bias = call.Has(2) ? call[2].to(call.conv_type) : Tensor();
  return {at::conv_transpose2d(call[0].to(call.conv_type),
                               call[1].to(call.conv_type),
                               bias,
                               window.Strides(),
                               window.PadsBegin(),
                               extra,
                               Groups(call),
                               window.Dilations())};
}

NormActivation ActivationOf(const OpCall& call) {
  if (call.activation == nullptr) {
    return {};
  }
  return call.activation->Is("PRelu")
             ? NormActivation{.kind = NormActivation::Kind::kPrelu,
                              .slope = call.inputs.back()}
             : NormActivation{.kind = NormActivation::Kind::kRelu};
}

Tensors BatchNormalization(const OpCall& call) {
  const NormWeights weights = {.scale = call[1],
                               .shift = call[2],
                               .running_mean = call[3],
                               .running_variance = call[4],
                               .epsilon = call.node.Float("epsilon", 1e-5F),
                               .sum_over_ranks = call.sum_over_ranks};
  const bool learns = call.mode == Mode::kTrain && !call.frozen;
  return {learns ? NormalizeByBatch(call[0], weights, ActivationOf(call))
                 : NormalizeByRunning(call[0], weights, ActivationOf(call))};
}

Tensors InstanceNormalization(const OpCall& call) {
  return {at::instance_norm(call[0].to(torch::kFloat32),
                            call[1],
                            call[2],
                            {},
                            {},
                            /*use_input_stats=*/true,
                            /*momentum=*/0.1,
                            call.node.Float("epsilon", 1e-5F),
                            true)};
}

Tensors LayerNormalization(const OpCall& call) {
  const std::int64_t axis = FrontAxis(call.node.Int("axis", -1), call[0].dim());
  const auto normalized = call[0].sizes().slice(static_cast<std::size_t>(axis));
  return {at::layer_norm(call[0].to(torch::kFloat32),
                         normalized,
                         call[1],
                         call.Has(2) ? call[2] : Tensor(),
                         call.node.Float("epsilon", 1e-5F))};
}

Tensors Gemm(const OpCall& call) {
  const Tensor x = call[0].to(torch::kFloat32);
  const Tensor a = call.node.Int("transA", 0) != 0 ? x.t() : x;
  const Tensor b = call.node.Int("transB", 0) != 0 ? call[1].t() : call[1];
  const Tensor product = at::mm(a, b) * call.node.Float("alpha", 1.0F);
  return {call.Has(2) ? product + call[2] * call.node.Float("beta", 1.0F)
                      : product};
}

Tensors MatMul(const OpCall& call) {
  return {at::matmul(call[0].to(torch::kFloat32), call[1])};
}

Tensors PRelu(const OpCall& call) {
  return {Prelu(call[0], call[1].flatten())};
}

Tensors Dropout(const OpCall& call) {
  return {at::dropout(
      call[0], call.node.Float("ratio", 0.5F), call.mode == Mode::kTrain)};
}

constexpr TorchOpEntry kTable[] = {
    {"BatchNormalization", BatchNormalization},
    {"Conv", Conv},
    {"ConvTranspose", ConvTranspose},
    {"Dropout", Dropout},
    {"Gemm", Gemm},
    {"InstanceNormalization", InstanceNormalization},
    {"LayerNormalization", LayerNormalization},
    {"MatMul", MatMul},
    {"PRelu", PRelu},
};

}  // namespace

TorchOpTable LayerOps() { return kTable; }

}  // namespace mien::train
