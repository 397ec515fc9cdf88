// SPDX-License-Identifier: Apache-2.0
#include "runtime/onednn/dnnl_compat.h"

#include <algorithm>

namespace mien::onednn {
namespace {

using dnnl::algorithm;
using dnnl::engine;
using dnnl::primitive_attr;

constexpr auto kInference = dnnl::prop_kind::forward_inference;

/// The descriptor that `make` builds, or an empty one where oneDNN refuses.
template <typename Make>
PrimitiveDesc OrEmpty(const Make& make) {
  try {
    return make();
  } catch (const dnnl::error&) {
    return {};
  }
}

bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// The first from `desc` on that `accepts` says yes to.
template <typename Accepts>
PrimitiveDesc FirstOf(dnnl::primitive_desc desc, const Accepts& accepts) {
  while (desc && !accepts(desc)) {
    if (!desc.next_impl()) {
      return {};
    }
  }
  return desc;
}

#if DNNL_VERSION_MAJOR >= 3

template <typename Primitive, typename Accepts, typename... Args>
PrimitiveDesc MakeFirst(const Accepts& accepts,
                        const engine& engine,
                        const primitive_attr& attr,
                        const Args&... args) {
  return OrEmpty([&] {
    return FirstOf(
        typename Primitive::primitive_desc(engine, args..., attr, true),
        accepts);
  });
}

#else

template <typename Primitive, typename Accepts, typename... Args>
PrimitiveDesc MakeFirst(const Accepts& accepts,
                        const engine& engine,
                        const primitive_attr& attr,
                        const Args&... args) {
  return OrEmpty([&] {
    // next_impl() reads it again.
    const typename Primitive::desc desc(args...);
    return FirstOf(typename Primitive::primitive_desc(desc, attr, engine, true),
                   accepts);
  });
}

#endif

template <typename Primitive, typename... Args>
PrimitiveDesc Make(const engine& engine,
                   const primitive_attr& attr,
                   const Args&... args) {
  const auto accepts = [](const PrimitiveDesc&) { return true; };
  return MakeFirst<Primitive>(accepts, engine, attr, args...);
}

/// What a convolution does along one axis.
struct ConvolutionAxis {
  std::int64_t in = 0;
  std::int64_t out = 0;
  std::int64_t kernel = 1;
  std::int64_t stride = 1;
  std::int64_t dilation = 1;  ///< 1 for taps side by side
  std::int64_t pad_begin = 0;
};

std::vector<ConvolutionAxis> AxesOf(const MemoryDesc& src,
                                    const MemoryDesc& weights,
                                    const MemoryDesc& dst,
                                    const Window& window) {
  const std::size_t num_axes = window.strides.size();
  const auto extent = [&](const MemoryDesc& desc, std::size_t axis) {
    const Dims extents = Extents(desc);
    return extents[extents.size() - num_axes + axis];
  };
  std::vector<ConvolutionAxis> axes;
  for (std::size_t i = 0; i < num_axes; ++i) {
    axes.push_back({extent(src, i),
                    extent(dst, i),
                    extent(weights, i),
                    window.strides[i],
                    window.dilates[i] + 1,
                    window.pads_begin[i]});
  }
  return axes;
}

/// Whether a stride is longer than the kernel, so that some inputs are unread.
bool SkipsInputs(const ConvolutionAxis& axis) {
  return axis.stride > axis.kernel;
}

/// Whether some outputs see nothing but padding.
bool ReadsPaddingAlone(const ConvolutionAxis& axis) {
  const auto sees_input = [&](std::int64_t output) {
    for (std::int64_t tap = 0; tap < axis.kernel; ++tap) {
      const std::int64_t at =
          output * axis.stride + tap * axis.dilation - axis.pad_begin;
      if (at >= 0 && at < axis.in) {
        return true;
      }
    }
    return false;
  };
  for (std::int64_t output = 0; output < axis.out; ++output) {
    if (!sees_input(output)) {
      return true;
    }
  }
  return false;
}

/// Whether oneDNN's implementation `name` goes wrong on `axes`:
/// - its convolution by blocks of tiles makes its copy of the input too small
///   where inputs are skipped, and then writes over it (uxlfoundation/oneDNN,
///   pull request 5494, of July 2026);
/// - that by batches of small products, to which the former belongs, is wrong
///   or crashes (2.6.3) where it adds to rows of outputs that see nothing but
///   padding.
bool IsBroken(std::string_view name, const std::vector<ConvolutionAxis>& axes) {
  if (!name.starts_with("brg")) {
    return false;
  }
  const bool is_by_tiles = Contains(name, "amx") && !Contains(name, "1x1");
  return std::ranges::any_of(axes, ReadsPaddingAlone) ||
         (is_by_tiles && std::ranges::any_of(axes, SkipsInputs));
}

}  // namespace

bool MayUse(dnnl::cpu_isa isa) {
  // Each set's bits include those of the sets that it extends.
  const auto wanted = static_cast<unsigned>(isa);
  const auto usable = static_cast<unsigned>(dnnl::get_effective_cpu_isa());
  return (usable & wanted) == wanted;
}

PrimitiveDesc ConvolutionDesc(const engine& engine,
                              algorithm algorithm,
                              const MemoryDesc& src,
                              const MemoryDesc& weights,
                              const MemoryDesc& bias,
                              const MemoryDesc& dst,
                              const Window& window,
                              const primitive_attr& attr,
                              std::string_view name) {
  const std::vector<ConvolutionAxis> axes = AxesOf(src, weights, dst, window);
  const auto accepts = [&](const PrimitiveDesc& desc) {
    return Contains(desc.impl_info_str(), name) &&
           !IsBroken(desc.impl_info_str(), axes);
  };
  return MakeFirst<dnnl::convolution_forward>(accepts,
                                              engine,
                                              attr,
                                              kInference,
                                              algorithm,
                                              src,
                                              weights,
                                              bias,
                                              dst,
                                              window.strides,
                                              window.dilates,
                                              window.pads_begin,
                                              window.pads_end);
}

PrimitiveDesc PoolingDesc(const engine& engine,
                          algorithm algorithm,
                          const MemoryDesc& src,
                          const MemoryDesc& dst,
                          const Dims& kernel,
                          const Window& window,
                          const primitive_attr& attr) {
#if DNNL_VERSION_MAJOR >= 3
  using Pooling = dnnl::pooling_forward;
#else
  using Pooling = dnnl::pooling_v2_forward;
#endif
  return Make<Pooling>(engine,
                       attr,
                       kInference,
                       algorithm,
                       src,
                       dst,
                       window.strides,
                       kernel,
                       window.dilates,
                       window.pads_begin,
                       window.pads_end);
}

PrimitiveDesc InnerProductDesc(const engine& engine,
                               const MemoryDesc& src,
                               const MemoryDesc& weights,
                               const MemoryDesc& bias,
                               const MemoryDesc& dst,
                               const primitive_attr& attr) {
  return Make<dnnl::inner_product_forward>(
      engine, attr, kInference, src, weights, bias, dst);
}

PrimitiveDesc MatmulDesc(const engine& engine,
                         const MemoryDesc& src,
                         const MemoryDesc& weights,
                         const MemoryDesc& dst,
                         const primitive_attr& attr) {
  return Make<dnnl::matmul>(engine, attr, src, weights, dst);
}

PrimitiveDesc EltwiseDesc(const engine& engine,
                          algorithm algorithm,
                          const MemoryDesc& src,
                          float alpha,
                          float beta,
                          const primitive_attr& attr) {
#if DNNL_VERSION_MAJOR >= 3
  return Make<dnnl::eltwise_forward>(
      engine, attr, kInference, algorithm, src, src, alpha, beta);
#else
  return Make<dnnl::eltwise_forward>(
      engine, attr, kInference, algorithm, src, alpha, beta);
#endif
}

PrimitiveDesc PreluDesc(const engine& engine,
                        const MemoryDesc& src,
                        const MemoryDesc& slopes,
                        const primitive_attr& attr) {
#if DNNL_VERSION_MAJOR >= 3
  return Make<dnnl::prelu_forward>(engine, attr, kInference, src, slopes, src);
#else
  return Make<dnnl::prelu_forward>(engine, attr, kInference, src, slopes);
#endif
}

PrimitiveDesc BinaryDesc(const engine& engine,
                         algorithm algorithm,
                         const MemoryDesc& a,
                         const MemoryDesc& b,
                         const MemoryDesc& dst,
                         const primitive_attr& attr) {
  return Make<dnnl::binary>(engine, attr, algorithm, a, b, dst);
}

PrimitiveDesc SoftmaxDesc(const engine& engine,
                          algorithm algorithm,
                          const MemoryDesc& src,
                          int axis,
                          const primitive_attr& attr) {
#if DNNL_VERSION_MAJOR >= 3
  using Softmax = dnnl::softmax_forward;
#else
  using Softmax = dnnl::softmax_v2_forward;
#endif
  return Make<Softmax>(engine, attr, kInference, algorithm, src, src, axis);
}

PrimitiveDesc ResamplingDesc(const engine& engine,
                             algorithm algorithm,
                             const MemoryDesc& src,
                             const MemoryDesc& dst,
                             const primitive_attr& attr) {
  return Make<dnnl::resampling_forward>(
      engine, attr, kInference, algorithm, src, dst);
}

PrimitiveDesc ReductionDesc(const engine& engine,
                            algorithm algorithm,
                            const MemoryDesc& src,
                            const MemoryDesc& dst,
                            const primitive_attr& attr) {
  constexpr float kUnusedPower = 2.0F;
  constexpr float kNoEpsilon = 0.0F;
  return Make<dnnl::reduction>(
      engine, attr, algorithm, src, dst, kUnusedPower, kNoEpsilon);
}

PrimitiveDesc ConcatDesc(const engine& engine,
                         const MemoryDesc& dst,
                         int axis,
                         const std::vector<MemoryDesc>& sources,
                         const primitive_attr& attr) {
  return OrEmpty([&]() -> PrimitiveDesc {
#if DNNL_VERSION_MAJOR >= 3
    return dnnl::concat::primitive_desc(engine, dst, axis, sources, attr);
#else
    return dnnl::concat::primitive_desc(dst, axis, sources, engine, attr);
#endif
  });
}

PrimitiveDesc ReorderDesc(const engine& engine,
                          const MemoryDesc& src,
                          const MemoryDesc& dst,
                          const primitive_attr& attr) {
  return OrEmpty([&]() -> PrimitiveDesc {
    return dnnl::reorder::primitive_desc(engine, src, engine, dst, attr);
  });
}

void AppendEltwise(dnnl::post_ops& post_ops,
                   algorithm algorithm,
                   float alpha,
                   float beta) {
#if DNNL_VERSION_MAJOR >= 3
  post_ops.append_eltwise(algorithm, alpha, beta);
#else
  post_ops.append_eltwise(1.0F, algorithm, alpha, beta);
#endif
}

#if DNNL_VERSION_MAJOR >= 3

void SetIntegerScales(primitive_attr&,
                      const std::vector<float>&,
                      std::int32_t) {}

#else

void SetIntegerScales(primitive_attr& attr,
                      const std::vector<float>& scales,
                      std::int32_t source_zero_point) {
  constexpr int kPerOutputChannel = 1 << 1;
  attr.set_output_scales(kPerOutputChannel, scales);
  if (source_zero_point != 0) {
    attr.set_zero_points(DNNL_ARG_SRC, 0, {source_zero_point});
  }
}

#endif

bool IsReference(const PrimitiveDesc& desc) {
  return Contains(desc.impl_info_str(), "ref");
}

#if DNNL_VERSION_MAJOR >= 3

Dims Extents(const MemoryDesc& desc) { return desc.get_dims(); }

Dims Strides(const MemoryDesc& desc) { return desc.get_strides(); }

dnnl::memory::data_type ElementType(const MemoryDesc& desc) {
  return desc.get_data_type();
}

bool IsBlocked(const MemoryDesc& desc) {
  return desc.get_format_kind() != dnnl::memory::format_kind::blocked ||
         desc.get_inner_nblks() > 0;
}

bool IsEmpty(const MemoryDesc& desc) { return desc.get_ndims() == 0; }

std::optional<BlockedLayout> BlockedLayoutOf(const MemoryDesc& desc) {
  if (desc.get_format_kind() != dnnl::memory::format_kind::blocked) {
    return std::nullopt;
  }
  return BlockedLayout{
      desc.get_strides(), desc.get_inner_blks(), desc.get_inner_idxs()};
}

#else

Dims Extents(const MemoryDesc& desc) { return desc.dims(); }

Dims Strides(const MemoryDesc& desc) {
  const auto* strides = desc.data.format_desc.blocking.strides;
  return {strides, strides + desc.data.ndims};
}

dnnl::memory::data_type ElementType(const MemoryDesc& desc) {
  return desc.data_type();
}

bool IsBlocked(const MemoryDesc& desc) {
  return desc.data.format_kind != dnnl_blocked ||
         desc.data.format_desc.blocking.inner_nblks > 0;
}

bool IsEmpty(const MemoryDesc& desc) { return desc.data.ndims == 0; }

std::optional<BlockedLayout> BlockedLayoutOf(const MemoryDesc& desc) {
  if (desc.data.format_kind != dnnl_blocked) {
    return std::nullopt;
  }
  const dnnl_blocking_desc_t& blocking = desc.data.format_desc.blocking;
  const int count = blocking.inner_nblks;
  return BlockedLayout{Strides(desc),
                       Dims(blocking.inner_blks, blocking.inner_blks + count),
                       Dims(blocking.inner_idxs, blocking.inner_idxs + count)};
}

#endif

}  // namespace mien::onednn
