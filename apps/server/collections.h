// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "mien/enroller.h"
#include "mien/gallery_recognizer.h"
#include "mien/result.h"

namespace mien::server {

/// The searchable collections of one gallery, each read when it is first used.
///
/// Thread safety: all methods may run concurrently.
class Collections {
 public:
  /// `recognizer` and `gallery` must outlive this. `on_notice` is told what is
  /// wrong with index files.
  Collections(const Recognizer& recognizer,
              Gallery& gallery,
              GallerySearchOptions options,
              std::function<void(const std::string& notice)> on_notice)
      : recognizer_(&recognizer),
        gallery_(&gallery),
        options_(std::move(options)),
        on_notice_(std::move(on_notice)) {}

  /// One that has no subjects yet is empty, not missing.
  ///
  /// Errors: those of GalleryRecognizer::Open(), and
  /// - kLimitExceeded: 1000 are open, and it has no subjects.
  Result<std::shared_ptr<GalleryRecognizer>> Open(std::string_view name);

  /// What adds people to the collection `name`; reads nothing of it.
  [[nodiscard]] Enroller EnrollerOf(std::string name) const {
    return {*recognizer_, *gallery_, std::move(name)};
  }

  /// Templates in all collections opened so far; of a moment ago while one is
  /// being opened, as the caller must not wait.
  [[nodiscard]] std::size_t NumTemplates() const;

  [[nodiscard]] Gallery& gallery() const { return *gallery_; }

 private:
  const Recognizer* recognizer_;
  Gallery* gallery_;
  GallerySearchOptions options_;
  std::function<void(const std::string& notice)> on_notice_;
  mutable std::mutex mutex_;
  mutable std::atomic<std::size_t> num_templates_{0};
  std::map<std::string, std::shared_ptr<GalleryRecognizer>, std::less<>> open_;
};

}  // namespace mien::server
