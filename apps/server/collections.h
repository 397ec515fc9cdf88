// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "mien/gallery_recognizer.h"
#include "mien/result.h"

namespace mien::server {

/// The searchable collections of one gallery, each read when it is first used.
///
/// Thread safety: all methods may run concurrently.
class Collections {
 public:
  /// Both must outlive this.
  Collections(const Recognizer& recognizer, Gallery& gallery)
      : recognizer_(&recognizer), gallery_(&gallery) {}

  /// One that has no subjects yet is empty, not missing.
  ///
  /// Errors: those of GalleryRecognizer::Open(), and
  /// - kLimitExceeded: 1000 are open, and it has no subjects.
  Result<std::shared_ptr<GalleryRecognizer>> Open(std::string_view name);

  /// Templates in all collections opened so far; of a moment ago while one is
  /// being opened, as the caller must not wait.
  [[nodiscard]] std::size_t NumTemplates() const;

  [[nodiscard]] Gallery& gallery() const { return *gallery_; }

 private:
  const Recognizer* recognizer_;
  Gallery* gallery_;
  mutable std::mutex mutex_;
  mutable std::atomic<std::size_t> num_templates_{0};
  std::map<std::string, std::shared_ptr<GalleryRecognizer>, std::less<>> open_;
};

}  // namespace mien::server
