// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "mien/detector.h"
#include "mien/image.h"
#include "mien/result.h"

namespace mien {

/// A detector's one look at a picture; what to do when nothing is found is
/// decided above it (see retries.h).
///
/// Thread safety: const methods may run concurrently.
class FaceFinder {
 public:
  FaceFinder() = default;
  FaceFinder(const FaceFinder&) = delete;
  FaceFinder& operator=(const FaceFinder&) = delete;
  virtual ~FaceFinder() = default;

  /// All faces in `image`, which is not empty, highest score first.
  [[nodiscard]] virtual Result<std::vector<Detection>> Find(
      const Image& image) const = 0;

  [[nodiscard]] virtual bool has_landmarks() const = 0;

  /// As Detector::name().
  [[nodiscard]] virtual std::string name() const = 0;
};

}  // namespace mien
