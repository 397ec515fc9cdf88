// SPDX-License-Identifier: Apache-2.0
#include "runtime/passes/affine.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "runtime/fused_ops.h"

namespace mien {
namespace {

bool IsLinear(const Node& node) {
  if (node.Is(kFusedConv, kMienDomain) || node.Is(kFusedGemm, kMienDomain)) {
    const std::string residual =
        node.op_type == kFusedConv ? node.Input(3) : "";
    return node.String("activation", "").empty() && residual.empty();
  }
  return node.Is("Conv") || node.Is("ConvTranspose");
}

bool IsZero(double number) { return number == 0.0; }

/// Each number `count` times in a row.
std::vector<double> Repeated(const std::vector<double>& numbers,
                             std::size_t count) {
  std::vector<double> repeated;
  for (const double number : numbers) {
    repeated.insert(repeated.end(), count, number);
  }
  return repeated;
}

/// Whether `node` turns [N, C, ...] into [N, rest].
bool IsFlatten(const KnownTypes& types, const Node& node) {
  if (node.Is("Flatten")) {
    return node.Int("axis", 1) == 1;
  }
  const ValueType* before = types.Find(node.Input(0));
  const ValueType* after = types.Find(node.outputs.front());
  return node.Is("Reshape") && before != nullptr && after != nullptr &&
         before->shape.size() > 2 && after->shape.size() == 2 &&
         before->shape[0] == after->shape[0];
}

bool AbsorbIntoLayerBefore(GraphEditor& editor,
                           std::size_t i,
                           const std::string& value,
                           const Affine& affine) {
  const auto maker = editor.Maker(value);
  if (!maker || !editor.OnlyReader(value)) {
    return false;
  }
  const auto layer = LinearLayer::At(editor, *maker);
  if (!layer || layer->out_channels() != affine.scale.size()) {
    return false;
  }
  // The layer takes over the result's name, which may be an output's.
  layer->AbsorbAfter(editor, affine);
  return editor.Bypass(i, value);
}

bool AbsorbIntoLayerBehind(GraphEditor& editor,
                           const KnownTypes& types,
                           std::size_t i,
                           const std::string& value,
                           const Affine& affine) {
  auto reader = editor.OnlyReader(editor.node(i).outputs.front());
  const bool is_flattened = reader && IsFlatten(types, editor.node(*reader));
  if (is_flattened) {
    reader = editor.OnlyReader(editor.node(*reader).outputs.front());
  }
  const auto layer =
      reader ? LinearLayer::At(editor, *reader) : std::optional<LinearLayer>{};
  const std::size_t channels = affine.scale.size();
  if (!layer || layer->in_channels() % channels != 0 ||
      (!is_flattened && layer->in_channels() != channels)) {
    return false;
  }
  const bool has_shift = !std::ranges::all_of(affine.shift, IsZero);
  if (has_shift && !layer->IsUnpadded()) {
    return false;
  }
  const std::size_t repeats = layer->in_channels() / channels;
  layer->AbsorbBefore(
      editor,
      {Repeated(affine.scale, repeats), Repeated(affine.shift, repeats)});
  return editor.Bypass(i, value);
}

}  // namespace

Affine Affine::Identity(std::size_t channels) {
  return {std::vector<double>(channels, 1.0),
          std::vector<double>(channels, 0.0)};
}

std::optional<std::vector<double>> ChannelNumbers(const Tensor& constant,
                                                  std::size_t channels,
                                                  std::size_t rank) {
  const Shape& shape = constant.shape();
  if (shape.size() > rank || rank < 2) {
    return std::nullopt;
  }
  const std::size_t shift = rank - shape.size();
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    const bool is_channel_axis = axis + shift == 1;
    if (shape[axis] != 1 &&
        !(is_channel_axis &&
          shape[axis] == static_cast<std::int64_t>(channels))) {
      return std::nullopt;
    }
  }
  const std::vector<float> values = constant.ToFloats();
  if (values.size() == 1) {
    return std::vector<double>(channels, static_cast<double>(values.front()));
  }
  return std::vector<double>(values.begin(), values.end());
}

std::optional<LinearLayer> LinearLayer::At(const GraphEditor& editor,
                                           std::size_t i) {
  const Node& node = editor.node(i);
  const Tensor* weights = editor.Constant(node.Input(1));
  const std::string& bias = node.Input(2);
  if (editor.IsRemoved(i) || !IsLinear(node) || weights == nullptr ||
      weights->type() != DataType::kFloat32 || weights->shape().size() < 2 ||
      (!bias.empty() && editor.Constant(bias) == nullptr)) {
    return std::nullopt;
  }
  const Shape& shape = weights->shape();
  const std::int64_t groups = node.Int("group", 1);
  const bool is_transposed = node.Is("ConvTranspose");
  if (groups < 1 || shape[0] % groups != 0 || NumElements(shape) == 0) {
    return std::nullopt;
  }
  LinearLayer layer;
  layer.index_ = i;
  layer.node_ = node;
  layer.weights_ = *weights;
  layer.groups_ = static_cast<std::size_t>(groups);
  const auto outer = static_cast<std::size_t>(shape[0]);
  const std::size_t inner = static_cast<std::size_t>(shape[1]) * layer.groups_;
  layer.out_channels_ = is_transposed ? inner : outer;
  layer.in_channels_ = is_transposed ? outer : inner;
  layer.block_ =
      static_cast<std::size_t>(NumElements(shape) / (shape[0] * shape[1]));
  layer.bias_.resize(layer.out_channels_);
  if (!bias.empty()) {
    const std::vector<float> values = editor.Constant(bias)->ToFloats();
    if (values.size() != layer.out_channels_) {
      return std::nullopt;
    }
    layer.bias_.assign(values.begin(), values.end());
  }
  return layer;
}

std::size_t LinearLayer::rank() const { return weights_.shape().size(); }

bool LinearLayer::IsUnpadded() const {
  if (node_.op_type == kFusedGemm) {
    return true;
  }
  const std::string auto_pad = node_.String("auto_pad", "NOTSET");
  const std::vector<std::int64_t> pads = node_.Ints("pads", {});
  const bool has_no_pads =
      auto_pad == "VALID" ||
      (auto_pad == "NOTSET" &&
       std::ranges::all_of(pads, [](std::int64_t pad) { return pad == 0; }));
  // At the border of a transposed convolution fewer inputs are summed up.
  return has_no_pads && node_.op_type != "ConvTranspose";
}

bool LinearLayer::IsRow(Side side) const {
  return (side == Side::kOut) != (node_.op_type == "ConvTranspose");
}

// Models hold tens of millions of weights, and this runs whenever one is
// loaded: hence long inner loops, and no buffer in between.
Tensor LinearLayer::ScaledWeights(const std::vector<double>& factors,
                                  Side side) const {
  const auto old = weights_.values<float>();
  std::vector<std::byte> bytes(old.size_bytes());
  auto* scaled = reinterpret_cast<float*>(bytes.data());
  const auto rows = static_cast<std::size_t>(weights_.shape()[0]);
  const auto columns = static_cast<std::size_t>(weights_.shape()[1]);
  const bool is_row = IsRow(side);
  const std::size_t runs = is_row ? 1 : columns;
  const std::size_t length = columns * block_ / runs;
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t first = is_row ? row : row / (rows / groups_) * columns;
    for (std::size_t run = 0; run < runs; ++run) {
      const double factor = factors[first + run];
      const std::size_t begin = (row * runs + run) * length;
      for (std::size_t k = begin; k < begin + length; ++k) {
        scaled[k] = static_cast<float>(old[k] * factor);
      }
    }
  }
  return {DataType::kFloat32, weights_.shape(), std::move(bytes)};
}

// Only for layers whose rows are outputs: a ConvTranspose is never unpadded.
std::vector<double> LinearLayer::ShiftSums(
    const std::vector<double>& shift) const {
  const auto old = weights_.values<float>();
  const std::size_t columns = in_channels_ / groups_;
  std::vector<double> sums(out_channels_);
  for (std::size_t row = 0; row < out_channels_; ++row) {
    const std::size_t first = row / (out_channels_ / groups_) * columns;
    for (std::size_t i = 0; i < columns * block_; ++i) {
      sums[row] += old[row * columns * block_ + i] * shift[first + i / block_];
    }
  }
  return sums;
}

void LinearLayer::AbsorbAfter(GraphEditor& editor, const Affine& after) const {
  std::vector<double> bias = bias_;
  for (std::size_t m = 0; m < out_channels_; ++m) {
    bias[m] = bias[m] * after.scale[m] + after.shift[m];
  }
  // Rows are output channels but in a ConvTranspose: then nothing is computed
  // until the weights are packed.
  Store(editor,
        node_.op_type == "ConvTranspose"
            ? ScaledWeights(after.scale, Side::kOut)
            : weights_.ScaledRows(after.scale),
        bias);
}

void LinearLayer::AbsorbBefore(GraphEditor& editor,
                               const Affine& before) const {
  std::vector<double> bias = bias_;
  if (!std::ranges::all_of(before.shift, IsZero)) {
    const std::vector<double> sums = ShiftSums(before.shift);
    std::ranges::transform(bias, sums, bias.begin(), std::plus<>());
  }
  Store(editor, ScaledWeights(before.scale, Side::kIn), bias);
}

void LinearLayer::Store(GraphEditor& editor,
                        Tensor weights,
                        const std::vector<double>& bias) const {
  Node node = node_;
  node.inputs[1] = editor.AddConstant(node.inputs[1], std::move(weights));
  const bool had_bias = !node.Input(2).empty();
  if (had_bias || !std::ranges::all_of(bias, IsZero)) {
    const std::string stem = had_bias ? node.inputs[2] : node.name + ".bias";
    node.inputs.resize(std::max<std::size_t>(node.inputs.size(), 3));
    const std::vector<float> rounded(bias.begin(), bias.end());
    node.inputs[2] = editor.AddConstant(
        stem,
        Tensor::Float({static_cast<std::int64_t>(rounded.size())}, rounded));
  }
  editor.Replace(index_, std::move(node));
}

bool AbsorbIntoNeighbour(GraphEditor& editor,
                         const KnownTypes& types,
                         std::size_t i,
                         const std::string& value,
                         const Affine& affine) {
  return AbsorbIntoLayerBefore(editor, i, value, affine) ||
         AbsorbIntoLayerBehind(editor, types, i, value, affine);
}

}  // namespace mien
