// SPDX-License-Identifier: Apache-2.0
//
// Depthwise 3 x 3 convolutions in one pass with what stands around them: the
// rectifier of the layer before, the rectifier behind, and the rounding to 8
// bits. oneDNN makes four passes over memory of that, and the layer itself is
// bound by memory. Products and sums are float32, whatever is read and written.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "runtime/onednn/quantization.h"

namespace mien::onednn {

/// x < 0 ? slope * x : min(x, bound), a slope for each channel: ReLU, ReLU6,
/// LeakyReLU, PReLU, and with slopes of 1 nothing.
struct Rectifier {
  std::vector<float> slopes;
  float bound = std::numeric_limits<float>::infinity();
};

/// How a map is stored; bytes, which only outputs are, as a quantisation says.
enum class MapType : std::uint8_t { kFloat32, kBfloat16, kBytes };

inline constexpr std::int64_t kDepthwiseTaps = 9;

/// One layer. Maps are [batch, height, width, channels].
struct DepthwiseLayer {
  std::int64_t batch = 1;
  std::int64_t channels = 0;  ///< a multiple of the kernel's lanes
  std::int64_t in_height = 0;
  std::int64_t in_width = 0;
  std::int64_t out_height = 0;
  std::int64_t out_width = 0;
  std::int64_t stride = 1;  ///< 1 or 2

  /// Zeros above and to the left. Below and to the right are as many as the
  /// output's extents need.
  std::int64_t pad_top = 0;
  std::int64_t pad_left = 0;

  MapType in = MapType::kFloat32;
  MapType out = MapType::kFloat32;
  Quantization out_step;  ///< of kBytes

  Rectifier before;            ///< without slopes there is none
  Rectifier behind;            ///< without slopes there is none
  std::vector<float> weights;  ///< [9, channels]
  std::vector<float> bias;     ///< [channels]
};

/// The layer for one instruction set.
struct DepthwiseKernel {
  const char* name = "";
  std::int64_t lanes = 1;

  /// Runs `layer` on the threads that OpenMP gives.
  void (*run)(const DepthwiseLayer& layer, const std::byte* in, std::byte* out);
};

/// Kernels that this CPU can run and oneDNN may use (ONEDNN_MAX_CPU_ISA), the
/// fastest first; may be empty.
std::vector<const DepthwiseKernel*> UsableDepthwiseKernels();

/// One for each instruction set.
const DepthwiseKernel& Avx2DepthwiseKernel();
const DepthwiseKernel& Avx512DepthwiseKernel();

}  // namespace mien::onednn
