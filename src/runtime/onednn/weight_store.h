// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "graph/tensor.h"
#include "runtime/onednn/byte_arena.h"
#include "runtime/onednn/operand.h"
#include "runtime/onednn/quantization.h"

namespace mien::onednn {

/// Constants in the layouts in which primitives want them, each packed once and
/// shared by all nets compiled with this store.
///
/// Thread safety: all methods may run concurrently.
class WeightStore {
 public:
  /// `tensor`, of float32 and with the elements of `plain` in row-major order,
  /// in layout `wanted`, which may be of another type. Nothing is copied when
  /// both are the same.
  std::shared_ptr<const PackedConstant> Pack(const dnnl::engine& engine,
                                             const Tensor& tensor,
                                             const MemoryDesc& plain,
                                             const MemoryDesc& wanted);

  /// `weights`, float32, in 8-bit integers; lives as long as the store.
  const ByteWeights& ToBytes(const Tensor& weights);

  /// `weights`, float32, as TransformWeights() makes them for kernels of
  /// `lanes`.
  std::shared_ptr<const std::vector<float>> ToWinograd(const Tensor& weights,
                                                       std::int64_t lanes);

 private:
  /// Tensors that share their elements may have other extents
  /// (Tensor::Reshaped()), and then stand for other weights.
  using TensorKey = std::pair<const void*, Shape>;

  static TensorKey KeyOf(const Tensor& tensor) {
    return {tensor.identity(), tensor.shape()};
  }

  struct WinogradEntry {
    Tensor weights;  // keeps its identity taken
    std::shared_ptr<const std::vector<float>> transformed;
  };

  struct ByteEntry {
    Tensor weights;  // keeps its identity taken
    ByteWeights bytes;
  };

  struct Entry {
    Tensor tensor;  // keeps its identity taken
    MemoryDesc plain;
    MemoryDesc wanted;
    std::shared_ptr<const PackedConstant> packed;
  };

  std::shared_ptr<const PackedConstant> PackNow(const dnnl::engine& engine,
                                                const Tensor& tensor,
                                                const MemoryDesc& plain,
                                                const MemoryDesc& wanted);
  std::shared_ptr<const PackedConstant> Find(const Tensor& tensor,
                                             const MemoryDesc& plain,
                                             const MemoryDesc& wanted);

  std::mutex mutex_;
  ByteArena arena_;
  std::map<const void*, std::vector<Entry>> entries_;
  std::map<TensorKey, std::unique_ptr<const ByteEntry>> bytes_;
  std::map<std::pair<TensorKey, std::int64_t>, WinogradEntry> transformed_;
};

}  // namespace mien::onednn
