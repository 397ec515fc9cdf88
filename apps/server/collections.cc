// SPDX-License-Identifier: Apache-2.0
#include "collections.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace mien::server {
namespace {

// Names that exist nowhere must not fill the memory.
constexpr std::size_t kMaxOpen = 1000;

}  // namespace

Result<std::shared_ptr<GalleryRecognizer>> Collections::Open(
    std::string_view name) {
  const std::lock_guard lock(mutex_);
  if (const auto known = open_.find(name); known != open_.end()) {
    return known->second;
  }
  if (open_.size() >= kMaxOpen) {
    MIEN_ASSIGN_OR_RETURN(const std::vector<std::string> names,
                          gallery_->Collections());
    if (std::ranges::find(names, name) == names.end()) {
      return Error{ErrorCode::kLimitExceeded,
                   std::to_string(open_.size()) + " collections are open"};
    }
  }
  MIEN_ASSIGN_OR_RETURN(
      std::unique_ptr<GalleryRecognizer> opened,
      GalleryRecognizer::Open(
          *recognizer_, *gallery_, std::string(name), options_));
  if (!opened->index_notice().empty()) {
    on_notice_(opened->index_notice());
  }
  if (!opened->model_notice().empty()) {
    on_notice_(opened->model_notice());
  }
  return open_.emplace(std::string(name), std::move(opened)).first->second;
}

std::size_t Collections::NumTemplates() const {
  if (const std::unique_lock lock(mutex_, std::try_to_lock); lock) {
    std::size_t sum = 0;
    for (const auto& [name, collection] : open_) {
      sum += collection->num_templates();
    }
    num_templates_ = sum;
  }
  return num_templates_;
}

}  // namespace mien::server
