// SPDX-License-Identifier: Apache-2.0
//
// Body of one PnetKernel. Each pnet_kernel_<set>.cc includes it within a
// namespace of its own that states
//   kLanes       floats in a vector
//   kConv1Group  output channels of conv1 in registers at once
//   kConvGroup   output channels of conv2 and conv3
//   kConvVecs    vectors of pixels of conv2 and conv3
// and under the instruction set that the vectors need.

typedef float Vec __attribute__((vector_size(kLanes * sizeof(float))));
typedef float UnalignedVec
    __attribute__((vector_size(kLanes * sizeof(float)), aligned(4), may_alias));
typedef int IntVec __attribute__((vector_size(kLanes * sizeof(int))));

[[gnu::always_inline]] inline Vec Load(const float* p) {
  return *reinterpret_cast<const UnalignedVec*>(p);
}

[[gnu::always_inline]] inline void Store(float* p, Vec v) {
  *reinterpret_cast<UnalignedVec*>(p) = v;
}

[[gnu::always_inline]] inline Vec Max(Vec a, Vec b) { return a > b ? a : b; }

[[gnu::always_inline]] inline Vec Prelu(Vec x, float slope) {
  return x > 0.0F ? x : x * slope;
}

template <int... kIndex>
[[gnu::always_inline]] inline Vec EvenLanes(
    Vec a, Vec b, std::integer_sequence<int, kIndex...>) {
  return __builtin_shufflevector(a, b, (2 * kIndex)...);
}

template <int... kIndex>
[[gnu::always_inline]] inline Vec OddLanes(
    Vec a, Vec b, std::integer_sequence<int, kIndex...>) {
  return __builtin_shufflevector(a, b, (2 * kIndex + 1)...);
}

// Larger of each pair of neighbours among the pixels of `a`, then `b`.
[[gnu::always_inline]] inline Vec MaxOfPairs(Vec a, Vec b) {
  constexpr auto kAll = std::make_integer_sequence<int, kLanes>();
  return Max(EvenLanes(a, b, kAll), OddLanes(a, b, kAll));
}

template <int... kIndex>
[[gnu::always_inline]] inline IntVec LaneNumbers(
    std::integer_sequence<int, kIndex...>) {
  return IntVec{kIndex...};
}

// `v`, pixels `x` and following, with those from `width` on at the lowest
// value.
[[gnu::always_inline]] inline Vec MaskPast(Vec v, int x, int width) {
  const IntVec pixel =
      LaneNumbers(std::make_integer_sequence<int, kLanes>()) + x;
  return pixel < width ? v : Vec{} - FLT_MAX;
}

constexpr int kPoolSpan = 2 * kLanes;  // pixels of conv1 at once

using PoolInput = float[4][3][kPoolSpan + kLanes];

// Input side of F(2, 3) down the columns (B^T of Lavin and Gray, section 4.1).
[[gnu::always_inline]] inline void TransformPoolInput(
    const std::array<const float*, 4>& rows,
    std::ptrdiff_t stride,
    int x,
    PoolInput& t) {
  for (int c = 0; c < 3; ++c) {
    const std::ptrdiff_t at = c * stride + x;
#pragma GCC unroll 3
    for (int i = 0; i < kPoolSpan + kLanes; i += kLanes) {
      const Vec d0 = Load(rows[0] + at + i);
      const Vec d1 = Load(rows[1] + at + i);
      const Vec d2 = Load(rows[2] + at + i);
      const Vec d3 = Load(rows[3] + at + i);
      Store(&t[0][c][i], d0 - d2);
      Store(&t[1][c][i], d1 + d2);
      Store(&t[2][c][i], d2 - d1);
      Store(&t[3][c][i], d1 - d3);
    }
  }
}

// Adds to `top` what plane `t_top` gives, to `bottom` what `t_bottom` gives;
// `w` is [3, 3, kConv1Group, 2].
[[gnu::always_inline]] inline void AccumulatePool(
    const float (&t_top)[3][kPoolSpan + kLanes],
    const float (&t_bottom)[3][kPoolSpan + kLanes],
    const float* w,
    Vec (&top)[kConv1Group][2],
    Vec (&bottom)[kConv1Group][2]) {
  for (int c = 0; c < 3; ++c) {
#pragma GCC unroll 3
    for (int k = 0; k < 3; ++k) {
      const Vec a0 = Load(&t_top[c][k]);
      const Vec a1 = Load(&t_top[c][k + kLanes]);
      const Vec b0 = Load(&t_bottom[c][k]);
      const Vec b1 = Load(&t_bottom[c][k + kLanes]);
#pragma GCC unroll 8
      for (int g = 0; g < kConv1Group; ++g) {
        top[g][0] += a0 * w[2 * g];
        top[g][1] += a1 * w[2 * g];
        bottom[g][0] += b0 * w[2 * g + 1];
        bottom[g][1] += b1 * w[2 * g + 1];
      }
      w += 2 * kConv1Group;
    }
  }
}

// Two conv1 rows of kPoolSpan pixels for one group of channels.
[[gnu::always_inline]] inline void Conv1Tile(const PoolInput& t,
                                             const float* w,
                                             Vec (&top)[kConv1Group][2],
                                             Vec (&bottom)[kConv1Group][2]) {
  for (int g = 0; g < kConv1Group; ++g) {
    for (int v = 0; v < 2; ++v) {
      top[g][v] = Vec{};
      bottom[g][v] = Vec{};
    }
  }
  AccumulatePool(t[1], t[2], w, top, bottom);
#pragma GCC unroll 8
  for (int g = 0; g < kConv1Group; ++g) {
#pragma GCC unroll 2
    for (int v = 0; v < 2; ++v) {
      const Vec sum = top[g][v] + bottom[g][v];
      bottom[g][v] = top[g][v] - bottom[g][v];
      top[g][v] = sum;
    }
  }
  AccumulatePool(t[0], t[3], w + 9 * 2 * kConv1Group, top, bottom);
}

void PoolRow(const PackedConv& conv,
             const std::array<const float*, 4>& rows,
             std::ptrdiff_t stride,
             int conv_width,
             int num_conv_rows,
             float* out,
             std::ptrdiff_t out_stride) {
  constexpr int kGroupWeights = 2 * 9 * 2 * kConv1Group;
  alignas(64) PoolInput t;
  for (int x = 0; x < conv_width; x += kPoolSpan) {
    TransformPoolInput(rows, stride, x, t);
    for (int first = 0; first < kPnetConv1; first += kConv1Group) {
      Vec top[kConv1Group][2];
      Vec bottom[kConv1Group][2];
      Conv1Tile(
          t, &conv.weight[first / kConv1Group * kGroupWeights], top, bottom);
#pragma GCC unroll 8
      for (int g = 0; g < kConv1Group; ++g) {
        const float bias = conv.bias[first + g];
        const float slope = conv.slope[first + g];
        Vec larger[2];
#pragma GCC unroll 2
        for (int v = 0; v < 2; ++v) {
          larger[v] = Prelu(top[g][v] + bias, slope);
          if (num_conv_rows == 2) {
            larger[v] = Max(larger[v], Prelu(bottom[g][v] + bias, slope));
          }
          larger[v] = MaskPast(larger[v], x + v * kLanes, conv_width);
        }
        Store(out + (first + g) * out_stride + x / 2,
              MaxOfPairs(larger[0], larger[1]));
      }
    }
  }
}

constexpr int kConvSpan = kConvVecs * kLanes;  // pixels at once
constexpr int kWinograd = 6;                   // products for 4 rows

// kVecs, of pixels at once, is kConvVecs but at the right edge.
template <int kIn, int kVecs>
using ConvInput = float[kWinograd][kIn][(kVecs + 1) * kLanes];

template <int kVecs>
using ConvProducts = float[kWinograd][kConvGroup][kVecs * kLanes];

// Input side of F(4, 3) down the columns (B^T of Lavin and Gray, section 4.2).
template <int kIn, int kVecs>
[[gnu::always_inline]] inline void TransformConvInput(
    const std::array<const float*, 6>& rows,
    std::ptrdiff_t stride,
    int x,
    ConvInput<kIn, kVecs>& t) {
  for (int c = 0; c < kIn; ++c) {
    const std::ptrdiff_t at = c * stride + x;
#pragma GCC unroll 4
    for (int i = 0; i < (kVecs + 1) * kLanes; i += kLanes) {
      const Vec d0 = Load(rows[0] + at + i);
      const Vec d1 = Load(rows[1] + at + i);
      const Vec d2 = Load(rows[2] + at + i);
      const Vec d3 = Load(rows[3] + at + i);
      const Vec d4 = Load(rows[4] + at + i);
      const Vec d5 = Load(rows[5] + at + i);
      const Vec even = d4 - 4.0F * d2;
      const Vec odd = d3 - 4.0F * d1;
      const Vec even2 = d4 - d2;
      const Vec odd2 = 2.0F * (d3 - d1);
      Store(&t[0][c][i], 4.0F * d0 - 5.0F * d2 + d4);
      Store(&t[1][c][i], even + odd);
      Store(&t[2][c][i], even - odd);
      Store(&t[3][c][i], even2 + odd2);
      Store(&t[4][c][i], even2 - odd2);
      Store(&t[5][c][i], 4.0F * d1 - 5.0F * d3 + d5);
    }
  }
}

// m = sum over channels and columns of w * t; `w` is [kIn, 3, kConvGroup].
template <int kIn, int kVecs>
[[gnu::always_inline]] inline void MultiplyTile(
    const float (&t)[kIn][(kVecs + 1) * kLanes],
    const float* w,
    float (&m)[kConvGroup][kVecs * kLanes]) {
  Vec sum[kConvGroup][kVecs] = {};
  for (int c = 0; c < kIn; ++c) {
#pragma GCC unroll 3
    for (int k = 0; k < 3; ++k) {
      Vec pixels[kVecs];
#pragma GCC unroll 4
      for (int v = 0; v < kVecs; ++v) {
        pixels[v] = Load(&t[c][k + v * kLanes]);
      }
#pragma GCC unroll 8
      for (int g = 0; g < kConvGroup; ++g) {
#pragma GCC unroll 4
        for (int v = 0; v < kVecs; ++v) {
          sum[g][v] += pixels[v] * w[g];
        }
      }
      w += kConvGroup;
    }
  }
#pragma GCC unroll 8
  for (int g = 0; g < kConvGroup; ++g) {
#pragma GCC unroll 4
    for (int v = 0; v < kVecs; ++v) {
      Store(&m[g][v * kLanes], sum[g][v]);
    }
  }
}

// Output side of F(4, 3) (A^T), bias and PReLU for one channel.
template <int kVecs>
[[gnu::always_inline]] inline void StoreRows(const ConvProducts<kVecs>& m,
                                             int group_channel,
                                             float bias,
                                             float slope,
                                             const std::array<float*, 4>& out,
                                             std::ptrdiff_t at) {
#pragma GCC unroll 4
  for (int i = 0; i < kVecs * kLanes; i += kLanes) {
    const auto product =
        [&m, group_channel, i ](int j) __attribute__((always_inline)) {
      return Load(&m[j][group_channel][i]);
    };
    const Vec sum12 = product(1) + product(2);
    const Vec difference12 = product(1) - product(2);
    const Vec sum34 = product(3) + product(4);
    const Vec difference34 = product(3) - product(4);
    const Vec row0 = product(0) + sum12 + sum34;
    const Vec row1 = difference12 + 2.0F * difference34;
    const Vec row2 = sum12 + 4.0F * sum34;
    const Vec row3 = difference12 + 8.0F * difference34 + product(5);
    Store(out[0] + at + i, Prelu(row0 + bias, slope));
    Store(out[1] + at + i, Prelu(row1 + bias, slope));
    Store(out[2] + at + i, Prelu(row2 + bias, slope));
    Store(out[3] + at + i, Prelu(row3 + bias, slope));
  }
}

// The pixels from `x` on.
template <int kIn, int kOut, int kVecs>
void ConvTile(const PackedConv& conv,
              const std::array<const float*, 6>& rows,
              std::ptrdiff_t stride,
              int x,
              const std::array<float*, 4>& out,
              std::ptrdiff_t out_stride) {
  constexpr int kTileWeights = kIn * 3 * kConvGroup;
  alignas(64) ConvInput<kIn, kVecs> t;
  alignas(64) ConvProducts<kVecs> m;
  TransformConvInput<kIn, kVecs>(rows, stride, x, t);
  const float* w = conv.weight.data();
  for (int first = 0; first < kOut; first += kConvGroup) {
    for (int j = 0; j < kWinograd; ++j) {
      MultiplyTile<kIn, kVecs>(t[j], w, m[j]);
      w += kTileWeights;
    }
    for (int g = 0; g < kConvGroup; ++g) {
      const int channel = first + g;
      StoreRows<kVecs>(m,
                       g,
                       conv.bias[channel],
                       conv.slope[channel],
                       out,
                       channel * out_stride + x);
    }
  }
}

template <int kIn, int kOut>
void ConvRows(const PackedConv& conv,
              const std::array<const float*, 6>& rows,
              std::ptrdiff_t stride,
              int out_width,
              const std::array<float*, 4>& out,
              std::ptrdiff_t out_stride) {
  for (int x = 0; x < out_width; x += kConvSpan) {
    // Narrow levels would otherwise compute more nothing than pixels.
    const int left = out_width - x;
    if (left <= kLanes) {
      ConvTile<kIn, kOut, 1>(conv, rows, stride, x, out, out_stride);
    } else if (left <= 2 * kLanes) {
      ConvTile<kIn, kOut, 2>(conv, rows, stride, x, out, out_stride);
    } else {
      ConvTile<kIn, kOut, kConvVecs>(conv, rows, stride, x, out, out_stride);
    }
  }
}

void LogitRow(const PackedPnet& net,
              const float* row,
              std::ptrdiff_t stride,
              int width,
              float* out) {
  for (int x = 0; x < width; x += kLanes) {
    // Four sums, so that one does not wait for the other.
    Vec sum[4] = {};
#pragma GCC unroll 8
    for (int c = 0; c < kPnetConv3; ++c) {
      sum[c % 4] += Load(row + c * stride + x) * net.logit_weight[c];
    }
    Store(out + x, (sum[0] + sum[1]) + (sum[2] + sum[3]) + net.logit_bias);
  }
}

PnetKernel MakeKernel(const char* name) {
  return {.name = name,
          .conv1_group = kConv1Group,
          .conv_group = kConvGroup,
          .conv_span = kConvSpan,
          .pool_row = PoolRow,
          .conv2_rows = ConvRows<kPnetConv1, kPnetConv2>,
          .conv3_rows = ConvRows<kPnetConv2, kPnetConv3>,
          .logit_row = LogitRow};
}
