// SPDX-License-Identifier: Apache-2.0
#include "runtime/resolve_precision.h"

#include <gtest/gtest.h>

namespace mien {
namespace {

constexpr CpuFeatures kAvx2 = {.avx2 = true};
constexpr CpuFeatures kAvx512 = {.avx2 = true, .avx512 = true};
constexpr CpuFeatures kAvx512Bf16 = {
    .avx2 = true, .avx512 = true, .avx512_bf16 = true};
constexpr CpuFeatures kAmx = {.avx2 = true,
                              .avx512 = true,
                              .avx512_bf16 = true,
                              .slow_avx512_bf16 = true,
                              .amx_bf16 = true};

/// Sapphire Rapids whose host keeps AMX to itself.
constexpr CpuFeatures kIntelWithoutAmx = {.avx2 = true,
                                          .avx512 = true,
                                          .avx512_bf16 = true,
                                          .slow_avx512_bf16 = true};

constexpr CpuFeatures kVnni = {
    .avx2 = true, .avx512 = true, .avx512_vnni = true};

TEST(ResolvePrecision, GivesFloat32Everywhere) {
  for (const CpuFeatures& cpu : {CpuFeatures{}, kAvx2, kAvx512, kAmx}) {
    EXPECT_EQ(
        ResolvePrecision(Precision::kFloat32, cpu, Quantized::kNo).value(),
        Precision::kFloat32);
  }
}

TEST(ResolvePrecision, PicksBf16OnlyWhereItIsFast) {
  const auto pick = [](const CpuFeatures& cpu) {
    return ResolvePrecision(Precision::kAuto, cpu, Quantized::kNo).value();
  };
  EXPECT_EQ(pick(kAvx2), Precision::kFloat32);
  EXPECT_EQ(pick(kAvx512), Precision::kFloat32);
  EXPECT_EQ(pick(kAvx512Bf16), Precision::kBfloat16);
  EXPECT_EQ(pick(kIntelWithoutAmx), Precision::kFloat32);
  EXPECT_EQ(pick(kAmx), Precision::kBfloat16);
}

TEST(ResolvePrecision, RefusesBf16WithoutAvx512) {
  const auto refused =
      ResolvePrecision(Precision::kBfloat16, kAvx2, Quantized::kNo);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(refused.error().message,
            "bf16 needs a CPU with AVX-512; this one has AVX2; use fp32 or "
            "auto");
  EXPECT_EQ(
      ResolvePrecision(Precision::kBfloat16, kAvx512, Quantized::kNo).value(),
      Precision::kBfloat16);
}

TEST(ResolvePrecision, RunsQuantizedNetworksInInt8WhereVnniIs) {
  for (const Precision request : {Precision::kAuto, Precision::kInt8}) {
    EXPECT_EQ(ResolvePrecision(request, kVnni, Quantized::kYes).value(),
              Precision::kInt8);
  }
  EXPECT_EQ(
      ResolvePrecision(Precision::kAuto, kAvx512Bf16, Quantized::kYes).value(),
      Precision::kFloat32);
}

TEST(ResolvePrecision, RefusesInt8WithoutVnni) {
  const auto refused =
      ResolvePrecision(Precision::kInt8, kAvx2, Quantized::kYes);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(
      refused.error().message,
      "int8 needs a CPU with AVX-512 VNNI; this one has AVX2; use fp32 or "
      "auto");
}

TEST(ResolvePrecision, RefusesInt8ForANetworkThatIsNotQuantized) {
  const auto refused =
      ResolvePrecision(Precision::kInt8, kVnni, Quantized::kNo);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(refused.error().message,
            "int8 needs a quantised model, which 'mien model quantize' makes; "
            "use fp32, bf16 or auto");
}

}  // namespace
}  // namespace mien
