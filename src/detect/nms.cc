// SPDX-License-Identifier: Apache-2.0
#include "detect/nms.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>

#include "core/check.h"

namespace mien {
namespace {

// Boxes in order of score, one array a coordinate so that the inner loop
// vectorises. Boxes already dropped are squeezed out as the work proceeds.
struct Candidates {
  std::vector<float> x0, y0, x1, y1, area;
  std::vector<int> index;

  explicit Candidates(std::size_t count)
      : x0(count), y0(count), x1(count), y1(count), area(count), index(count) {}

  void Move(std::size_t from, std::size_t to) {
    x0[to] = x0[from];
    y0[to] = y0[from];
    x1[to] = x1[from];
    y1[to] = y1[from];
    area[to] = area[from];
    index[to] = index[from];
  }
};

Candidates SortByScore(std::span<const Box> boxes,
                       std::span<const float> scores,
                       float border) {
  std::vector<int> order(boxes.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, [scores](int a, int b) {
    return scores[static_cast<std::size_t>(a)] >
           scores[static_cast<std::size_t>(b)];
  });
  Candidates sorted(boxes.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    const Box& box = boxes[static_cast<std::size_t>(order[i])];
    sorted.x0[i] = box.x0;
    sorted.y0[i] = box.y0;
    sorted.x1[i] = box.x1;
    sorted.y1[i] = box.y1;
    sorted.area[i] = (box.x1 - box.x0 + border) * (box.y1 - box.y0 + border);
    sorted.index[i] = order[i];
  }
  return sorted;
}

// Marks in `dropped` those of [first, last) that overlap candidate `best` more
// than allowed. NaN (two empty boxes) does not drop, as in the reference code.
void MarkOverlapping(const Candidates& c,
                     std::size_t best,
                     std::size_t last,
                     const NmsOptions& options,
                     float border,
                     std::vector<std::int32_t>& dropped) {
  const bool by_union = options.measure == OverlapMeasure::kUnion;
  const float x0 = c.x0[best];
  const float y0 = c.y0[best];
  const float x1 = c.x1[best];
  const float y1 = c.y1[best];
  const float area = c.area[best];
  const float limit = options.max_overlap;
  for (std::size_t i = best + 1; i < last; ++i) {
    const float w = std::min(x1, c.x1[i]) - std::max(x0, c.x0[i]) + border;
    const float h = std::min(y1, c.y1[i]) - std::max(y0, c.y0[i]) + border;
    const float shared = std::max(w, 0.0F) * std::max(h, 0.0F);
    const float whole =
        by_union ? area + c.area[i] - shared : std::min(area, c.area[i]);
    dropped[i] |= shared / whole > limit ? 1 : 0;
  }
}

// Moves what is not dropped of [first, last) together; returns the new end.
std::size_t Squeeze(std::size_t first,
                    std::size_t last,
                    Candidates& candidates,
                    std::vector<std::int32_t>& dropped) {
  std::size_t out = first;
  for (std::size_t i = first; i < last; ++i) {
    if (dropped[i] == 0) {
      candidates.Move(i, out++);
    }
  }
  std::fill_n(
      dropped.begin() + static_cast<std::ptrdiff_t>(first), out - first, 0);
  return out;
}

// Kept boxes between two squeezes: often enough that dropped ones cost little.
constexpr std::size_t kSqueezeEvery = 16;

}  // namespace

std::vector<int> SuppressNonMaxima(std::span<const Box> boxes,
                                   std::span<const float> scores,
                                   const NmsOptions& options) {
  MIEN_CHECK(boxes.size() == scores.size());
  const float border = options.extent == BoxExtent::kInclusive ? 1.0F : 0.0F;
  Candidates left = SortByScore(boxes, scores, border);
  std::vector<std::int32_t> dropped(boxes.size());
  std::vector<int> kept;
  std::size_t count = boxes.size();
  for (std::size_t best = 0; best < count; ++best) {
    if (dropped[best] != 0) {
      continue;
    }
    kept.push_back(left.index[best]);
    MarkOverlapping(left, best, count, options, border, dropped);
    if (kept.size() % kSqueezeEvery == 0) {
      count = Squeeze(best + 1, count, left, dropped);
    }
  }
  return kept;
}

}  // namespace mien
