// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>

#include "detect/pnet.h"

namespace mien {
namespace {

Error Differs(const std::string& what) {
  return {ErrorCode::kUnsupported, "not the P-Net of MTCNN: " + what};
}

// The nodes of one kind, in order.
std::vector<const Node*> NodesOf(const Graph& graph, std::string_view op_type) {
  std::vector<const Node*> nodes;
  for (const Node& node : graph.nodes) {
    if (node.Is(op_type)) {
      nodes.push_back(&node);
    }
  }
  return nodes;
}

// Constant input `i` of `node` as floats.
Result<std::vector<float>> Constant(const Graph& graph,
                                    const Node& node,
                                    std::size_t i,
                                    std::int64_t count) {
  const Tensor* tensor = graph.FindInitializer(node.Input(i));
  if (tensor == nullptr || NumElements(tensor->shape()) != count) {
    return Differs(DescribeNode(node, graph.opset) + " input " +
                   std::to_string(i) + " should be " + std::to_string(count) +
                   " constants");
  }
  return tensor->ToFloats();
}

Result<ConvPreluWeights> TakeConv(
    const Graph& graph, const Node& conv, const Node& prelu, int out, int in) {
  ConvPreluWeights weights;
  MIEN_ASSIGN_OR_RETURN(weights.weight,
                        Constant(graph, conv, 1, std::int64_t{9} * out * in));
  MIEN_ASSIGN_OR_RETURN(weights.bias, Constant(graph, conv, 2, out));
  MIEN_ASSIGN_OR_RETURN(weights.slope, Constant(graph, prelu, 1, out));
  return weights;
}

Result<void> CheckPlainConv(const Graph& graph, const Node& conv) {
  const std::vector<std::int64_t> ones = {1, 1};
  const std::vector<std::int64_t> none = {0, 0, 0, 0};
  if (conv.Ints("strides", ones) != ones || conv.Ints("pads", none) != none ||
      conv.Ints("dilations", ones) != ones || conv.Int("group", 1) != 1) {
    return Differs(DescribeNode(conv, graph.opset) +
                   " has strides, pads, dilations or groups");
  }
  return {};
}

Result<void> CheckPooling(const Graph& graph) {
  const auto pools = NodesOf(graph, "MaxPool");
  const std::vector<std::int64_t> two = {2, 2};
  if (pools.size() != 1 || pools[0]->Ints("kernel_shape", {}) != two ||
      pools[0]->Ints("strides", {1, 1}) != two ||
      pools[0]->Int("ceil_mode", 0) != 1) {
    return Differs("should have one 2x2 pooling that rounds up");
  }
  return {};
}

}  // namespace

Result<PnetWeights> PnetWeightsFromGraph(const Graph& graph) {
  const auto convs = NodesOf(graph, "Conv");
  const auto prelus = NodesOf(graph, "PRelu");
  if (convs.size() != 5 || prelus.size() != 3) {
    return Differs("has " + std::to_string(convs.size()) +
                   " convolutions and " + std::to_string(prelus.size()) +
                   " PReLUs; should be 5 and 3");
  }
  MIEN_RETURN_IF_ERROR(CheckPooling(graph));
  for (const Node* conv : convs) {
    MIEN_RETURN_IF_ERROR(CheckPlainConv(graph, *conv));
  }
  PnetWeights net;
  MIEN_ASSIGN_OR_RETURN(net.conv1,
                        TakeConv(graph, *convs[0], *prelus[0], kPnetConv1, 3));
  MIEN_ASSIGN_OR_RETURN(
      net.conv2,
      TakeConv(graph, *convs[1], *prelus[1], kPnetConv2, kPnetConv1));
  MIEN_ASSIGN_OR_RETURN(
      net.conv3,
      TakeConv(graph, *convs[2], *prelus[2], kPnetConv3, kPnetConv2));
  // The two heads come in either order.
  const Node* score = convs[3];
  const Node* offsets = convs[4];
  const Tensor* first = graph.FindInitializer(score->Input(1));
  if (first != nullptr && first->shape().front() == 4) {
    std::swap(score, offsets);
  }
  MIEN_ASSIGN_OR_RETURN(net.score_weight,
                        Constant(graph, *score, 1, 2 * kPnetConv3));
  MIEN_ASSIGN_OR_RETURN(net.score_bias, Constant(graph, *score, 2, 2));
  MIEN_ASSIGN_OR_RETURN(net.offset_weight,
                        Constant(graph, *offsets, 1, 4 * kPnetConv3));
  MIEN_ASSIGN_OR_RETURN(net.offset_bias, Constant(graph, *offsets, 2, 4));
  return net;
}

}  // namespace mien
