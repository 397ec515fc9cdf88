// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "runtime/fused_ops.h"
#include "runtime/onednn/activation.h"
#include "runtime/onednn/operators.h"

namespace mien::onednn {
namespace {

using Type = Lowering::Type;

/// y [N, M] = activation(x [N, K] w [M, K]^T + b [M]).
struct GemmProblem {
  const Tensor* weights = nullptr;
  MemoryDesc weights_plain;  ///< extents [M, K], however the file stores them
  const Tensor* bias = nullptr;
  const Tensor* slope = nullptr;
  std::vector<Eltwise> eltwises;  ///< the activation but for PReLU
  Shape src;
  Shape dst;
};

/// A matrix [rows, columns] stored as its transpose.
MemoryDesc TransposedDesc(std::int64_t rows, std::int64_t columns) {
  return {Dims{rows, columns}, Type::f32, Dims{1, rows}};
}

std::optional<GemmProblem> ReadProblem(const Lowering& net, const Node& node) {
  GemmProblem problem;
  problem.src = net.ShapeOf(node.inputs[0]);
  problem.dst = net.ShapeOf(node.outputs[0]);
  problem.weights = net.Constant(node.Input(1));
  problem.bias = net.Constant(node.Input(2));
  const bool bias_varies = problem.bias == nullptr && !node.Input(2).empty();
  if (problem.weights == nullptr || bias_varies || problem.src.size() != 2) {
    return std::nullopt;
  }
  const std::int64_t rows = problem.dst[1];
  const std::int64_t columns = problem.src[1];
  problem.weights_plain = PlainDesc({rows, columns});
  if (node.Is(kFusedGemm, kMienDomain)) {
    problem.slope = net.Constant(node.Input(3));
    problem.eltwises = EltwisesOf(node, node.String("activation", ""))
                           .value_or(std::vector<Eltwise>());
    return problem;
  }
  if (node.Int("transA", 0) != 0 || node.Float("alpha", 1.0F) != 1.0F ||
      node.Float("beta", 1.0F) != 1.0F ||
      (problem.bias != nullptr && NumElements(problem.bias->shape()) != rows)) {
    return std::nullopt;
  }
  if (node.Int("transB", 0) == 0) {
    problem.weights_plain = TransposedDesc(rows, columns);
  }
  return problem;
}

PrimitiveDesc TryGemm(const Lowering& net,
                      const GemmProblem& problem,
                      Type compute,
                      Type result,
                      bool fuses_activation) {
  dnnl::post_ops post_ops;
  if (fuses_activation) {
    for (const Eltwise& eltwise : problem.eltwises) {
      AppendEltwise(post_ops, eltwise.algorithm, eltwise.alpha, eltwise.beta);
    }
  }
  dnnl::primitive_attr attr = Lowering::NewAttr();
  attr.set_post_ops(post_ops);
  return InnerProductDesc(
      net.engine(),
      AnyDesc(problem.src, compute),
      AnyDesc({problem.dst[1], problem.src[1]}, compute),
      problem.bias == nullptr ? MemoryDesc() : PlainDesc({problem.dst[1]}),
      AnyDesc(problem.dst, result),
      attr);
}

}  // namespace

Result<Lowered> LowerGemm(Lowering& net, const Node& node) {
  const auto problem = ReadProblem(net, node);
  if (!problem) {
    return Lowered::kNo;
  }
  const bool fuses = !problem->eltwises.empty();
  LayerInfo layer = net.DescribeLayer(node);
  PrimitiveDesc desc;
  if (net.may_multiply_bf16()) {
    desc = TryGemm(
        net, *problem, Type::bf16, net.PreferredType(node.outputs[0]), fuses);
    layer.precision = Precision::kBfloat16;
  }
  if (!desc || IsReference(desc)) {
    desc = TryGemm(net, *problem, Type::f32, Type::f32, fuses);
    layer.precision = Precision::kFloat32;
  }
  if (!desc) {
    return Lowered::kNo;
  }
  layer.flops = 2.0 * static_cast<double>(NumElements(problem->dst)) *
                static_cast<double>(problem->src[1]);
  const Operand dst = net.NewOperand(desc.query_md(dnnl::query::dst_md));
  std::vector<int> arguments = {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST};
  std::vector<Operand> operands = {
      net.ReadAs(node.inputs[0], desc.query_md(dnnl::query::src_md)),
      net.Pack(*problem->weights,
               problem->weights_plain,
               desc.query_md(dnnl::query::weights_md)),
      dst};
  if (problem->bias != nullptr) {
    arguments.push_back(DNNL_ARG_BIAS);
    operands.push_back(net.Pack(*problem->bias,
                                PlainDesc({problem->dst[1]}),
                                PlainDesc({problem->dst[1]})));
  }
  net.AddPrimitive(desc, arguments, operands, layer);
  if (problem->slope != nullptr) {
    layer.flops = 0.0;
    AddPrelu(net, *problem->slope, dst, layer);
  }
  net.Define(node.outputs[0], dst);
  return Lowered::kYes;
}

namespace {

/// `shape` with extents 1 before it, up to `rank`.
Shape Widened(const Shape& shape, std::size_t rank) {
  Shape wide(rank - shape.size(), 1);
  wide.insert(wide.end(), shape.begin(), shape.end());
  return wide;
}

/// `operand`, row-major, seen with other extents.
Operand Viewed(Operand operand, const Shape& shape) {
  operand.desc = PlainDesc(shape, ElementType(operand.desc));
  return operand;
}

}  // namespace

Result<Lowered> LowerMatMul(Lowering& net, const Node& node) {
  const Shape& a = net.ShapeOf(node.inputs[0]);
  const Shape& b = net.ShapeOf(node.inputs[1]);
  const std::size_t rank = std::max(a.size(), b.size());
  if (a.size() < 2 || b.size() < 2 ||
      net.TypeOf(node.inputs[0]) != DataType::kFloat32) {
    return Lowered::kNo;
  }
  const MemoryDesc dst_desc = PlainDesc(net.ShapeOf(node.outputs[0]));
  const PrimitiveDesc desc = MatmulDesc(net.engine(),
                                        PlainDesc(Widened(a, rank)),
                                        PlainDesc(Widened(b, rank)),
                                        dst_desc,
                                        Lowering::NewAttr());
  if (!desc) {
    return Lowered::kNo;
  }
  LayerInfo layer = net.DescribeLayer(node);
  layer.flops = 2.0 * static_cast<double>(NumElements(layer.output_shape)) *
                static_cast<double>(a.back());
  const Operand dst = net.NewOperand(dst_desc);
  net.AddPrimitive(desc,
                   {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST},
                   {Viewed(net.ReadPlain(node.inputs[0]), Widened(a, rank)),
                    Viewed(net.ReadPlain(node.inputs[1]), Widened(b, rank)),
                    dst},
                   layer);
  net.Define(node.outputs[0], dst);
  return Lowered::kYes;
}

}  // namespace mien::onednn
