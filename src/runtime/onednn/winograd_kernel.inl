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

constexpr std::int64_t kTile = 4;     // outputs along a side
constexpr std::int64_t kPatch = 6;    // inputs along a side
constexpr std::int64_t kPlaces = 36;  // kPatch x kPatch
constexpr std::int64_t kBlock = 2 * kLanes;

using Bfloat16 = std::uint16_t;
typedef std::uint32_t BitVec __attribute__((vector_size(kLanes * 4)));
typedef Bfloat16 HalfVec __attribute__((vector_size(kLanes * 2)));

[[gnu::always_inline]] inline Vec Load(const float* p) {
  Vec v;
  __builtin_memcpy(&v, p, sizeof(Vec));
  return v;
}

[[gnu::always_inline]] inline Vec Load(const Bfloat16* p) {
  HalfVec v;
  __builtin_memcpy(&v, p, sizeof(HalfVec));
  return reinterpret_cast<Vec>(__builtin_convertvector(v, BitVec) << 16U);
}

[[gnu::always_inline]] inline void Store(float* p, Vec v) {
  __builtin_memcpy(p, &v, sizeof(Vec));
}

/// To nearest, ties to even.
[[gnu::always_inline]] inline void Store(Bfloat16* p, Vec v) {
  const auto bits = reinterpret_cast<BitVec>(v);
  const BitVec rounded = bits + 0x7FFFU + ((bits >> 16U) & 1U);
  const HalfVec half = __builtin_convertvector(rounded >> 16U, HalfVec);
  __builtin_memcpy(p, &half, sizeof(HalfVec));
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
  return {
      row / tiles.down, row % tiles.down * kTile, index % tiles.across * kTile};
}

/// The patch of one tile and one block of channels, transformed, to `to`, its
/// places `stride` floats apart.
template <typename In>
void TransformPatch(const WinogradLayer& layer,
                    const Corner& corner,
                    const In* channels,
                    float* to,
                    std::int64_t stride) {
  const std::int64_t top = corner.row - layer.pad_top;
  const std::int64_t left = corner.column - layer.pad_left;
  const In* from = channels + corner.sample * layer.in.sample +
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
      line.values[y] = is_inside
                           ? Load(from + y * layer.in.row + x * layer.in.pixel)
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
template <typename Out>
void FinishTile(const WinogradLayer& layer,
                const Corner& corner,
                const float* products,
                std::int64_t stride,
                Vec bias,
                Out* channels) {
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
  Out* to = channels + corner.sample * layer.out.sample +
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
        Out* at = to + y * layer.out.row + x * layer.out.pixel;
        const Vec sum = outputs.values[x] + bias;
        Store(at, Max(lower, layer.adds ? sum + Load(at) : sum));
      }
    }
  }
}

/// Transforms the patches of `tiles` to `patches` [36, tiles, C].
template <typename In>
void TransformPatches(const WinogradLayer& layer,
                      const WinogradTiles& tiles,
                      const In* in,
                      float* patches,
                      std::int64_t stride) {
  for (std::int64_t i = 0; i < tiles.count; ++i) {
    const Corner corner = CornerOf(tiles, i);
    for (std::int64_t c = 0; c < layer.in_channels; c += kLanes) {
      TransformPatch(layer,
                     corner,
                     in + c / kLanes * layer.in.block,
                     patches + i * layer.in_channels + c,
                     stride);
    }
  }
}

/// Output channels `m` to m + kBlock of `tiles` from `products`, which are
/// [36, tiles, kBlock].
template <typename Out>
void FinishTiles(const WinogradLayer& layer,
                 const WinogradTiles& tiles,
                 std::int64_t m,
                 const float* products,
                 std::int64_t stride,
                 Out* out) {
  for (std::int64_t i = 0; i < tiles.count; ++i) {
    const Corner corner = CornerOf(tiles, i);
    for (std::int64_t half = 0; half < kBlock; half += kLanes) {
      FinishTile(layer,
                 corner,
                 products + i * kBlock + half,
                 stride,
                 Load(layer.bias.data() + m + half),
                 out + (m + half) / kLanes * layer.out.block);
    }
  }
}

template <typename In, typename Out>
void RunTyped(const WinogradLayer& layer,
              const WinogradTiles& tiles,
              const In* in,
              Out* out,
              float* scratch) {
  const std::int64_t depth = layer.in_channels;
  const std::int64_t patch_stride = tiles.count * depth + kWinogradGap;
  const std::int64_t product_stride = tiles.count * kBlock + kWinogradGap;
  float* patches = scratch;
  float* products = scratch + kPlaces * patch_stride;
  TransformPatches(layer, tiles, in, patches, patch_stride);
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
    FinishTiles(layer, tiles, m, products, product_stride, out);
  }
}

void Run(const WinogradLayer& layer,
         const WinogradTiles& tiles,
         const std::byte* in,
         std::byte* out,
         float* scratch) {
  const auto* halves_in = reinterpret_cast<const Bfloat16*>(in);
  const auto* floats_in = reinterpret_cast<const float*>(in);
  auto* halves_out = reinterpret_cast<Bfloat16*>(out);
  auto* floats_out = reinterpret_cast<float*>(out);
  if (layer.reads_bf16 && layer.writes_bf16) {
    RunTyped(layer, tiles, halves_in, halves_out, scratch);
  } else if (layer.reads_bf16) {
    RunTyped(layer, tiles, halves_in, floats_out, scratch);
  } else if (layer.writes_bf16) {
    RunTyped(layer, tiles, floats_in, halves_out, scratch);
  } else {
    RunTyped(layer, tiles, floats_in, floats_out, scratch);
  }
}
