// SPDX-License-Identifier: Apache-2.0
#include "nets/checkpoint_parameters.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace mien::nets {
namespace {

/// What keeps `tensor` from being the parameter `spec`, or "".
std::string FaultOf(const ParameterSpec& spec, const Tensor& tensor) {
  if (tensor.shape() != spec.shape) {
    return spec.name + " has shape " + ShapeText(tensor.shape()) +
           "; the network wants " + ShapeText(spec.shape);
  }
  const std::vector<float> values = tensor.ToFloats();
  const bool finite =
      std::ranges::all_of(values, [](float x) { return std::isfinite(x); });
  return finite ? "" : spec.name + " holds a value that is not finite";
}

bool MayBeUnused(const std::string& name,
                 const std::set<std::string>& unused_prefixes) {
  return name.ends_with(".num_batches_tracked") ||
         std::ranges::any_of(unused_prefixes, [&](const std::string& prefix) {
           return name.starts_with(prefix);
         });
}

Tensor Zeros(const Shape& shape) {
  return Tensor::Float(
      shape, std::vector<float>(static_cast<std::size_t>(NumElements(shape))));
}

}  // namespace

ParameterSource CheckpointParameters::Source() {
  return [this](const ParameterSpec& spec) { return Take(spec); };
}

Tensor CheckpointParameters::Take(const ParameterSpec& spec) {
  const auto found = state_.find(spec.name);
  const std::string fault = found == state_.end()
                                ? spec.name + " is missing"
                                : FaultOf(spec, found->second);
  if (!fault.empty()) {
    first_fault_ = first_fault_.empty() ? fault : first_fault_;
    taken_.insert(spec.name);
    return Zeros(spec.shape);
  }
  taken_.insert(spec.name);
  return Tensor::Float(spec.shape, found->second.ToFloats());
}

Result<void> CheckpointParameters::Check(
    const std::set<std::string>& unused_prefixes) const {
  if (!first_fault_.empty()) {
    return Error{ErrorCode::kCorruptModel, first_fault_};
  }
  for (const auto& [name, tensor] : state_) {
    if (!taken_.contains(name) && !MayBeUnused(name, unused_prefixes)) {
      return Error{ErrorCode::kCorruptModel,
                   name + " is not part of the network"};
    }
  }
  return {};
}

}  // namespace mien::nets
