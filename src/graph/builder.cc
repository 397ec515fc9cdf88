// SPDX-License-Identifier: Apache-2.0
#include "graph/builder.h"

#include <algorithm>
#include <utility>

#include "core/check.h"
#include "graph/shape_inference.h"

namespace mien {
namespace {

std::vector<std::int64_t> BothEnds(std::array<int, 2> pad) {
  return {pad[0], pad[1], pad[0], pad[1]};
}

std::vector<std::int64_t> Widened(std::array<int, 2> values) {
  return {values[0], values[1]};
}

std::map<std::string, Attribute> ConvAttributes(const ConvSpec& spec) {
  return {{"kernel_shape", Widened(spec.kernel)},
          {"strides", Widened(spec.stride)},
          {"pads", BothEnds(spec.pad)},
          {"dilations", std::vector<std::int64_t>{1, 1}},
          {"group", std::int64_t{spec.groups}}};
}

/// Whether `value` is [N, C] for certain: a row of features for each picture.
bool HoldsRows(const Graph& graph, std::string_view value) {
  while (const auto producer = graph.Producer(value)) {
    const Node& node = graph.nodes[*producer];
    if (node.Is("Gemm") || node.Is("Flatten")) {
      return true;
    }
    if (!node.Is("BatchNormalization") && !node.Is("Dropout")) {
      return false;
    }
    value = node.Input(0);
  }
  return false;
}

}  // namespace

GraphBuilder::GraphBuilder(std::string name, ParameterSource parameters)
    : parameters_(std::move(parameters)) {
  graph_.name = std::move(name);
}

GraphBuilder::ScopeGuard::ScopeGuard(GraphBuilder& builder,
                                     std::string_view name)
    : builder_(builder), previous_size_(builder.scope_.size()) {
  builder_.scope_ = builder_.Qualified(name);
}

GraphBuilder::ScopeGuard::~ScopeGuard() {
  builder_.scope_.resize(previous_size_);
}

Value GraphBuilder::Input(std::string_view name, Shape shape) {
  static constexpr std::array<std::string_view, 4> kDimNames = {
      "batch", "channels", "height", "width"};
  ValueInfo info{.name = std::string(name), .shape = std::move(shape)};
  for (std::size_t i = 0; i < info.shape.size(); ++i) {
    const bool is_free = info.shape[i] == kDynamicDim;
    const std::string fallback = "dim" + std::to_string(i);
    info.dim_names.push_back(!is_free               ? ""
                             : i < kDimNames.size() ? std::string(kDimNames[i])
                                                    : fallback);
  }
  MIEN_CHECK(names_.insert(info.name).second);
  channels_[info.name] =
      info.shape.size() > 1
          ? static_cast<int>(std::max<std::int64_t>(info.shape[1], 0))
          : 0;
  graph_.inputs.push_back(info);
  return {info.name};
}

void GraphBuilder::Output(const Value& x, std::string_view name) {
  ValueInfo info;
  info.name = std::string(name);
  if (x.name != name) {
    MIEN_CHECK(names_.insert(info.name).second);
    graph_.nodes.push_back({.name = info.name,
                            .op_type = "Identity",
                            .inputs = {x.name},
                            .outputs = {info.name}});
  }
  graph_.outputs.push_back(info);
}

Value GraphBuilder::Conv(const Value& x,
                         std::string_view name,
                         const ConvSpec& spec) {
  const int in = Channels(x);
  MIEN_CHECK(in > 0 && spec.out > 0 && in % spec.groups == 0);
  return AddConv(
      "Conv",
      x,
      name,
      spec,
      {.name = "weight",
       .kind = ParameterKind::kConvWeight,
       .shape = {spec.out, in / spec.groups, spec.kernel[0], spec.kernel[1]}});
}

Value GraphBuilder::ConvTranspose(const Value& x,
                                  std::string_view name,
                                  const ConvSpec& spec) {
  const int in = Channels(x);
  MIEN_CHECK(in > 0 && spec.out > 0 && in % spec.groups == 0);
  return AddConv(
      "ConvTranspose",
      x,
      name,
      spec,
      {.name = "weight",
       .kind = ParameterKind::kConvTransposeWeight,
       .shape = {in, spec.out / spec.groups, spec.kernel[0], spec.kernel[1]}});
}

Value GraphBuilder::BatchNorm(const Value& x,
                              std::string_view name,
                              float epsilon) {
  const int channels = Channels(x);
  MIEN_CHECK(channels > 0);
  const auto scope = Scope(name);
  const auto parameter = [&](std::string_view suffix, ParameterKind kind) {
    return Parameter(
        {.name = std::string(suffix), .kind = kind, .shape = {channels}});
  };
  const std::vector<Value> inputs = {
      x,
      parameter("weight", ParameterKind::kNormScale),
      parameter("bias", ParameterKind::kNormShift),
      parameter("running_mean", ParameterKind::kNormMean),
      parameter("running_var", ParameterKind::kNormVariance)};
  return AddLayer(
      "BatchNormalization", inputs, {{"epsilon", epsilon}}, channels);
}

Value GraphBuilder::Prelu(const Value& x, std::string_view name) {
  const int channels = Channels(x);
  MIEN_CHECK(channels > 0);
  const auto scope = Scope(name);
  // The operator broadcasts from the last axis: on a map the channels' axis is
  // the third from last, on a row it is the last.
  const Value slope = Parameter({.name = "weight",
                                 .kind = ParameterKind::kPreluSlope,
                                 .shape = {channels}});
  if (!HoldsRows(graph_, x.name)) {
    Tensor& tensor = graph_.initializers.at(slope.name);
    tensor = tensor.Reshaped({channels, 1, 1});
  }
  return AddLayer("PRelu", {x, slope}, {}, channels);
}

Value GraphBuilder::Linear(const Value& x,
                           std::string_view name,
                           int out,
                           Bias bias) {
  const int in = Channels(x);
  MIEN_CHECK(in > 0 && out > 0);
  const auto scope = Scope(name);
  std::vector<Value> inputs = {x,
                               Parameter({.name = "weight",
                                          .kind = ParameterKind::kLinearWeight,
                                          .shape = {out, in},
                                          .fan_in = in,
                                          .fan_out = out})};
  if (bias == Bias::kYes) {
    inputs.push_back(Parameter({.name = "bias",
                                .kind = ParameterKind::kBias,
                                .shape = {out},
                                .fan_in = in,
                                .fan_out = out}));
  }
  return AddLayer("Gemm", inputs, {{"transB", std::int64_t{1}}}, out);
}

Value GraphBuilder::Op(std::string_view op_type,
                       std::vector<Value> inputs,
                       std::map<std::string, Attribute> attributes,
                       int out_channels) {
  std::string stem(op_type);
  std::ranges::transform(stem, stem.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return AddNode(FreshName(Qualified(stem)),
                 op_type,
                 inputs,
                 std::move(attributes),
                 out_channels);
}

Value GraphBuilder::Constant(std::string_view name, Tensor tensor) {
  const std::string unique = FreshName(Qualified(name));
  if (tensor.shape().size() > 1) {
    channels_[unique] = static_cast<int>(tensor.shape()[1]);
  }
  graph_.initializers.emplace(unique, std::move(tensor));
  return {unique};
}

int GraphBuilder::Channels(const Value& x) const {
  const auto found = channels_.find(x.name);
  return found == channels_.end() ? 0 : found->second;
}

Value GraphBuilder::Name(const Value& x, std::string_view name) {
  MIEN_CHECK(graph_.Producer(x.name).has_value() && !graph_.IsOutput(x.name));
  const std::string renamed = name.empty() ? scope_ : Qualified(name);
  if (renamed == x.name) {
    return x;
  }
  MIEN_CHECK(names_.insert(renamed).second);
  const auto rename = [&](std::string& value) {
    value = value == x.name ? renamed : value;
  };
  for (Node& node : graph_.nodes) {
    std::ranges::for_each(node.inputs, rename);
    std::ranges::for_each(node.outputs, rename);
  }
  channels_[renamed] = Channels(x);
  return {renamed};
}

Graph GraphBuilder::Build() && {
  const auto valid = graph_.Validate();
  MIEN_CHECK(valid.has_value());
  DescribeOutputs(graph_);
  return std::move(graph_);
}

Value GraphBuilder::AddConv(std::string_view op_type,
                            const Value& x,
                            std::string_view name,
                            const ConvSpec& spec,
                            ParameterSpec weight) {
  const auto scope = Scope(name);
  const std::int64_t window = std::int64_t{spec.kernel[0]} * spec.kernel[1];
  weight.fan_in = Channels(x) / spec.groups * window;
  weight.fan_out = spec.out / spec.groups * window;
  weight.rectified = spec.rectified;
  ParameterSpec bias = weight;
  std::vector<Value> inputs = {x, Parameter(std::move(weight))};
  if (spec.bias) {
    bias.name = "bias";
    bias.kind = ParameterKind::kBias;
    bias.shape = {spec.out};
    inputs.push_back(Parameter(std::move(bias)));
  }
  return AddLayer(op_type, inputs, ConvAttributes(spec), spec.out);
}

Value GraphBuilder::AddLayer(std::string_view op_type,
                             const std::vector<Value>& inputs,
                             std::map<std::string, Attribute> attributes,
                             int out_channels) {
  return AddNode(
      FreshName(scope_), op_type, inputs, std::move(attributes), out_channels);
}

Value GraphBuilder::AddNode(const std::string& name,
                            std::string_view op_type,
                            const std::vector<Value>& inputs,
                            std::map<std::string, Attribute> attributes,
                            int out_channels) {
  Node node{.name = name,
            .op_type = std::string(op_type),
            .outputs = {name},
            .attributes = std::move(attributes)};
  for (const Value& input : inputs) {
    node.inputs.push_back(input.name);
  }
  graph_.nodes.push_back(std::move(node));
  channels_[name] = out_channels;
  return {name};
}

std::string GraphBuilder::Qualified(std::string_view name) const {
  return scope_.empty() ? std::string(name) : scope_ + "." + std::string(name);
}

std::string GraphBuilder::FreshName(std::string_view stem) {
  std::string name(stem);
  while (!names_.insert(name).second) {
    name = std::string(stem) + "_" +
           std::to_string(++name_uses_[std::string(stem)]);
  }
  return name;
}

Value GraphBuilder::Parameter(ParameterSpec spec) {
  spec.name = Qualified(spec.name);
  MIEN_CHECK(names_.insert(spec.name).second);
  Tensor tensor = parameters_(spec);
  MIEN_CHECK(tensor.type() == DataType::kFloat32 &&
             tensor.shape() == spec.shape);
  graph_.initializers.emplace(spec.name, std::move(tensor));
  return {spec.name};
}

}  // namespace mien
