// SPDX-License-Identifier: Apache-2.0
#include "index/bound_scan.h"

#include <array>
#include <vector>

#include "core/cpu.h"

namespace mien {
namespace {

std::vector<NamedBoundScan> FindUsable() {
  std::vector<NamedBoundScan> usable;
#if defined(__x86_64__)
  if (HostCpu().avx512 && HostCpu().avx512_vnni) {
    usable.push_back({"avx512-vnni", internal::BoundScanVnni});
  }
  if (HostCpu().avx2) {
    usable.push_back({"avx2", internal::BoundScanAvx2});
  }
#endif
  usable.push_back({"plain", internal::BoundScanPlain});
  return usable;
}

}  // namespace

std::span<const NamedBoundScan> UsableBoundScans() {
  static const std::vector<NamedBoundScan> usable = FindUsable();
  return usable;
}

void StoreInBlock(std::span<const std::int8_t> row, int r, std::int8_t* block) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    block[(i / 4 * kBlockRows + static_cast<std::size_t>(r)) * 4 + i % 4] =
        row[i];
  }
}

void LoadFromBlock(const std::int8_t* block,
                   int r,
                   std::span<std::int8_t> row) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    row[i] =
        block[(i / 4 * kBlockRows + static_cast<std::size_t>(r)) * 4 + i % 4];
  }
}

namespace internal {
namespace {

std::array<std::int32_t, kBlockRows> BlockDots(const std::int8_t* block,
                                               const ScanProbe& probe,
                                               int dimension) {
  std::array<std::int32_t, kBlockRows> dots{};
  for (int group = 0; group < dimension / 4; ++group) {
    for (std::size_t r = 0; r < kBlockRows; ++r) {
      for (int i = 0; i < 4; ++i) {
        dots[r] += *block++ * probe.values[group * 4 + i];
      }
    }
  }
  return dots;
}

}  // namespace

void BoundScanPlain(const RowBlocks& rows,
                    std::span<const ScanProbe> probes,
                    float* upper) {
  for (const ScanProbe& probe : probes) {
    for (int b = 0; b < rows.num_blocks; ++b) {
      const auto dots = BlockDots(rows.values + static_cast<std::ptrdiff_t>(b) *
                                                    kBlockRows * rows.dimension,
                                  probe,
                                  rows.dimension);
      const float* scales = rows.scales + b * kBlockRows;
      const float* errors = rows.errors + b * kBlockRows;
      for (std::size_t r = 0; r < kBlockRows; ++r) {
        *upper++ = static_cast<float>(dots[r]) * (scales[r] * probe.scale) +
                   BoundWidth(probe, errors[r]);
      }
    }
  }
}

}  // namespace internal
}  // namespace mien
