// SPDX-License-Identifier: Apache-2.0
//
// Values in 8-bit integers: what they stand for, and the loops that turn floats
// into them and back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "graph/tensor.h"
#include "runtime/onednn/dnnl_compat.h"

namespace mien::onednn {

/// x = scale * (q - zero_point), with q of `type`, kInt8 or kUint8.
struct Quantization {
  DataType type = DataType::kUint8;
  float scale = 1.0F;
  std::int32_t zero_point = 0;

  friend bool operator==(const Quantization&, const Quantization&) = default;
};

/// oneDNN's name of kInt8 or kUint8.
dnnl::memory::data_type ByteType(DataType type);

/// q = saturate(round(x / scale) + zero_point), ties to even, of rows of
/// `channels` floats, each channel with a PReLU before if there are slopes.
struct QuantizeLoop {
  std::size_t rows = 0;
  std::size_t channels = 0;
  std::vector<float> slopes;  ///< none, or one per channel
  Quantization quantization;

  void Run(const float* from, std::byte* to) const;
};

/// The reverse, for `count` elements.
void DequantizeLoop(const Quantization& quantization,
                    const std::byte* from,
                    std::size_t count,
                    float* to);

/// Weights as 8-bit integers: row i, index of the outermost axis, is
/// `scales[i]` times its integers, of which the largest in magnitude is 127.
struct ByteWeights {
  Tensor integers;  ///< kInt8
  std::vector<float> scales;
};

/// `weights`, float32, rounded to the nearest. What comes from integers with
/// such a scale comes back exactly.
ByteWeights ToByteWeights(const Tensor& weights);

}  // namespace mien::onednn
