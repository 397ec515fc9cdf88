// SPDX-License-Identifier: Apache-2.0
#include "runtime/onednn/row_join.h"

#include <cstdint>
#include <cstring>
#include <numeric>

namespace mien::onednn {
namespace {

/// From so many bytes on the C library is as fast.
constexpr std::size_t kLongRow = 1024;

/// What compilers copy in registers.
constexpr std::size_t kPiece = 32;

void CopyRow(const std::byte* from, std::size_t bytes, std::byte* to) {
  if (bytes >= kLongRow) {
    std::memcpy(to, from, bytes);
    return;
  }
  std::size_t done = 0;
  for (; done + kPiece <= bytes; done += kPiece) {
    std::memcpy(to + done, from + done, kPiece);
  }
  for (; done < bytes; ++done) {
    to[done] = from[done];
  }
}

}  // namespace

void RowJoin::Run(std::span<std::byte* const> at) const {
  const std::size_t total =
      std::accumulate(row_bytes.begin(), row_bytes.end(), std::size_t{0});
  const auto count = static_cast<std::int64_t>(rows);
  constexpr std::size_t kWorthThreads = std::size_t{1} << 17;  // bytes
#pragma omp parallel for schedule(static) if (rows * total > kWorthThreads)
  for (std::int64_t i = 0; i < count; ++i) {
    const auto row = static_cast<std::size_t>(i);
    std::byte* to = at.back() + row * total;
    for (std::size_t source = 0; source < row_bytes.size(); ++source) {
      const std::size_t bytes = row_bytes[source];
      CopyRow(at[source] + row * bytes, bytes, to);
      to += bytes;
    }
  }
}

}  // namespace mien::onednn
