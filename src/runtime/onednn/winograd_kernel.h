// SPDX-License-Identifier: Apache-2.0
//
// Convolutions of 3 x 3 with stride 1 by Winograd's algorithm, F(4 x 4, 3 x 3)
// of Lavin and Gray (2016, arXiv:1509.09308, section 4.2): 36 products for 16
// outputs and each pair of channels instead of 144. oneDNN has it for AVX-512
// alone, on blocks of channels alone, and transforms weights slowly.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace mien::onednn {

/// Elements from one of a map to the next; the channels of a block, as
/// many as a kernel has lanes, are one behind the other.
struct MapStrides {
  std::int64_t sample = 0;
  std::int64_t row = 0;
  std::int64_t pixel = 0;
  std::int64_t block = 0;
};

/// y = max(conv(x, w) + bias [+ y], lower).
struct WinogradLayer {
  std::int64_t batch = 1;
  std::int64_t in_channels = 0;   ///< a multiple of the kernel's lanes
  std::int64_t out_channels = 0;  ///< a multiple of twice as many
  std::int64_t in_height = 0;
  std::int64_t in_width = 0;
  std::int64_t out_height = 0;
  std::int64_t out_width = 0;

  /// Zeros above and to the left. Below and to the right are as many as the
  /// output's extents need.
  std::int64_t pad_top = 0;
  std::int64_t pad_left = 0;

  MapStrides in;
  MapStrides out;

  bool reads_bf16 = false;   ///< else float32
  bool writes_bf16 = false;  ///< rounded from float32, in which all is computed

  bool adds = false;   ///< to what stands in the output
  float lower = 0.0F;  ///< 0 for ReLU, minus infinity for nothing

  /// Of TransformWeights().
  std::shared_ptr<const std::vector<float>> weights;
  std::vector<float> bias;  ///< [out_channels]
};

/// Tiles of 4 x 4 outputs, counted through a batch row by row.
struct WinogradTiles {
  std::int64_t across = 0;  ///< of a row of a map
  std::int64_t down = 0;
  std::int64_t first = 0;
  std::int64_t count = 0;
};

/// The algorithm for one instruction set.
struct WinogradKernel {
  const char* name = "";
  std::int64_t lanes = 1;

  /// Tiles that it multiplies at a time.
  std::int64_t rows = 1;

  /// Computes `tiles`. Thread safety: those of one layer may run concurrently,
  /// each with scratch memory of its own.
  void (*run)(const WinogradLayer& layer,
              const WinogradTiles& tiles,
              const std::byte* in,
              std::byte* out,
              float* scratch) = nullptr;
};

/// Kernels that this CPU can run and oneDNN may use (ONEDNN_MAX_CPU_ISA), the
/// fastest first; may be empty.
std::vector<const WinogradKernel*> UsableWinogradKernels();

/// One for each instruction set.
const WinogradKernel& Avx2WinogradKernel();
const WinogradKernel& Avx512WinogradKernel();

/// G g G^T for each pair of channels of the row-major weights [M, C, 3, 3], as
/// [M / B, 36, C, B], where B is twice the kernel's lanes.
std::vector<float> TransformWeights(const std::vector<float>& weights,
                                    std::int64_t out_channels,
                                    std::int64_t in_channels,
                                    std::int64_t lanes);

/// Floats of scratch memory that RunWinograd() wants for `num_threads`.
std::size_t WinogradScratch(const WinogradKernel& kernel,
                            const WinogradLayer& layer,
                            int num_threads);

/// Runs `layer` on `num_threads`.
void RunWinograd(const WinogradKernel& kernel,
                 const WinogradLayer& layer,
                 int num_threads,
                 const std::byte* in,
                 std::byte* out,
                 float* scratch);

/// Floats between places of the 36 beyond what they hold: at multiples of 4096
/// bytes, places would share a set of the cache.
inline constexpr std::int64_t kWinogradGap = 16;

}  // namespace mien::onednn
