// SPDX-License-Identifier: Apache-2.0
//
// Quantised networks in 8-bit integers give what the reference executor gives,
// which rounds and multiplies in floats. A tie that falls the other way changes
// one integer by one, hence the tolerances of a fraction of a step.
#include <functional>

#include "core/cpu.h"
#include "runtime/onednn/compare_executors.h"

namespace mien::onednn {
namespace {

constexpr std::int64_t kSidePx = 9;

/// How a value is quantised.
struct Step {
  float scale = 1.0F / 64.0F;
  DataType type = DataType::kUint8;
  std::int64_t zero_point = 0;
};

constexpr Step kPositive = {.scale = 1.0F / 200.0F};
constexpr Step kAround = {.scale = 1.0F / 64.0F, .zero_point = 117};
constexpr Step kSigned = {.scale = 1.0F / 60.0F, .type = DataType::kInt8};

/// Writes networks of quantised layers.
class QuantizedBuilder {
 public:
  QuantizedBuilder() : net_("quantized", RandomSource(3)) {}

  GraphBuilder& net() { return net_; }

  Value Input(int channels) {
    return net_.Input("x", {2, channels, kSidePx, kSidePx});
  }

  /// `x` through QuantizeLinear and DequantizeLinear.
  Value Rounded(const Value& x, const Step& step) {
    const std::string name = "step" + std::to_string(count_++);
    const std::vector<std::int64_t> zero = {step.zero_point};
    const Value scale = net_.Constant(
        name + ".scale", Tensor::Float({}, std::vector{step.scale}));
    const Value zero_point =
        net_.Constant(name + ".zero", Tensor::Integers(step.type, {}, zero));
    const int channels = net_.Channels(x);
    const Value q =
        net_.Op("QuantizeLinear", {x, scale, zero_point}, {}, channels);
    return net_.Op("DequantizeLinear", {q, scale, zero_point}, {}, channels);
  }

  /// A convolution with a bias and weights of 8-bit integers, each channel's
  /// with a scale of its own; `x` comes through Rounded().
  Value Conv(const Value& x, int out, int side, int groups = 1) {
    const std::string name = "conv" + std::to_string(count_++);
    const int in = net_.Channels(x) / groups;
    const Shape shape = {out, in, side, side};
    std::vector<std::int64_t> integers;
    for (const float value :
         RandomFloats(NumElements(shape), unsigned(count_))) {
      integers.push_back(static_cast<std::int64_t>(value * 127.0F));
    }
    std::vector<float> scales;
    for (int i = 0; i < out; ++i) {
      integers[static_cast<std::size_t>(i * in * side * side)] = 127;
      scales.push_back((1.0F + static_cast<float>(i % 3)) /
                       (200.0F * static_cast<float>(in * side)));
    }
    const Value w = net_.Op(
        "DequantizeLinear",
        {net_.Constant(name + ".w",
                       Tensor::Integers(DataType::kInt8, shape, integers)),
         net_.Constant(name + ".s", Tensor::Float({out}, scales))},
        {{"axis", std::int64_t{0}}},
        in);
    const Value b = net_.Constant(name + ".b", RandomTensor({out}, 9));
    return net_.Op(
        "Conv",
        {x, w, b},
        {{"group", std::int64_t{groups}},
         {"pads",
          std::vector<std::int64_t>(4, static_cast<std::int64_t>(side / 2))}},
        out);
  }

  Graph Build(const Value& y) && {
    net_.Output(y, "y");
    return std::move(net_).Build();
  }

 private:
  GraphBuilder net_;
  int count_ = 0;
};

class QuantizedNet : public testing::Test {
 protected:
  void SetUp() override {
    if (!HostCpu().avx512_vnni) {
      GTEST_SKIP() << "skipped: needs AVX-512 VNNI";
    }
  }

  /// Fails unless `graph` runs right in 8-bit integers, all of its layers of
  /// the kinds that can, without ever going back to floats in between.
  static void ExpectRunsInBytes(const Graph& graph, double tolerance = 4e-3) {
    ExpectEqualsReference(graph, {.precision = Precision::kInt8}, tolerance);
    const auto net =
        CompiledNet::Compile(graph, {.precision = Precision::kInt8});
    ASSERT_TRUE(net) << net.error().message;
    for (const LayerInfo& layer : (*net)->layers()) {
      EXPECT_NE(layer.op_type, "DequantizeLinear") << layer.name;
      EXPECT_NE(layer.implementation, "reference") << layer.name;
      if (layer.flops > 0.0) {
        EXPECT_EQ(layer.precision, Precision::kInt8) << layer.name;
      }
    }
  }
};

TEST_F(QuantizedNet, KeepsIntegersBetweenConvolutions) {
  QuantizedBuilder builder;
  Value x = builder.Rounded(builder.Input(20), kSigned);
  x = builder.Rounded(builder.net().Relu(builder.Conv(x, 33, 3)), kPositive);
  x = builder.Rounded(builder.net().Relu(builder.Conv(x, 16, 1)), kPositive);
  ExpectRunsInBytes(std::move(builder).Build(builder.Conv(x, 8, 3)));
}

TEST_F(QuantizedNet, ConvolvesByWinogradWhatStaysFloatBetweenIntegers) {
  QuantizedBuilder builder;
  GraphBuilder& net = builder.net();
  Value x = builder.Rounded(builder.Input(16), kSigned);
  x = net.Relu(builder.Conv(x, 32, 3));
  x = net.Relu(net.Conv(x, "float", {.out = 32, .pad = {1, 1}}));
  const Graph graph = std::move(builder).Build(
      builder.Conv(builder.Rounded(x, kPositive), 16, 1));
  ExpectEqualsReference(graph, {.precision = Precision::kInt8}, 4e-3);
  const auto compiled =
      CompiledNet::Compile(graph, {.precision = Precision::kInt8});
  ASSERT_TRUE(compiled) << compiled.error().message;
  EXPECT_EQ(std::ranges::count_if((*compiled)->layers(),
                                  [](const LayerInfo& layer) {
                                    return layer.implementation.starts_with(
                                        "winograd:");
                                  }),
            1);
}

TEST_F(QuantizedNet, LeavesProductsInBatchesToAmx) {
  QuantizedBuilder builder;
  Value x = builder.Rounded(builder.Input(64), kPositive);
  x = builder.Rounded(builder.net().Relu(builder.Conv(x, 64, 3)), kPositive);
  const auto net =
      CompiledNet::Compile(std::move(builder).Build(builder.Conv(x, 64, 1)),
                           {.precision = Precision::kInt8});
  ASSERT_TRUE(net) << net.error().message;
  for (const LayerInfo& layer : (*net)->layers()) {
    const bool in_batches = layer.implementation.starts_with("brgconv");
    const bool has_amx = layer.implementation.find("amx") != std::string::npos;
    EXPECT_EQ(in_batches, has_amx) << layer.implementation;
  }
}

TEST_F(QuantizedNet, SubtractsZeroPointsAlsoBesidePadding) {
  QuantizedBuilder builder;
  Value x = builder.Rounded(builder.Input(16), kAround);
  x = builder.Rounded(builder.Conv(x, 40, 3), kAround);
  ExpectRunsInBytes(std::move(builder).Build(builder.Conv(x, 24, 3)));
}

TEST_F(QuantizedNet, RoundsBehindPrelu) {
  QuantizedBuilder builder;
  Value x = builder.Rounded(builder.Input(16), kAround);
  x = builder.net().Prelu(builder.Conv(x, 37, 3), "prelu");
  x = builder.Rounded(x, kAround);
  ExpectRunsInBytes(std::move(builder).Build(builder.Conv(x, 24, 1)));
}

TEST_F(QuantizedNet, RunsDepthwiseConvolutions) {
  QuantizedBuilder builder;
  Value x = builder.Rounded(builder.Input(32), kAround);
  x = builder.Rounded(builder.net().Relu(builder.Conv(x, 32, 3, 32)),
                      kPositive);
  ExpectRunsInBytes(std::move(builder).Build(builder.Conv(x, 24, 1)));
}

TEST_F(QuantizedNet, RectifiesBothSidesOfDepthwiseConvolutionsInOnePass) {
  QuantizedBuilder builder;
  GraphBuilder& net = builder.net();
  Value x = builder.Rounded(builder.Input(16), kAround);
  x = net.Prelu(builder.Conv(x, 32, 1), "wide");
  x = net.Prelu(net.Conv(x,
                         "filter",
                         {.out = 32,
                          .stride = {2, 2},
                          .pad = {1, 1},
                          .groups = 32,
                          .rectified = false}),
                "filtered");
  x = builder.Rounded(x, kAround);
  const Graph graph = std::move(builder).Build(builder.Conv(x, 24, 1));
  ExpectEqualsReference(graph, {.precision = Precision::kInt8}, 4e-3);
  const auto net_in_bytes =
      CompiledNet::Compile(graph, {.precision = Precision::kInt8});
  ASSERT_TRUE(net_in_bytes) << net_in_bytes.error().message;
  // The input made channels-last and rounded, three convolutions, the output.
  EXPECT_EQ((*net_in_bytes)->layers().size(), 6U);
}

TEST_F(QuantizedNet, AddsResidualsInFloats) {
  QuantizedBuilder builder;
  GraphBuilder& net = builder.net();
  const Value input = builder.Input(24);
  Value x = builder.Conv(builder.Rounded(input, kAround), 24, 3);
  x = net.Relu(net.Add(input, x));
  const Value y = builder.Conv(builder.Rounded(x, kPositive), 24, 1);
  ExpectRunsInBytes(std::move(builder).Build(net.Add(x, y)));
}

TEST_F(QuantizedNet, JoinsAndPoolsIntegers) {
  QuantizedBuilder builder;
  GraphBuilder& net = builder.net();
  const Value x = builder.Rounded(builder.Input(16), kAround);
  const Value a = builder.Rounded(net.Relu(builder.Conv(x, 16, 3)), kPositive);
  const Value b = builder.Rounded(net.Relu(builder.Conv(x, 20, 1)), kPositive);
  Value y = builder.Rounded(net.Concat({a, b}), kPositive);
  y = builder.Rounded(net.MaxPool(y, {.kernel = 3, .stride = 2}), kPositive);
  ExpectRunsInBytes(std::move(builder).Build(builder.Conv(y, 8, 1)));
}

TEST_F(QuantizedNet, AppliesActivationsThatDoNotScale) {
  QuantizedBuilder builder;
  Value x = builder.Rounded(builder.Input(16), kAround);
  x = builder.net().Sigmoid(builder.Conv(x, 32, 3));
  x = builder.Rounded(x, {.scale = 1.0F / 255.0F});
  ExpectRunsInBytes(std::move(builder).Build(builder.Conv(x, 8, 1)), 1e-2);
}

TEST_F(QuantizedNet, MakesFloatsForThoseWhoReadThem) {
  QuantizedBuilder builder;
  GraphBuilder& net = builder.net();
  const Value x = builder.Rounded(builder.Input(16), kAround);
  const Value y = builder.Conv(x, 16, 1);
  ExpectEqualsReference(std::move(builder).Build(net.Mul(x, y)),
                        {.precision = Precision::kInt8},
                        1e-3);
}

// The plain loops, on any CPU: what fp32 makes of the same file.
TEST(QuantizedNetInFloats, RoundsAsTheFileSays) {
  for (const Step& step : {kPositive, kAround, kSigned}) {
    QuantizedBuilder builder;
    Value x = builder.Rounded(builder.Input(16), step);
    x = builder.net().Prelu(builder.Conv(x, 21, 3), "prelu");
    x = builder.Rounded(x, step);
    ExpectEqualsReference(
        std::move(builder).Build(builder.Conv(x, 8, 3)), {}, 2e-3);
  }
}

TEST(QuantizedNetInFloats, GivesIntegersAsOutputs) {
  QuantizedBuilder builder;
  const Value x = builder.Input(5);
  const Value y = builder.Rounded(x, kSigned);
  Graph graph = std::move(builder).Build(y);
  graph.outputs.push_back({.name = graph.nodes.front().outputs.front()});
  ExpectEqualsReference(graph, {}, 1.0 / 127.0);
}

}  // namespace
}  // namespace mien::onednn
