// SPDX-License-Identifier: Apache-2.0
#include "runtime/onednn/row_join.h"

#include <gtest/gtest.h>

namespace mien::onednn {
namespace {

std::vector<std::byte> Bytes(std::initializer_list<int> values) {
  std::vector<std::byte> bytes;
  for (const int value : values) {
    bytes.push_back(static_cast<std::byte>(value));
  }
  return bytes;
}

TEST(RowJoin, PutsRowsOneBehindTheOther) {
  std::vector<std::byte> a = Bytes({1, 2, 3, 4});
  std::vector<std::byte> b = Bytes({5, 6});
  std::vector<std::byte> c = Bytes({7, 8, 9, 10, 11, 12});
  std::vector<std::byte> result(12);
  const std::vector<std::byte*> at = {
      a.data(), b.data(), c.data(), result.data()};
  RowJoin{.rows = 2, .row_bytes = {2, 1, 3}}.Run(at);
  EXPECT_EQ(result, Bytes({1, 2, 5, 7, 8, 9, 3, 4, 6, 10, 11, 12}));
}

/// Byte `i` of row `row` of source `source`.
std::byte Expected(std::size_t source, std::size_t row, std::size_t i) {
  return static_cast<std::byte>((source * 89 + row * 31 + i) % 251);
}

// Rows of whole pieces, of pieces and bytes, and long ones, enough of them for
// several threads.
TEST(RowJoin, CopiesRowsOfAnyLength) {
  const RowJoin join = {.rows = 67, .row_bytes = {32, 2000, 75, 1, 1024}};
  std::vector<std::vector<std::byte>> sources;
  std::vector<std::byte*> at;
  for (std::size_t s = 0; s < join.row_bytes.size(); ++s) {
    auto& source = sources.emplace_back();
    for (std::size_t row = 0; row < join.rows; ++row) {
      for (std::size_t i = 0; i < join.row_bytes[s]; ++i) {
        source.push_back(Expected(s, row, i));
      }
    }
  }
  for (auto& source : sources) {
    at.push_back(source.data());
  }
  std::vector<std::byte> result(67 * (32 + 2000 + 75 + 1 + 1024));
  at.push_back(result.data());
  join.Run(at);
  std::size_t place = 0;
  for (std::size_t row = 0; row < join.rows; ++row) {
    for (std::size_t s = 0; s < join.row_bytes.size(); ++s) {
      for (std::size_t i = 0; i < join.row_bytes[s]; ++i) {
        ASSERT_EQ(result[place++], Expected(s, row, i))
            << "source " << s << " row " << row << " byte " << i;
      }
    }
  }
}

}  // namespace
}  // namespace mien::onednn
