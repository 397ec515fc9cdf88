// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace mien {

/// Rows of this many values, or multiples, are what Int8Dot takes.
inline constexpr std::size_t kInt8DotValues = 64;

/// The sum of the products of `a` and `b`, `size` values in [-127, 127] each,
/// a multiple of kInt8DotValues up to 65536.
using Int8Dot = std::int32_t (*)(const std::int8_t* a,
                                 const std::int8_t* b,
                                 std::size_t size);

/// An implementation, and what it is called.
struct NamedInt8Dot {
  std::string_view name;
  Int8Dot run = nullptr;
};

/// All that this CPU can run, fastest first; the last is "plain".
std::span<const NamedInt8Dot> UsableInt8Dots();

}  // namespace mien
