// SPDX-License-Identifier: Apache-2.0
#include "nets/checkpoint_parameters.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace mien::nets {
namespace {

/// What keeps `tensor`, of float32, from being the parameter `spec`, or "".
std::string FaultOf(const ParameterSpec& spec, const Tensor& tensor) {
  if (tensor.shape() != spec.shape) {
    return spec.name + " has shape " + ShapeText(tensor.shape()) +
           "; the network wants " + ShapeText(spec.shape);
  }
  const bool finite = std::ranges::all_of(
      tensor.values<float>(), [](float x) { return std::isfinite(x); });
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
  taken_.insert(spec.name);
  const auto found = state_.find(spec.name);
  Tensor tensor = found == state_.end() ? Tensor() : found->second.AsFloat32();
  const std::string fault =
      found == state_.end() ? spec.name + " is missing" : FaultOf(spec, tensor);
  if (fault.empty()) {
    return tensor;
  }
  first_fault_ = first_fault_.empty() ? fault : first_fault_;
  return Zeros(spec.shape);
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
