// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/picture_cache.h"

namespace mien::train {

std::shared_ptr<const LoadedPicture> PictureCache::Load(
    const AnnotatedPicture& picture) {
  {
    const std::scoped_lock lock(mutex_);
    const auto found = kept_.find(&picture);
    if (found != kept_.end()) {
      return found->second;
    }
  }
  auto loaded = std::make_shared<const LoadedPicture>(
      LoadPicture(picture, min_long_side_px_));
  const std::size_t size = loaded->image.pixels().size();
  const std::scoped_lock lock(mutex_);
  // Another thread may have been faster.
  if (bytes_ + size <= max_bytes_ && kept_.emplace(&picture, loaded).second) {
    bytes_ += size;
  }
  return loaded;
}

std::size_t PictureCache::bytes() const {
  const std::scoped_lock lock(mutex_);
  return bytes_;
}

}  // namespace mien::train
