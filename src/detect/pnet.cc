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
  Band(const Pnet& net, AreaRows& level, int first_row)
      : net_(net),
        level_(level),
        wide_(PnetExtentOf(level.width())),
        high_(PnetExtentOf(level.height())),
        input_(kInputChannels, level.width()),
        pooled_(kPnetConv1, wide_.pooled),
        conv2_(kPnetConv2, wide_.conv2),
        conv3_(kPnetConv3, wide_.output),
        logits_(static_cast<std::size_t>(wide_.output + kPnetRowSlack)),
        next_input_(2 * first_row),
        next_pooled_(first_row),
        next_conv2_(first_row) {}

  // Output rows y to y + 3; y rises by four from call to call.
  void MakeBlock(int y) {
    while (next_conv2_ < y + 2 + kPnetBlockRows) {
      MakeConv2Block();
    }
    net_.kernel_.conv3_rows(net_.packed_.conv3,
                            conv2_.RowsFrom<6>(y),
                            conv2_.stride(),
                            wide_.output,
                            conv3_.BlockFrom(y),
                            conv3_.stride());
  }

  void CollectRow(int y, float threshold, std::vector<PnetCell>& cells) {
    const float* row = conv3_.row(y);
    net_.kernel_.logit_row(
        net_.packed_, row, conv3_.stride(), wide_.output, logits_.data());
    // A little below, as the score itself decides.
    const float low = std::log(threshold / (1.0F - threshold)) - 1e-3F;
    for (int x = 0; x < wide_.output; ++x) {
      const float logit = logits_[static_cast<std::size_t>(x)];
      if (logit >= low && Sigmoid(logit) >= threshold) {
        cells.push_back({.x = x,
                         .y = y,
                         .score = Sigmoid(logit),
                         .offsets = OffsetsAt(row + x)});
      }
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
  PnetExtent wide_;
  PnetExtent high_;
  RowRing input_;
  RowRing pooled_;
  RowRing conv2_;
  RowRing conv3_;
  std::vector<float> logits_;
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
  Band band(*this, level, range.first_row);
  for (int y = range.first_row; y < end; y += kPnetBlockRows) {
    band.MakeBlock(y);
    for (int row = y; row < std::min(y + kPnetBlockRows, end); ++row) {
      band.CollectRow(row, range.threshold, cells);
    }
    if (cells.size() > 2 * range.max_cells) {
      KeepBestCells(range.max_cells, cells);
    }
  }
  KeepBestCells(range.max_cells, cells);
  return cells;
}

}  // namespace mien
