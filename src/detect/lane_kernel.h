// SPDX-License-Identifier: Apache-2.0
//
// The arithmetic of R-Net and O-Net on many crops at once: neighbouring crops
// stand in the lanes of a vector, so maps of 3 to 46 pixels waste none. 3 x 3
// convolutions save multiplications with Winograd's F(2 x 2, 3 x 3) and
// F(3 x 3, 3 x 3) (Lavin and Gray 2016, "Fast Algorithms for Convolutional
// Neural Networks"). Maps are [channels, height, width, lanes]. Depends on
// core.
#pragma once

#include <vector>

namespace mien {

/// A convolution without padding, then PReLU, in the order that a kernel reads.
struct LaneConv {
  int in = 0;
  int out = 0;
  int kernel = 3;

  /// Side of a Winograd tile's output, 2 or 3; 0 multiplies directly.
  int tile = 0;

  /// [groups, taps or points, in, group], see PackLaneConv().
  std::vector<float> weight;
  std::vector<float> bias;   ///< [groups * group]
  std::vector<float> slope;  ///< [groups * group]
};

/// A linear layer, then PReLU where `slope` is not empty.
struct LaneDense {
  int in = 0;
  int out = 0;
  std::vector<float> weight;  ///< [groups, in, group]
  std::vector<float> bias;    ///< [groups * group]
  std::vector<float> slope;   ///< [groups * group] or empty
};

/// Extents of a map, without its lanes.
struct LaneMap {
  int channels = 0;
  int height = 0;
  int width = 0;

  [[nodiscard]] int pixels() const { return channels * height * width; }
};

/// The layers for one instruction set.
struct LaneKernel {
  const char* name = "";

  /// Crops at once.
  int lanes = 1;

  /// Output channels in registers at once.
  int group = 1;

  /// Direct: the `group` channels from `first` on, into [group, oh, ow, lanes].
  void (*conv_direct)(const LaneConv& conv,
                      const LaneMap& map,
                      const float* in,
                      int first,
                      float* out);

  /// Winograd: all channels. `scratch` holds winograd_scratch(conv) floats.
  void (*conv_winograd)(const LaneConv& conv,
                        const LaneMap& map,
                        const float* in,
                        float* scratch,
                        float* out);

  /// Windows of `size` x `size` every second pixel, rounding up.
  void (*max_pool)(const LaneMap& map, const float* in, int size, float* out);

  /// [in, lanes] to [groups * group, lanes].
  void (*dense)(const LaneDense& dense, const float* in, float* out);

  /// Floats that conv_winograd() needs beside its input and output.
  int (*winograd_scratch)(const LaneConv& conv);
};

/// Side of the output of a pooling of `size` every second pixel, rounding up.
inline int PooledSide(int side, int size) { return (side - size + 1) / 2 + 1; }

/// `weight` [out, in, kernel, kernel] with `bias` and `slope` [out] for a
/// kernel of `group` channels. Maps of `out_side` pixels decide the tile.
LaneConv PackLaneConv(const std::vector<float>& weight,
                      const std::vector<float>& bias,
                      const std::vector<float>& slope,
                      int in,
                      int kernel,
                      int out_side,
                      int group);

/// `weight` [out, in]; `slope` [out] or empty.
LaneDense PackLaneDense(const std::vector<float>& weight,
                        const std::vector<float>& bias,
                        const std::vector<float>& slope,
                        int group);

/// Kernels that this CPU can run, the fastest first; never empty.
std::vector<const LaneKernel*> UsableLaneKernels();

/// One for each instruction set.
const LaneKernel& BaselineLaneKernel();
const LaneKernel& Avx2LaneKernel();
const LaneKernel& Avx512LaneKernel();

}  // namespace mien
