// SPDX-License-Identifier: Apache-2.0
#include "train/executor/prelu.h"

#include "train/executor/channel_rows.h"

namespace mien::train {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

template <typename T>
[[gnu::always_inline]] inline void Forward(
    const T* x, const float* slope, T* y, std::int64_t rows, std::int64_t c) {
  for (std::int64_t row = 0; row < rows; ++row, x += c, y += c) {
    for (std::int64_t i = 0; i < c; ++i) {
      const float value = Load(x[i]);
      Store(value * (value > 0.0F ? 1.0F : slope[i]), y[i]);
    }
  }
}

/// Adds the gradient of the slopes to `slope_sum`.
template <typename T>
[[gnu::always_inline]] inline void Backward(const T* __restrict x,
                                            const float* __restrict slope,
                                            const T* __restrict gradient,
                                            T* __restrict x_gradient,
                                            float* __restrict slope_sum,
                                            std::int64_t rows,
                                            std::int64_t c) {
  for (std::int64_t row = 0; row < rows;
       ++row, x += c, gradient += c, x_gradient += c) {
    for (std::int64_t i = 0; i < c; ++i) {
      const float value = Load(x[i]);
      const float g = Load(gradient[i]);
      Store(g * (value > 0.0F ? 1.0F : slope[i]), x_gradient[i]);
      slope_sum[i] += g * (value > 0.0F ? 0.0F : value);
    }
  }
}

MIEN_TRAIN_CLONES void ForwardRows(const float* x,
                                   const float* slope,
                                   float* y,
                                   std::int64_t n,
                                   std::int64_t c) {
  Forward(x, slope, y, n, c);
}

MIEN_TRAIN_CLONES void ForwardRows(const BfloatBits* x,
                                   const float* slope,
                                   BfloatBits* y,
                                   std::int64_t n,
                                   std::int64_t c) {
  Forward(x, slope, y, n, c);
}

MIEN_TRAIN_CLONES void BackwardRows(const float* x,
                                    const float* slope,
                                    const float* gradient,
                                    float* x_gradient,
                                    float* slope_sum,
                                    std::int64_t n,
                                    std::int64_t c) {
  Backward(x, slope, gradient, x_gradient, slope_sum, n, c);
}

MIEN_TRAIN_CLONES void BackwardRows(const BfloatBits* x,
                                    const float* slope,
                                    const BfloatBits* gradient,
                                    BfloatBits* x_gradient,
                                    float* slope_sum,
                                    std::int64_t n,
                                    std::int64_t c) {
  Backward(x, slope, gradient, x_gradient, slope_sum, n, c);
}

template <typename T>
Tensor ForwardOnCpu(const Tensor& x, const Tensor& slope) {
  const Tensor y = at::empty_like(x);
  const ChannelRows rows(x);
  rows.ForEachChunk([&](std::int64_t, std::int64_t first, std::int64_t n) {
    const std::int64_t skip = first * rows.channels;
    ForwardRows(Elements<T>(x) + skip,
                slope.data_ptr<float>(),
                Elements<T>(y) + skip,
                n,
                rows.channels);
  });
  return y;
}

template <typename T>
variable_list BackwardOnCpu(const Tensor& x,
                            const Tensor& slope,
                            const Tensor& gradient) {
  const Tensor x_gradient = at::empty_like(x);
  const ChannelRows rows(x);
  ChunkSums<1> sums(rows);
  rows.ForEachChunk(
      [&](std::int64_t chunk, std::int64_t first, std::int64_t n) {
        const std::int64_t skip = first * rows.channels;
        BackwardRows(Elements<T>(x) + skip,
                     slope.data_ptr<float>(),
                     Elements<T>(gradient) + skip,
                     Elements<T>(x_gradient) + skip,
                     sums.Partial(chunk, 0),
                     n,
                     rows.channels);
      });
  return {x_gradient, sums.Total(0).to(torch::kFloat32)};
}

class PreluFunction : public torch::autograd::Function<PreluFunction> {
 public:
  static Tensor forward(AutogradContext* context,
                        const Tensor& x,
                        const Tensor& slope) {
    const Tensor rows = ChannelsLast(x);
    context->save_for_backward({rows, slope});
    return x.scalar_type() == torch::kBFloat16
               ? ForwardOnCpu<BfloatBits>(rows, slope)
               : ForwardOnCpu<float>(rows, slope);
  }

  static variable_list backward(AutogradContext* context,
                                const variable_list& gradients) {
    const variable_list saved = context->get_saved_variables();
    const Tensor gradient = ChannelsLast(gradients[0]);
    return saved[0].scalar_type() == torch::kBFloat16
               ? BackwardOnCpu<BfloatBits>(saved[0], saved[1], gradient)
               : BackwardOnCpu<float>(saved[0], saved[1], gradient);
  }
};

}  // namespace

Tensor Prelu(const Tensor& x, const Tensor& slope) {
  if (!HasRowKernels(x)) {
    return at::prelu(x, slope.to(x.scalar_type()));
  }
  return PreluFunction::apply(x, slope.expand({x.size(1)}).contiguous());
}

}  // namespace mien::train
