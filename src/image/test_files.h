// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "mien/image.h"

namespace mien {

// Building blocks of small picture files for tests.

using Bytes = std::vector<std::byte>;

/// The bytes of `values`, each in [0, 255].
inline Bytes MakeBytes(std::initializer_list<int> values) {
  Bytes bytes;
  for (const int value : values) {
    bytes.push_back(static_cast<std::byte>(value));
  }
  return bytes;
}

inline Bytes MakeBytes(std::string_view text) {
  const auto* first = reinterpret_cast<const std::byte*>(text.data());
  return {first, first + text.size()};
}

/// The bytes that `hex`, pairs of lower-case digits, spells.
inline Bytes FromHex(std::string_view hex) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<std::byte>(16 * kDigits.find(hex[i]) +
                                           kDigits.find(hex[i + 1])));
  }
  return bytes;
}

inline void Append(Bytes& bytes, const Bytes& more) {
  bytes.insert(bytes.end(), more.begin(), more.end());
}

/// Appends the low `size` bytes of `value`, the most significant first.
inline void AppendBigEndian(Bytes& bytes, std::uint64_t value, int size) {
  for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<std::byte>(value >> shift & 0xFFU));
  }
}

/// Appends the low `size` bytes of `value`, the least significant first.
inline void AppendLittleEndian(Bytes& bytes, std::uint64_t value, int size) {
  for (int shift = 0; shift < 8 * size; shift += 8) {
    bytes.push_back(static_cast<std::byte>(value >> shift & 0xFFU));
  }
}

/// An EXIF block, big endian, whose only entry is the orientation.
inline Bytes ExifBlock(int orientation) {
  Bytes block = MakeBytes({'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1});
  Append(block, MakeBytes({0x01, 0x12, 0, 3, 0, 0, 0, 1}));
  Append(block, MakeBytes({0, orientation, 0, 0, 0, 0, 0, 0}));
  return block;
}

/// Largest difference of any level; 256 when the sizes differ.
inline int LargestDifference(const Image& a, const Image& b) {
  if (a.width() != b.width() || a.height() != b.height()) {
    return 256;
  }
  int largest = 0;
  for (std::size_t i = 0; i < a.pixels().size(); ++i) {
    largest = std::max(largest, std::abs(a.pixels()[i] - b.pixels()[i]));
  }
  return largest;
}

/// Six pixels wide, four high, upright: red, green, blue in the upper row of
/// 2 x 2 squares, black, white, yellow below. No two turns of it look alike.
inline Image SixSquares() {
  constexpr std::uint8_t kColors[6][3] = {{255, 0, 0},
                                          {0, 255, 0},
                                          {0, 0, 255},
                                          {0, 0, 0},
                                          {255, 255, 255},
                                          {255, 255, 0}};
  Image image(6, 4);
  for (int y = 0; y < 4; ++y) {
    for (int x = 0; x < 6; ++x) {
      for (int c = 0; c < 3; ++c) {
        image.row(y)[3 * x + c] = kColors[3 * (y / 2) + x / 2][c];
      }
    }
  }
  return image;
}

/// `image` with every pixel as a square of `factor` x `factor`.
inline Image Enlarged(const Image& image, int factor) {
  Image out(factor * image.width(), factor * image.height());
  for (int y = 0; y < out.height(); ++y) {
    for (int x = 0; x < out.width(); ++x) {
      std::copy_n(image.row(y / factor) + std::ptrdiff_t{3} * (x / factor),
                  3,
                  out.row(y) + std::ptrdiff_t{3} * x);
    }
  }
  return out;
}

/// `file` cut to `size` bytes for every size from 0 to its own, in steps.
template <typename Check>
void ForEachTruncation(const Bytes& file, const Check& check) {
  const std::size_t step = file.size() / 400 + 1;
  for (std::size_t size = 0; size < file.size(); size += step) {
    check(std::span(file).first(size), size);
  }
}

}  // namespace mien
