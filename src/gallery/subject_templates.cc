// SPDX-License-Identifier: Apache-2.0
#include "gallery/subject_templates.h"

#include "core/check.h"

namespace mien {

void SubjectTemplates::Reserve(std::size_t num_templates) {
  entries_.reserve(num_templates);
}

void SubjectTemplates::Add(std::int64_t template_id, std::int64_t subject_id) {
  std::int64_t& newest = newest_[subject_id];
  const bool is_new =
      entries_.emplace(template_id, Entry{subject_id, 0, newest}).second;
  MIEN_CHECK(is_new);
  if (newest != 0) {
    entries_.at(newest).newer = template_id;
  }
  newest = template_id;
}

std::optional<std::int64_t> SubjectTemplates::Remove(std::int64_t template_id) {
  const auto found = entries_.find(template_id);
  if (found == entries_.end()) {
    return std::nullopt;
  }
  const Entry entry = found->second;
  entries_.erase(found);
  if (entry.older != 0) {
    entries_.at(entry.older).newer = entry.newer;
  }
  if (entry.newer != 0) {
    entries_.at(entry.newer).older = entry.older;
  } else if (entry.older != 0) {
    newest_[entry.subject_id] = entry.older;
  } else {
    newest_.erase(entry.subject_id);
  }
  return entry.subject_id;
}

std::optional<std::int64_t> SubjectTemplates::SubjectOf(
    std::int64_t template_id) const {
  const auto found = entries_.find(template_id);
  return found == entries_.end() ? std::nullopt
                                 : std::optional(found->second.subject_id);
}

std::vector<std::int64_t> SubjectTemplates::TemplatesOf(
    std::int64_t subject_id) const {
  std::vector<std::int64_t> templates;
  const auto found = newest_.find(subject_id);
  std::int64_t next = found == newest_.end() ? 0 : found->second;
  while (next != 0) {
    templates.push_back(next);
    next = entries_.at(next).older;
  }
  return templates;
}

}  // namespace mien
