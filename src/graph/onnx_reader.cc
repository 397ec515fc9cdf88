// SPDX-License-Identifier: Apache-2.0
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <limits>
#include <utility>

#include "core/file.h"
#include "graph/canonical/rewriter.h"
#include "graph/onnx_io.h"
#include "graph/onnx_payloads.h"
#include "graph/onnx_tensor.h"
#include "graph/opset.h"
#include "graph/text.h"
#include "graph/topological_order.h"

namespace mien {
namespace {

/// Protobuf messages cannot be larger (their lengths are 32-bit).
constexpr std::size_t kMostBytes = std::numeric_limits<std::int32_t>::max();

/// ONNX nests model, graph, node, attribute, tensor, and a type's shape; what
/// is deeper is a subgraph, which is refused anyway.
constexpr int kDeepest = 64;

/// IR version 3 came with opsets of named domains (ONNX 1.0).
constexpr std::int64_t kOldestIrVersion = 3;

Error Corrupt(std::string what) {
  return {ErrorCode::kCorruptModel, std::move(what)};
}

Error Unsupported(std::string what) {
  return {ErrorCode::kUnsupported, std::move(what)};
}

Result<onnx::ModelProto> ParseModel(std::span<const std::byte> file) {
  google::protobuf::io::ArrayInputStream bytes(file.data(),
                                               static_cast<int>(file.size()));
  google::protobuf::io::CodedInputStream stream(&bytes);
  stream.SetRecursionLimit(kDeepest);
  onnx::ModelProto model;
  if (!model.ParseFromCodedStream(&stream) || !stream.ConsumedEntireMessage() ||
      !model.has_graph() || !model.has_ir_version()) {
    return Corrupt("not an ONNX file, or a truncated one");
  }
  if (model.ir_version() < kOldestIrVersion) {
    return Unsupported("IR version " + std::to_string(model.ir_version()) +
                       "; must be >= " + std::to_string(kOldestIrVersion));
  }
  return model;
}

bool IsDefaultDomain(std::string_view domain) {
  return domain.empty() || domain == "ai.onnx";
}

Result<int> ReadOpset(const onnx::ModelProto& model) {
  for (const auto& import : model.opset_import()) {
    if (!IsDefaultDomain(import.domain())) {
      continue;
    }
    if (import.version() < kOldestOpset || import.version() > kNewestOpset) {
      return Unsupported("opset " + std::to_string(import.version()) +
                         "; must be " + std::to_string(kOldestOpset) + " to " +
                         std::to_string(kNewestOpset));
    }
    return static_cast<int>(import.version());
  }
  return Corrupt("states no opset");
}

/// `name` where it can stand in messages and JSON.
Result<std::string> ReadName(const std::string& name) {
  if (!IsPrintable(name)) {
    return Corrupt("a name is no printable UTF-8");
  }
  return name;
}

/// Files before IR version 2 leave the type to be guessed from the field.
onnx::AttributeProto::AttributeType AttributeType(
    const onnx::AttributeProto& proto) {
  if (proto.type() != onnx::AttributeProto::UNDEFINED) {
    return proto.type();
  }
  if (proto.has_i()) {
    return onnx::AttributeProto::INT;
  }
  if (proto.has_f()) {
    return onnx::AttributeProto::FLOAT;
  }
  if (proto.has_s()) {
    return onnx::AttributeProto::STRING;
  }
  if (proto.has_t()) {
    return onnx::AttributeProto::TENSOR;
  }
  if (proto.ints_size() > 0) {
    return onnx::AttributeProto::INTS;
  }
  if (proto.floats_size() > 0) {
    return onnx::AttributeProto::FLOATS;
  }
  return onnx::AttributeProto::UNDEFINED;
}

Result<Attribute> ReadAttribute(onnx::AttributeProto& proto) {
  if (!proto.ref_attr_name().empty()) {
    return Corrupt("refers to an attribute of a function");
  }
  switch (AttributeType(proto)) {
    case onnx::AttributeProto::INT:
      return Attribute(static_cast<std::int64_t>(proto.i()));
    case onnx::AttributeProto::FLOAT:
      return Attribute(proto.f());
    case onnx::AttributeProto::STRING:
      return Attribute(proto.s());
    case onnx::AttributeProto::TENSOR: {
      MIEN_ASSIGN_OR_RETURN(Tensor tensor, TensorFromOnnx(*proto.mutable_t()));
      return Attribute(std::move(tensor));
    }
    case onnx::AttributeProto::INTS:
      return Attribute(
          std::vector<std::int64_t>(proto.ints().begin(), proto.ints().end()));
    case onnx::AttributeProto::FLOATS:
      return Attribute(
          std::vector<float>(proto.floats().begin(), proto.floats().end()));
    case onnx::AttributeProto::STRINGS:
      return Attribute(std::vector<std::string>(proto.strings().begin(),
                                                proto.strings().end()));
    case onnx::AttributeProto::GRAPH:
    case onnx::AttributeProto::GRAPHS:
      return Unsupported("holds a graph (control flow)");
    default:
      return Unsupported("is of a type that is not supported");
  }
}

Result<void> ReadAttributes(onnx::NodeProto& proto, Node& node) {
  for (auto& attribute : *proto.mutable_attribute()) {
    MIEN_ASSIGN_OR_RETURN(std::string name, ReadName(attribute.name()));
    auto value = ReadAttribute(attribute);
    if (!value) {
      return value.error().WithContext("attribute '" + name + "'");
    }
    if (!node.attributes.emplace(name, std::move(value).value()).second) {
      return Corrupt("attribute '" + name + "' stands twice");
    }
  }
  return {};
}

Result<Node> ReadNode(onnx::NodeProto& proto, int opset) {
  Node node;
  MIEN_ASSIGN_OR_RETURN(node.name, ReadName(proto.name()));
  MIEN_ASSIGN_OR_RETURN(node.op_type, ReadName(proto.op_type()));
  MIEN_ASSIGN_OR_RETURN(node.domain, ReadName(proto.domain()));
  for (const std::string& input : proto.input()) {
    MIEN_ASSIGN_OR_RETURN(node.inputs.emplace_back(), ReadName(input));
  }
  for (const std::string& output : proto.output()) {
    MIEN_ASSIGN_OR_RETURN(node.outputs.emplace_back(), ReadName(output));
  }
  if (IsDefaultDomain(node.domain)) {
    node.domain.clear();
  } else {
    return Unsupported(DescribeNode(node, opset) + ": operators of domain '" +
                       node.domain + "' are not supported");
  }
  const auto attributes = ReadAttributes(proto, node);
  if (!attributes) {
    return attributes.error().WithContext(DescribeNode(node, opset));
  }
  return node;
}

Result<void> AddInitializer(Graph& graph, std::string name, Tensor tensor) {
  if (name.empty()) {
    return Corrupt("a tensor has no name");
  }
  if (!graph.initializers.emplace(name, std::move(tensor)).second) {
    return Corrupt("tensor '" + name + "' stands twice");
  }
  return {};
}

Result<void> ReadInitializers(onnx::GraphProto& proto,
                              const OnnxPayloads& payloads,
                              Graph& graph) {
  if (proto.sparse_initializer_size() > 0) {
    return Unsupported("sparse tensors are not supported");
  }
  for (int i = 0; i < proto.initializer_size(); ++i) {
    onnx::TensorProto& initializer = *proto.mutable_initializer(i);
    MIEN_ASSIGN_OR_RETURN(std::string name, ReadName(initializer.name()));
    const auto payload = payloads.find(i);
    MIEN_ASSIGN_OR_RETURN(Tensor tensor,
                          payload == payloads.end()
                              ? TensorFromOnnx(initializer)
                              : TensorFromOnnx(initializer, payload->second));
    MIEN_RETURN_IF_ERROR(
        AddInitializer(graph, std::move(name), std::move(tensor)));
  }
  return {};
}

Result<void> ReadNodes(onnx::GraphProto& proto, Graph& graph) {
  for (auto& node_proto : *proto.mutable_node()) {
    MIEN_ASSIGN_OR_RETURN(Node node, ReadNode(node_proto, graph.opset));
    if (node.op_type != "Constant") {
      graph.nodes.push_back(std::move(node));
      continue;
    }
    auto tensor = ConstantTensor(node);
    if (!tensor) {
      return tensor.error().WithContext(DescribeNode(node, graph.opset));
    }
    MIEN_RETURN_IF_ERROR(
        AddInitializer(graph, node.outputs[0], std::move(tensor).value()));
  }
  return {};
}

Result<ValueInfo> ReadValueInfo(const onnx::ValueInfoProto& proto) {
  ValueInfo info;
  MIEN_ASSIGN_OR_RETURN(info.name, ReadName(proto.name()));
  if (!proto.type().has_tensor_type()) {
    return Unsupported("value '" + info.name + "' is not a tensor");
  }
  const auto& tensor = proto.type().tensor_type();
  const auto type = DataTypeFromOnnx(tensor.elem_type());
  if (!type) {
    return type.error().WithContext("value '" + info.name + "'");
  }
  info.type = *type;
  for (const auto& dim : tensor.shape().dim()) {
    // Some exporters write 0 or -1 for an extent that is free.
    const bool is_fixed = dim.dim_value() > 0;
    MIEN_ASSIGN_OR_RETURN(std::string dim_name, ReadName(dim.dim_param()));
    info.shape.push_back(is_fixed ? dim.dim_value() : kDynamicDim);
    info.dim_names.push_back(is_fixed ? "" : std::move(dim_name));
  }
  return info;
}

Result<void> ReadInterface(const onnx::GraphProto& proto, Graph& graph) {
  for (const auto& input : proto.input()) {
    if (graph.initializers.contains(input.name())) {
      continue;  // IR versions before 4 list constants among the inputs
    }
    MIEN_ASSIGN_OR_RETURN(ValueInfo info, ReadValueInfo(input));
    if (!input.type().tensor_type().has_shape()) {
      return Unsupported("input '" + info.name + "' states no extents");
    }
    graph.inputs.push_back(std::move(info));
  }
  for (const auto& output : proto.output()) {
    if (output.has_type()) {
      MIEN_ASSIGN_OR_RETURN(graph.outputs.emplace_back(),
                            ReadValueInfo(output));
    } else {
      MIEN_ASSIGN_OR_RETURN(graph.outputs.emplace_back().name,
                            ReadName(output.name()));
    }
  }
  if (graph.outputs.empty()) {
    return Corrupt("the graph has no output");
  }
  return {};
}

Result<void> ReadMetadata(const onnx::ModelProto& model, Graph& graph) {
  for (const auto& entry : model.metadata_props()) {
    MIEN_ASSIGN_OR_RETURN(std::string key, ReadName(entry.key()));
    if (!graph.metadata.emplace(key, entry.value()).second) {
      return Corrupt("metadata key '" + key + "' stands twice");
    }
  }
  return {};
}

}  // namespace

Result<Graph> ParseOnnx(std::span<const std::byte> file) {
  const auto copy =
      std::make_shared<const std::vector<std::byte>>(file.begin(), file.end());
  return ParseSharedOnnx({copy, *copy});
}

Result<Graph> ParseSharedOnnx(const SharedBytes& file) {
  if (file.bytes.size() > kMostBytes) {
    return Unsupported("ONNX file of " + std::to_string(file.bytes.size()) +
                       " bytes; must be < 2 GiB");
  }
  const StrippedOnnx stripped = StripPayloads(file);
  MIEN_ASSIGN_OR_RETURN(onnx::ModelProto model,
                        ParseModel(std::as_bytes(std::span(stripped.message))));
  Graph graph;
  MIEN_ASSIGN_OR_RETURN(graph.opset, ReadOpset(model));
  onnx::GraphProto& proto = *model.mutable_graph();
  MIEN_ASSIGN_OR_RETURN(graph.name, ReadName(proto.name()));
  MIEN_RETURN_IF_ERROR(ReadInitializers(proto, stripped.payloads, graph));
  MIEN_RETURN_IF_ERROR(ReadNodes(proto, graph));
  MIEN_RETURN_IF_ERROR(ReadInterface(proto, graph));
  MIEN_RETURN_IF_ERROR(ReadMetadata(model, graph));
  MIEN_RETURN_IF_ERROR(SortNodes(graph));
  MIEN_RETURN_IF_ERROR(graph.Validate());
  return graph;
}

Result<Graph> LoadOnnx(const std::filesystem::path& path) {
  MIEN_ASSIGN_OR_RETURN(const SharedBytes file, MapFile(path, kMostBytes));
  auto graph = ParseSharedOnnx(file);
  if (!graph) {
    return graph.error().WithContext(path.string());
  }
  return graph;
}

}  // namespace mien
