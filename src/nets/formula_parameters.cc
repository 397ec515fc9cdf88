// SPDX-License-Identifier: Apache-2.0
#include "nets/formula_parameters.h"

#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace mien::nets {
namespace {

std::uint32_t Crc32(std::string_view text) {
  return static_cast<std::uint32_t>(
      ::crc32(0,
              reinterpret_cast<const Bytef*>(text.data()),
              static_cast<uInt>(text.size())));
}

double Apply(ParameterKind kind, double weight_bound, double u) {
  switch (kind) {
    case ParameterKind::kNormVariance:
      return 1.0 + 0.5 * std::abs(u);
    case ParameterKind::kNormScale:
      return 1.0 + 0.1 * u;
    case ParameterKind::kPreluSlope:
      return 0.25 + 0.1 * u;
    case ParameterKind::kNormMean:
    case ParameterKind::kNormShift:
    case ParameterKind::kBias:
      return 0.1 * u;
    case ParameterKind::kConvWeight:
    case ParameterKind::kConvTransposeWeight:
    case ParameterKind::kLinearWeight:
      break;
  }
  return weight_bound * u;
}

Tensor Formula(const ParameterSpec& spec) {
  const std::int64_t count = NumElements(spec.shape);
  const std::int64_t rows =
      spec.shape.empty() ? 1 : std::max<std::int64_t>(spec.shape[0], 1);
  const double weight_bound =
      std::sqrt(6.0 / static_cast<double>(count / rows));
  const std::vector<double> numbers =
      FormulaNumbers(spec.name, static_cast<std::size_t>(count));
  std::vector<float> values(numbers.size());
  std::transform(numbers.begin(), numbers.end(), values.begin(), [&](double u) {
    return static_cast<float>(Apply(spec.kind, weight_bound, u));
  });
  return Tensor::Float(spec.shape, values);
}

}  // namespace

std::vector<double> FormulaNumbers(std::string_view name, std::size_t count) {
  std::uint32_t x = Crc32(name);
  std::vector<double> numbers(count);
  for (double& u : numbers) {
    x = 1664525U * x + 1013904223U;
    u = static_cast<double>(x) / 2147483648.0 - 1.0;
  }
  return numbers;
}

ParameterSource FormulaParameters() { return Formula; }

}  // namespace mien::nets
