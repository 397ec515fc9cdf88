// SPDX-License-Identifier: Apache-2.0
#include "runtime/onednn/operators.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "runtime/fused_ops.h"

namespace mien::onednn {
namespace {

struct Entry {
  std::string_view op_type;
  LowerFunction lower;
};

constexpr std::array kOperators = {
    Entry{"FusedConv", LowerConv},
    Entry{"Conv", LowerConv},
    Entry{"FusedGemm", LowerGemm},
    Entry{"Gemm", LowerGemm},
    Entry{"MatMul", LowerMatMul},
    Entry{"MaxPool", LowerPool},
    Entry{"AveragePool", LowerPool},
    Entry{"GlobalAveragePool", LowerGlobalPool},
    Entry{"GlobalMaxPool", LowerGlobalPool},
    Entry{"BatchNormalization", LowerBatchNorm},
    Entry{"PRelu", LowerPrelu},
    Entry{"Relu", LowerActivation},
    Entry{"LeakyRelu", LowerActivation},
    Entry{"Elu", LowerActivation},
    Entry{"Clip", LowerActivation},
    Entry{"Sigmoid", LowerActivation},
    Entry{"Tanh", LowerActivation},
    Entry{"HardSigmoid", LowerActivation},
    Entry{"HardSwish", LowerActivation},
    Entry{"Swish", LowerActivation},
    Entry{"Mish", LowerActivation},
    Entry{"Softplus", LowerActivation},
    Entry{"Exp", LowerActivation},
    Entry{"Log", LowerActivation},
    Entry{"Sqrt", LowerActivation},
    Entry{"Abs", LowerActivation},
    Entry{"Neg", LowerActivation},
    Entry{"Add", LowerBinary},
    Entry{"Sub", LowerBinary},
    Entry{"Mul", LowerBinary},
    Entry{"Div", LowerBinary},
    Entry{"Max", LowerBinary},
    Entry{"Min", LowerBinary},
    Entry{"Pow", LowerBinary},
    Entry{"Softmax", LowerSoftmax},
    Entry{"LogSoftmax", LowerSoftmax},
    Entry{"ReduceMean", LowerReduce},
    Entry{"ReduceSum", LowerReduce},
    Entry{"ReduceMax", LowerReduce},
    Entry{"ReduceMin", LowerReduce},
    Entry{"ReduceL2", LowerReduce},
    Entry{"ReduceSumSquare", LowerReduce},
    Entry{"Resize", LowerResize},
    Entry{"Concat", LowerConcat},
    Entry{"Identity", LowerIdentity},
    Entry{"Dropout", LowerIdentity},
    Entry{"Reshape", LowerReshape},
    Entry{"Flatten", LowerReshape},
    Entry{"Squeeze", LowerReshape},
    Entry{"Unsqueeze", LowerReshape},
    Entry{"Transpose", LowerTranspose},
    Entry{"Slice", LowerSlice},
    Entry{"Split", LowerSplit},
    Entry{"QuantizeLinear", LowerQuantize},
    Entry{"DequantizeLinear", LowerDequantize},
};

}  // namespace

LowerFunction FindLowerFunction(const Node& node) {
  const bool is_known_domain =
      node.domain.empty() || node.domain == kMienDomain;
  const auto found =
      std::ranges::find(kOperators, node.op_type, &Entry::op_type);
  return is_known_domain && found != kOperators.end() ? found->lower : nullptr;
}

}  // namespace mien::onednn
