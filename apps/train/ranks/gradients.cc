// SPDX-License-Identifier: Apache-2.0
#include "train/ranks/gradients.h"

namespace mien::train {

void AddGradients(Ranks& ranks, const std::vector<Parameter>& parameters) {
  if (ranks.size() == 1) {
    return;
  }
  // One message for all, since each costs a round trip.
  std::vector<Tensor> gradients;
  std::vector<Tensor> flat;
  for (const Parameter& parameter : parameters) {
    if (const Tensor& gradient = parameter.tensor.grad(); gradient.defined()) {
      gradients.push_back(gradient);
      flat.push_back(gradient.flatten());
    }
  }
  const Tensor sum = at::cat(flat);
  ranks.Add(sum);
  std::int64_t begin = 0;
  for (const Tensor& gradient : gradients) {
    const std::int64_t end = begin + gradient.numel();
    gradient.copy_(sum.slice(0, begin, end).view(gradient.sizes()));
    begin = end;
  }
}

}  // namespace mien::train
