// SPDX-License-Identifier: Apache-2.0
//
// The arithmetic of P-Net on rows of planar floats. Layers of 10, 16 and 32
// channels leave lanes of channel-blocked convolutions idle, so these kernels
// put neighbouring pixels into the lanes instead, and save multiplications down
// the columns with Winograd's F(2, 3) and F(4, 3) (Lavin and Gray 2016, "Fast
// Algorithms for Convolutional Neural Networks", section 4). Depends on core.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

namespace mien {

inline constexpr int kPnetConv1 = 10;  // output channels
inline constexpr int kPnetConv2 = 16;
inline constexpr int kPnetConv3 = 32;

/// Rows of output that conv2 and conv3 make at once: F(4, 3).
inline constexpr int kPnetBlockRows = 4;

/// A 3 x 3 convolution without padding, then PReLU.
struct ConvPreluWeights {
  std::vector<float> weight;  ///< [out, in, 3, 3]
  std::vector<float> bias;    ///< [out]
  std::vector<float> slope;   ///< [out]
};

/// P-Net as its file has it.
struct PnetWeights {
  ConvPreluWeights conv1;
  ConvPreluWeights conv2;
  ConvPreluWeights conv3;
  std::vector<float> score_weight;   ///< [2, 32], no face and face
  std::vector<float> score_bias;     ///< [2]
  std::vector<float> offset_weight;  ///< [4, 32], x0, y0, x1, y1
  std::vector<float> offset_bias;    ///< [4]
};

/// Weights of one layer in the order in which a kernel reads them.
struct PackedConv {
  std::vector<float> weight;
  std::vector<float> bias;
  std::vector<float> slope;
};

/// Weights as one PnetKernel wants them.
struct PackedPnet {
  PackedConv conv1;
  PackedConv conv2;
  PackedConv conv3;
  std::vector<float> logit_weight;  ///< [32], face minus no face
  float logit_bias = 0.0F;
};

/// The layers of P-Net for one instruction set. A row of c channels is planar:
/// channel c at row + c * stride. Rows must be readable and writable for
/// kPnetRowSlack floats past their width; what stands there is arbitrary.
struct PnetKernel {
  const char* name = "";

  /// Output channels that conv1, and conv2 and conv3, handle together.
  int conv1_group = 1;
  int conv_group = 1;

  /// Pixels across that conv2 and conv3 make at once. Output rows of that many
  /// floats need no slack, here and for logit_row().
  int conv_span = 1;

  /// conv1, PReLU and the 2 x 2 pooling: one pooled row of 10 channels from
  /// input rows 0 to 3 of 3 channels. `conv_width` is the width of conv1's
  /// output. `num_conv_rows` is 2, or 1 at the lower edge of an odd height,
  /// when row 3 is not read.
  void (*pool_row)(const PackedConv& conv,
                   const std::array<const float*, 4>& rows,
                   std::ptrdiff_t stride,
                   int conv_width,
                   int num_conv_rows,
                   float* out,
                   std::ptrdiff_t out_stride);

  /// conv2 and PReLU: 4 rows of 16 channels from 6 rows of 10.
  void (*conv2_rows)(const PackedConv& conv,
                     const std::array<const float*, 6>& rows,
                     std::ptrdiff_t stride,
                     int out_width,
                     const std::array<float*, 4>& out,
                     std::ptrdiff_t out_stride);

  /// conv3 and PReLU: 4 rows of 32 channels from 6 rows of 16.
  void (*conv3_rows)(const PackedConv& conv,
                     const std::array<const float*, 6>& rows,
                     std::ptrdiff_t stride,
                     int out_width,
                     const std::array<float*, 4>& out,
                     std::ptrdiff_t out_stride);

  /// Face logit minus no-face logit of one row of 32 channels.
  void (*logit_row)(const PackedPnet& net,
                    const float* row,
                    std::ptrdiff_t stride,
                    int width,
                    float* out);
};

/// Floats past the width of every row that kernels may touch.
inline constexpr int kPnetRowSlack = 128;

/// `weights` in the order of `kernel`.
PackedPnet PackPnet(const PnetWeights& weights, const PnetKernel& kernel);

/// Kernels that this CPU can run, the fastest first; never empty.
std::vector<const PnetKernel*> UsablePnetKernels();

/// One for each instruction set.
const PnetKernel& BaselinePnetKernel();
const PnetKernel& Avx2PnetKernel();
const PnetKernel& Avx512PnetKernel();

}  // namespace mien
