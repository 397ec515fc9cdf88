// SPDX-License-Identifier: Apache-2.0
#include "gallery/template_fuser.h"

#include <cmath>
#include <cstddef>

#include "gallery/fusion.h"
#include "index/dot.h"

namespace mien {

TemplateFuser::TemplateFuser(std::span<const float> probe)
    : probe_(probe), probe_length_(std::sqrt(Dot(probe, probe))) {}

void TemplateFuser::Add(std::int64_t subject_id,
                        std::span<const float> vector) {
  Templates& templates = templates_of_[subject_id];
  templates.similarities.push_back(
      static_cast<float>(Dot(probe_, vector) / probe_length_));
  templates.sum.resize(vector.size());
  for (std::size_t i = 0; i < vector.size(); ++i) {
    templates.sum[i] += vector[i];
  }
}

std::optional<float> TemplateFuser::Similarity(std::int64_t subject_id,
                                               Fusion fusion) const {
  const auto found = templates_of_.find(subject_id);
  if (found == templates_of_.end()) {
    return std::nullopt;
  }
  const Templates& templates = found->second;
  const double centroid_length =
      std::sqrt(Dot(templates.sum, templates.sum)) /
      static_cast<double>(templates.similarities.size());
  return Fuse(
      fusion, templates.similarities, static_cast<float>(centroid_length));
}

}  // namespace mien
