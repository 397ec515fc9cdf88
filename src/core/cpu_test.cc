// SPDX-License-Identifier: Apache-2.0
#include "core/cpu.h"

#include <gtest/gtest.h>

namespace mien {
namespace {

TEST(Cpu, NewerSetsImplyOlderOnes) {
  const CpuFeatures& cpu = HostCpu();
  EXPECT_TRUE(!cpu.avx512_vnni || cpu.avx512);
  EXPECT_TRUE(!cpu.amx_int8 || cpu.avx512);
  EXPECT_TRUE(!cpu.avx512 || cpu.avx2);
}

TEST(Cpu, DescriptionListsWhatIsThere) {
  EXPECT_EQ(DescribeCpu({.avx2 = true, .avx512 = true}), "AVX2, AVX-512");
  EXPECT_EQ(DescribeCpu({}), "baseline");
}

TEST(Cpu, CountsAtLeastOneCpu) { EXPECT_GE(NumUsableCpus(), 1); }

}  // namespace
}  // namespace mien
