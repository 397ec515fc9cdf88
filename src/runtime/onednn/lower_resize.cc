// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <optional>

#include "runtime/onednn/operators.h"

namespace mien::onednn {
namespace {

using Type = Lowering::Type;

/// How much axis `i` grows when that is a whole number, else 0.
std::int64_t WholeFactor(const Shape& from, const Shape& to, std::size_t i) {
  return from[i] > 0 && to[i] % from[i] == 0 ? to[i] / from[i] : 0;
}

/// Whether oneDNN's nearest neighbour, round((o + 0.5) / s - 0.5), picks the
/// elements that ONNX picks. For whole s it never meets a tie and equals
/// floor(o / s).
bool IsOurNearest(const Node& node, std::int64_t factor) {
  const std::string mode =
      node.String("coordinate_transformation_mode", "half_pixel");
  const std::string nearest = node.String("nearest_mode", "round_prefer_floor");
  if (factor == 0) {
    return false;
  }
  if (mode == "asymmetric") {
    return nearest == "floor" ||
           (nearest == "round_prefer_floor" && factor == 2);
  }
  const bool rounds =
      nearest == "round_prefer_floor" || nearest == "round_prefer_ceil";
  return (mode == "half_pixel" || mode == "pytorch_half_pixel") && rounds;
}

/// Whether the file's scales are the ratio of the extents, as oneDNN takes it.
bool ScalesAreExact(const Lowering& net,
                    const Node& node,
                    const Shape& from,
                    const Shape& to) {
  if (node.Input(2).empty()) {
    return true;
  }
  const Tensor* scales = net.Constant(node.Input(2));
  if (scales == nullptr) {
    return false;
  }
  const std::vector<float> factors = scales->ToFloats();
  for (std::size_t i = 0; i < factors.size(); ++i) {
    if (static_cast<float>(from[i]) * factors[i] != static_cast<float>(to[i])) {
      return false;
    }
  }
  return factors.size() == from.size();
}

std::optional<dnnl::algorithm> ResizeAlgorithm(const Lowering& net,
                                               const Node& node,
                                               const Shape& from,
                                               const Shape& to) {
  if (from.size() != 4 || from[0] != to[0] || from[1] != to[1] ||
      !ScalesAreExact(net, node, from, to)) {
    return std::nullopt;
  }
  const std::string mode = node.String("mode", "nearest");
  if (mode == "nearest" && IsOurNearest(node, WholeFactor(from, to, 2)) &&
      IsOurNearest(node, WholeFactor(from, to, 3))) {
    return dnnl::algorithm::resampling_nearest;
  }
  const std::string transform =
      node.String("coordinate_transformation_mode", "half_pixel");
  const bool is_half_pixel =
      transform == "half_pixel" ||
      (transform == "pytorch_half_pixel" && to[2] > 1 && to[3] > 1);
  if (mode == "linear" && is_half_pixel) {
    return dnnl::algorithm::resampling_linear;
  }
  return std::nullopt;
}

}  // namespace

Result<Lowered> LowerResize(Lowering& net, const Node& node) {
  const Shape& from = net.ShapeOf(node.inputs[0]);
  const Shape& to = net.ShapeOf(node.outputs[0]);
  const auto algorithm = ResizeAlgorithm(net, node, from, to);
  if (!algorithm) {
    return Lowered::kNo;
  }
  const MemoryDesc layout = WithType(net.Read(node.inputs[0]).desc, Type::f32);
  const PrimitiveDesc desc = ResamplingDesc(net.engine(),
                                            *algorithm,
                                            layout,
                                            AnyDesc(to, Type::f32),
                                            Lowering::NewAttr());
  if (!desc) {
    return Lowered::kNo;
  }
  const Operand src = net.ReadAs(node.inputs[0], layout);
  const Operand dst = net.NewOperand(desc.query_md(dnnl::query::dst_md));
  net.AddPrimitive(
      desc, {DNNL_ARG_SRC, DNNL_ARG_DST}, {src, dst}, net.DescribeLayer(node));
  net.Define(node.outputs[0], dst);
  return Lowered::kYes;
}

}  // namespace mien::onednn
