// SPDX-License-Identifier: Apache-2.0
#include "detect/pnet.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>

#include "core/check.h"

namespace mien {
namespace {

constexpr int kInputChannels = 3;

// Rows of a layer kept at a time: two blocks of four, which hold the six rows
// that the next block is made of, whatever its offset.
constexpr int kRingRows = 8;

// The last rows of one layer, each planar, by row number modulo kRingRows.
class RowRing {
 public:
  RowRing(int channels, int width)
      : channels_(channels),
        stride_(width + kPnetRowSlack),
        data_(static_cast<std::size_t>(kRingRows * channels) *
              static_cast<std::size_t>(stride_)) {}

  [[nodiscard]] std::ptrdiff_t stride() const { return stride_; }

  [[nodiscard]] float* row(int y) {
    return data_.data() + (y % kRingRows) * channels_ * stride_;
  }

  template <std::size_t kCount>
  [[nodiscard]] std::array<const float*, kCount> RowsFrom(int y) {
    std::array<const float*, kCount> rows;
    for (std::size_t i = 0; i < kCount; ++i) {
      rows[i] = row(y + static_cast<int>(i));
    }
    return rows;
  }

  [[nodiscard]] std::array<float*, kPnetBlockRows> BlockFrom(int y) {
    return {row(y), row(y + 1), row(y + 2), row(y + 3)};
  }

 private:
  int channels_;
  std::ptrdiff_t stride_;
  std::vector<float> data_;
};

// Four rows of the last layer's 32 channels, one kernel's span across: so
// little of that layer is ever held.
class Conv3Tile {
 public:
  explicit Conv3Tile(int span)
      : stride_(span),
        data_(static_cast<std::size_t>(kPnetBlockRows * kPnetConv3 * span)) {}

  // From one channel to the next.
  [[nodiscard]] std::ptrdiff_t stride() const { return stride_; }

  [[nodiscard]] float* row(int i) {
    return data_.data() + i * kPnetConv3 * stride_;
  }

  [[nodiscard]] std::array<float*, kPnetBlockRows> rows() {
    return {row(0), row(1), row(2), row(3)};
  }

 private:
  std::ptrdiff_t stride_;
  std::vector<float> data_;
};

float Sigmoid(float x) { return 1.0F / (1.0F + std::exp(-x)); }

}  // namespace

PnetExtent PnetExtentOf(int input) {
  PnetExtent extent;
  extent.conv1 = std::max(0, input - 2);
  extent.pooled = (extent.conv1 + 1) / 2;
  extent.conv2 = std::max(0, extent.pooled - 2);
  extent.output = std::max(0, extent.conv2 - 2);
  return extent;
}

void KeepBestCells(std::size_t limit, std::vector<PnetCell>& cells) {
  if (cells.size() <= limit) {
    return;
  }
  std::vector<float> scores;
  for (const PnetCell& cell : cells) {
    scores.push_back(cell.score);
  }
  const auto last = scores.begin() + static_cast<std::ptrdiff_t>(limit);
  std::nth_element(scores.begin(), last, scores.end(), std::greater<>());
  const float lowest = *last;
  std::erase_if(
      cells, [lowest](const PnetCell& cell) { return cell.score <= lowest; });
}

// The layers' rows while a band is being made.
class Pnet::Band {
 public:
  Band(const Pnet& net, AreaRows& level, const PnetRange& range)
      : net_(net),
        level_(level),
        threshold_(range.threshold),
        low_logit_(std::log(threshold_ / (1.0F - threshold_)) - 1e-3F),
        wide_(PnetExtentOf(level.width())),
        high_(PnetExtentOf(level.height())),
        input_(kInputChannels, level.width()),
        pooled_(kPnetConv1, wide_.pooled),
        conv2_(kPnetConv2, wide_.conv2),
        conv3_(net.kernel_.conv_span),
        logits_(static_cast<std::size_t>(net.kernel_.conv_span)),
        next_input_(2 * range.first_row),
        next_pooled_(range.first_row),
        next_conv2_(range.first_row) {}

  // Adds the cells of output rows [y, y + rows), row by row. From call to call
  // y rises by kPnetBlockRows, which is the most rows.
  void CollectBlock(int y, int rows, std::vector<PnetCell>& cells) {
    while (next_conv2_ < y + 2 + kPnetBlockRows) {
      MakeConv2Block();
    }
    const int span = net_.kernel_.conv_span;
    for (int x = 0; x < wide_.output; x += span) {
      const int width = std::min(span, wide_.output - x);
      MakeConv3Tile(x, y, width);
      for (int i = 0; i < rows; ++i) {
        CollectTileRow(i, x, y, width);
      }
    }
    for (std::vector<PnetCell>& row : found_) {
      cells.insert(cells.end(), row.begin(), row.end());
      row.clear();
    }
  }

 private:
  void MakeConv2Block() {
    const int y = next_conv2_;
    while (next_pooled_ < y + 2 + kPnetBlockRows) {
      MakePooledRow();
    }
    net_.kernel_.conv2_rows(net_.packed_.conv2,
                            pooled_.RowsFrom<6>(y),
                            pooled_.stride(),
                            wide_.conv2,
                            conv2_.BlockFrom(y),
                            conv2_.stride());
    next_conv2_ += kPnetBlockRows;
  }

  // Rows past the lower edge keep what the ring has; nothing that is collected
  // depends on them.
  void MakePooledRow() {
    const int y = next_pooled_++;
    if (y >= high_.pooled) {
      return;
    }
    const int conv_rows = std::min(2, high_.conv1 - 2 * y);
    for (; next_input_ < 2 * y + 2 + conv_rows; ++next_input_) {
      level_.Read(next_input_, input_.row(next_input_), input_.stride());
    }
    net_.kernel_.pool_row(net_.packed_.conv1,
                          input_.RowsFrom<4>(2 * y),
                          input_.stride(),
                          wide_.conv1,
                          conv_rows,
                          pooled_.row(y),
                          pooled_.stride());
  }

  // conv3_ from column `x` and row `y` on.
  void MakeConv3Tile(int x, int y, int width) {
    auto inputs = conv2_.RowsFrom<6>(y);
    for (const float*& input : inputs) {
      input += x;
    }
    net_.kernel_.conv3_rows(net_.packed_.conv3,
                            inputs,
                            conv2_.stride(),
                            width,
                            conv3_.rows(),
                            conv3_.stride());
  }

  // Adds to found_ the cells of row `i` of the tile at (left, top).
  void CollectTileRow(int i, int left, int top, int width) {
    const float* row = conv3_.row(i);
    net_.kernel_.logit_row(
        net_.packed_, row, conv3_.stride(), width, logits_.data());
    for (int x = 0; x < width; ++x) {
      const float logit = logits_[static_cast<std::size_t>(x)];
      if (logit >= low_logit_ && Sigmoid(logit) >= threshold_) {
        found_[static_cast<std::size_t>(i)].push_back(
            {.x = left + x,
             .y = top + i,
             .score = Sigmoid(logit),
             .offsets = OffsetsAt(row + x)});
      }
    }
  }

  // The four box offsets from the 32 channels at `pixel`.
  [[nodiscard]] std::array<float, 4> OffsetsAt(const float* pixel) const {
    std::array<float, 4> offsets = {};
    const float* weight = net_.weights_.offset_weight.data();
    for (std::size_t i = 0; i < offsets.size(); ++i) {
      float sum = net_.weights_.offset_bias[i];
      for (int c = 0; c < kPnetConv3; ++c) {
        sum += *weight++ * pixel[c * conv3_.stride()];
      }
      offsets[i] = sum;
    }
    return offsets;
  }

  const Pnet& net_;
  AreaRows& level_;
  float threshold_;
  float low_logit_;  // a little below, as the score itself decides
  PnetExtent wide_;
  PnetExtent high_;
  RowRing input_;
  RowRing pooled_;
  RowRing conv2_;
  Conv3Tile conv3_;
  std::vector<float> logits_;

  // By row of a block.
  std::array<std::vector<PnetCell>, kPnetBlockRows> found_;

  int next_input_;
  int next_pooled_;
  int next_conv2_;
};

Pnet::Pnet(const PnetWeights& weights, const PnetKernel& kernel)
    : weights_(weights), kernel_(kernel), packed_(PackPnet(weights, kernel)) {}

std::vector<PnetCell> Pnet::Run(AreaRows& level, const PnetRange& range) const {
  MIEN_CHECK(range.first_row % kPnetBlockRows == 0);
  std::vector<PnetCell> cells;
  const int end = std::min(range.last_row, PnetExtentOf(level.height()).output);
  if (PnetExtentOf(level.width()).output == 0 || range.first_row >= end) {
    return cells;
  }
  Band band(*this, level, range);
  for (int y = range.first_row; y < end; y += kPnetBlockRows) {
    band.CollectBlock(y, std::min(kPnetBlockRows, end - y), cells);
    if (cells.size() > 2 * range.max_cells) {
      KeepBestCells(range.max_cells, cells);
    }
  }
  KeepBestCells(range.max_cells, cells);
  return cells;
}

}  // namespace mien
