// SPDX-License-Identifier: Apache-2.0
//
// Layers without parameters.
#include <algorithm>
#include <array>
#include <utility>

#include "core/check.h"
#include "graph/builder.h"

namespace mien {
namespace {

using Ints = std::vector<std::int64_t>;

/// Keeps the length of a row of zeros from being 0. Added to the elements and
/// not to the length, because OpenCV 4.6 normalises rows only where it finds
/// ReduceL2 and Div side by side. Changes no element above 1e-4 in float32.
constexpr float kAgainstZero = 1e-12F;

Tensor ScalarTensor(float value) {
  return Tensor::Float({}, std::span<const float>(&value, 1));
}

Tensor VectorTensor(const std::vector<std::int64_t>& values) {
  return Tensor::Int64({static_cast<std::int64_t>(values.size())}, values);
}

/// The same for both spatial axes.
Ints Square(int value) { return {value, value}; }

}  // namespace

Value GraphBuilder::Relu(const Value& x) {
  return Op("Relu", {x}, {}, Channels(x));
}

Value GraphBuilder::Clip(const Value& x, float low, float high) {
  const Value min = Constant("min", ScalarTensor(low));
  const Value max = Constant("max", ScalarTensor(high));
  return Op("Clip", {x, min, max}, {}, Channels(x));
}

Value GraphBuilder::Sigmoid(const Value& x) {
  return Op("Sigmoid", {x}, {}, Channels(x));
}

Value GraphBuilder::Softmax(const Value& x, int axis) {
  return Op("Softmax", {x}, {{"axis", std::int64_t{axis}}}, Channels(x));
}

Value GraphBuilder::MaxPool(const Value& x, const PoolSpec& spec) {
  return Op("MaxPool",
            {x},
            {{"kernel_shape", Square(spec.kernel)},
             {"strides", Square(spec.stride)},
             {"pads", Ints{spec.pad, spec.pad, spec.pad, spec.pad}},
             {"ceil_mode", std::int64_t{spec.ceil_mode ? 1 : 0}}},
            Channels(x));
}

Value GraphBuilder::GlobalAveragePool(const Value& x) {
  return Op("GlobalAveragePool", {x}, {}, Channels(x));
}

Value GraphBuilder::Upsample(const Value& x, int factor) {
  const std::array<float, 4> scales = {
      1.0F, 1.0F, static_cast<float>(factor), static_cast<float>(factor)};
  return Op("Resize",
            {x, Value{}, Constant("scales", Tensor::Float({4}, scales))},
            {{"mode", std::string("nearest")},
             {"coordinate_transformation_mode", std::string("asymmetric")},
             {"nearest_mode", std::string("floor")}},
            Channels(x));
}

Value GraphBuilder::Dropout(const Value& x, float ratio) {
  return Op(
      "Dropout", {x, Constant("ratio", ScalarTensor(ratio))}, {}, Channels(x));
}

Value GraphBuilder::Concat(std::initializer_list<Value> parts, int axis) {
  return Concat(std::span<const Value>(parts.begin(), parts.size()), axis);
}

Value GraphBuilder::Concat(std::span<const Value> parts, int axis) {
  MIEN_CHECK(!parts.empty());
  int channels = Channels(parts[0]);
  if (axis == 1) {
    channels = 0;
    for (const Value& part : parts) {
      channels += Channels(part);
    }
  }
  return Op("Concat",
            {parts.begin(), parts.end()},
            {{"axis", std::int64_t{axis}}},
            channels);
}

Value GraphBuilder::Add(const Value& a, const Value& b) {
  return Op("Add", {a, b}, {}, std::max(Channels(a), Channels(b)));
}

Value GraphBuilder::AddScaled(const Value& x,
                              const Value& branch,
                              float scale) {
  return Add(x, Scale(branch, scale));
}

Value GraphBuilder::Mul(const Value& a, const Value& b) {
  return Op("Mul", {a, b}, {}, std::max(Channels(a), Channels(b)));
}

Value GraphBuilder::Scale(const Value& x, float factor) {
  if (factor == 1.0F) {
    return x;
  }
  return Op(
      "Mul", {x, Constant("factor", ScalarTensor(factor))}, {}, Channels(x));
}

Value GraphBuilder::Transpose(const Value& x,
                              std::vector<std::int64_t> permutation) {
  const bool keeps = permutation.size() > 1 && permutation[1] == 1;
  const int channels = keeps ? Channels(x) : 0;
  return Op("Transpose", {x}, {{"perm", std::move(permutation)}}, channels);
}

Value GraphBuilder::Reshape(const Value& x, std::vector<std::int64_t> shape) {
  int channels = 0;
  if (shape.size() > 1) {
    channels = shape[1] == 0
                   ? Channels(x)
                   : static_cast<int>(std::max<std::int64_t>(shape[1], 0));
  }
  return Op(
      "Reshape", {x, Constant("shape", VectorTensor(shape))}, {}, channels);
}

Value GraphBuilder::Flatten(const Value& x, int features) {
  return Op("Flatten", {x}, {{"axis", std::int64_t{1}}}, features);
}

Value GraphBuilder::L2Normalize(const Value& x) {
  const Value moved = Add(x, Constant("epsilon", ScalarTensor(kAgainstZero)));
  const Value length = Op(
      "ReduceL2",
      {moved},
      {{"axes", std::vector<std::int64_t>{1}}, {"keepdims", std::int64_t{1}}},
      1);
  return Op("Div", {moved, length}, {}, Channels(x));
}

}  // namespace mien
