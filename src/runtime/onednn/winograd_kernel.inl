// SPDX-License-Identifier: Apache-2.0
//
// Body of one WinogradKernel. Each winograd_kernel_<set>.cc includes it within
// a namespace of its own, under the instruction set that it needs, which states
//   kLanes      floats in a vector
//   kRows       tiles multiplied at a time: 2 kRows sums stay in registers
//   Vec         vector of floats
//   Filled      of one value
//   Fma         a b + c
//   Max         the second where either is NaN
//
// All inputs of some tiles are transformed first, B^T d B; then, for 2 kLanes
// channels of output at a time, each of the 36 places is a product of matrices
// [tiles, C] x [C, 2 kLanes], and what comes out is transformed back, A^T m A.

constexpr std::int64_t kTile = 4;    // outputs along a side
constexpr std::int64_t kPatch = 6;   // inputs along a side
constexpr std::int64_t kPlaces = 36; // kPatch x kPatch
constexpr std::int64_t kBlock = 2 * kLanes;

[[gnu::always_inline]] inline Vec Load(const float* p) {
  Vec v;
  __builtin_memcpy(&v, p, sizeof(Vec));
  return v;
}

[[gnu::always_inline]] inline void Store(float* p, Vec v) {
  __builtin_memcpy(p, &v, sizeof(Vec));
}

struct PatchLine {
  Vec values[kPatch];
};

struct TileLine {
  Vec values[kTile];
};

/// B^T d.
[[gnu::always_inline]] inline PatchLine TransformIn(const PatchLine& line) {
  const Vec* d = line.values;
  const Vec a = Fma(Filled(-4.0F), d[2], d[4]);
  const Vec b = Fma(Filled(-4.0F), d[1], d[3]);
  const Vec c = d[4] - d[2];
  const Vec e = (d[3] - d[1]) + (d[3] - d[1]);
  return {{Fma(Filled(4.0F), d[0], Fma(Filled(-5.0F), d[2], d[4])),
           a + b,
           a - b,
           c + e,
           c - e,
           Fma(Filled(4.0F), d[1], Fma(Filled(-5.0F), d[3], d[5]))}};
}

/// A^T m.
[[gnu::always_inline]] inline TileLine TransformOut(const PatchLine& line) {
  const Vec* m = line.values;
  const Vec a = m[1] + m[2];
  const Vec b = m[1] - m[2];
  const Vec c = m[3] + m[4];
  const Vec d = m[3] - m[4];
  return {{m[0] + a + c,
           b + (d + d),
           Fma(Filled(4.0F), c, a),
           Fma(Filled(8.0F), d, b + m[5])}};
}

/// Where a tile stands.
struct Corner {
  std::int64_t sample = 0;
  std::int64_t row = 0;     // the first of the output's
  std::int64_t column = 0;  // the first of the output's
};

inline Corner CornerOf(const WinogradTiles& tiles, std::int64_t i) {
  const std::int64_t index = tiles.first + i;
  const std::int64_t row = index / tiles.across;
  return {row / tiles.down,
          row % tiles.down * kTile,
          index % tiles.across * kTile};
}

/// The patch of one tile and one block of channels, transformed, to `to`, its
/// places `stride` floats apart.
void TransformPatch(const WinogradLayer& layer,
                    const Corner& corner,
                    const float* channels,
                    float* to,
                    std::int64_t stride) {
  const std::int64_t top = corner.row - layer.pad_top;
  const std::int64_t left = corner.column - layer.pad_left;
  const float* from = channels + corner.sample * layer.in.sample +
                      top * layer.in.row + left * layer.in.pixel;
  PatchLine columns[kPatch];
#pragma GCC unroll 6
  for (std::int64_t x = 0; x < kPatch; ++x) {
    const bool has_column = left + x >= 0 && left + x < layer.in_width;
    PatchLine line;
#pragma GCC unroll 6
    for (std::int64_t y = 0; y < kPatch; ++y) {
      const bool is_inside =
          has_column && top + y >= 0 && top + y < layer.in_height;
      line.values[y] =
          is_inside ? Load(from + y * layer.in.row + x * layer.in.pixel)
                    : Vec{};
    }
    columns[x] = TransformIn(line);
  }
#pragma GCC unroll 6
  for (std::int64_t y = 0; y < kPatch; ++y) {
    PatchLine line;
#pragma GCC unroll 6
    for (std::int64_t x = 0; x < kPatch; ++x) {
      line.values[x] = columns[x].values[y];
    }
    const PatchLine transformed = TransformIn(line);
#pragma GCC unroll 6
    for (std::int64_t x = 0; x < kPatch; ++x) {
      Store(to + (y * kPatch + x) * stride, transformed.values[x]);
    }
  }
}

/// [kCount, kBlock] of `a` [kCount, depth] times `b` [depth, kBlock].
template <int kCount>
[[gnu::always_inline]] inline void Multiply(const float* a,
                                            const float* b,
                                            std::int64_t depth,
                                            float* to) {
  Vec low[kCount] = {};
  Vec high[kCount] = {};
  for (std::int64_t k = 0; k < depth; ++k) {
    const Vec b_low = Load(b + k * kBlock);
    const Vec b_high = Load(b + k * kBlock + kLanes);
#pragma GCC unroll 16
    for (int i = 0; i < kCount; ++i) {
      const Vec x = Filled(a[i * depth + k]);
      low[i] = Fma(x, b_low, low[i]);
      high[i] = Fma(x, b_high, high[i]);
    }
  }
#pragma GCC unroll 16
  for (int i = 0; i < kCount; ++i) {
    Store(to + i * kBlock, low[i]);
    Store(to + i * kBlock + kLanes, high[i]);
  }
}

void MultiplyTiles(const float* a,
                   const float* b,
                   std::int64_t tiles,
                   std::int64_t depth,
                   float* to) {
  std::int64_t i = 0;
  for (; i + kRows <= tiles; i += kRows) {
    Multiply<kRows>(a + i * depth, b, depth, to + i * kBlock);
  }
  for (; i + kRows / 3 <= tiles; i += kRows / 3) {
    Multiply<kRows / 3>(a + i * depth, b, depth, to + i * kBlock);
  }
  for (; i < tiles; ++i) {
    Multiply<1>(a + i * depth, b, depth, to + i * kBlock);
  }
}

/// One tile's outputs of kLanes channels from its products, whose places are
/// `stride` floats apart.
void FinishTile(const WinogradLayer& layer,
                const Corner& corner,
                const float* products,
                std::int64_t stride,
                Vec bias,
                float* channels) {
  TileLine columns[kPatch];
#pragma GCC unroll 6
  for (std::int64_t x = 0; x < kPatch; ++x) {
    PatchLine line;
#pragma GCC unroll 6
    for (std::int64_t y = 0; y < kPatch; ++y) {
      line.values[y] = Load(products + (y * kPatch + x) * stride);
    }
    columns[x] = TransformOut(line);
  }
  float* to = channels + corner.sample * layer.out.sample +
              corner.row * layer.out.row + corner.column * layer.out.pixel;
  const Vec lower = Filled(layer.lower);
  const std::int64_t rows = layer.out_height - corner.row;
  const std::int64_t width = layer.out_width - corner.column;
#pragma GCC unroll 4
  for (std::int64_t y = 0; y < kTile; ++y) {
    PatchLine line;
#pragma GCC unroll 6
    for (std::int64_t x = 0; x < kPatch; ++x) {
      line.values[x] = columns[x].values[y];
    }
    const TileLine outputs = TransformOut(line);
#pragma GCC unroll 4
    for (std::int64_t x = 0; x < kTile; ++x) {
      if (y < rows && x < width) {
        float* at = to + y * layer.out.row + x * layer.out.pixel;
        const Vec sum = outputs.values[x] + bias;
        Store(at, Max(lower, layer.adds ? sum + Load(at) : sum));
      }
    }
  }
}

void Run(const WinogradLayer& layer,
         const WinogradTiles& tiles,
         const float* in,
         float* out,
         float* scratch) {
  const std::int64_t depth = layer.in_channels;
  const std::int64_t patch_stride = tiles.count * depth + kWinogradGap;
  const std::int64_t product_stride = tiles.count * kBlock + kWinogradGap;
  float* patches = scratch;                            // [36, tiles, C]
  float* products = scratch + kPlaces * patch_stride;  // [36, tiles, kBlock]
  for (std::int64_t i = 0; i < tiles.count; ++i) {
    const Corner corner = CornerOf(tiles, i);
    for (std::int64_t c = 0; c < depth; c += kLanes) {
      TransformPatch(layer,
                     corner,
                     in + c / kLanes * layer.in.block,
                     patches + i * depth + c,
                     patch_stride);
    }
  }
  const float* weights = layer.weights->data();
  for (std::int64_t m = 0; m < layer.out_channels; m += kBlock) {
    for (std::int64_t place = 0; place < kPlaces; ++place) {
      MultiplyTiles(patches + place * patch_stride,
                    weights,
                    tiles.count,
                    depth,
                    products + place * product_stride);
      weights += depth * kBlock;
    }
    for (std::int64_t i = 0; i < tiles.count; ++i) {
      const Corner corner = CornerOf(tiles, i);
      for (std::int64_t half = 0; half < kBlock; half += kLanes) {
        FinishTile(layer,
                   corner,
                   products + i * kBlock + half,
                   product_stride,
                   Load(layer.bias.data() + m + half),
                   out + (m + half) / kLanes * layer.out.block);
      }
    }
  }
}
