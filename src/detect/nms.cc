// SPDX-License-Identifier: Apache-2.0
#include "detect/nms.h"

#include <algorithm>
#include <cstddef>
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

// Overlap of candidate `best` with those in [first, last), into `overlap`.
void ComputeOverlaps(const Candidates& c,
                     std::size_t best,
                     std::size_t first,
                     std::size_t last,
                     const NmsOptions& options,
                     float border,
                     std::vector<float>& overlap) {
  const bool by_union = options.measure == OverlapMeasure::kUnion;
  const float x0 = c.x0[best];
  const float y0 = c.y0[best];
  const float x1 = c.x1[best];
  const float y1 = c.y1[best];
  const float area = c.area[best];
  for (std::size_t i = first; i < last; ++i) {
    const float w = std::min(x1, c.x1[i]) - std::max(x0, c.x0[i]) + border;
    const float h = std::min(y1, c.y1[i]) - std::max(y0, c.y0[i]) + border;
    const float shared = std::max(w, 0.0F) * std::max(h, 0.0F);
    const float whole =
        by_union ? area + c.area[i] - shared : std::min(area, c.area[i]);
    overlap[i] = shared / whole;
  }
}

}  // namespace

std::vector<int> SuppressNonMaxima(std::span<const Box> boxes,
                                   std::span<const float> scores,
                                   const NmsOptions& options) {
  MIEN_CHECK(boxes.size() == scores.size());
  const float border = options.extent == BoxExtent::kInclusive ? 1.0F : 0.0F;
  Candidates left = SortByScore(boxes, scores, border);
  std::vector<float> overlap(boxes.size());
  std::vector<int> kept;
  std::size_t count = boxes.size();
  std::size_t first = 0;
  while (first < count) {
    kept.push_back(left.index[first]);
    ComputeOverlaps(left, first, first + 1, count, options, border, overlap);
    std::size_t out = first + 1;
    for (std::size_t i = first + 1; i < count; ++i) {
      // NaN (two empty boxes) does not drop, as in the reference code.
      if (!(overlap[i] > options.max_overlap)) {
        if (out != i) {
          left.Move(i, out);
        }
        ++out;
      }
    }
    count = out;
    ++first;
  }
  return kept;
}

}  // namespace mien
