// SPDX-License-Identifier: Apache-2.0
#include "graph/window.h"
#include "runtime/onednn/operators.h"

namespace mien::onednn {
namespace {

using Type = Lowering::Type;

struct PoolProblem {
  dnnl::algorithm algorithm = dnnl::algorithm::pooling_max;
  Dims kernel;
  Window window;
};

MemoryDesc WithLayoutOf(const MemoryDesc& src, const Shape& dst) {
  // "any" lets the pooling carry on in the layout of its source.
  return AnyDesc(dst, ElementType(src));
}

/// The largest of 8-bit integers is the integer of the largest; false where the
/// value does not stand in such. `make` gives the pooling of a layout.
template <typename Make>
bool AddBytePool(Lowering& net, const Node& node, const Make& make) {
  const auto sources = SameBytes(net, node);
  const PrimitiveDesc desc =
      sources ? make(sources->front().desc) : PrimitiveDesc();
  if (!desc || IsReference(desc)) {
    return false;
  }
  LayerInfo layer = net.DescribeLayer(node);
  layer.precision = Precision::kInt8;
  const Operand dst = net.NewOperand(desc.query_md(dnnl::query::dst_md));
  net.AddPrimitive(desc,
                   {DNNL_ARG_SRC, DNNL_ARG_DST},
                   {sources->front(), dst},
                   std::move(layer));
  net.Define(net.OnlyQuantizer(node.outputs[0])->value, dst);
  return true;
}

/// The pooling of `value`, in the layout in which it stands if oneDNN has a
/// fast implementation for that, otherwise row-major.
Result<Lowered> AddPool(Lowering& net,
                        const Node& node,
                        const PoolProblem& problem) {
  const auto make = [&](const MemoryDesc& src) {
    return PoolingDesc(net.engine(),
                       problem.algorithm,
                       src,
                       WithLayoutOf(src, net.ShapeOf(node.outputs[0])),
                       problem.kernel,
                       problem.window,
                       Lowering::NewAttr());
  };
  if (problem.algorithm == dnnl::algorithm::pooling_max &&
      AddBytePool(net, node, make)) {
    return Lowered::kYes;
  }
  Operand src = net.Read(node.inputs[0]);
  PrimitiveDesc desc = make(src.desc);
  if (!desc || IsReference(desc)) {
    const PrimitiveDesc plain = make(PlainDesc(net.ShapeOf(node.inputs[0])));
    if (plain && (!desc || !IsReference(plain))) {
      src = net.ReadPlain(node.inputs[0]);
      desc = plain;
    }
  }
  if (!desc) {
    return Lowered::kNo;
  }
  LayerInfo layer = net.DescribeLayer(node);
  layer.precision = ElementType(src.desc) == Type::bf16 ? Precision::kBfloat16
                                                        : Precision::kFloat32;
  const Operand dst = net.NewOperand(desc.query_md(dnnl::query::dst_md));
  net.AddPrimitive(desc, {DNNL_ARG_SRC, DNNL_ARG_DST}, {src, dst}, layer);
  net.Define(node.outputs[0], dst);
  return Lowered::kYes;
}

}  // namespace

Result<Lowered> LowerPool(Lowering& net, const Node& node) {
  const bool is_max = node.op_type == "MaxPool";
  const bool counts_pad = node.Int("count_include_pad", 0) != 0;
  const bool has_indices = node.outputs.size() > 1 && !node.outputs[1].empty();
  if (has_indices || net.TypeOf(node.inputs[0]) != DataType::kFloat32) {
    return Lowered::kNo;
  }
  MIEN_ASSIGN_OR_RETURN(
      const std::vector<WindowAxis> axes,
      ResolveWindow(node, net.opset(), net.ShapeOf(node.inputs[0]), {}));
  PoolProblem problem;
  problem.algorithm = is_max ? dnnl::algorithm::pooling_max
                      : counts_pad
                          ? dnnl::algorithm::pooling_avg_include_padding
                          : dnnl::algorithm::pooling_avg_exclude_padding;
  for (const WindowAxis& axis : axes) {
    const std::int64_t pad_end = (axis.out - 1) * axis.stride +
                                 (axis.kernel - 1) * axis.dilation + 1 -
                                 axis.in - axis.pad_begin;
    // ONNX does not count what ceil mode adds beyond the padding.
    if (counts_pad && pad_end > axis.pad_end) {
      return Lowered::kNo;
    }
    problem.kernel.push_back(axis.kernel);
    problem.window.strides.push_back(axis.stride);
    problem.window.dilates.push_back(axis.dilation - 1);
    problem.window.pads_begin.push_back(axis.pad_begin);
    problem.window.pads_end.push_back(pad_end);
  }
  return AddPool(net, node, problem);
}

Result<Lowered> LowerGlobalPool(Lowering& net, const Node& node) {
  const Shape& shape = net.ShapeOf(node.inputs[0]);
  if (shape.size() < 3) {
    return Lowered::kNo;
  }
  PoolProblem problem;
  problem.algorithm = node.op_type == "GlobalMaxPool"
                          ? dnnl::algorithm::pooling_max
                          : dnnl::algorithm::pooling_avg_include_padding;
  problem.kernel.assign(shape.begin() + 2, shape.end());
  problem.window.strides.assign(problem.kernel.size(), 1);
  problem.window.dilates.assign(problem.kernel.size(), 0);
  problem.window.pads_begin.assign(problem.kernel.size(), 0);
  problem.window.pads_end.assign(problem.kernel.size(), 0);
  return AddPool(net, node, problem);
}

}  // namespace mien::onednn
