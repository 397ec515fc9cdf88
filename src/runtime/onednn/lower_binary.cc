// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <optional>

#include "runtime/onednn/broadcast_loop.h"
#include "runtime/onednn/operators.h"

namespace mien::onednn {
namespace {

using Type = Lowering::Type;

std::optional<dnnl::algorithm> BinaryAlgorithm(std::string_view op_type) {
  if (op_type == "Add") return dnnl::algorithm::binary_add;
  if (op_type == "Sub") return dnnl::algorithm::binary_sub;
  if (op_type == "Mul") return dnnl::algorithm::binary_mul;
  if (op_type == "Div") return dnnl::algorithm::binary_div;
  if (op_type == "Max") return dnnl::algorithm::binary_max;
  if (op_type == "Min") return dnnl::algorithm::binary_min;
  return std::nullopt;
}

/// Both operands have the result's extents: computes in the layout in which one
/// of them stands.
bool AddSameShape(Lowering& net, const Node& node, dnnl::algorithm algorithm) {
  const std::string& a_name = node.inputs[0];
  const std::string& b_name = node.inputs[1];
  const bool a_leads =
      net.Constant(a_name) == nullptr &&
      !(IsPlain(net.Read(a_name).desc) && net.Constant(b_name) == nullptr);
  Operand lead = net.Read(a_leads ? a_name : b_name);
  const Type type = net.PreferredType(node.outputs[0]);
  const MemoryDesc layout = WithType(lead.desc, type);
  const Operand a = net.ReadAs(a_name, layout);
  const Operand b = net.ReadAs(b_name, layout);
  const PrimitiveDesc desc = BinaryDesc(
      net.engine(), algorithm, layout, layout, layout, Lowering::NewAttr());
  if (!desc) {
    return false;
  }
  const Operand dst = net.MayOverwrite(a_name, a) ? a : net.NewOperand(layout);
  net.AddPrimitive(desc,
                   {DNNL_ARG_SRC_0, DNNL_ARG_SRC_1, DNNL_ARG_DST},
                   {a, b, dst},
                   net.DescribeLayer(node));
  net.Define(node.outputs[0], dst);
  return true;
}

/// `a` has the result's extents and `b` is a constant that repeats along all
/// axes but, maybe, the channels: computes in the layout of `a`.
bool AddPerChannel(Lowering& net, const Node& node, dnnl::algorithm algorithm) {
  const Tensor* constant = net.Constant(node.inputs[1]);
  const Operand a = net.Read(node.inputs[0]);
  const std::size_t rank = net.ShapeOf(node.outputs[0]).size();
  if (constant == nullptr || rank < 2 || IsPlain(a.desc) ||
      ElementType(a.desc) != Type::f32) {
    return false;
  }
  Shape widened(rank - constant->shape().size(), 1);
  widened.insert(
      widened.end(), constant->shape().begin(), constant->shape().end());
  for (std::size_t i = 0; i < rank; ++i) {
    if (i != 1 && widened[i] != 1) {
      return false;
    }
  }
  const MemoryDesc b_desc = PlainDesc(widened);
  const PrimitiveDesc desc = BinaryDesc(
      net.engine(), algorithm, a.desc, b_desc, a.desc, Lowering::NewAttr());
  if (!desc || IsReference(desc)) {
    return false;
  }
  const Operand dst =
      net.MayOverwrite(node.inputs[0], a) ? a : net.NewOperand(a.desc);
  net.AddPrimitive(desc,
                   {DNNL_ARG_SRC_0, DNNL_ARG_SRC_1, DNNL_ARG_DST},
                   {a, net.Pack(*constant, b_desc, b_desc), dst},
                   net.DescribeLayer(node));
  net.Define(node.outputs[0], dst);
  return true;
}

template <typename F>
void AddLoop(Lowering& net, const Node& node, F f) {
  const BroadcastLoop loop = BroadcastLoop::Create(net.ShapeOf(node.outputs[0]),
                                                   net.ShapeOf(node.inputs[0]),
                                                   net.ShapeOf(node.inputs[1]));
  const Operand a = net.ReadPlain(node.inputs[0]);
  const Operand b = net.ReadPlain(node.inputs[1]);
  const Operand dst = net.NewPlainOperand(node.outputs[0]);
  LayerInfo layer = net.DescribeLayer(node);
  layer.implementation = "loop";
  net.AddStep(MakeLoopKernel([loop, f](std::span<std::byte* const> at) {
                loop.Run(reinterpret_cast<const float*>(at[0]),
                         reinterpret_cast<const float*>(at[1]),
                         reinterpret_cast<float*>(at[2]),
                         f);
              }),
              {a, b, dst},
              std::move(layer));
  net.Define(node.outputs[0], dst);
}

/// Any broadcast, on row-major operands.
bool AddBroadcast(Lowering& net, const Node& node) {
  const std::string& op = node.op_type;
  if (op == "Add") {
    AddLoop(net, node, [](float a, float b) { return a + b; });
  } else if (op == "Sub") {
    AddLoop(net, node, [](float a, float b) { return a - b; });
  } else if (op == "Mul") {
    AddLoop(net, node, [](float a, float b) { return a * b; });
  } else if (op == "Div") {
    AddLoop(net, node, [](float a, float b) { return a / b; });
  } else if (op == "Pow") {
    AddLoop(net, node, [](float a, float b) { return std::pow(a, b); });
  } else {
    return false;
  }
  return true;
}

}  // namespace

Result<Lowered> LowerBinary(Lowering& net, const Node& node) {
  const bool is_float = node.inputs.size() == 2 &&
                        net.TypeOf(node.inputs[0]) == DataType::kFloat32 &&
                        net.TypeOf(node.inputs[1]) == DataType::kFloat32;
  const Shape& result = net.ShapeOf(node.outputs[0]);
  if (!is_float || result.size() > kMaxBroadcastRank) {
    return Lowered::kNo;
  }
  const bool a_is_full = net.ShapeOf(node.inputs[0]) == result;
  const bool b_is_full = net.ShapeOf(node.inputs[1]) == result;
  if (const auto algorithm = BinaryAlgorithm(node.op_type)) {
    if (a_is_full && b_is_full && AddSameShape(net, node, *algorithm)) {
      return Lowered::kYes;
    }
    if (a_is_full && AddPerChannel(net, node, *algorithm)) {
      return Lowered::kYes;
    }
  }
  return AddBroadcast(net, node) ? Lowered::kYes : Lowered::kNo;
}

namespace {

/// y = x * scale + shift per channel, from the four parameters of a batch norm.
struct ChannelAffine {
  std::vector<float> scale;
  std::vector<float> shift;
};

ChannelAffine FoldParameters(const Tensor& scale,
                             const Tensor& shift,
                             const Tensor& mean,
                             const Tensor& variance,
                             float epsilon) {
  ChannelAffine affine{scale.ToFloats(), shift.ToFloats()};
  const std::vector<float> means = mean.ToFloats();
  const std::vector<float> variances = variance.ToFloats();
  for (std::size_t i = 0; i < affine.scale.size(); ++i) {
    const double factor =
        static_cast<double>(affine.scale[i]) /
        std::sqrt(static_cast<double>(variances[i]) + epsilon);
    affine.scale[i] = static_cast<float>(factor);
    affine.shift[i] = static_cast<float>(affine.shift[i] - factor * means[i]);
  }
  return affine;
}

}  // namespace

Result<Lowered> LowerBatchNorm(Lowering& net, const Node& node) {
  std::array<const Tensor*, 4> parameters = {};
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    parameters[i] = net.Constant(node.Input(i + 1));
    if (parameters[i] == nullptr) {
      return Lowered::kNo;
    }
  }
  const ChannelAffine affine = FoldParameters(*parameters[0],
                                              *parameters[1],
                                              *parameters[2],
                                              *parameters[3],
                                              node.Float("epsilon", 1e-5F));
  const Operand x = net.Read(node.inputs[0]);
  Shape shape(net.ShapeOf(node.inputs[0]).size(), 1);
  shape[1] = static_cast<std::int64_t>(affine.scale.size());
  const MemoryDesc channels = PlainDesc(shape);
  dnnl::post_ops post_ops;
  post_ops.append_binary(dnnl::algorithm::binary_add, channels);
  dnnl::primitive_attr attr = Lowering::NewAttr();
  attr.set_post_ops(post_ops);
  const PrimitiveDesc desc = BinaryDesc(net.engine(),
                                        dnnl::algorithm::binary_mul,
                                        x.desc,
                                        channels,
                                        x.desc,
                                        attr);
  if (!desc) {
    return Lowered::kNo;
  }
  const Operand dst =
      net.MayOverwrite(node.inputs[0], x) ? x : net.NewOperand(x.desc);
  const auto pack = [&](const std::vector<float>& values) {
    return net.Pack(Tensor::Float(shape, values), channels, channels);
  };
  net.AddPrimitive(desc,
                   {DNNL_ARG_SRC_0,
                    DNNL_ARG_SRC_1,
                    DNNL_ARG_DST,
                    DNNL_ARG_ATTR_MULTIPLE_POST_OP(0) | DNNL_ARG_SRC_1},
                   {x, pack(affine.scale), dst, pack(affine.shift)},
                   net.DescribeLayer(node));
  net.Define(node.outputs[0], dst);
  return Lowered::kYes;
}

}  // namespace mien::onednn
