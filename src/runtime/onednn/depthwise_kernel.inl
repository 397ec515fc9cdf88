// SPDX-License-Identifier: Apache-2.0
//
// Body of one DepthwiseKernel. Each depthwise_kernel_<set>.cc includes it
// within a namespace of its own, under the instruction set that it needs, which
// states
//   kLanes        floats in a vector
//   Vec, IntVec   vectors of floats and of 32-bit integers
//   Min, Max      the second where either is NaN
//   RoundToInts   to nearest, ties to even
//   StoreBytes    saturated to 8 bits, signed or not
//
// A strip of kBlocks vectors of channels and some columns is worked on from top
// to bottom. Rows enter a ring of three in the first-level cache, converted,
// rectified and with their padding; output rows are made from there.

typedef std::uint32_t BitVec __attribute__((vector_size(kLanes * 4)));
typedef std::uint16_t HalfVec __attribute__((vector_size(kLanes * 2)));

template <typename V>
[[gnu::always_inline]] inline V Load(const void* p) {
  V v;
  __builtin_memcpy(&v, p, sizeof(V));
  return v;
}

template <typename V>
[[gnu::always_inline]] inline void Store(void* p, V v) {
  __builtin_memcpy(p, &v, sizeof(V));
}

[[gnu::always_inline]] inline Vec Filled(float x) { return Vec{} + x; }

constexpr std::int64_t kBlocks = 4;
constexpr std::int64_t kRows = 3;

/// Columns of the ring: three rows of kBlocks vectors fit the cache.
constexpr std::int64_t kColumns = 30;

/// Output pixels in registers at once.
constexpr std::int64_t kPixels = 4;

struct alignas(64) Ring {
  float values[kRows][kBlocks][kColumns][kLanes];
};

/// A strip of a layer's map.
struct Strip {
  std::int64_t sample = 0;
  std::int64_t channel = 0;  // the first
  std::int64_t blocks = 0;
  std::int64_t column = 0;  // the first of the output's
  std::int64_t columns = 0;
  std::int64_t row = 0;  // the first of the output's
  std::int64_t rows = 0;
};

// ---- reading ----

template <MapType kType>
constexpr std::int64_t kElementBytes = kType == MapType::kFloat32    ? 4
                                       : kType == MapType::kBfloat16 ? 2
                                                                     : 1;

template <MapType kType>
[[gnu::always_inline]] inline Vec Read(const std::byte* p) {
  if constexpr (kType == MapType::kFloat32) {
    return Load<Vec>(p);
  } else {
    return reinterpret_cast<Vec>(
        __builtin_convertvector(Load<HalfVec>(p), BitVec) << 16U);
  }
}

struct Rectify {
  Rectify(const Rectifier& rectifier, std::int64_t channel)
      : slope(rectifier.slopes.empty()
                  ? Filled(1.0F)
                  : Load<Vec>(rectifier.slopes.data() + channel)),
        bound(Filled(rectifier.bound)) {}

  [[gnu::always_inline]] Vec operator()(Vec x) const {
    x = x < 0.0F ? x * slope : x;
    return Min(bound, x);
  }

  Vec slope;
  Vec bound;
};

/// Puts row `y` of the input, which may lie outside, into the ring.
template <MapType kType>
void ReadRow(const DepthwiseLayer& layer,
             const Strip& strip,
             const std::byte* in,
             std::int64_t y,
             Ring& ring) {
  auto& row = ring.values[(y + kRows) % kRows];
  const std::int64_t first = strip.column * layer.stride - layer.pad_left;
  const std::int64_t count = (strip.columns - 1) * layer.stride + kRows;
  const bool is_outside = y < 0 || y >= layer.in_height;
  const std::int64_t begin =
      is_outside ? count : std::clamp<std::int64_t>(-first, 0, count);
  const std::int64_t end =
      is_outside
          ? count
          : std::clamp<std::int64_t>(layer.in_width - first, begin, count);
  const std::int64_t pixel_bytes = layer.channels * kElementBytes<kType>;
  for (std::int64_t block = 0; block < strip.blocks; ++block) {
    const std::int64_t channel = strip.channel + block * kLanes;
    const Rectify rectify(layer.before, channel);
    const std::byte* from =
        in +
        ((strip.sample * layer.in_height + y) * layer.in_width + first) *
            pixel_bytes +
        channel * kElementBytes<kType>;
    for (std::int64_t x = 0; x < begin; ++x) {
      Store(row[block][x], Vec{});
    }
    for (std::int64_t x = begin; x < end; ++x) {
      Store(row[block][x], rectify(Read<kType>(from + x * pixel_bytes)));
    }
    for (std::int64_t x = end; x < count; ++x) {
      Store(row[block][x], Vec{});
    }
  }
}

// ---- writing ----

/// Turns floats into what is stored.
template <MapType kType>
struct Writer {
  explicit Writer(const Quantization& step)
      : factor(Filled(1.0F / step.scale)),
        zero(IntVec{} + step.zero_point),
        is_signed(step.type == DataType::kInt8) {}

  [[gnu::always_inline]] void operator()(std::byte* p, Vec x) const {
    if constexpr (kType == MapType::kFloat32) {
      Store(p, x);
    } else if constexpr (kType == MapType::kBfloat16) {
      // To nearest, ties to even.
      const auto bits = reinterpret_cast<BitVec>(x);
      const BitVec rounded = bits + 0x7FFFU + ((bits >> 16U) & 1U);
      Store(p, __builtin_convertvector(rounded >> 16U, HalfVec));
    } else {
      // Bounds far beyond what 8 bits hold; NaN becomes the lowest.
      constexpr float kBound = 1024.0F;
      x = Min(Max(x * factor, Filled(-kBound)), Filled(kBound));
      StoreBytes(p, RoundToInts(x) + zero, is_signed);
    }
  }

  Vec factor;
  IntVec zero;
  bool is_signed;
};

/// `kCount` neighbouring outputs from the three `rows`.
template <int kStride, int kCount>
[[gnu::always_inline]] inline void Convolve(
    const float (*const (&rows)[kRows])[kLanes],
    std::int64_t column,
    const Vec (&weights)[kDepthwiseTaps],
    Vec (&sums)[kCount]) {
#pragma GCC unroll 3
  for (int y = 0; y < kRows; ++y) {
#pragma GCC unroll 16
    for (int at = 0; at < (kCount - 1) * kStride + kRows; ++at) {
      const Vec x = Load<Vec>(rows[y][column * kStride + at]);
#pragma GCC unroll 8
      for (int i = 0; i < kCount; ++i) {
        const int tap = at - i * kStride;
        if (tap >= 0 && tap < kRows) {
          sums[i] += x * weights[y * kRows + tap];
        }
      }
    }
  }
}

template <MapType kType, int kStride>
void WriteRow(const DepthwiseLayer& layer,
              const Strip& strip,
              const Ring& ring,
              std::int64_t y,
              std::byte* out) {
  const Writer<kType> write(layer.out_step);
  const std::int64_t pixel_bytes = layer.channels * kElementBytes<kType>;
  const std::int64_t top = y * kStride - layer.pad_top + kRows;
  for (std::int64_t block = 0; block < strip.blocks; ++block) {
    const std::int64_t channel = strip.channel + block * kLanes;
    const Rectify rectify(layer.behind, channel);
    const Vec bias = Load<Vec>(layer.bias.data() + channel);
    Vec weights[kDepthwiseTaps];
    for (std::int64_t i = 0; i < kDepthwiseTaps; ++i) {
      weights[i] =
          Load<Vec>(layer.weights.data() + i * layer.channels + channel);
    }
    const float(*rows[kRows])[kLanes] = {ring.values[top % kRows][block],
                                         ring.values[(top + 1) % kRows][block],
                                         ring.values[(top + 2) % kRows][block]};
    std::byte* to = out +
                    ((strip.sample * layer.out_height + y) * layer.out_width +
                     strip.column) *
                        pixel_bytes +
                    channel * kElementBytes<kType>;
    std::int64_t x = 0;
    for (; x + kPixels <= strip.columns; x += kPixels) {
      Vec sums[kPixels] = {bias, bias, bias, bias};
      Convolve<kStride>(rows, x, weights, sums);
#pragma GCC unroll 8
      for (std::int64_t i = 0; i < kPixels; ++i) {
        write(to + (x + i) * pixel_bytes, rectify(sums[i]));
      }
    }
    for (; x < strip.columns; ++x) {
      Vec sums[1] = {bias};
      Convolve<kStride>(rows, x, weights, sums);
      write(to + x * pixel_bytes, rectify(sums[0]));
    }
  }
}

// ---- the whole layer ----

template <MapType kIn, MapType kOut, int kStride>
void RunStrip(const DepthwiseLayer& layer,
              const Strip& strip,
              const std::byte* in,
              std::byte* out) {
  Ring ring;
  std::int64_t next = strip.row * kStride - layer.pad_top;
  for (std::int64_t y = strip.row; y < strip.row + strip.rows; ++y) {
    const std::int64_t top = y * kStride - layer.pad_top;
    for (next = std::max(next, top); next < top + kRows; ++next) {
      ReadRow<kIn>(layer, strip, in, next, ring);
    }
    WriteRow<kOut, kStride>(layer, strip, ring, y, out);
  }
}

template <MapType kIn, MapType kOut>
constexpr auto StripFunction(std::int64_t stride) {
  return stride == 1 ? RunStrip<kIn, kOut, 1> : RunStrip<kIn, kOut, 2>;
}

template <MapType kIn>
constexpr auto StripFunction(MapType out, std::int64_t stride) {
  switch (out) {
    case MapType::kFloat32:
      return StripFunction<kIn, MapType::kFloat32>(stride);
    case MapType::kBfloat16:
      return StripFunction<kIn, MapType::kBfloat16>(stride);
    case MapType::kBytes:
      break;
  }
  return StripFunction<kIn, MapType::kBytes>(stride);
}

constexpr auto StripFunction(const DepthwiseLayer& layer) {
  return layer.in == MapType::kFloat32
             ? StripFunction<MapType::kFloat32>(layer.out, layer.stride)
             : StripFunction<MapType::kBfloat16>(layer.out, layer.stride);
}

/// `extent` in as few equal parts of at most `most` as it takes.
std::int64_t PartsOf(std::int64_t extent, std::int64_t most) {
  return (extent + most - 1) / most;
}

void Run(const DepthwiseLayer& layer, const std::byte* in, std::byte* out) {
  constexpr std::int64_t kBand = 28;  // rows; a band of its own for a thread
  constexpr std::int64_t kWorthThreads = 1 << 16;
  const std::int64_t groups = PartsOf(layer.channels, kBlocks * kLanes);
  const std::int64_t widest = (kColumns - kRows) / layer.stride + 1;
  const std::int64_t parts = PartsOf(layer.out_width, widest);
  const std::int64_t columns = PartsOf(layer.out_width, parts);
  const std::int64_t bands = PartsOf(layer.out_height, kBand);
  const std::int64_t rows = PartsOf(layer.out_height, bands);
  const std::int64_t num_strips = layer.batch * bands * groups * parts;
  const auto run_strip = StripFunction(layer);
#pragma omp parallel for schedule(static) if (layer.batch * layer.channels * \
                                                  layer.out_height *         \
                                                  layer.out_width >          \
                                              kWorthThreads)
  for (std::int64_t i = 0; i < num_strips; ++i) {
    Strip strip;
    strip.column = i % parts * columns;
    strip.columns = std::min(columns, layer.out_width - strip.column);
    strip.channel = i / parts % groups * kBlocks * kLanes;
    strip.blocks = std::min(kBlocks, (layer.channels - strip.channel) / kLanes);
    strip.row = i / parts / groups % bands * rows;
    strip.rows = std::min(rows, layer.out_height - strip.row);
    strip.sample = i / parts / groups / bands;
    run_strip(layer, strip, in, out);
  }
}
