// SPDX-License-Identifier: Apache-2.0
#include "graph/shapes/arithmetic.h"

#include <algorithm>
#include <array>
#include <concepts>
#include <utility>

#include "graph/shapes/scalar_arithmetic.h"

namespace mien {
namespace {

using Ints = std::vector<std::int64_t>;
using Floats = std::vector<float>;

bool IsFloat(const NodeContext& context, std::size_t i) {
  return context.type(i) == DataType::kFloat32;
}

/// Offset of element `i` of a value of `shape` in one of `source`, which
/// broadcasts to it.
std::size_t BroadcastOffset(std::int64_t i,
                            const Shape& shape,
                            const Shape& source) {
  std::int64_t offset = 0;
  std::int64_t stride = 1;
  for (std::size_t k = 0; k < source.size(); ++k) {
    const std::int64_t extent = shape[shape.size() - 1 - k];
    const std::int64_t own = source[source.size() - 1 - k];
    offset += own == 1 ? 0 : i % extent * stride;
    stride *= own;
    i /= extent;
  }
  return static_cast<std::size_t>(offset);
}

template <typename T>
std::vector<T> Elements(const Tensor& tensor) {
  if constexpr (std::same_as<T, float>) {
    return tensor.ToFloats();
  } else {
    return tensor.ToInts();
  }
}

Tensor Make(const ValueType& type, const Ints& values) {
  return Tensor::Integers(type.type, type.shape, values);
}

Tensor Make(const ValueType& type, const Floats& values) {
  return Tensor::Float(type.shape, values);
}

/// The inputs joined two by two.
template <typename T>
std::optional<Tensor> Fold(const NodeContext& context, const ValueType& type) {
  std::vector<T> result(static_cast<std::size_t>(NumElements(type.shape)));
  for (std::size_t k = 0; k < context.inputs.size(); ++k) {
    const std::vector<T> values = Elements<T>(*context.constants[k]);
    for (std::size_t i = 0; i < result.size(); ++i) {
      const T value = values[BroadcastOffset(
          static_cast<std::int64_t>(i), type.shape, context.shape(k))];
      const auto joined =
          k == 0 ? std::optional<T>(value)
                 : ApplyBinary(context.node.op_type, result[i], value);
      if (!joined) {
        return std::nullopt;
      }
      result[i] = *joined;
    }
  }
  return Make(type, result);
}

template <typename T>
std::optional<Tensor> CompareAll(const NodeContext& context,
                                 const ValueType& type) {
  const std::vector<T> a = Elements<T>(*context.constants[0]);
  const std::vector<T> b = Elements<T>(*context.constants[1]);
  Ints result;
  for (std::int64_t i = 0; i < NumElements(type.shape); ++i) {
    const auto holds =
        Compare(context.node.op_type,
                a[BroadcastOffset(i, type.shape, context.shape(0))],
                b[BroadcastOffset(i, type.shape, context.shape(1))]);
    if (!holds) {
      return std::nullopt;
    }
    result.push_back(*holds ? 1 : 0);
  }
  return Make(type, result);
}

template <typename T>
std::optional<Tensor> Unary(const NodeContext& context, const ValueType& type) {
  std::vector<T> result;
  for (const T value : Elements<T>(*context.constants[0])) {
    const auto computed = ApplyUnary(context.node.op_type, value);
    if (!computed) {
      return std::nullopt;
    }
    result.push_back(*computed);
  }
  return Make(type, result);
}

/// Truncation to 64 bits; nothing for what does not fit.
std::optional<std::int64_t> Truncated(float value) {
  constexpr float kLimit = 9.2e18F;
  if (!(value > -kLimit && value < kLimit)) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(value);
}

std::optional<Tensor> Cast(const NodeContext& context, const ValueType& type) {
  const Tensor& x = *context.constants[0];
  if (type.type == DataType::kFloat32) {
    return Make(type, x.ToFloats());
  }
  if (!IsFloat(context, 0)) {
    return Make(type, x.ToInts());
  }
  Ints result;
  for (const float value : x.ToFloats()) {
    const bool is_bool = type.type == DataType::kBool;
    const auto whole =
        is_bool ? std::optional<std::int64_t>(value != 0.0F) : Truncated(value);
    if (!whole) {
      return std::nullopt;
    }
    result.push_back(*whole);
  }
  return Make(type, result);
}

template <typename T>
std::optional<Tensor> Where(const NodeContext& context, const ValueType& type) {
  const Ints condition = context.constants[0]->ToInts();
  const std::vector<T> a = Elements<T>(*context.constants[1]);
  const std::vector<T> b = Elements<T>(*context.constants[2]);
  std::vector<T> result;
  for (std::int64_t i = 0; i < NumElements(type.shape); ++i) {
    const auto at = [&](std::size_t k) {
      return BroadcastOffset(i, type.shape, context.shape(k));
    };
    result.push_back(condition[at(0)] != 0 ? a[at(1)] : b[at(2)]);
  }
  return Make(type, result);
}

template <typename T>
std::optional<Tensor> Range(const NodeContext& context, const ValueType& type) {
  T value = Elements<T>(*context.constants[0])[0];
  const T step = Elements<T>(*context.constants[2])[0];
  std::vector<T> result;
  for (std::int64_t i = 0; i < NumElements(type.shape); ++i) {
    result.push_back(value);
    value = *ApplyBinary("Add", value, step);
  }
  return Make(type, result);
}

template <typename T>
std::optional<Tensor> Filled(const Tensor& value, const ValueType& type) {
  return Make(type,
              std::vector<T>(static_cast<std::size_t>(NumElements(type.shape)),
                             Elements<T>(value)[0]));
}

std::optional<Tensor> ConstantOfShape(const NodeContext& context,
                                      const ValueType& type) {
  const auto& value = std::get<Tensor>(context.node.attributes.at("value"));
  return type.type == DataType::kFloat32 ? Filled<float>(value, type)
                                         : Filled<std::int64_t>(value, type);
}

/// Reductions of whole numbers over all elements, the form that counts of
/// elements have.
std::optional<Tensor> ReduceAll(const NodeContext& context,
                                const ValueType& type) {
  const Ints values = context.constants[0]->ToInts();
  if (NumElements(type.shape) != 1 || values.empty()) {
    return std::nullopt;
  }
  const std::string_view op = std::string_view(context.node.op_type)
                                  .substr(std::string("Reduce").size());
  std::int64_t result = values[0];
  for (std::size_t i = 1; i < values.size(); ++i) {
    const auto joined =
        ApplyBinary(op == "Prod" ? "Mul" : op, result, values[i]);
    if (!joined) {
      return std::nullopt;
    }
    result = *joined;
  }
  return Make(type, Ints{result});
}

using Compute = std::optional<Tensor> (*)(const NodeContext&, const ValueType&);

/// How an operator computes, by the type of one of its inputs.
struct Arithmetic {
  std::string_view op_type;
  Compute on_floats;
  Compute on_ints;
  std::size_t deciding_input = 0;
};

std::optional<Tensor> NoAnswer(const NodeContext& /*context*/,
                               const ValueType& /*type*/) {
  return std::nullopt;
}

constexpr auto kFold = Fold<float>;
constexpr auto kFoldInts = Fold<std::int64_t>;
constexpr auto kCompare = CompareAll<float>;
constexpr auto kCompareInts = CompareAll<std::int64_t>;
constexpr auto kUnary = Unary<float>;
constexpr auto kUnaryInts = Unary<std::int64_t>;

constexpr std::array kArithmetic = std::to_array<Arithmetic>({
    {"Abs", kUnary, kUnaryInts},
    {"Add", kFold, kFoldInts},
    {"And", kCompare, kCompareInts},
    {"Cast", Cast, Cast},
    {"Ceil", kUnary, NoAnswer},
    {"ConstantOfShape", NoAnswer, ConstantOfShape},
    {"Div", kFold, kFoldInts},
    {"Equal", kCompare, kCompareInts},
    {"Floor", kUnary, NoAnswer},
    {"Greater", kCompare, kCompareInts},
    {"GreaterOrEqual", kCompare, kCompareInts},
    {"Less", kCompare, kCompareInts},
    {"LessOrEqual", kCompare, kCompareInts},
    {"Max", kFold, kFoldInts},
    {"Min", kFold, kFoldInts},
    {"Mod", NoAnswer, kFoldInts},
    {"Mul", kFold, kFoldInts},
    {"Neg", kUnary, kUnaryInts},
    {"Not", NoAnswer, kUnaryInts},
    {"Or", kCompare, kCompareInts},
    {"Pow", kFold, NoAnswer},
    {"Range", Range<float>, Range<std::int64_t>},
    {"ReduceMax", NoAnswer, ReduceAll},
    {"ReduceMin", NoAnswer, ReduceAll},
    {"ReduceProd", NoAnswer, ReduceAll},
    {"ReduceSum", NoAnswer, ReduceAll},
    {"Relu", NoAnswer, kUnaryInts},
    {"Round", kUnary, NoAnswer},
    {"Sqrt", kUnary, NoAnswer},
    {"Sub", kFold, kFoldInts},
    {"Sum", kFold, kFoldInts},
    {"Where", Where<float>, Where<std::int64_t>, 1},
});

}  // namespace

std::optional<Tensor> ComputeElements(const NodeContext& context,
                                      const ValueType& type) {
  const auto* const found = std::ranges::find(
      kArithmetic, context.node.op_type, &Arithmetic::op_type);
  if (found == kArithmetic.end()) {
    return std::nullopt;
  }
  return IsFloat(context, found->deciding_input)
             ? found->on_floats(context, type)
             : found->on_ints(context, type);
}

}  // namespace mien
