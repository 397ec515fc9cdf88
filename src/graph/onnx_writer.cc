// SPDX-License-Identifier: Apache-2.0
#include <limits>
#include <utility>

#include "core/file.h"
#include "graph/onnx_io.h"
#include "graph/onnx_tensor.h"
#include "graph/onnx_types.h"
#include "graph/shape_inference.h"
#include "mien/version.h"

namespace mien {
namespace {

constexpr std::size_t kMostBytes = std::numeric_limits<std::int32_t>::max();

/// The IR version that came with an opset (ONNX, docs/Versioning.md), but not
/// below 4, with which constants stopped being inputs.
int IrVersion(int opset) {
  if (opset >= 19) {
    return 9;
  }
  if (opset >= 15) {
    return 8;
  }
  if (opset >= 12) {
    return 7;
  }
  return opset == 11 ? 6 : opset == 10 ? 5 : 4;
}

/// Fills `proto` from one alternative of Attribute each.
struct AttributeWriter {
  onnx::AttributeProto& proto;

  void operator()(std::int64_t value) const {
    proto.set_type(onnx::AttributeProto::INT);
    proto.set_i(value);
  }

  void operator()(float value) const {
    proto.set_type(onnx::AttributeProto::FLOAT);
    proto.set_f(value);
  }

  void operator()(const std::string& value) const {
    proto.set_type(onnx::AttributeProto::STRING);
    proto.set_s(value);
  }

  void operator()(const Tensor& value) const {
    proto.set_type(onnx::AttributeProto::TENSOR);
    TensorToOnnx(value, *proto.mutable_t());
  }

  void operator()(const std::vector<std::int64_t>& values) const {
    proto.set_type(onnx::AttributeProto::INTS);
    proto.mutable_ints()->Add(values.begin(), values.end());
  }

  void operator()(const std::vector<float>& values) const {
    proto.set_type(onnx::AttributeProto::FLOATS);
    proto.mutable_floats()->Add(values.begin(), values.end());
  }

  void operator()(const std::vector<std::string>& values) const {
    proto.set_type(onnx::AttributeProto::STRINGS);
    for (const std::string& value : values) {
      proto.add_strings(value);
    }
  }
};

void WriteNode(const Node& node, onnx::NodeProto& proto) {
  proto.set_name(node.name);
  proto.set_op_type(node.op_type);
  for (const std::string& input : node.inputs) {
    proto.add_input(input);
  }
  for (const std::string& output : node.outputs) {
    proto.add_output(output);
  }
  for (const auto& [name, value] : node.attributes) {
    auto& attribute = *proto.add_attribute();
    attribute.set_name(name);
    std::visit(AttributeWriter{attribute}, value);
  }
}

void WriteValueInfo(const ValueInfo& info, onnx::ValueInfoProto& proto) {
  proto.set_name(info.name);
  auto& tensor = *proto.mutable_type()->mutable_tensor_type();
  tensor.set_elem_type(OnnxNumberFromDataType(info.type));
  auto& shape = *tensor.mutable_shape();
  for (std::size_t i = 0; i < info.shape.size(); ++i) {
    auto& dim = *shape.add_dim();
    if (info.shape[i] != kDynamicDim) {
      dim.set_dim_value(info.shape[i]);
    } else if (i < info.dim_names.size() && !info.dim_names[i].empty()) {
      dim.set_dim_param(info.dim_names[i]);
    }
  }
}

/// `graph` with extents for the outputs that have none, where they can be
/// inferred.
Graph Described(const Graph& graph) {
  Graph described = graph;
  for (const ValueInfo& output : graph.outputs) {
    if (output.shape.empty()) {
      DescribeOutputs(described);
      break;
    }
  }
  return described;
}

void WriteOutput(const ValueInfo& output,
                 const ValueInfo& described,
                 onnx::ValueInfoProto& proto) {
  ValueInfo info = output;
  if (output.shape.empty()) {
    info.shape = described.shape;
    info.dim_names = described.dim_names;
  }
  WriteValueInfo(info, proto);
  if (info.shape.empty()) {  // not known, or a scalar
    proto.mutable_type()->mutable_tensor_type()->clear_shape();
  }
}

void WriteGraph(const Graph& graph, onnx::GraphProto& proto) {
  proto.set_name(graph.name.empty() ? "graph" : graph.name);
  for (const Node& node : graph.nodes) {
    WriteNode(node, *proto.add_node());
  }
  for (const auto& [name, tensor] : graph.initializers) {
    auto& initializer = *proto.add_initializer();
    initializer.set_name(name);
    TensorToOnnx(tensor, initializer);
  }
  for (const ValueInfo& input : graph.inputs) {
    WriteValueInfo(input, *proto.add_input());
  }
  const Graph described = Described(graph);
  for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
    WriteOutput(graph.outputs[i], described.outputs[i], *proto.add_output());
  }
}

Result<void> CheckWritable(const Graph& graph) {
  MIEN_RETURN_IF_ERROR(graph.Validate());
  for (const Node& node : graph.nodes) {
    if (!node.domain.empty()) {
      return Error{ErrorCode::kInvalidArgument,
                   DescribeNode(node, graph.opset) + ": operators of domain '" +
                       node.domain + "' cannot stand in a file"};
    }
  }
  std::size_t bytes = 0;
  for (const auto& [name, tensor] : graph.initializers) {
    bytes += static_cast<std::size_t>(NumElements(tensor.shape())) *
             ElementBytes(tensor.type());
  }
  if (bytes > kMostBytes) {
    return Error{ErrorCode::kUnsupported,
                 "constants of " + std::to_string(bytes) +
                     " bytes; an ONNX file must be < 2 GiB"};
  }
  return {};
}

}  // namespace

Result<std::vector<std::byte>> SerializeOnnx(const Graph& graph) {
  MIEN_RETURN_IF_ERROR(CheckWritable(graph));
  onnx::ModelProto model;
  model.set_ir_version(IrVersion(graph.opset));
  model.set_producer_name("mien");
  model.set_producer_version(std::string(Version()));
  auto& opset = *model.add_opset_import();
  opset.set_domain("");
  opset.set_version(graph.opset);
  WriteGraph(graph, *model.mutable_graph());
  for (const auto& [key, value] : graph.metadata) {
    auto& entry = *model.add_metadata_props();
    entry.set_key(key);
    entry.set_value(value);
  }
  std::vector<std::byte> bytes(model.ByteSizeLong());
  if (bytes.size() > kMostBytes ||
      !model.SerializeToArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return Error{ErrorCode::kUnsupported,
                 "the ONNX file would be 2 GiB or larger"};
  }
  return bytes;
}

Result<void> SaveOnnx(const Graph& graph, const std::filesystem::path& path) {
  MIEN_ASSIGN_OR_RETURN(const auto bytes, SerializeOnnx(graph));
  return WriteFileAtomically(path, bytes);
}

}  // namespace mien
