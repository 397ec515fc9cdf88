// SPDX-License-Identifier: Apache-2.0
#include "graph/onnx_io.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <onnx/onnx_pb.h>

#include <cstring>
#include <functional>

#include "core/file.h"
#include "core/temp_dir.h"
#include "graph/builder.h"

namespace mien {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// x [?, 2] -> Add(x, w) -> y; opset 13.
onnx::ModelProto SmallModel() {
  onnx::ModelProto model;
  model.set_ir_version(7);
  auto& opset = *model.add_opset_import();
  opset.set_domain("");
  opset.set_version(13);
  auto& graph = *model.mutable_graph();
  graph.set_name("small");
  auto& weight = *graph.add_initializer();
  weight.set_name("w");
  weight.set_data_type(onnx::TensorProto::FLOAT);
  weight.add_dims(2);
  weight.add_float_data(1.5F);
  weight.add_float_data(-2.0F);
  for (auto* info : {graph.add_input(), graph.add_output()}) {
    auto& type = *info->mutable_type()->mutable_tensor_type();
    type.set_elem_type(onnx::TensorProto::FLOAT);
    type.mutable_shape()->add_dim()->set_dim_param("batch");
    type.mutable_shape()->add_dim()->set_dim_value(2);
  }
  graph.mutable_input(0)->set_name("x");
  graph.mutable_output(0)->set_name("y");
  auto& node = *graph.add_node();
  node.set_name("add");
  node.set_op_type("Add");
  node.add_input("x");
  node.add_input("w");
  node.add_output("y");
  return model;
}

Result<Graph> Parse(const onnx::ModelProto& model) {
  const std::string bytes = model.SerializeAsString();
  return ParseOnnx(std::as_bytes(std::span(bytes)));
}

/// The error of SmallModel() after `change`.
Error ErrorAfter(const std::function<void(onnx::ModelProto&)>& change) {
  onnx::ModelProto model = SmallModel();
  change(model);
  const auto graph = Parse(model);
  return graph ? Error{ErrorCode::kInternal, "no error"} : graph.error();
}

void ExpectError(const Error& error, ErrorCode code, std::string_view text) {
  EXPECT_EQ(error.code, code) << error.message;
  EXPECT_THAT(error.message, HasSubstr(std::string(text)));
}

TEST(ParseOnnx, ReadsASmallModel) {
  const auto graph = Parse(SmallModel());
  ASSERT_TRUE(graph) << graph.error().message;
  EXPECT_EQ(graph->opset, 13);
  EXPECT_EQ(graph->name, "small");
  EXPECT_EQ(graph->inputs[0].name, "x");
  EXPECT_EQ(graph->inputs[0].shape, (Shape{kDynamicDim, 2}));
  EXPECT_THAT(graph->inputs[0].dim_names, ElementsAre("batch", ""));
  EXPECT_EQ(graph->nodes[0].op_type, "Add");
  EXPECT_THAT(graph->initializers.at("w").values<float>(),
              ElementsAre(1.5F, -2.0F));
}

TEST(ParseOnnx, LeavesConstantsOutOfTheInputs) {
  onnx::ModelProto model = SmallModel();
  auto& listed = *model.mutable_graph()->add_input();
  listed = model.graph().input(0);
  listed.set_name("w");
  EXPECT_EQ(Parse(model)->inputs.size(), 1U);
}

TEST(ParseOnnx, TurnsConstantNodesIntoInitializers) {
  onnx::ModelProto model = SmallModel();
  auto& graph = *model.mutable_graph();
  graph.mutable_initializer()->Clear();
  auto& node = *graph.add_node();
  node.set_op_type("Constant");
  node.add_output("w");
  auto& value = *node.add_attribute();
  value.set_name("value_floats");
  value.set_type(onnx::AttributeProto::FLOATS);
  value.add_floats(3.0F);
  const auto parsed = Parse(model);
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(parsed->nodes.size(), 1U);
  EXPECT_THAT(parsed->initializers.at("w").values<float>(), ElementsAre(3.0F));
}

TEST(ParseOnnx, SortsNodesThatStandOutOfOrder) {
  onnx::ModelProto model = SmallModel();
  auto& graph = *model.mutable_graph();
  graph.mutable_node(0)->set_input(0, "a");
  auto& node = *graph.add_node();
  node.set_op_type("Relu");
  node.add_input("x");
  node.add_output("a");
  const auto parsed = Parse(model);
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(parsed->nodes[0].op_type, "Relu");
}

TEST(ParseOnnx, RefusesWhatIsNoOnnxFile) {
  const std::string text = "this is not a network";
  const auto graph = ParseOnnx(std::as_bytes(std::span(text)));
  ASSERT_FALSE(graph);
  ExpectError(graph.error(), ErrorCode::kCorruptModel, "not an ONNX file");
  EXPECT_FALSE(ParseOnnx({}));
}

TEST(ParseOnnx, RefusesEveryTruncation) {
  const std::string bytes = SmallModel().SerializeAsString();
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_FALSE(ParseOnnx(std::as_bytes(std::span(bytes.data(), length))))
        << length;
  }
}

TEST(ParseOnnx, RefusesOpsetsOutOfRange) {
  ExpectError(ErrorAfter([](auto& model) {
                model.mutable_opset_import(0)->set_version(21);
              }),
              ErrorCode::kUnsupported,
              "opset 21; must be 7 to 20");
  ExpectError(
      ErrorAfter([](auto& model) { model.mutable_opset_import()->Clear(); }),
      ErrorCode::kCorruptModel,
      "states no opset");
}

TEST(ParseOnnx, NamesAMissingTensor) {
  ExpectError(ErrorAfter([](auto& model) {
                model.mutable_graph()->mutable_initializer()->Clear();
              }),
              ErrorCode::kCorruptModel,
              "add (Add, opset 13): input 'w' is no input, constant or result "
              "of a node");
}

TEST(ParseOnnx, NamesANodeOfACycle) {
  ExpectError(ErrorAfter([](auto& model) {
                model.mutable_graph()->mutable_node(0)->set_input(0, "y");
              }),
              ErrorCode::kCorruptModel,
              "add (Add, opset 13): depends on its own output (a cycle)");
}

TEST(ParseOnnx, NamesAValueMadeTwice) {
  ExpectError(ErrorAfter([](auto& model) {
                auto& graph = *model.mutable_graph();
                *graph.add_node() = graph.node(0);
              }),
              ErrorCode::kCorruptModel,
              "output 'y' is made twice");
}

TEST(ParseOnnx, NamesATensorThatStandsTwice) {
  ExpectError(ErrorAfter([](auto& model) {
                auto& graph = *model.mutable_graph();
                *graph.add_initializer() = graph.initializer(0);
              }),
              ErrorCode::kCorruptModel,
              "tensor 'w' stands twice");
}

TEST(ParseOnnx, RefusesExternalData) {
  ExpectError(
      ErrorAfter([](auto& model) {
        model.mutable_graph()->mutable_initializer(0)->set_data_location(
            onnx::TensorProto::EXTERNAL);
      }),
      ErrorCode::kUnsupported,
      "tensor 'w': keeps its data in another file");
}

TEST(ParseOnnx, RefusesControlFlow) {
  ExpectError(ErrorAfter([](auto& model) {
                auto& node = *model.mutable_graph()->mutable_node(0);
                node.set_op_type("If");
                auto& branch = *node.add_attribute();
                branch.set_name("then_branch");
                branch.set_type(onnx::AttributeProto::GRAPH);
                branch.mutable_g()->set_name("inner");
              }),
              ErrorCode::kUnsupported,
              "add (If, opset 13): attribute 'then_branch': holds a graph "
              "(control flow)");
}

TEST(ParseOnnx, RefusesForeignDomains) {
  ExpectError(
      ErrorAfter([](auto& model) {
        model.mutable_graph()->mutable_node(0)->set_domain("com.microsoft");
      }),
      ErrorCode::kUnsupported,
      "add (com.microsoft.Add, opset 13): operators of domain "
      "'com.microsoft' are not supported");
}

TEST(ParseOnnx, RefusesNamesThatCannotBePrinted) {
  ExpectError(ErrorAfter([](auto& model) {
                model.mutable_graph()->mutable_node(0)->set_name("a\x1b[31m");
              }),
              ErrorCode::kCorruptModel,
              "a name is no printable UTF-8");
}

TEST(ParseOnnx, RefusesDeepNesting) {
  onnx::ModelProto model = SmallModel();
  onnx::GraphProto* graph = model.mutable_graph();
  for (int depth = 0; depth < 90; ++depth) {
    auto& attribute = *graph->add_node()->add_attribute();
    attribute.set_type(onnx::AttributeProto::GRAPH);
    graph = attribute.mutable_g();
  }
  EXPECT_FALSE(Parse(model));
}

TEST(LoadOnnx, BeginsItsErrorsWithThePath) {
  const auto graph = LoadOnnx("/nowhere/net.onnx");
  ASSERT_FALSE(graph);
  EXPECT_EQ(graph.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(graph.error().message, HasSubstr("/nowhere/net.onnx"));
}

TEST(LoadOnnx, RefusesFoldersAndTruncatedFiles) {
  const TempDir dir;
  EXPECT_EQ(LoadOnnx(dir.path()).error().code, ErrorCode::kIo);
  const std::string bytes = SmallModel().SerializeAsString();
  ASSERT_TRUE(
      WriteFileAtomically(dir / "cut.onnx", bytes.substr(0, bytes.size() / 2)));
  EXPECT_THAT(LoadOnnx(dir / "cut.onnx").error().message,
              HasSubstr("cut.onnx: not an ONNX file"));
}

Graph BuiltGraph(float slope) {
  GraphBuilder net("tiny", [slope](const ParameterSpec& spec) {
    std::vector<float> values(static_cast<std::size_t>(NumElements(spec.shape)),
                              slope);
    return Tensor::Float(spec.shape, values);
  });
  Value x = net.Input("input", {kDynamicDim, 3, 8, 8});
  x = net.Prelu(net.Conv(x, "conv1", {.out = 4, .bias = true}), "prelu1");
  net.Output(net.L2Normalize(net.Flatten(net.GlobalAveragePool(x), 4)),
             "embedding");
  return std::move(net).Build();
}

TEST(SerializeOnnx, ComesBackAsItWas) {
  Graph graph = BuiltGraph(0.25F);
  graph.metadata["mien.name"] = "tiny";
  const auto bytes = SerializeOnnx(graph);
  ASSERT_TRUE(bytes) << bytes.error().message;
  const auto again = ParseOnnx(*bytes);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->name, "tiny");
  EXPECT_EQ(again->metadata, graph.metadata);
  ASSERT_EQ(again->nodes.size(), graph.nodes.size());
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    EXPECT_EQ(again->nodes[i].op_type, graph.nodes[i].op_type);
    EXPECT_EQ(again->nodes[i].inputs, graph.nodes[i].inputs);
    EXPECT_EQ(again->nodes[i].attributes.size(),
              graph.nodes[i].attributes.size());
  }
  EXPECT_EQ(SerializeOnnx(*again).value(), *bytes);
  EXPECT_EQ(ModelId(*again), ModelId(graph));
}

TEST(SerializeOnnx, KeepsScalarInputs) {
  Graph graph;
  graph.inputs = {{.name = "x"}};
  graph.nodes = {{.op_type = "Relu", .inputs = {"x"}, .outputs = {"y"}}};
  graph.outputs = {{.name = "y"}};
  const auto again = ParseOnnx(SerializeOnnx(graph).value());
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_TRUE(again->inputs[0].shape.empty());
}

TEST(SerializeOnnx, StatesTheExtentsOfOutputs) {
  Graph graph = BuiltGraph(0.5F);
  graph.outputs[0].shape.clear();
  graph.outputs[0].dim_names.clear();
  const auto again = ParseOnnx(SerializeOnnx(graph).value());
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->outputs[0].shape, (Shape{kDynamicDim, 4}));
  EXPECT_THAT(again->outputs[0].dim_names, ElementsAre("batch", ""));
}

TEST(SerializeOnnx, RefusesOperatorsOfTheRuntime) {
  Graph graph = BuiltGraph(0.25F);
  graph.nodes[0].domain = kMienDomain;
  const auto bytes = SerializeOnnx(graph);
  ASSERT_FALSE(bytes);
  ExpectError(bytes.error(),
              ErrorCode::kInvalidArgument,
              "conv1 (mien.Conv, opset 13): operators of domain 'mien'");
}

TEST(SaveOnnx, WritesWhatLoadOnnxReads) {
  const TempDir dir;
  const Graph graph = BuiltGraph(0.5F);
  ASSERT_TRUE(SaveOnnx(graph, dir / "tiny.onnx"));
  EXPECT_EQ(ModelId(LoadOnnx(dir / "tiny.onnx").value()), ModelId(graph));
}

TEST(ModelId, ChangesWithWeightsAttributesAndContract) {
  const Graph graph = BuiltGraph(0.25F);
  const std::string id = ModelId(graph);
  EXPECT_EQ(id.size(), 7U + 16U);
  EXPECT_EQ(id.substr(0, 7), "sha256:");
  EXPECT_NE(ModelId(BuiltGraph(0.26F)), id);
  Graph changed = graph;
  changed.nodes[0].attributes["group"] = std::int64_t{3};
  EXPECT_NE(ModelId(changed), id);
  changed = graph;
  changed.metadata["mien.mean"] = "0 0 0";
  EXPECT_NE(ModelId(changed), id);
}

TEST(ModelId, DoesNotDependOnNamesOrNotes) {
  const Graph graph = BuiltGraph(0.25F);
  Graph renamed = graph;
  renamed.name = "other";
  renamed.nodes[0].name = "first";
  renamed.nodes[0].outputs[0] = "v";
  renamed.nodes[1].inputs[0] = "v";
  renamed.metadata["mien.notes"] = "a note";
  renamed.metadata["mien.calibration"] = "0.3:0.001";
  EXPECT_EQ(ModelId(renamed), ModelId(graph));
}

}  // namespace
}  // namespace mien
