// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "core/check.h"
#include "runtime/onednn/operators.h"
#include "runtime/reference/reference_executor.h"

namespace mien::onednn {
namespace {

/// What the reference executor needs to evaluate one node.
struct ReferenceCall {
  Node node;
  int opset = 0;

  /// One per input; constants have their tensor, others type and shape.
  struct Input {
    bool is_absent = false;
    bool is_constant = false;
    Tensor constant;
    ValueType type;
  };

  std::vector<Input> inputs;
};

Tensor TensorFrom(const ValueType& type, const std::byte* bytes) {
  const auto size = static_cast<std::size_t>(NumElements(type.shape)) *
                    ElementBytes(type.type);
  return {type.type, type.shape, std::vector<std::byte>(bytes, bytes + size)};
}

/// Evaluates `call`; `next_bytes` gives the bytes of the inputs that vary, in
/// their order.
template <typename NextBytes>
Result<std::vector<Tensor>> Evaluate(const ReferenceCall& call,
                                     NextBytes next_bytes) {
  std::vector<Tensor> tensors(call.inputs.size());
  std::vector<const Tensor*> pointers;
  for (std::size_t i = 0; i < call.inputs.size(); ++i) {
    const ReferenceCall::Input& input = call.inputs[i];
    if (input.is_absent) {
      pointers.push_back(nullptr);
      continue;
    }
    tensors[i] = input.is_constant ? input.constant
                                   : TensorFrom(input.type, next_bytes());
    pointers.push_back(&tensors[i]);
  }
  return EvaluateNode(call.node, call.opset, pointers);
}

ReferenceCall DescribeCall(const Lowering& net, const Node& node) {
  ReferenceCall call{.node = node, .opset = net.opset(), .inputs = {}};
  for (const std::string& name : node.inputs) {
    ReferenceCall::Input input;
    input.is_absent = name.empty();
    if (!name.empty()) {
      const Tensor* constant = net.Constant(name);
      input.is_constant = constant != nullptr;
      input.constant = constant != nullptr ? *constant : Tensor();
      input.type = {net.TypeOf(name), net.ShapeOf(name)};
    }
    call.inputs.push_back(std::move(input));
  }
  return call;
}

/// Evaluates `call` on zeros, so that what it cannot do shows now.
Result<void> CheckCall(const ReferenceCall& call) {
  std::size_t most_bytes = 0;
  for (const ReferenceCall::Input& input : call.inputs) {
    most_bytes =
        std::max(most_bytes,
                 static_cast<std::size_t>(NumElements(input.type.shape)) *
                     ElementBytes(input.type.type));
  }
  const std::vector<std::byte> zeros(most_bytes);
  MIEN_RETURN_IF_ERROR(Evaluate(call, [&] { return zeros.data(); }));
  return {};
}

}  // namespace

Result<void> LowerByReference(Lowering& net, const Node& node) {
  ReferenceCall call = DescribeCall(net, node);
  MIEN_RETURN_IF_ERROR(CheckCall(call));
  std::vector<Operand> operands;
  for (std::size_t i = 0; i < call.inputs.size(); ++i) {
    if (!call.inputs[i].is_absent && !call.inputs[i].is_constant) {
      operands.push_back(net.ReadPlain(node.inputs[i]));
    }
  }
  const std::size_t first_output = operands.size();
  std::vector<std::size_t> wanted;  // indices of outputs that have a name
  for (std::size_t i = 0; i < node.outputs.size(); ++i) {
    if (!node.outputs[i].empty()) {
      wanted.push_back(i);
      operands.push_back(net.NewPlainOperand(node.outputs[i]));
      net.Define(node.outputs[i], operands.back());
    }
  }
  LayerInfo layer = net.DescribeLayer(node);
  layer.implementation = "reference";
  net.AddStep(MakeLoopKernel([call = std::move(call),
                              wanted = std::move(wanted),
                              first_output](std::span<std::byte* const> at) {
                std::size_t next = 0;
                const auto outputs = Evaluate(call, [&] { return at[next++]; });
                MIEN_CHECK(outputs.has_value());
                for (std::size_t i = 0; i < wanted.size(); ++i) {
                  const auto bytes = (*outputs)[wanted[i]].bytes();
                  std::memcpy(at[first_output + i], bytes.data(), bytes.size());
                }
              }),
              std::move(operands),
              std::move(layer));
  return {};
}

}  // namespace mien::onednn
