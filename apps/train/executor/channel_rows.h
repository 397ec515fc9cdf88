// SPDX-License-Identifier: Apache-2.0
//
// What kernels of the trainer share that walk over [N, C, ...] tensors with
// their channels last: float32 and bfloat16 elements, instruction sets, and
// sums that come out alike however many threads work.
#pragma once

#include <ATen/Parallel.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include "train/torch.h"

/// Compiles a function for each instruction set; the CPU's best is taken when
/// the program starts.
#define MIEN_TRAIN_CLONES \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))

namespace mien::train {

/// The bits of a bfloat16, which the compiler vectorises where it does not
/// vectorise libtorch's type.
struct BfloatBits {
  std::uint16_t bits;
};

[[gnu::always_inline]] inline float Load(float x) { return x; }

[[gnu::always_inline]] inline float Load(BfloatBits x) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(x.bits) << 16U);
}

[[gnu::always_inline]] inline void Store(float value, float& x) { x = value; }

/// Rounds to nearest, ties to even.
[[gnu::always_inline]] inline void Store(float value, BfloatBits& x) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  x.bits = static_cast<std::uint16_t>((bits + 0x7FFFU + ((bits >> 16U) & 1U)) >>
                                      16U);
}

template <typename T>
T* Elements(const Tensor& tensor) {
  return static_cast<T*>(tensor.data_ptr());
}

/// Whether the kernels know the form, element type and device of `x`.
inline bool HasRowKernels(const Tensor& x) {
  return x.is_cpu() && (x.dim() == 2 || x.dim() == 4) &&
         (x.scalar_type() == torch::kFloat32 ||
          x.scalar_type() == torch::kBFloat16);
}

inline Tensor ChannelsLast(const Tensor& x) {
  return x.contiguous(x.dim() == 4 ? at::MemoryFormat::ChannelsLast
                                   : at::MemoryFormat::Contiguous);
}

/// A channels-last tensor seen as rows of C elements that lie side by side, cut
/// into chunks that depend on its extents alone.
struct ChannelRows {
  explicit ChannelRows(const Tensor& x)
      : channels(x.size(1)),
        count(x.numel() / std::max<std::int64_t>(1, x.size(1))) {}

  std::int64_t channels;
  std::int64_t count;

  /// About as many elements as are worth another thread.
  [[nodiscard]] std::int64_t ChunkRows() const {
    return std::max<std::int64_t>(65536 / std::max<std::int64_t>(1, channels),
                                  1);
  }

  [[nodiscard]] std::int64_t NumChunks() const {
    return (count + ChunkRows() - 1) / ChunkRows();
  }

  /// Calls `work(chunk, first row, number of rows)` for every chunk, on all of
  /// libtorch's threads.
  template <typename Work>
  void ForEachChunk(const Work& work) const {
    at::parallel_for(
        0, NumChunks(), 1, [&](std::int64_t begin, std::int64_t end) {
          for (std::int64_t chunk = begin; chunk < end; ++chunk) {
            const std::int64_t first = chunk * ChunkRows();
            work(chunk, first, std::min(ChunkRows(), count - first));
          }
        });
  }
};

/// Sums over rows of `K` quantities per channel: each chunk adds up in float32,
/// the chunks are added in their order in float64.
template <int K>
class ChunkSums {
 public:
  explicit ChunkSums(const ChannelRows& rows)
      : rows_(rows),
        partial_(
            static_cast<std::size_t>(rows.NumChunks() * K * rows.channels)) {}

  /// Where `chunk` adds up quantity `k`: [C], zero at first.
  float* Partial(std::int64_t chunk, int k) {
    return partial_.data() + (chunk * K + k) * rows_.channels;
  }

  /// Quantity `k` of all rows: [C] float64.
  [[nodiscard]] Tensor Total(int k) const {
    const Tensor total = torch::zeros({rows_.channels}, torch::kFloat64);
    auto* sums = total.data_ptr<double>();
    for (std::int64_t chunk = 0; chunk < rows_.NumChunks(); ++chunk) {
      const float* partial = partial_.data() + (chunk * K + k) * rows_.channels;
      for (std::int64_t i = 0; i < rows_.channels; ++i) {
        sums[i] += static_cast<double>(partial[i]);
      }
    }
    return total;
  }

 private:
  ChannelRows rows_;
  std::vector<float> partial_;
};

}  // namespace mien::train
