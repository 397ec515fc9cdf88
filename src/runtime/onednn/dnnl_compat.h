// SPDX-License-Identifier: Apache-2.0
//
// The calls that oneDNN 2.6 and 3.x spell differently, in one spelling. Each
// *Desc() function returns an empty descriptor when oneDNN has no
// implementation for what is asked.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <oneapi/dnnl/dnnl.hpp>

namespace mien::onednn {

using MemoryDesc = dnnl::memory::desc;
using Dims = dnnl::memory::dims;
using PrimitiveDesc = dnnl::primitive_desc_base;

/// Window of a convolution or pooling, one number per spatial axis.
struct Window {
  Dims strides;
  Dims dilates;  ///< 0 is none
  Dims pads_begin;
  Dims pads_end;
};

/// Whether oneDNN may use `isa`: the CPU has it, ONEDNN_MAX_CPU_ISA allows it.
bool MayUse(dnnl::cpu_isa isa);

/// `bias` may be an empty descriptor. `name` is part of the name of the
/// implementation that is wanted; any does where it is empty.
PrimitiveDesc ConvolutionDesc(const dnnl::engine& engine,
                              dnnl::algorithm algorithm,
                              const MemoryDesc& src,
                              const MemoryDesc& weights,
                              const MemoryDesc& bias,
                              const MemoryDesc& dst,
                              const Window& window,
                              const dnnl::primitive_attr& attr,
                              std::string_view name = {});

PrimitiveDesc PoolingDesc(const dnnl::engine& engine,
                          dnnl::algorithm algorithm,
                          const MemoryDesc& src,
                          const MemoryDesc& dst,
                          const Dims& kernel,
                          const Window& window,
                          const dnnl::primitive_attr& attr);

PrimitiveDesc InnerProductDesc(const dnnl::engine& engine,
                               const MemoryDesc& src,
                               const MemoryDesc& weights,
                               const MemoryDesc& bias,
                               const MemoryDesc& dst,
                               const dnnl::primitive_attr& attr);

PrimitiveDesc MatmulDesc(const dnnl::engine& engine,
                         const MemoryDesc& src,
                         const MemoryDesc& weights,
                         const MemoryDesc& dst,
                         const dnnl::primitive_attr& attr);

PrimitiveDesc EltwiseDesc(const dnnl::engine& engine,
                          dnnl::algorithm algorithm,
                          const MemoryDesc& src,
                          float alpha,
                          float beta,
                          const dnnl::primitive_attr& attr);

/// `slopes` has the extents of `src`, or 1 where they repeat.
PrimitiveDesc PreluDesc(const dnnl::engine& engine,
                        const MemoryDesc& src,
                        const MemoryDesc& slopes,
                        const dnnl::primitive_attr& attr);

PrimitiveDesc BinaryDesc(const dnnl::engine& engine,
                         dnnl::algorithm algorithm,
                         const MemoryDesc& a,
                         const MemoryDesc& b,
                         const MemoryDesc& dst,
                         const dnnl::primitive_attr& attr);

PrimitiveDesc SoftmaxDesc(const dnnl::engine& engine,
                          dnnl::algorithm algorithm,
                          const MemoryDesc& src,
                          int axis,
                          const dnnl::primitive_attr& attr);

PrimitiveDesc ResamplingDesc(const dnnl::engine& engine,
                             dnnl::algorithm algorithm,
                             const MemoryDesc& src,
                             const MemoryDesc& dst,
                             const dnnl::primitive_attr& attr);

PrimitiveDesc ReductionDesc(const dnnl::engine& engine,
                            dnnl::algorithm algorithm,
                            const MemoryDesc& src,
                            const MemoryDesc& dst,
                            const dnnl::primitive_attr& attr);

PrimitiveDesc ConcatDesc(const dnnl::engine& engine,
                         const MemoryDesc& dst,
                         int axis,
                         const std::vector<MemoryDesc>& sources,
                         const dnnl::primitive_attr& attr);

PrimitiveDesc ReorderDesc(const dnnl::engine& engine,
                          const MemoryDesc& src,
                          const MemoryDesc& dst,
                          const dnnl::primitive_attr& attr);

/// Whether convolutions of 8-bit integers are spelled for this version.
inline constexpr bool kHasIntegerConvolution = DNNL_VERSION_MAJOR < 3;

/// Lets a convolution of 8-bit integers subtract `source_zero_point` from its
/// source and multiply the sums of output channel i, bias included, by
/// `scales[i]`. Needs kHasIntegerConvolution.
void SetIntegerScales(dnnl::primitive_attr& attr,
                      const std::vector<float>& scales,
                      std::int32_t source_zero_point);

void AppendEltwise(dnnl::post_ops& post_ops,
                   dnnl::algorithm algorithm,
                   float alpha,
                   float beta);

Dims Extents(const MemoryDesc& desc);
Dims Strides(const MemoryDesc& desc);
dnnl::memory::data_type ElementType(const MemoryDesc& desc);

/// x * min(max(x + 3, 0), 6) / 6, as one element-wise operation.
struct HardSwish {
  static constexpr float kAlpha = 1.0F / 6.0F;
  static constexpr float kBeta = 0.5F;
};

/// True when the elements stand in inner blocks, as in nChw16c.
bool IsBlocked(const MemoryDesc& desc);

/// A layout whose elements stand at sum(outer index x stride) plus their place
/// within the inner blocks, the last block innermost.
struct BlockedLayout {
  Dims strides;
  Dims block_sizes;
  Dims block_axes;
};

/// The layout, or nothing for one of another kind (Winograd's).
std::optional<BlockedLayout> BlockedLayoutOf(const MemoryDesc& desc);

/// True for one of oneDNN's own plain loops, which are slow.
bool IsReference(const PrimitiveDesc& desc);

/// True for a descriptor of nothing.
bool IsEmpty(const MemoryDesc& desc);

}  // namespace mien::onednn
