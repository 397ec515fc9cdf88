// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "image/byte_reader.h"
#include "image/decoder.h"

namespace mien {
namespace {

// Layout: "Bitmap Storage" and the structures it names, Microsoft Win32 docs.
constexpr std::size_t kFileHeaderBytes = 14;
constexpr std::uint32_t kCoreHeaderBytes = 12;   // OS/2 1.x: 16-bit sides
constexpr std::uint32_t kInfoHeaderBytes = 40;   // Windows 3
constexpr std::uint32_t kMasksHeaderBytes = 52;  // from here on, masks inside
constexpr std::uint32_t kAlphaHeaderBytes = 56;  // from here on, an alpha mask
constexpr std::size_t kMasksOffset = kFileHeaderBytes + kInfoHeaderBytes;

enum Compression : std::uint32_t {
  kRgb = 0,
  kRle8 = 1,
  kRle4 = 2,
  kBitfields = 3,
  kAlphaBitfields = 6,
};

/// Where one colour's bits stand in a pixel's number.
struct Mask {
  std::uint32_t bits = 0;

  /// The colour's level in [0, 255]; `missing` without any bits.
  [[nodiscard]] int Level(std::uint32_t pixel, int missing) const {
    if (bits == 0) {
      return missing;
    }
    const int shift = std::countr_zero(bits);
    const std::uint64_t largest = bits >> shift;
    const std::uint64_t value = (pixel & bits) >> shift;
    return static_cast<int>((255 * value + largest / 2) / largest);
  }
};

struct Header {
  std::uint32_t header_bytes = 0;
  std::uint32_t pixels_offset = 0;
  std::int64_t width = 0;
  std::int64_t height = 0;
  bool top_down = false;
  std::uint32_t bits_per_pixel = 0;
  std::uint32_t compression = kRgb;
  std::uint32_t num_colors = 0;
  std::array<Mask, 4> masks;  ///< red, green, blue, alpha

  [[nodiscard]] std::int64_t row_bytes() const {
    return (width * bits_per_pixel + 31) / 32 * 4;
  }
};

Error EndsEarly(std::string_view where) {
  return DamagedImage("BMP", "the file ends in its " + std::string(where));
}

void ReadCoreSides(const ByteReader& file, Header& header) {
  header.width = file.Number(18, 2).value_or(0);
  header.height = file.Number(20, 2).value_or(0);
  header.bits_per_pixel = file.Number(24, 2).value_or(0);
}

void ReadInfoSides(const ByteReader& file, Header& header) {
  header.width = static_cast<std::int32_t>(file.Number(18, 4).value_or(0));
  header.height = static_cast<std::int32_t>(file.Number(22, 4).value_or(0));
  header.top_down = header.height < 0;
  header.height = std::abs(header.height);
  header.bits_per_pixel = file.Number(28, 2).value_or(0);
  header.compression = file.Number(30, 4).value_or(0);
  header.num_colors = file.Number(46, 4).value_or(0);
}

/// Masks of 16- and 32-bit pixels: the standard ones or the file's own.
Result<void> ReadMasks(const ByteReader& file, Header& header) {
  if (header.compression == kRgb) {
    if (header.bits_per_pixel == 16) {
      header.masks = {Mask{0x7C00}, Mask{0x03E0}, Mask{0x001F}, Mask{0}};
    } else {
      header.masks = {Mask{0xFF0000}, Mask{0xFF00}, Mask{0xFF}, Mask{0}};
    }
    return {};
  }
  const bool has_alpha = header.compression == kAlphaBitfields ||
                         header.header_bytes >= kAlphaHeaderBytes;
  for (std::size_t i = 0; i < (has_alpha ? 4U : 3U); ++i) {
    const auto bits = file.Number(kMasksOffset + 4 * i, 4);
    if (!bits) {
      return EndsEarly("colour masks");
    }
    header.masks[i].bits = *bits;
  }
  return {};
}

Result<void> CheckKind(const Header& header) {
  const std::uint32_t bits = header.bits_per_pixel;
  const bool plain =
      header.compression == kRgb && (bits == 1 || bits == 4 || bits == 8 ||
                                     bits == 16 || bits == 24 || bits == 32);
  const bool masked = (header.compression == kBitfields ||
                       header.compression == kAlphaBitfields) &&
                      (bits == 16 || bits == 32);
  if (plain || masked) {
    return {};
  }
  const bool run_length =
      header.compression == kRle8 || header.compression == kRle4;
  return Error{
      ErrorCode::kUnsupported,
      "BMP: " + std::to_string(bits) + " bits per pixel with " +
          (run_length ? std::string("run-length compression")
                      : "compression " + std::to_string(header.compression)) +
          " cannot be read"};
}

Result<Header> ReadHeader(const ByteReader& file) {
  Header header;
  const auto offset = file.Number(10, 4);
  const auto header_bytes = file.Number(14, 4);
  if (!offset || !header_bytes ||
      !file.Number(kFileHeaderBytes + *header_bytes - 1, 1)) {
    return EndsEarly("header");
  }
  header.pixels_offset = *offset;
  header.header_bytes = *header_bytes;
  if (*header_bytes == kCoreHeaderBytes) {
    ReadCoreSides(file, header);
  } else if (*header_bytes >= kInfoHeaderBytes) {
    ReadInfoSides(file, header);
  } else {
    return Error{ErrorCode::kUnsupported,
                 "BMP: a header of " + std::to_string(*header_bytes) +
                     " bytes cannot be read"};
  }
  MIEN_RETURN_IF_ERROR(CheckKind(header));
  MIEN_RETURN_IF_ERROR(ReadMasks(file, header));
  return header;
}

using Color = std::array<std::uint8_t, 3>;

/// Colours by index; black where the file has none.
std::array<Color, 256> ReadPalette(const ByteReader& file,
                                   const Header& header) {
  std::array<Color, 256> palette = {};
  const bool core = header.header_bytes == kCoreHeaderBytes;
  const std::size_t entry_bytes = core ? 3 : 4;  // blue, green, red[, 0]
  const std::size_t start = kFileHeaderBytes + header.header_bytes;
  const std::uint32_t most = 1U << header.bits_per_pixel;
  const std::uint32_t count =
      header.num_colors == 0 ? most : std::min(header.num_colors, most);
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t bgr =
        file.Number(start + i * entry_bytes, 3).value_or(0);
    palette[i] = {static_cast<std::uint8_t>(bgr >> 16U),
                  static_cast<std::uint8_t>(bgr >> 8U),
                  static_cast<std::uint8_t>(bgr)};
  }
  return palette;
}

/// A row of 1, 4 or 8 bits per pixel, the leftmost in the highest bits.
void ReadIndices(const std::byte* row,
                 std::uint32_t bits,
                 const std::array<Color, 256>& palette,
                 std::span<std::uint8_t> rgb) {
  const std::uint32_t per_byte = 8 / bits;
  for (std::size_t x = 0; 3 * x < rgb.size(); ++x) {
    const auto byte = std::to_integer<std::uint32_t>(row[x / per_byte]);
    const auto shift =
        static_cast<std::uint32_t>(8 - bits * (x % per_byte + 1));
    const std::uint32_t index = byte >> shift & ((1U << bits) - 1);
    std::ranges::copy(palette[index], &rgb[3 * x]);
  }
}

/// A row of 16, 24 or 32 bits per pixel.
void ReadColors(const std::byte* row,
                const Header& header,
                std::span<std::uint8_t> rgb) {
  const std::size_t pixel_bytes = header.bits_per_pixel / 8;
  for (std::size_t x = 0; 3 * x < rgb.size(); ++x, row += pixel_bytes) {
    std::uint32_t pixel = 0;
    for (std::size_t i = pixel_bytes; i-- > 0;) {
      pixel = pixel << 8U | std::to_integer<std::uint32_t>(row[i]);
    }
    const int alpha = header.masks[3].Level(pixel, 255);
    for (std::size_t c = 0; c < 3; ++c) {
      rgb[3 * x + c] = OverWhite(header.masks[c].Level(pixel, 0), alpha);
    }
  }
}

Result<Image> ReadPixels(FileBytes file,
                         const Header& header,
                         const DecodeBudget& budget) {
  const auto palette =
      header.bits_per_pixel <= 8
          ? ReadPalette(ByteReader(file, ByteOrder::kLittle), header)
          : std::array<Color, 256>{};
  const auto row_bytes = static_cast<std::size_t>(header.row_bytes());
  Image image(static_cast<int>(header.width), static_cast<int>(header.height));
  for (int i = 0; i < image.height(); ++i) {
    if (budget.TimeIsUp()) {
      return budget.TimeError("BMP");
    }
    const std::byte* row = file.data() + header.pixels_offset +
                           static_cast<std::size_t>(i) * row_bytes;
    const int y = header.top_down ? i : image.height() - 1 - i;
    const std::span<std::uint8_t> rgb(image.row(y), image.stride_bytes());
    if (header.bits_per_pixel <= 8) {
      ReadIndices(row, header.bits_per_pixel, palette, rgb);
    } else {
      ReadColors(row, header, rgb);
    }
  }
  return image;
}

}  // namespace

Result<StoredPicture> DecodeBmp(FileBytes file, const DecodeBudget& budget) {
  MIEN_ASSIGN_OR_RETURN(const Header header,
                        ReadHeader(ByteReader(file, ByteOrder::kLittle)));
  MIEN_RETURN_IF_ERROR(budget.CheckSize("BMP", header.width, header.height));
  const std::int64_t left =
      static_cast<std::int64_t>(file.size()) - header.pixels_offset;
  const std::int64_t lines =
      std::max<std::int64_t>(left, 0) / header.row_bytes();
  if (lines < header.height) {
    return DamagedImage("BMP",
                        "the file ends after line " + std::to_string(lines) +
                            " of " + std::to_string(header.height));
  }
  StoredPicture picture;
  picture.width = static_cast<int>(header.width);
  picture.height = static_cast<int>(header.height);
  MIEN_ASSIGN_OR_RETURN(picture.image, ReadPixels(file, header, budget));
  return picture;
}

}  // namespace mien
