// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdint>
#include <string_view>
#include <vector>

#include "nets/nets.h"

namespace mien::nets {
namespace {

/// SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number
/// generators", Fig. 15). The standard library's distributions differ between
/// implementations; this does not.
class SplitMix64 {
 public:
  explicit SplitMix64(std::uint64_t state) : state_(state) {}

  std::uint64_t Next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }

  /// Uniform in [-1, 1), exact in double.
  double NextSigned() {
    return std::ldexp(static_cast<double>(Next() >> 11U), -52) - 1.0;
  }

 private:
  std::uint64_t state_;
};

/// FNV-1a, so that a parameter's values do not depend on the order in which a
/// network asks for its parameters.
std::uint64_t HashOf(std::string_view name) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char c : name) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  }
  return hash;
}

/// Variance of the elements of a weight: He et al. 2015 (arXiv:1502.01852),
/// equation 10, before a rectifier; Glorot and Bengio 2010, equation 12,
/// otherwise.
double WeightVariance(const ParameterSpec& spec) {
  const auto fan_in = static_cast<double>(spec.fan_in);
  const auto fan_out = static_cast<double>(spec.fan_out);
  return spec.rectified ? 2.0 / fan_in : 2.0 / (fan_in + fan_out);
}

/// Uniform with the right variance rather than normal: it needs no logarithm,
/// whose last bit differs between machines.
std::vector<float> RandomWeights(const ParameterSpec& spec,
                                 std::uint64_t seed,
                                 std::size_t count) {
  SplitMix64 random(seed ^ HashOf(spec.name));
  const double bound = std::sqrt(3.0 * WeightVariance(spec));
  std::vector<float> values(count);
  for (float& value : values) {
    value = static_cast<float>(bound * random.NextSigned());
  }
  return values;
}

std::vector<float> InitialValues(const ParameterSpec& spec,
                                 std::uint64_t seed) {
  const auto count = static_cast<std::size_t>(NumElements(spec.shape));
  switch (spec.kind) {
    case ParameterKind::kBias:
    case ParameterKind::kNormShift:
    case ParameterKind::kNormMean:
      return std::vector<float>(count, 0.0F);
    case ParameterKind::kNormScale:
    case ParameterKind::kNormVariance:
      return std::vector<float>(count, 1.0F);
    case ParameterKind::kPreluSlope:  // He et al. 2015, section 2.1
      return std::vector<float>(count, 0.25F);
    default:
      return RandomWeights(spec, seed, count);
  }
}

}  // namespace

ParameterSource RandomParameters(std::uint64_t seed) {
  return [seed](const ParameterSpec& spec) {
    return Tensor::Float(spec.shape, InitialValues(spec, seed));
  };
}

}  // namespace mien::nets
