// SPDX-License-Identifier: Apache-2.0
//
// One level of the image pyramid, row by row, so that no level is ever held
// whole. Depends on image.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "image/area_kernels.h"
#include "mien/image.h"

namespace mien {

/// What MTCNN's nets read: (level - 127.5) / 128.
inline constexpr float kMtcnnMean = 127.5F;
inline constexpr float kMtcnnScale = 1.0F / 128.0F;

/// `image` averaged to `width` x `height` pixels by the rule of ResizeArea():
/// output i of n covers the inputs [floor(i * in / n), ceil((i + 1) * in / n)).
/// Sums are exact, so each row is the same whatever was read before.
///
/// Thread safety: one thread at a time; several instances may read one image,
/// which must outlive them.
class AreaRows {
 public:
  AreaRows(const Image& image, int width, int height);

  [[nodiscard]] int width() const { return width_; }

  [[nodiscard]] int height() const { return height_; }

  /// Writes row `y` as planar floats, (average - kMtcnnMean) * kMtcnnScale,
  /// channel c at out + c * stride. Order of the planes: red, green, blue.
  void Read(int y, float* out, std::ptrdiff_t stride);

 private:
  // Sums of the image rows [first, last), one for each sample.
  void SumRows(int first, int last);

  const Image& image_;
  int width_;
  int height_;
  AreaKernels kernels_;

  // Image columns under each output column.
  std::vector<int> begins_;
  std::vector<int> sizes_;

  // Windows small enough for the kernels' 16-bit sums; otherwise large_sums_.
  bool is_small_ = true;
  std::vector<std::uint16_t> small_sums_;
  std::vector<std::uint32_t> large_sums_;
};

}  // namespace mien
