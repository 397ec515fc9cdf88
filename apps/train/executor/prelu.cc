// SPDX-License-Identifier: Apache-2.0
#include "train/executor/prelu.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <mutex>
#include <vector>

namespace mien::train {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Fewest elements that are worth another thread.
constexpr std::int64_t kGrain = 65536;

/// `x` [N, C, ...] seen as rows of C elements that lie side by side.
struct Rows {
  std::int64_t count;
  std::int64_t channels;

  [[nodiscard]] std::int64_t Grain() const {
    return std::max<std::int64_t>(kGrain / channels, 1);
  }
};

Rows RowsOf(const Tensor& x) {
  return {x.numel() / std::max<std::int64_t>(x.size(1), 1), x.size(1)};
}

Tensor ChannelsLast(const Tensor& x) {
  return x.contiguous(x.dim() == 4 ? at::MemoryFormat::ChannelsLast
                                   : at::MemoryFormat::Contiguous);
}

/// Compiled for each instruction set; the CPU's best is taken when the program
/// starts.
#define MIEN_TRAIN_CLONES \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))

/// The bits of a bfloat16, which the compiler vectorises where it does not
/// vectorise libtorch's type.
struct BfloatBits {
  std::uint16_t bits;
};

[[gnu::always_inline]] inline float Load(float x) { return x; }

[[gnu::always_inline]] inline float Load(BfloatBits x) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(x.bits) << 16U);
}

[[gnu::always_inline]] inline void Store(float value, float& x) { x = value; }

/// Rounds to nearest, ties to even.
[[gnu::always_inline]] inline void Store(float value, BfloatBits& x) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  x.bits = static_cast<std::uint16_t>((bits + 0x7FFFU + ((bits >> 16U) & 1U)) >>
                                      16U);
}

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
T* Elements(const Tensor& tensor) {
  return static_cast<T*>(tensor.data_ptr());
}

template <typename T>
Tensor ForwardOnCpu(const Tensor& x, const Tensor& slope) {
  const Tensor y = at::empty_like(x);
  const Rows rows = RowsOf(x);
  const T* in = Elements<T>(x);
  T* out = Elements<T>(y);
  const float* a = slope.data_ptr<float>();
  at::parallel_for(
      0, rows.count, rows.Grain(), [&](std::int64_t begin, std::int64_t end) {
        const std::int64_t skip = begin * rows.channels;
        ForwardRows(in + skip, a, out + skip, end - begin, rows.channels);
      });
  return y;
}

template <typename T>
variable_list BackwardOnCpu(const Tensor& x,
                            const Tensor& slope,
                            const Tensor& gradient) {
  const Tensor x_gradient = at::empty_like(x);
  const Tensor slope_gradient = at::zeros_like(slope);
  const Rows rows = RowsOf(x);
  std::mutex mutex;
  at::parallel_for(
      0, rows.count, rows.Grain(), [&](std::int64_t begin, std::int64_t end) {
        const std::int64_t skip = begin * rows.channels;
        std::vector<float> sum(static_cast<std::size_t>(rows.channels));
        BackwardRows(Elements<T>(x) + skip,
                     slope.data_ptr<float>(),
                     Elements<T>(gradient) + skip,
                     Elements<T>(x_gradient) + skip,
                     sum.data(),
                     end - begin,
                     rows.channels);
        const std::scoped_lock lock(mutex);
        float* total = slope_gradient.data_ptr<float>();
        for (std::size_t i = 0; i < sum.size(); ++i) {
          total[i] += sum[i];
        }
      });
  return {x_gradient, slope_gradient};
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
  const bool has_kernel = x.is_cpu() && (x.scalar_type() == torch::kFloat32 ||
                                         x.scalar_type() == torch::kBFloat16);
  return has_kernel ? PreluFunction::apply(x, slope)
                    : at::prelu(x, slope.to(x.scalar_type()));
}

}  // namespace mien::train
