// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "graph/graph.h"
#include "graph/tensor.h"

namespace mien {

/// What a parameter of a network is, which decides how it is initialised.
enum class ParameterKind : std::uint8_t {
  kConvWeight,           ///< [out, in / groups, kh, kw]
  kConvTransposeWeight,  ///< [in, out / groups, kh, kw]
  kLinearWeight,         ///< [out, in]
  kBias,                 ///< [out]
  kNormScale,            ///< batch norm gamma, [channels]
  kNormShift,            ///< batch norm beta
  kNormMean,             ///< running mean
  kNormVariance,         ///< running variance
  kPreluSlope,           ///< [channels]
};

struct ParameterSpec {
  /// As in the reference checkpoint's state dict:
  /// "repeat_1.0.branch1.1.bn.running_var".
  std::string name = {};
  ParameterKind kind = ParameterKind::kConvWeight;
  Shape shape = {};

  /// Inputs and outputs that one element of the weight connects to.
  std::int64_t fan_in = 1;
  std::int64_t fan_out = 1;

  /// Whether a rectifier (ReLU, PReLU) follows the layer, maybe after batch
  /// norm.
  bool rectified = false;
};

/// Gives each parameter its value: random numbers, a checkpoint, a formula.
/// Returns float32 of `spec.shape`.
using ParameterSource = std::function<Tensor(const ParameterSpec& spec)>;

/// A value of the graph under construction.
struct Value {
  std::string name = {};
};

struct ConvSpec {
  int out = 0;
  std::array<int, 2> kernel = {3, 3};
  std::array<int, 2> stride = {1, 1};
  std::array<int, 2> pad = {0, 0};  ///< symmetric
  int groups = 1;
  bool bias = false;

  /// A rectifier follows, maybe after batch norm; see ParameterSpec.
  bool rectified = true;
};

struct PoolSpec {
  int kernel = 2;
  int stride = 2;
  int pad = 0;
  bool ceil_mode = false;
};

/// Writes a network down operator by operator. Names of parameters are the
/// scopes' names joined by dots, so they can equal a checkpoint's. Channel
/// counts are tracked, so a layer states only what it makes.
///
///   GraphBuilder net("tiny", KaimingUniform(7));
///   Value x = net.Input("input", {kDynamicDim, 3, 160, 160});
///   x = net.Relu(net.Conv(x, "conv1", {.out = 8, .bias = true}));
///   net.Output(x, "output");
///   Graph graph = std::move(net).Build();
class GraphBuilder {
 public:
  GraphBuilder(std::string name, ParameterSource parameters);

  /// Prefixes the names of everything made while it lives.
  class ScopeGuard {
   public:
    ScopeGuard(GraphBuilder& builder, std::string_view name);
    ScopeGuard(const ScopeGuard&) = delete;
    ScopeGuard& operator=(const ScopeGuard&) = delete;
    ~ScopeGuard();

   private:
    GraphBuilder& builder_;
    std::size_t previous_size_;
  };

  [[nodiscard]] ScopeGuard Scope(std::string_view name) {
    return {*this, name};
  }

  /// A float32 input; extents may be kDynamicDim. Extent 1 is the channels.
  Value Input(std::string_view name, Shape shape);

  /// Marks `x` as an output called `name`.
  void Output(const Value& x, std::string_view name);

  /// Parameters `<name>.weight`, `<name>.bias`.
  Value Conv(const Value& x, std::string_view name, const ConvSpec& spec);
  Value ConvTranspose(const Value& x,
                      std::string_view name,
                      const ConvSpec& spec);

  /// Parameters `<name>.weight`, `.bias`, `.running_mean`, `.running_var`.
  Value BatchNorm(const Value& x, std::string_view name, float epsilon);

  /// Parameter `<name>.weight`, one slope a channel; on [N, C, H, W], or on
  /// [N, C] out of Linear() or Flatten().
  Value Prelu(const Value& x, std::string_view name);
  Value Relu(const Value& x);
  Value Clip(const Value& x, float low, float high);
  Value Sigmoid(const Value& x);
  Value Softmax(const Value& x, int axis);
  Value MaxPool(const Value& x, const PoolSpec& spec);
  Value GlobalAveragePool(const Value& x);

  /// Nearest-neighbour enlargement by a whole factor.
  Value Upsample(const Value& x, int factor);

  /// Identity at inference.
  Value Dropout(const Value& x, float ratio);
  Value Concat(std::initializer_list<Value> parts, int axis = 1);
  Value Concat(std::span<const Value> parts, int axis = 1);
  Value Add(const Value& a, const Value& b);

  /// x + scale * branch.
  Value AddScaled(const Value& x, const Value& branch, float scale);
  Value Mul(const Value& a, const Value& b);

  /// x * factor.
  Value Scale(const Value& x, float factor);
  Value Transpose(const Value& x, std::vector<std::int64_t> permutation);
  Value Reshape(const Value& x, std::vector<std::int64_t> shape);

  /// [N, C, H, W] to [N, C * H * W]; `features` is that product.
  Value Flatten(const Value& x, int features);

  /// x W^T + b on [N, in]; parameters `<name>.weight` [out, in], `<name>.bias`.
  enum class Bias : std::uint8_t { kNo, kYes };
  Value Linear(const Value& x, std::string_view name, int out, Bias bias);

  /// Rows of [N, d] scaled to length 1, those of zeros included.
  Value L2Normalize(const Value& x);

  /// Any other operator, with one output.
  Value Op(std::string_view op_type,
           std::vector<Value> inputs,
           std::map<std::string, Attribute> attributes,
           int out_channels);

  /// A constant.
  Value Constant(std::string_view name, Tensor tensor);

  /// Channels of `x` (extent 1), 0 if not known.
  [[nodiscard]] int Channels(const Value& x) const;

  /// Renames `x`, the result of a call above, to "<scope>.<name>" (to "<scope>"
  /// when `name` is empty), so that tests and probes find it. From here on only
  /// the returned Value stands for it. Layers with parameters call their result
  /// "<scope>.<layer>" by themselves.
  Value Name(const Value& x, std::string_view name);

  /// The graph. The builder is spent afterwards.
  [[nodiscard]] Graph Build() &&;

 private:
  Value AddLayer(std::string_view op_type,
                 const std::vector<Value>& inputs,
                 std::map<std::string, Attribute> attributes,
                 int out_channels);
  Value AddNode(const std::string& name,
                std::string_view op_type,
                const std::vector<Value>& inputs,
                std::map<std::string, Attribute> attributes,
                int out_channels);
  std::string Qualified(std::string_view name) const;
  std::string FreshName(std::string_view stem);
  /// `spec.name` is the last part of the name: "weight".
  Value Parameter(ParameterSpec spec);
  Value AddConv(std::string_view op_type,
                const Value& x,
                std::string_view name,
                const ConvSpec& spec,
                ParameterSpec weight);

  Graph graph_;
  ParameterSource parameters_;
  std::string scope_;
  std::map<std::string, int> channels_;
  std::set<std::string> names_;  ///< of all values
  std::map<std::string, int> name_uses_;
};

}  // namespace mien
