// SPDX-License-Identifier: Apache-2.0
//
// Operators that work on each element by itself.
#include "train/executor/torch_ops.h"

namespace mien::train {
namespace {

using Tensors = std::vector<Tensor>;

template <Tensor (*F)(const Tensor&)>
Tensors Unary(const OpCall& call) {
  return {F(call[0])};
}

template <Tensor (*F)(const Tensor&, const Tensor&)>
Tensors Binary(const OpCall& call) {
  return {F(call[0], call[1])};
}

/// Of one operand or more.
template <Tensor (*F)(const Tensor&, const Tensor&)>
Tensors Fold(const OpCall& call) {
  Tensor y = call[0];
  for (std::size_t i = 1; i < call.inputs.size(); ++i) {
    y = F(y, call[i]);
  }
  return {y};
}

Tensor Plus(const Tensor& a, const Tensor& b) { return a + b; }

Tensor Minus(const Tensor& a, const Tensor& b) { return a - b; }

Tensor Times(const Tensor& a, const Tensor& b) { return a * b; }

/// Of integers: towards zero, as ONNX has it.
Tensor Quotient(const Tensor& a, const Tensor& b) {
  if (at::isIntegralType(a.scalar_type(), /*includeBool=*/false)) {
    return at::div(a, b, "trunc");
  }
  return a / b;
}

Tensor Power(const Tensor& a, const Tensor& b) { return at::pow(a, b); }

Tensor Swish(const Tensor& x) { return at::silu(x); }

Tensor Gelu(const Tensor& x) { return at::gelu(x); }

Tensor Softplus(const Tensor& x) { return at::softplus(x); }

Tensors Mean(const OpCall& call) {
  Tensors sum = Fold<Plus>(call);
  return {sum[0] / static_cast<double>(call.inputs.size())};
}

Tensors Clip(const OpCall& call) {
  return {at::clamp(
      call[0], call.node.Float("min", 0.0F), call.node.Float("max", 0.0F))};
}

Tensors Elu(const OpCall& call) {
  return {at::elu(call[0], call.node.Float("alpha", 1.0F))};
}

Tensors LeakyRelu(const OpCall& call) {
  return {at::leaky_relu(call[0], call.node.Float("alpha", 0.01F))};
}

Tensors HardSigmoid(const OpCall& call) {
  return {at::clamp(
      call.node.Float("alpha", 0.2F) * call[0] + call.node.Float("beta", 0.5F),
      0.0,
      1.0)};
}

constexpr TorchOpEntry kTable[] = {
    {"Abs", Unary<at::abs>},
    {"Add", Binary<Plus>},
    {"Ceil", Unary<at::ceil>},
    {"Clip", Clip},
    {"Div", Binary<Quotient>},
    {"Elu", Elu},
    {"Equal", Binary<at::eq>},
    {"Erf", Unary<at::erf>},
    {"Exp", Unary<at::exp>},
    {"Floor", Unary<at::floor>},
    {"Gelu", Unary<Gelu>},
    {"Greater", Binary<at::gt>},
    {"HardSigmoid", HardSigmoid},
    {"HardSwish", Unary<at::hardswish>},
    {"LeakyRelu", LeakyRelu},
    {"Less", Binary<at::lt>},
    {"Log", Unary<at::log>},
    {"Max", Fold<at::maximum>},
    {"Mean", Mean},
    {"Min", Fold<at::minimum>},
    {"Mish", Unary<at::mish>},
    {"Mul", Binary<Times>},
    {"Neg", Unary<at::neg>},
    {"Not", Unary<at::logical_not>},
    {"Pow", Binary<Power>},
    {"Reciprocal", Unary<at::reciprocal>},
    {"Relu", Unary<at::relu>},
    {"Round", Unary<at::round>},
    {"Sigmoid", Unary<at::sigmoid>},
    {"Sign", Unary<at::sign>},
    {"Softplus", Unary<Softplus>},
    {"Sqrt", Unary<at::sqrt>},
    {"Sub", Binary<Minus>},
    {"Sum", Fold<Plus>},
    {"Swish", Unary<Swish>},
    {"Tanh", Unary<at::tanh>},
};

}  // namespace

TorchOpTable ElementwiseOps() { return kTable; }

}  // namespace mien::train
