// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

namespace mien {

/// Which templates belong to which subject, for all of an index. Ids are
/// positive.
class SubjectTemplates {
 public:
  /// Makes room for as many templates.
  void Reserve(std::size_t num_templates);

  /// Adds a template that is not there yet.
  void Add(std::int64_t template_id, std::int64_t subject_id);

  /// Whose a template was; none when it is not there.
  std::optional<std::int64_t> Remove(std::int64_t template_id);

  [[nodiscard]] std::optional<std::int64_t> SubjectOf(
      std::int64_t template_id) const;

  /// The templates of a subject, in no order; none for one that is not there.
  [[nodiscard]] std::vector<std::int64_t> TemplatesOf(
      std::int64_t subject_id) const;

  [[nodiscard]] std::size_t num_templates() const { return entries_.size(); }

  [[nodiscard]] std::size_t num_subjects() const { return newest_.size(); }

 private:
  /// A template in the chain of its subject's; 0 ends a chain.
  struct Entry {
    std::int64_t subject_id = 0;
    std::int64_t newer = 0;
    std::int64_t older = 0;
  };

  std::unordered_map<std::int64_t, Entry> entries_;

  /// By subject, where its chain begins.
  std::unordered_map<std::int64_t, std::int64_t> newest_;
};

}  // namespace mien
