// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <utility>

#include "graph/shapes/shape_rule.h"

namespace mien {
namespace {

using Entry = std::pair<std::string_view, ShapeRule>;

// Sorted by name; every operator of the canonical form.
constexpr std::array kRules = std::to_array<Entry>({
    {"Abs", InferNumericUnary},
    {"Add", InferNumericList},
    {"And", InferLogic},
    {"ArgMax", InferArgReduction},
    {"ArgMin", InferArgReduction},
    {"AveragePool", InferPool},
    {"BatchNormalization", InferBatchNormalization},
    {"Cast", InferCast},
    {"Ceil", InferFloatUnary},
    {"Clip", InferNumericUnary},
    {"Concat", InferConcat},
    {"ConstantOfShape", InferConstantOfShape},
    {"Conv", InferConv},
    {"ConvTranspose", InferConvTranspose},
    {"DepthToSpace", InferDepthToSpace},
    {"DequantizeLinear", InferDequantizeLinear},
    {"Div", InferNumericList},
    {"Dropout", InferIdentity},
    {"Elu", InferFloatUnary},
    {"Equal", InferComparison},
    {"Erf", InferFloatUnary},
    {"Exp", InferFloatUnary},
    {"Expand", InferExpand},
    {"Flatten", InferFlatten},
    {"Floor", InferFloatUnary},
    {"Gather", InferGather},
    {"Gelu", InferFloatUnary},
    {"Gemm", InferGemm},
    {"GlobalAveragePool", InferGlobalPool},
    {"GlobalMaxPool", InferGlobalPool},
    {"Greater", InferComparison},
    {"GreaterOrEqual", InferComparison},
    {"HardSigmoid", InferFloatUnary},
    {"HardSwish", InferFloatUnary},
    {"Identity", InferIdentity},
    {"InstanceNormalization", InferInstanceNormalization},
    {"LRN", InferLrn},
    {"LayerNormalization", InferLayerNormalization},
    {"LeakyRelu", InferFloatUnary},
    {"Less", InferComparison},
    {"LessOrEqual", InferComparison},
    {"Log", InferFloatUnary},
    {"LogSoftmax", InferOverAxis},
    {"LpNormalization", InferOverAxis},
    {"MatMul", InferMatMul},
    {"Max", InferNumericList},
    {"MaxPool", InferPool},
    {"Mean", InferNumericList},
    {"Min", InferNumericList},
    {"Mish", InferFloatUnary},
    {"Mod", InferNumericList},
    {"Mul", InferNumericList},
    {"Neg", InferNumericUnary},
    {"Not", InferLogic},
    {"Or", InferLogic},
    {"PRelu", InferPrelu},
    {"Pad", InferPad},
    {"Pow", InferNumericList},
    {"QuantizeLinear", InferQuantizeLinear},
    {"Range", InferRange},
    {"Reciprocal", InferFloatUnary},
    {"ReduceL1", InferReduction},
    {"ReduceL2", InferReduction},
    {"ReduceMax", InferReduction},
    {"ReduceMean", InferReduction},
    {"ReduceMin", InferReduction},
    {"ReduceProd", InferReduction},
    {"ReduceSum", InferReduction},
    {"ReduceSumSquare", InferReduction},
    {"Relu", InferNumericUnary},
    {"Reshape", InferReshape},
    {"Resize", InferResize},
    {"Round", InferFloatUnary},
    {"Shape", InferShape},
    {"Sigmoid", InferFloatUnary},
    {"Sign", InferNumericUnary},
    {"Size", InferSize},
    {"Slice", InferSlice},
    {"Softmax", InferOverAxis},
    {"Softplus", InferFloatUnary},
    {"SpaceToDepth", InferSpaceToDepth},
    {"Split", InferSplit},
    {"Sqrt", InferFloatUnary},
    {"Squeeze", InferSqueeze},
    {"Sub", InferNumericList},
    {"Sum", InferNumericList},
    {"Tanh", InferFloatUnary},
    {"Tile", InferTile},
    {"TopK", InferTopK},
    {"Transpose", InferTranspose},
    {"Unsqueeze", InferUnsqueeze},
    {"Where", InferWhere},
});

static_assert(std::ranges::is_sorted(kRules, {}, &Entry::first));

}  // namespace

ShapeRule FindShapeRule(const Node& node) {
  if (node.Is("FusedConv", kMienDomain)) {
    return InferFusedConv;
  }
  if (node.Is("FusedGemm", kMienDomain)) {
    return InferFusedGemm;
  }
  const auto* const found =
      std::ranges::lower_bound(kRules, node.op_type, {}, &Entry::first);
  const bool is_found = found != kRules.end() && found->first == node.op_type &&
                        node.domain.empty();
  return is_found ? found->second : nullptr;
}

}  // namespace mien
