// SPDX-License-Identifier: Apache-2.0
//
// Every operator, in every form that the graph's own tests know, against the
// reference loops.
#include "train/executor/torch_ops.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>

#include "graph/operator_samples.h"
#include "graph/opset.h"
#include "runtime/reference/reference_executor.h"
#include "train/executor/torch_net.h"
#include "train/executor/torch_tensor.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

/// Numbers in (0, 1), no two alike, that every operator is defined on.
mien::Tensor PositiveNumbers(const Shape& shape) {
  std::vector<float> values(static_cast<std::size_t>(NumElements(shape)));
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] =
        0.05F + 0.9F * std::fmod(0.618034F * static_cast<float>(i), 1.0F);
  }
  return mien::Tensor::Float(shape, values);
}

bool IsFloatSample(const OperatorSample& sample) {
  return sample.x_type == DataType::kFloat32 &&
         sample.y_type == DataType::kFloat32 && sample.num_outputs == 1;
}

/// Operators of `sample` once it is in canonical form, all known here or not.
bool IsTrainable(const Graph& graph) {
  const auto canonical = Canonicalize(graph);
  if (!canonical) {
    return false;
  }
  for (const Node& node : canonical->nodes) {
    if (FindTorchOp(node.op_type) == nullptr) {
      return false;
    }
  }
  return true;
}

void ExpectSameAsReference(const OperatorSample& sample) {
  SCOPED_TRACE(sample.op_type + " of " + ShapeText(sample.x));
  const Graph graph = SampleGraph(sample);
  const mien::Tensor x = PositiveNumbers(sample.x);
  const auto expected = RunReference(graph, {{graph.inputs[0].name, x}});
  ASSERT_TRUE(expected) << expected.error().message;
  const std::string& output = graph.outputs[0].name;
  TorchNet net(graph);
  const Tensor y = net.Forward(TorchFromTensor(x), output, Mode::kEval);
  const mien::Tensor& reference = expected->at(output);
  ASSERT_EQ(Shape(y.sizes().begin(), y.sizes().end()), reference.shape());
  const Tensor difference =
      (y - TorchFromTensor(reference)).abs() / (1 + y.abs());
  EXPECT_LT(difference.max().item<double>(), 2e-6);
}

TEST(TorchOps, AgreeWithTheReferenceLoops) {
  std::set<std::string> tried;
  for (const OperatorSample& sample : OperatorSamples()) {
    if (IsFloatSample(sample) && IsTrainable(SampleGraph(sample))) {
      try {
        ExpectSameAsReference(sample);
        tried.insert(sample.op_type);
      } catch (const TrainError& error) {
        EXPECT_NE(std::string(error.what()).find("trained"), std::string::npos)
            << error.what();
      }
    }
  }
  // What face networks are made of was among them.
  for (const char* op : {"Add",     "AveragePool", "BatchNormalization",
                         "Concat",  "Conv",        "ConvTranspose",
                         "Flatten", "Gemm",        "GlobalAveragePool",
                         "MatMul",  "MaxPool",     "Mul",
                         "PRelu",   "Relu",        "Reshape",
                         "Resize",  "Sigmoid",     "Slice",
                         "Softmax", "Transpose"}) {
    EXPECT_TRUE(tried.contains(op)) << op;
  }
}

TEST(TorchOps, SayWhichOperatorCannotBeTrained) {
  const Graph graph = SampleGraph(
      {.op_type = "NonMaxSuppressionOfOurs", .x = {1, 3}, .y = {1, 3}});
  try {
    const TorchNet net(graph);
    FAIL() << "accepted an unknown operator";
  } catch (const TrainError& error) {
    EXPECT_NE(std::string(error.what()).find("NonMaxSuppressionOfOurs"),
              std::string::npos)
        << error.what();
  }
}

TEST(TorchOps, CountAxesFromTheFront) {
  EXPECT_EQ(FrontAxis(-1, 4), 3);
  EXPECT_EQ(FrontAxis(2, 4), 2);
}

}  // namespace
}  // namespace mien::train
