// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "graph/canonical/rewriter.h"

namespace mien {
namespace {

// Sorted by name. Inputs are counted over all opsets.
constexpr std::array kRules = {
    OperatorRule{"Abs"},
    OperatorRule{"Add", 2, 2},
    OperatorRule{"And", 2, 2},
    OperatorRule{"ArgMax", 1, 1, RewriteArgReduction},
    OperatorRule{"ArgMin", 1, 1, RewriteArgReduction},
    OperatorRule{"AveragePool"},
    OperatorRule{"BatchNormalization", 5, 5, RewriteBatchNormalization},
    OperatorRule{"Cast", 1, 1, RewriteCast},
    OperatorRule{"Ceil"},
    OperatorRule{"Clip", 1, 3, RewriteClip},
    OperatorRule{"Concat", 1, kAnyNumber},
    OperatorRule{"Constant", 0, 0, RewriteConstant},
    OperatorRule{"ConstantOfShape", 1, 1, RewriteConstantOfShape},
    OperatorRule{"Conv", 2, 3},
    OperatorRule{"ConvTranspose", 2, 3},
    OperatorRule{"DepthToSpace"},
    OperatorRule{"DequantizeLinear", 2, 3},
    OperatorRule{"Div", 2, 2},
    OperatorRule{"Dropout", 1, 3, RewriteDropout},
    OperatorRule{"Elu"},
    OperatorRule{"Equal", 2, 2},
    OperatorRule{"Erf"},
    OperatorRule{"Exp"},
    OperatorRule{"Expand", 2, 2},
    OperatorRule{"Flatten"},
    OperatorRule{"Floor"},
    OperatorRule{"Gather", 2, 2},
    OperatorRule{"Gelu"},
    OperatorRule{"Gemm", 2, 3},
    OperatorRule{"GlobalAveragePool"},
    OperatorRule{"GlobalMaxPool"},
    OperatorRule{"Greater", 2, 2},
    OperatorRule{"GreaterOrEqual", 2, 2},
    OperatorRule{"HardSigmoid"},
    OperatorRule{"HardSwish"},
    OperatorRule{"Identity"},
    OperatorRule{"InstanceNormalization", 3, 3},
    OperatorRule{"LRN"},
    OperatorRule{"LayerNormalization", 2, 3},
    OperatorRule{"LeakyRelu"},
    OperatorRule{"Less", 2, 2},
    OperatorRule{"LessOrEqual", 2, 2},
    OperatorRule{"Log"},
    OperatorRule{"LogSoftmax", 1, 1, RewriteSoftmax},
    OperatorRule{"LpNormalization"},
    OperatorRule{"MatMul", 2, 2},
    OperatorRule{"Max", 1, kAnyNumber},
    OperatorRule{"MaxPool"},
    OperatorRule{"Mean", 1, kAnyNumber},
    OperatorRule{"Min", 1, kAnyNumber},
    OperatorRule{"Mish"},
    OperatorRule{"Mod", 2, 2},
    OperatorRule{"Mul", 2, 2},
    OperatorRule{"Neg"},
    OperatorRule{"Not"},
    OperatorRule{"Or", 2, 2},
    OperatorRule{"PRelu", 2, 2},
    OperatorRule{"Pad", 1, 4, RewritePad},
    OperatorRule{"Pow", 2, 2, RewritePow},
    OperatorRule{"QuantizeLinear", 2, 3},
    OperatorRule{"Range", 3, 3},
    OperatorRule{"Reciprocal"},
    OperatorRule{"ReduceL1", 1, 2, RewriteReduction},
    OperatorRule{"ReduceL2", 1, 2, RewriteReduction},
    OperatorRule{"ReduceMax", 1, 2, RewriteReduction},
    OperatorRule{"ReduceMean", 1, 2, RewriteReduction},
    OperatorRule{"ReduceMin", 1, 2, RewriteReduction},
    OperatorRule{"ReduceProd", 1, 2, RewriteReduction},
    OperatorRule{"ReduceSum", 1, 2, RewriteReduction},
    OperatorRule{"ReduceSumSquare", 1, 2, RewriteReduction},
    OperatorRule{"Relu"},
    OperatorRule{"Reshape", 2, 2},
    OperatorRule{"Resize", 1, 4, RewriteResize},
    OperatorRule{"Round"},
    OperatorRule{"Shape"},
    OperatorRule{"Sigmoid"},
    OperatorRule{"Sign"},
    OperatorRule{"Size"},
    OperatorRule{"Slice", 1, 5, RewriteSlice},
    OperatorRule{"Softmax", 1, 1, RewriteSoftmax},
    OperatorRule{"Softplus"},
    OperatorRule{"SpaceToDepth"},
    OperatorRule{"Split", 1, 2, RewriteSplit, true},
    OperatorRule{"Sqrt"},
    OperatorRule{"Squeeze", 1, 2, RewriteSqueeze},
    OperatorRule{"Sub", 2, 2},
    OperatorRule{"Sum", 1, kAnyNumber},
    OperatorRule{"Tanh"},
    OperatorRule{"Tile", 2, 2},
    OperatorRule{"TopK", 1, 2, RewriteTopK, true},
    OperatorRule{"Transpose"},
    OperatorRule{"Unsqueeze", 1, 2, RewriteSqueeze},
    OperatorRule{"Upsample", 1, 2, RewriteUpsample},
    OperatorRule{"Where", 3, 3},
};

static_assert(std::ranges::is_sorted(kRules, {}, &OperatorRule::op_type));

}  // namespace

const OperatorRule* FindOperatorRule(std::string_view op_type) {
  const auto* const found =
      std::ranges::lower_bound(kRules, op_type, {}, &OperatorRule::op_type);
  return found != kRules.end() && found->op_type == op_type ? found : nullptr;
}

std::size_t NumOperatorRules() { return kRules.size(); }

}  // namespace mien
