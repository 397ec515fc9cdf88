// SPDX-License-Identifier: Apache-2.0
#include "runtime/reference/activation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "runtime/fused_ops.h"
#include "runtime/reference/kernel.h"
#include "runtime/reference/numbers.h"

namespace mien::reference {
namespace {

double Sigmoid(double x) { return 1.0 / (1.0 + std::exp(-x)); }

double HardSigmoid(double x, double alpha, double beta) {
  return std::clamp(alpha * x + beta, 0.0, 1.0);
}

double Softplus(double x) {
  return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x)));
}

double Elu(double x, double alpha) {
  return x < 0.0 ? alpha * std::expm1(x) : x;
}

// Negative zero and NaN pass through as they are.
constexpr Activation kActivations[] = {
    {"Abs", [](double x, double, double) { return std::abs(x); }},
    {"Ceil", [](double x, double, double) { return std::ceil(x); }},
    {"Clip",
     [](double x, double low, double high) {
       return std::min(std::max(x, low), high);
     }},
    {"Elu", [](double x, double alpha, double) { return Elu(x, alpha); }, 1.0},
    {"Erf", [](double x, double, double) { return std::erf(x); }},
    {"Exp", [](double x, double, double) { return std::exp(x); }},
    {"Floor", [](double x, double, double) { return std::floor(x); }},
    {"HardSigmoid", HardSigmoid, 0.2, 0.5},
    {"HardSwish",
     [](double x, double, double) {
       return x * HardSigmoid(x, 1.0 / 6.0, 0.5);
     }},
    {"LeakyRelu",
     [](double x, double alpha, double) { return x < 0.0 ? alpha * x : x; },
     0.01},
    {"Log", [](double x, double, double) { return std::log(x); }},
    {"Mish",
     [](double x, double, double) { return x * std::tanh(Softplus(x)); }},
    {"Neg", [](double x, double, double) { return -x; }},
    {"Reciprocal", [](double x, double, double) { return 1.0 / x; }},
    {"Relu", [](double x, double, double) { return x < 0.0 ? 0.0 : x; }},
    // Half to even, the rounding mode that every program starts with.
    {"Round", [](double x, double, double) { return std::nearbyint(x); }},
    {"Sigmoid", [](double x, double, double) { return Sigmoid(x); }},
    {"Sign",
     [](double x, double, double) {
       return static_cast<double>((x > 0.0) - (x < 0.0));
     }},
    {"Softplus", [](double x, double, double) { return Softplus(x); }},
    {"Sqrt", [](double x, double, double) { return std::sqrt(x); }},
    {"Swish",
     [](double x, double alpha, double) { return x * Sigmoid(alpha * x); },
     1.0},
    {"Tanh", [](double x, double, double) { return std::tanh(x); }},
};

Tensor Map(const Tensor& x,
           const Activation& activation,
           double alpha,
           double beta) {
  std::vector<double> values = ToDoubles(x);
  for (double& value : values) {
    value = activation.apply(value, alpha, beta);
  }
  return FromDoubles(x.type(), x.shape(), values);
}

/// Any of kActivations whose parameters are attributes.
Result<std::vector<Tensor>> Elementwise(const Operands& op) {
  const Node& node = op.node();
  const Activation& activation = *FindActivation(node.op_type);
  const double alpha =
      node.Has("alpha") ? node.Float("alpha", 0.0F) : activation.default_alpha;
  const double beta =
      node.Has("beta") ? node.Float("beta", 0.0F) : activation.default_beta;
  return std::vector{Map(op[0], activation, alpha, beta)};
}

Result<std::vector<Tensor>> Clip(const Operands& op) {
  using Limits = std::numeric_limits<float>;
  return std::vector{Map(op[0],
                         *FindActivation("Clip"),
                         op.node().Float("min", Limits::lowest()),
                         op.node().Float("max", Limits::max()))};
}

/// Hendrycks and Gimpel 2016, "Gaussian Error Linear Units", arXiv:1606.08415.
Result<std::vector<Tensor>> Gelu(const Operands& op) {
  const bool is_tanh = op.node().String("approximate", "none") == "tanh";
  std::vector<double> values = ToDoubles(op[0]);
  for (double& x : values) {
    const double inner = is_tanh ? std::tanh(std::sqrt(2.0 / std::numbers::pi) *
                                             (x + 0.044715 * x * x * x))
                                 : std::erf(x / std::numbers::sqrt2);
    x *= 0.5 * (1.0 + inner);
  }
  return std::vector{FromDoubles(op[0].type(), op[0].shape(), values)};
}

std::vector<KernelEntry> MakeActivationTable() {
  std::vector<KernelEntry> table = {{"Gelu", 1, Gelu}};
  for (const Activation& activation : kActivations) {
    table.push_back(
        {activation.name, 1, activation.name == "Clip" ? Clip : Elementwise});
  }
  return table;
}

}  // namespace

const Activation* FindActivation(std::string_view name) {
  const auto* found = std::ranges::find(kActivations, name, &Activation::name);
  return found == std::end(kActivations) ? nullptr : found;
}

Result<FusedActivation> FusedActivation::Create(const Node& node,
                                                const Tensor* slope,
                                                std::int64_t channels) {
  FusedActivation fused;
  const std::string name = node.String("activation", "");
  if (name.empty()) {
    return fused;
  }
  if (name == "PRelu") {
    if (slope == nullptr) {
      return Misfit("activation PRelu without slopes");
    }
    fused.slopes_ = ToDoubles(*slope);
    const auto count = static_cast<std::int64_t>(fused.slopes_.size());
    if (count != 1 && count != channels) {
      return Misfit("has " + std::to_string(count) + " slopes for " +
                    std::to_string(channels) + " channels");
    }
    return fused;
  }
  if (std::ranges::find(kActivationNames, name) == kActivationNames.end()) {
    return Unhandled("unknown activation " + name);
  }
  fused.activation_ = FindActivation(name);
  fused.alpha_ = node.Has("alpha") ? node.Float("alpha", 0.0F)
                                   : fused.activation_->default_alpha;
  fused.beta_ = node.Has("beta") ? node.Float("beta", 0.0F)
                                 : fused.activation_->default_beta;
  return fused;
}

double FusedActivation::Apply(double x, std::size_t channel) const {
  if (!slopes_.empty()) {
    const double slope = slopes_[slopes_.size() == 1 ? 0 : channel];
    return x < 0.0 ? slope * x : x;
  }
  return activation_ == nullptr ? x : activation_->apply(x, alpha_, beta_);
}

KernelTable ActivationKernels() {
  static const std::vector<KernelEntry> table = MakeActivationTable();
  return table;
}

}  // namespace mien::reference
