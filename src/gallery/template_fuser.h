// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "mien/gallery.h"

namespace mien {

/// Fuses the templates of several subjects for one probe.
class TemplateFuser {
 public:
  /// `probe` has any length > 0 and must outlive this.
  explicit TemplateFuser(std::span<const float> probe);

  /// Takes a template of a subject, of the probe's size and of length 1.
  void Add(std::int64_t subject_id, std::span<const float> vector);

  /// The similarity of the probe to the templates added for a subject; none
  /// without templates.
  [[nodiscard]] std::optional<float> Similarity(std::int64_t subject_id,
                                                Fusion fusion) const;

 private:
  struct Templates {
    std::vector<float> similarities;
    std::vector<float> sum;
  };

  std::span<const float> probe_;
  double probe_length_;
  std::unordered_map<std::int64_t, Templates> templates_of_;
};

}  // namespace mien
