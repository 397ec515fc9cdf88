// SPDX-License-Identifier: Apache-2.0
//
// Body of one LaneKernel. Each lane_kernel_<set>.cc includes it within a
// namespace of its own that states
//   kLanes  floats in a vector
//   kGroup  output channels in registers at once
//   kTiles  pixels or tiles in registers at once
// and under the instruction set that the vectors need.

typedef float Vec __attribute__((vector_size(kLanes * sizeof(float))));
typedef float UnalignedVec
    __attribute__((vector_size(kLanes * sizeof(float)), aligned(4), may_alias));

[[gnu::always_inline]] inline Vec Load(const float* p) {
  return *reinterpret_cast<const UnalignedVec*>(p);
}

[[gnu::always_inline]] inline void Store(float* p, Vec v) {
  *reinterpret_cast<UnalignedVec*>(p) = v;
}

[[gnu::always_inline]] inline Vec Prelu(Vec x, float slope) {
  return x > 0.0F ? x : x * slope;
}

// ---- direct convolution ----

using Sums = Vec[kGroup][kTiles];

// Adds what one channel's `kernel` x `kernel` window gives for kTiles pixels.
template <int kKernel>
[[gnu::always_inline]] inline void AccumulateWindow(
    const float* const (&pixels)[kTiles],
    std::ptrdiff_t row_stride,
    const float* w,
    Sums& sum) {
  for (int y = 0; y < kKernel; ++y) {
#pragma GCC unroll 3
    for (int x = 0; x < kKernel; ++x) {
      const std::ptrdiff_t at = y * row_stride + x * kLanes;
      Vec v[kTiles];
#pragma GCC unroll 4
      for (int t = 0; t < kTiles; ++t) {
        v[t] = Load(pixels[t] + at);
      }
#pragma GCC unroll 8
      for (int g = 0; g < kGroup; ++g) {
#pragma GCC unroll 4
        for (int t = 0; t < kTiles; ++t) {
          sum[g][t] += v[t] * w[g];
        }
      }
      w += kGroup;
    }
  }
}

template <int kKernel>
void ConvDirectOf(const LaneConv& conv,
                  const LaneMap& map,
                  const float* in,
                  int first,
                  float* out) {
  const int width = map.width - kKernel + 1;
  const int count = (map.height - kKernel + 1) * width;
  const std::ptrdiff_t row = std::ptrdiff_t{map.width} * kLanes;
  const std::ptrdiff_t plane = row * map.height;
  const float* weight = conv.weight.data() + std::ptrdiff_t{first} *
                                                 map.channels * kKernel *
                                                 kKernel;
  for (int begin = 0; begin < count; begin += kTiles) {
    const float* pixels[kTiles];
    for (int t = 0; t < kTiles; ++t) {
      const int pixel = begin + t < count ? begin + t : count - 1;
      pixels[t] = in + pixel / width * row + pixel % width * kLanes;
    }
    Sums sum = {};
    const float* w = weight;
    for (int c = 0; c < map.channels; ++c) {
      AccumulateWindow<kKernel>(pixels, row, w, sum);
      w += kKernel * kKernel * kGroup;
#pragma GCC unroll 4
      for (int t = 0; t < kTiles; ++t) {
        pixels[t] += plane;
      }
    }
#pragma GCC unroll 8
    for (int g = 0; g < kGroup; ++g) {
#pragma GCC unroll 4
      for (int t = 0; t < kTiles; ++t) {
        if (begin + t < count) {
          Store(out + (std::ptrdiff_t{g} * count + begin + t) * kLanes,
                Prelu(sum[g][t] + conv.bias[first + g], conv.slope[first + g]));
        }
      }
    }
  }
}

void ConvDirect(const LaneConv& conv,
                const LaneMap& map,
                const float* in,
                int first,
                float* out) {
  if (conv.kernel == 3) {
    ConvDirectOf<3>(conv, map, in, first, out);
  } else {
    ConvDirectOf<2>(conv, map, in, first, out);
  }
}

// ---- Winograd ----

// Row kRow of kMatrix times `v`, from column kColumn on.
template <const auto& kMatrix, int kRow, int kColumn>
[[gnu::always_inline]] inline Vec Combine(const Vec* v) {
  constexpr auto kCoefficients = kMatrix[kRow];
  constexpr float kFactor = kCoefficients[kColumn];
  constexpr bool kMore = [kCoefficients] {
    for (std::size_t i = kColumn + 1; i < kCoefficients.size(); ++i) {
      if (kCoefficients[i] != 0.0F) {
        return true;
      }
    }
    return false;
  }();
  if constexpr (!kMore) {
    return v[kColumn] * kFactor;
  } else if constexpr (kFactor == 0.0F) {
    return Combine<kMatrix, kRow, kColumn + 1>(v);
  } else {
    return Combine<kMatrix, kRow, kColumn + 1>(v) + v[kColumn] * kFactor;
  }
}

template <const auto& kMatrix, int... kRow>
[[gnu::always_inline]] inline void ApplyRows(
    const Vec* in, Vec* out, std::integer_sequence<int, kRow...>) {
  ((out[kRow] = Combine<kMatrix, kRow, 0>(in)), ...);
}

// out = kMatrix in kMatrix^T for a square `in` of the matrix's columns.
template <const auto& kMatrix, int kRows, int kColumns>
[[gnu::always_inline]] inline void ApplyBothWays(
    const Vec (&in)[kColumns][kColumns], Vec (&out)[kRows][kRows]) {
  constexpr auto kAllRows = std::make_integer_sequence<int, kRows>();
  Vec half[kRows][kColumns];
#pragma GCC unroll 8
  for (int x = 0; x < kColumns; ++x) {
    Vec column[kColumns];
    Vec result[kRows];
#pragma GCC unroll 8
    for (int y = 0; y < kColumns; ++y) {
      column[y] = in[y][x];
    }
    ApplyRows<kMatrix>(column, result, kAllRows);
#pragma GCC unroll 8
    for (int y = 0; y < kRows; ++y) {
      half[y][x] = result[y];
    }
  }
#pragma GCC unroll 8
  for (int y = 0; y < kRows; ++y) {
    ApplyRows<kMatrix>(half[y], out[y], kAllRows);
  }
}

template <int kTile>
struct Winograd;

template <>
struct Winograd<2> {
  static constexpr const auto& kInput = kWinogradInput2;
  static constexpr const auto& kOutput = kWinogradOutput2;
};

template <>
struct Winograd<3> {
  static constexpr const auto& kInput = kWinogradInput3;
  static constexpr const auto& kOutput = kWinogradOutput3;
};

// Points of kTiles tiles: [points, channels, kTiles, kLanes] into `points`.
template <int kTile>
[[gnu::always_inline]] inline void TransformTile(const LaneMap& map,
                                                 const float* corner,
                                                 int t,
                                                 float* points) {
  constexpr int kSide = kTile + 2;
  const std::ptrdiff_t row = std::ptrdiff_t{map.width} * kLanes;
  const std::ptrdiff_t point_stride =
      std::ptrdiff_t{map.channels} * kTiles * kLanes;
  for (int c = 0; c < map.channels; ++c) {
    Vec pixels[kSide][kSide];
#pragma GCC unroll 8
    for (int y = 0; y < kSide; ++y) {
#pragma GCC unroll 8
      for (int x = 0; x < kSide; ++x) {
        pixels[y][x] = Load(corner + y * row + x * kLanes);
      }
    }
    Vec result[kSide][kSide];
    ApplyBothWays<Winograd<kTile>::kInput>(pixels, result);
    float* out = points + (std::ptrdiff_t{c} * kTiles + t) * kLanes;
#pragma GCC unroll 8
    for (int p = 0; p < kSide * kSide; ++p) {
      Store(out + p * point_stride, result[p / kSide][p % kSide]);
    }
    corner += row * map.height;
  }
}

// Sum over the channels of one point, for one group of output channels.
[[gnu::always_inline]] inline void MultiplyPoint(
    const float* points,
    int channels,
    const float* w,
    float (*products)[kTiles][kLanes]) {
  Sums sum = {};
  for (int c = 0; c < channels; ++c) {
    Vec v[kTiles];
#pragma GCC unroll 4
    for (int t = 0; t < kTiles; ++t) {
      v[t] = Load(points + t * kLanes);
    }
#pragma GCC unroll 8
    for (int g = 0; g < kGroup; ++g) {
#pragma GCC unroll 4
      for (int t = 0; t < kTiles; ++t) {
        sum[g][t] += v[t] * w[g];
      }
    }
    points += kTiles * kLanes;
    w += kGroup;
  }
#pragma GCC unroll 8
  for (int g = 0; g < kGroup; ++g) {
#pragma GCC unroll 4
    for (int t = 0; t < kTiles; ++t) {
      Store(products[g][t], sum[g][t]);
    }
  }
}

// The tile's outputs of one channel; `products` are [points, kGroup, ...].
template <int kTile>
[[gnu::always_inline]] inline void StoreTile(
    const float (*products)[kGroup][kTiles][kLanes],
    int g,
    int t,
    float bias,
    float slope,
    float* out,
    std::ptrdiff_t row) {
  constexpr int kSide = kTile + 2;
  Vec points[kSide][kSide];
#pragma GCC unroll 8
  for (int p = 0; p < kSide * kSide; ++p) {
    points[p / kSide][p % kSide] = Load(products[p][g][t]);
  }
  Vec result[kTile][kTile];
  ApplyBothWays<Winograd<kTile>::kOutput>(points, result);
#pragma GCC unroll 4
  for (int y = 0; y < kTile; ++y) {
#pragma GCC unroll 4
    for (int x = 0; x < kTile; ++x) {
      Store(out + y * row + x * kLanes, Prelu(result[y][x] + bias, slope));
    }
  }
}

template <int kTile>
void ConvWinogradOf(const LaneConv& conv,
                    const LaneMap& map,
                    const float* in,
                    float* scratch,
                    float* out) {
  constexpr int kPoints = (kTile + 2) * (kTile + 2);
  const int out_width = map.width - 2;
  const int out_height = map.height - 2;
  const int tiles_across = out_width / kTile;
  const int num_tiles = tiles_across * (out_height / kTile);
  const std::ptrdiff_t point_floats =
      std::ptrdiff_t{map.channels} * kTiles * kLanes;
  const std::ptrdiff_t out_row = std::ptrdiff_t{out_width} * kLanes;
  alignas(64) float products[kPoints][kGroup][kTiles][kLanes];
  for (int begin = 0; begin < num_tiles; begin += kTiles) {
    std::ptrdiff_t corners[kTiles];  // in the output, in pixels
    for (int t = 0; t < kTiles; ++t) {
      const int tile = begin + t < num_tiles ? begin + t : num_tiles - 1;
      const int y = tile / tiles_across * kTile;
      const int x = tile % tiles_across * kTile;
      corners[t] = std::ptrdiff_t{y} * out_width + x;
      TransformTile<kTile>(
          map, in + (std::ptrdiff_t{y} * map.width + x) * kLanes, t, scratch);
    }
    const float* w = conv.weight.data();
    for (int first = 0; first < conv.out; first += kGroup) {
      for (int p = 0; p < kPoints; ++p) {
        MultiplyPoint(scratch + p * point_floats, map.channels, w, products[p]);
        w += std::ptrdiff_t{map.channels} * kGroup;
      }
      for (int g = 0; g < kGroup && first + g < conv.out; ++g) {
        float* plane = out + (first + g) * out_row * out_height;
        for (int t = 0; t < kTiles; ++t) {
          StoreTile<kTile>(products,
                           g,
                           t,
                           conv.bias[first + g],
                           conv.slope[first + g],
                           plane + corners[t] * kLanes,
                           out_row);
        }
      }
    }
  }
}

void ConvWinograd(const LaneConv& conv,
                  const LaneMap& map,
                  const float* in,
                  float* scratch,
                  float* out) {
  if (conv.tile == 3) {
    ConvWinogradOf<3>(conv, map, in, scratch, out);
  } else {
    ConvWinogradOf<2>(conv, map, in, scratch, out);
  }
}

int WinogradScratch(const LaneConv& conv) {
  return (conv.tile + 2) * (conv.tile + 2) * conv.in * kTiles * kLanes;
}

// ---- the rest ----

void MaxPool(const LaneMap& map, const float* in, int size, float* out) {
  const int out_height = PooledSide(map.height, size);
  const int out_width = PooledSide(map.width, size);
  for (int c = 0; c < map.channels; ++c) {
    const float* plane =
        in + std::ptrdiff_t{c} * map.height * map.width * kLanes;
    for (int y = 0; y < out_height; ++y) {
      const int y_end = std::min(2 * y + size, map.height);
      for (int x = 0; x < out_width; ++x) {
        const int x_end = std::min(2 * x + size, map.width);
        Vec largest = Vec{} - FLT_MAX;
        for (int i = 2 * y; i < y_end; ++i) {
          for (int j = 2 * x; j < x_end; ++j) {
            const Vec v =
                Load(plane + (std::ptrdiff_t{i} * map.width + j) * kLanes);
            largest = v > largest ? v : largest;
          }
        }
        Store(out, largest);
        out += kLanes;
      }
    }
  }
}

void Dense(const LaneDense& dense, const float* in, float* out) {
  const float* w = dense.weight.data();
  for (int first = 0; first < dense.out; first += kGroup) {
    Vec sum[kGroup] = {};
    for (int i = 0; i < dense.in; ++i) {
      const Vec v = Load(in + std::ptrdiff_t{i} * kLanes);
#pragma GCC unroll 8
      for (int g = 0; g < kGroup; ++g) {
        sum[g] += v * w[g];
      }
      w += kGroup;
    }
    for (int g = 0; g < kGroup; ++g) {
      const Vec y = sum[g] + dense.bias[first + g];
      Store(out + std::ptrdiff_t{first + g} * kLanes,
            dense.slope.empty() ? y : Prelu(y, dense.slope[first + g]));
    }
  }
}

LaneKernel MakeKernel(const char* name) {
  return {.name = name,
          .lanes = kLanes,
          .group = kGroup,
          .conv_direct = ConvDirect,
          .conv_winograd = ConvWinograd,
          .max_pool = MaxPool,
          .dense = Dense,
          .winograd_scratch = WinogradScratch};
}
