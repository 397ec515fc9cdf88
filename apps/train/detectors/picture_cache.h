// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "train/detectors/picture_sets.h"

namespace mien::train {

/// Decoded pictures in memory: those loaded first, up to a limit. The others
/// are decoded each time they are asked for, since to throw one out for another
/// that is drawn as seldom would gain nothing.
///
/// Thread safety: Load() may run concurrently.
class PictureCache {
 public:
  /// Pictures are loaded with a longer side of at least `min_long_side_px`
  /// where they have it, see LoadPicture(), and kept in `max_bytes`; 0 keeps
  /// none.
  PictureCache(int min_long_side_px, std::size_t max_bytes)
      : min_long_side_px_(min_long_side_px), max_bytes_(max_bytes) {}

  /// LoadPicture(). `picture` stays where it is as long as the cache lives.
  std::shared_ptr<const LoadedPicture> Load(const AnnotatedPicture& picture);

  /// Of the pictures kept.
  [[nodiscard]] std::size_t bytes() const;

 private:
  using Loaded = std::shared_ptr<const LoadedPicture>;

  int min_long_side_px_;
  std::size_t max_bytes_;
  mutable std::mutex mutex_;
  std::size_t bytes_ = 0;
  std::unordered_map<const AnnotatedPicture*, Loaded> kept_;
};

}  // namespace mien::train
