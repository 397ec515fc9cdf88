// SPDX-License-Identifier: Apache-2.0
#include "data/chip_grid.h"

#include <algorithm>

#include "image/draw.h"

namespace mien {

Image ChipGrid(std::span<const Image> pictures, int columns) {
  constexpr int kGap = 2;
  if (pictures.empty()) {
    return {};
  }
  const int count = static_cast<int>(pictures.size());
  const int across = std::min(columns, count);
  const int down = (count + columns - 1) / columns;
  const int x_step = pictures[0].width() + kGap;
  const int y_step = pictures[0].height() + kGap;
  Image sheet(across * x_step - kGap, down * y_step - kGap);
  std::ranges::fill(sheet.pixels(), std::uint8_t{255});
  for (int i = 0; i < count; ++i) {
    Blit(sheet,
         pictures[static_cast<std::size_t>(i)],
         i % columns * x_step,
         i / columns * y_step);
  }
  return sheet;
}

}  // namespace mien
