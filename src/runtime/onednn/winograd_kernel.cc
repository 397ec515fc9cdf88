// SPDX-License-Identifier: Apache-2.0
#include "runtime/onednn/winograd_kernel.h"

#include <omp.h>

#include <algorithm>
#include <array>

#include "runtime/onednn/usable_kernels.h"

namespace mien::onednn {
namespace {

constexpr std::int64_t kTile = 4;
constexpr std::int64_t kPatch = 6;
constexpr std::int64_t kPlaces = kPatch * kPatch;
constexpr std::size_t kTaps = 9;

std::int64_t CeilDiv(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

/// All tiles of `layer`.
WinogradTiles AllTiles(const WinogradLayer& layer) {
  WinogradTiles tiles;
  tiles.across = CeilDiv(layer.out_width, kTile);
  tiles.down = CeilDiv(layer.out_height, kTile);
  tiles.count = layer.batch * tiles.across * tiles.down;
  return tiles;
}

/// Tiles that are worked on at once: as many as fit the second-level cache,
/// transformed, but such that each thread has some.
std::int64_t TilesAtOnce(const WinogradKernel& kernel,
                         const WinogradLayer& layer,
                         int num_threads) {
  // 256 KiB; twice as many are slower on a core that has 1 MiB.
  constexpr std::int64_t kMostFloats = std::int64_t{64} << 10;
  const std::int64_t fitting = kMostFloats / (kPlaces * layer.in_channels);
  const std::int64_t shared = CeilDiv(AllTiles(layer).count, num_threads);
  return std::max(
      kernel.rows,
      std::min(fitting / kernel.rows, CeilDiv(shared, kernel.rows)) *
          kernel.rows);
}

std::int64_t ScratchOfThread(const WinogradKernel& kernel,
                             const WinogradLayer& layer,
                             int num_threads) {
  const std::int64_t tiles = TilesAtOnce(kernel, layer, num_threads);
  return kPlaces *
         (tiles * (layer.in_channels + 2 * kernel.lanes) + 2 * kWinogradGap);
}

/// G of the algorithm.
constexpr float kG[kPatch][3] = {{1.0F / 4, 0, 0},
                                 {-1.0F / 6, -1.0F / 6, -1.0F / 6},
                                 {-1.0F / 6, 1.0F / 6, -1.0F / 6},
                                 {1.0F / 24, 1.0F / 12, 1.0F / 6},
                                 {1.0F / 24, -1.0F / 12, 1.0F / 6},
                                 {0, 0, 1}};

/// G g G^T of the kernels of one channel to kCount others: `taps[i]` are those
/// of kernel i, and place p of it goes to `to[p * stride + i]`.
template <std::size_t kCount>
void TransformTaps(const std::array<const float*, kCount>& taps,
                   std::size_t stride,
                   float* to) {
  using Lanes = std::array<float, kCount>;
  std::array<std::array<Lanes, 3>, kPatch> half;
  for (std::size_t i = 0; i < kPatch; ++i) {
    for (std::size_t j = 0; j < 3; ++j) {
      for (std::size_t lane = 0; lane < kCount; ++lane) {
        const float* g = taps[lane] + j;
        half[i][j][lane] = kG[i][0] * g[0] + kG[i][1] * g[3] + kG[i][2] * g[6];
      }
    }
  }
  for (std::size_t place = 0; place < kPlaces; ++place) {
    const auto& line = half[place / kPatch];
    const float* factors = kG[place % kPatch];
    for (std::size_t lane = 0; lane < kCount; ++lane) {
      to[place * stride + lane] = line[0][lane] * factors[0] +
                                  line[1][lane] * factors[1] +
                                  line[2][lane] * factors[2];
    }
  }
}

}  // namespace

std::vector<const WinogradKernel*> UsableWinogradKernels() {
  return UsableKernels(Avx512WinogradKernel(), Avx2WinogradKernel());
}

std::vector<float> TransformWeights(const std::vector<float>& weights,
                                    std::int64_t out_channels,
                                    std::int64_t in_channels,
                                    std::int64_t lanes) {
  constexpr std::size_t kAtOnce = 16;  // divides the blocks of all kernels
  const auto block = static_cast<std::size_t>(2 * lanes);
  const auto outs = static_cast<std::size_t>(out_channels);
  const auto ins = static_cast<std::size_t>(in_channels);
  std::vector<float> result(outs * ins * kPlaces);
  std::array<const float*, kAtOnce> taps = {};
  for (std::size_t m = 0; m < outs; m += kAtOnce) {
    for (std::size_t c = 0; c < ins; ++c) {
      for (std::size_t i = 0; i < kAtOnce; ++i) {
        taps[i] = weights.data() + ((m + i) * ins + c) * kTaps;
      }
      TransformTaps(
          taps,
          ins * block,
          result.data() + (m / block * kPlaces * ins + c) * block + m % block);
    }
  }
  return result;
}

std::size_t WinogradScratch(const WinogradKernel& kernel,
                            const WinogradLayer& layer,
                            int num_threads) {
  return static_cast<std::size_t>(num_threads *
                                  ScratchOfThread(kernel, layer, num_threads));
}

void RunWinograd(const WinogradKernel& kernel,
                 const WinogradLayer& layer,
                 int num_threads,
                 const std::byte* in,
                 std::byte* out,
                 float* scratch) {
  const WinogradTiles all = AllTiles(layer);
  const std::int64_t at_once = TilesAtOnce(kernel, layer, num_threads);
  const std::int64_t floats = ScratchOfThread(kernel, layer, num_threads);
  const std::int64_t rounds = CeilDiv(all.count, at_once);
#pragma omp parallel for schedule(static) \
    num_threads(num_threads) if (num_threads > 1)
  for (std::int64_t i = 0; i < rounds; ++i) {
    WinogradTiles tiles = all;
    tiles.first = i * at_once;
    tiles.count = std::min(at_once, all.count - tiles.first);
    kernel.run(layer, tiles, in, out, scratch + omp_get_thread_num() * floats);
  }
}

}  // namespace mien::onednn
