// SPDX-License-Identifier: Apache-2.0
#include "runtime/onednn/quantization.h"

#include <algorithm>
#include <cmath>

#include "core/check.h"
#include "core/cpu.h"

#if defined(__x86_64__)
// GCC 12 takes the undefined registers of its own intrinsics for ours.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#include <immintrin.h>
#endif

namespace mien::onednn {
namespace {

constexpr float kLargestWeight = 127.0F;

/// Far beyond what 8 bits hold, far within what integers hold.
constexpr float kBound = 1024.0F;

struct Limits {
  float low;
  float high;
};

Limits LimitsOf(DataType type) {
  return type == DataType::kInt8 ? Limits{-128.0F, 127.0F}
                                 : Limits{0.0F, 255.0F};
}

void QuantizeRow(const QuantizeLoop& loop, const float* from, std::byte* to) {
  const Limits limits = LimitsOf(loop.quantization.type);
  const float factor = 1.0F / loop.quantization.scale;
  const auto zero = static_cast<float>(loop.quantization.zero_point);
  for (std::size_t c = 0; c < loop.channels; ++c) {
    float x = from[c];
    if (!loop.slopes.empty() && x < 0.0F) {
      x *= loop.slopes[c];
    }
    const float q = std::nearbyint(x * factor) + zero;
    // Written so that NaN becomes the lowest.
    const float held = q > limits.low ? std::min(q, limits.high) : limits.low;
    to[c] = static_cast<std::byte>(static_cast<int>(held));
  }
}

#if defined(__x86_64__)

constexpr std::size_t kLanes = 16;

#define MIEN_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl")))

/// What QuantizeRow() does to 16 values, by constants that stay in registers.
struct Quantizer16 {
  __m512 factor;
  __m512i zero;
  bool is_signed;

  [[nodiscard]] MIEN_AVX512 __m128i operator()(__m512 x) const {
    // The first operand of max is dropped when it is NaN.
    x = _mm512_max_ps(_mm512_mul_ps(x, factor), _mm512_set1_ps(-kBound));
    x = _mm512_min_ps(x, _mm512_set1_ps(kBound));
    const __m512i q = _mm512_add_epi32(_mm512_cvtps_epi32(x), zero);
    return is_signed ? _mm512_cvtsepi32_epi8(q)
                     : _mm512_cvtusepi32_epi8(
                           _mm512_max_epi32(q, _mm512_setzero_si512()));
  }
};

MIEN_AVX512 __m512 Rectified(__m512 x, __m512 slopes) {
  const __mmask16 negative =
      _mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_LT_OQ);
  return _mm512_mask_mul_ps(x, negative, x, slopes);
}

/// Masks cost time, so that only the last lanes have one.
MIEN_AVX512 void QuantizeRowAvx512(const QuantizeLoop& loop,
                                   const float* from,
                                   std::byte* to) {
  const Quantizer16 quantize = {_mm512_set1_ps(1.0F / loop.quantization.scale),
                                _mm512_set1_epi32(loop.quantization.zero_point),
                                loop.quantization.type == DataType::kInt8};
  const float* slopes = loop.slopes.empty() ? nullptr : loop.slopes.data();
  const std::size_t whole = loop.channels / kLanes * kLanes;
  for (std::size_t c = 0; c < whole; c += kLanes) {
    __m512 x = _mm512_loadu_ps(from + c);
    if (slopes != nullptr) {
      x = Rectified(x, _mm512_loadu_ps(slopes + c));
    }
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to + c), quantize(x));
  }
  if (whole < loop.channels) {
    const auto lanes =
        static_cast<__mmask16>((1U << (loop.channels - whole)) - 1U);
    __m512 x = _mm512_maskz_loadu_ps(lanes, from + whole);
    if (slopes != nullptr) {
      x = Rectified(x, _mm512_maskz_loadu_ps(lanes, slopes + whole));
    }
    _mm_mask_storeu_epi8(to + whole, lanes, quantize(x));
  }
}

MIEN_AVX512 void DequantizeAvx512(const Quantization& quantization,
                                  const std::byte* from,
                                  std::size_t count,
                                  float* to) {
  const __m512 scale = _mm512_set1_ps(quantization.scale);
  const __m512i zero = _mm512_set1_epi32(quantization.zero_point);
  const bool is_signed = quantization.type == DataType::kInt8;
  for (std::size_t i = 0; i < count; i += kLanes) {
    const auto lanes =
        static_cast<__mmask16>((1U << std::min(kLanes, count - i)) - 1U);
    const __m128i bytes = _mm_maskz_loadu_epi8(lanes, from + i);
    const __m512i q =
        is_signed ? _mm512_cvtepi8_epi32(bytes) : _mm512_cvtepu8_epi32(bytes);
    _mm512_mask_storeu_ps(
        to + i,
        lanes,
        _mm512_mul_ps(_mm512_cvtepi32_ps(_mm512_sub_epi32(q, zero)), scale));
  }
}

#undef MIEN_AVX512

bool HasAvx512() { return HostCpu().avx512; }

#else

void QuantizeRowAvx512(const QuantizeLoop& loop,
                       const float* from,
                       std::byte* to) {
  QuantizeRow(loop, from, to);
}

void DequantizeAvx512(const Quantization&,
                      const std::byte*,
                      std::size_t,
                      float*) {}

bool HasAvx512() { return false; }

#endif

}  // namespace

dnnl::memory::data_type ByteType(DataType type) {
  MIEN_CHECK(type == DataType::kInt8 || type == DataType::kUint8);
  return type == DataType::kInt8 ? dnnl::memory::data_type::s8
                                 : dnnl::memory::data_type::u8;
}

void QuantizeLoop::Run(const float* from, std::byte* to) const {
  const auto run_row = HasAvx512() ? QuantizeRowAvx512 : QuantizeRow;
  const auto count = static_cast<std::int64_t>(rows);
  constexpr std::size_t kWorthThreads = std::size_t{1} << 16;
#pragma omp parallel for schedule(static) if (rows * channels > kWorthThreads)
  for (std::int64_t row = 0; row < count; ++row) {
    const std::size_t first = static_cast<std::size_t>(row) * channels;
    run_row(*this, from + first, to + first);
  }
}

void DequantizeLoop(const Quantization& quantization,
                    const std::byte* from,
                    std::size_t count,
                    float* to) {
  if (HasAvx512()) {
    return DequantizeAvx512(quantization, from, count, to);
  }
  const bool is_signed = quantization.type == DataType::kInt8;
  for (std::size_t i = 0; i < count; ++i) {
    const int q = is_signed ? static_cast<std::int8_t>(from[i])
                            : static_cast<std::uint8_t>(from[i]);
    to[i] =
        static_cast<float>(q - quantization.zero_point) * quantization.scale;
  }
}

ByteWeights ToByteWeights(const Tensor& weights) {
  const StoredElements stored = weights.stored();
  const auto rows = static_cast<std::size_t>(weights.shape().front());
  const auto count = static_cast<std::size_t>(NumElements(weights.shape()));
  const std::size_t length = rows == 0 ? 0 : count / rows;
  ByteWeights result;
  std::vector<float> elements(length);
  std::vector<std::byte> bytes(count);
  for (std::size_t row = 0; row < rows; ++row) {
    CopyFloats(stored, row * length, elements);
    float largest = 0.0F;
    for (const float value : elements) {
      largest = std::max(largest, std::abs(value));
    }
    const float scale = largest > 0.0F ? largest / kLargestWeight : 1.0F;
    result.scales.push_back(scale);
    for (std::size_t i = 0; i < length; ++i) {
      const auto q = static_cast<int>(std::nearbyint(elements[i] / scale));
      bytes[row * length + i] = static_cast<std::byte>(q);
    }
  }
  // Integers that come back as they are in the file need not be held twice.
  const bool is_as_stored =
      stored.type == DataType::kInt8 && std::ranges::equal(bytes, stored.bytes);
  result.integers =
      is_as_stored
          ? Tensor::Deferred(DataType::kInt8,
                             weights.shape(),
                             {stored.owner, stored.bytes, DataType::kInt8, {}})
          : Tensor(DataType::kInt8, weights.shape(), std::move(bytes));
  return result;
}

}  // namespace mien::onednn
