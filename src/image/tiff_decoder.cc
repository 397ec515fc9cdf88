// SPDX-License-Identifier: Apache-2.0
#include <tiffio.h>

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "image/decoder.h"

namespace mien {
namespace {

/// Lines decoded between two looks at the clock, rounded up to whole strips or
/// tiles.
constexpr std::uint32_t kLinesPerStep = 64;

/// Bytes that libtiff may take at once, beside four per accepted pixel.
constexpr std::int64_t kSpareBytes = std::int64_t{64} << 20U;

/// A file in memory as libtiff sees it, and the first thing it complained of.
struct Source {
  FileBytes file;
  std::size_t position = 0;
  std::array<char, 256> complaint = {};
};

Source& SourceOf(thandle_t handle) { return *static_cast<Source*>(handle); }

tmsize_t ReadBytes(thandle_t handle, void* out, tmsize_t size) {
  Source& source = SourceOf(handle);
  const std::size_t left =
      source.file.size() - std::min(source.position, source.file.size());
  const std::size_t count =
      std::min(left, static_cast<std::size_t>(std::max<tmsize_t>(size, 0)));
  if (count > 0) {
    std::memcpy(out, source.file.data() + source.position, count);
    source.position += count;
  }
  return static_cast<tmsize_t>(count);
}

tmsize_t RefuseToWrite(thandle_t, void*, tmsize_t) { return -1; }

toff_t Seek(thandle_t handle, toff_t offset, int whence) {
  Source& source = SourceOf(handle);
  const toff_t base = whence == SEEK_SET   ? 0
                      : whence == SEEK_CUR ? source.position
                                           : source.file.size();
  source.position = base + offset;
  return source.position;
}

int Close(thandle_t) { return 0; }

toff_t Size(thandle_t handle) { return SourceOf(handle).file.size(); }

// Mapped is read-only for libtiff. It must be offered: without it, Debian 12's
// libtiff 4.5.0 refuses uncompressed tiles ("Invalid tile byte count").
int Map(thandle_t handle, void** base, toff_t* size) {
  Source& source = SourceOf(handle);
  *base = const_cast<std::byte*>(source.file.data());
  *size = source.file.size();
  return 1;
}

void Unmap(thandle_t, void*, toff_t) {}

int OnError(
    TIFF*, void* user, const char*, const char* format, va_list values) {
  auto* source = static_cast<Source*>(user);
  if (source->complaint[0] == '\0') {
    std::vsnprintf(
        source->complaint.data(), source->complaint.size(), format, values);
  }
  return 1;
}

int OnWarning(TIFF*, void*, const char*, const char*, va_list) { return 1; }

struct Closer {
  void operator()(TIFF* tiff) const { TIFFClose(tiff); }

  void operator()(TIFFOpenOptions* options) const {
    TIFFOpenOptionsFree(options);
  }
};

using Tiff = std::unique_ptr<TIFF, Closer>;

Error TiffError(const Source& source, const char* otherwise) {
  return DamagedImage(
      "TIFF",
      source.complaint[0] == '\0' ? otherwise : source.complaint.data());
}

Result<Tiff> Open(Source& source, const DecodeBudget& budget) {
  const std::unique_ptr<TIFFOpenOptions, Closer> options(
      TIFFOpenOptionsAlloc());
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), &OnError, &source);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), &OnWarning, nullptr);
  TIFFOpenOptionsSetMaxSingleMemAlloc(
      options.get(), 4 * budget.options().max_pixels + kSpareBytes);
  Tiff tiff(TIFFClientOpenExt("TIFF",
                              "r",
                              &source,
                              &ReadBytes,
                              &RefuseToWrite,
                              &Seek,
                              &Close,
                              &Size,
                              &Map,
                              &Unmap,
                              options.get()));
  if (tiff == nullptr) {
    return TiffError(source, "its header cannot be read");
  }
  return tiff;
}

/// Old-style JPEG and the rarer codecs are not worth their bugs.
Result<void> CheckCompression(TIFF* tiff) {
  std::uint16_t compression = COMPRESSION_NONE;
  TIFFGetFieldDefaulted(tiff, TIFFTAG_COMPRESSION, &compression);
  constexpr std::array kRead = {COMPRESSION_NONE,
                                COMPRESSION_CCITTRLE,
                                COMPRESSION_CCITTFAX3,
                                COMPRESSION_CCITTFAX4,
                                COMPRESSION_LZW,
                                COMPRESSION_JPEG,
                                COMPRESSION_PACKBITS,
                                COMPRESSION_DEFLATE,
                                COMPRESSION_ADOBE_DEFLATE};
  if (std::ranges::find(kRead, compression) == kRead.end()) {
    return Error{
        ErrorCode::kUnsupported,
        "TIFF: compression " + std::to_string(compression) + " cannot be read"};
  }
  return {};
}

/// Lines to ask for at once: whole strips or tiles.
std::uint32_t LinesPerStep(TIFF* tiff, std::uint32_t height) {
  std::uint32_t unit = 0;
  if (TIFFIsTiled(tiff) != 0) {
    TIFFGetField(tiff, TIFFTAG_TILELENGTH, &unit);
  } else {
    TIFFGetFieldDefaulted(tiff, TIFFTAG_ROWSPERSTRIP, &unit);
  }
  if (unit == 0 || unit >= height) {
    return height;
  }
  const std::uint32_t units = (kLinesPerStep + unit - 1) / unit;
  return height / unit < units ? height : units * unit;
}

/// libtiff's RGBA is multiplied with its opacity already: white fills the rest.
void LayPremultipliedOverWhite(std::span<const std::uint32_t> rgba,
                               std::uint8_t* rgb) {
  for (const std::uint32_t pixel : rgba) {
    const std::uint32_t white = 255 - TIFFGetA(pixel);
    *rgb++ = static_cast<std::uint8_t>(std::min(TIFFGetR(pixel) + white, 255U));
    *rgb++ = static_cast<std::uint8_t>(std::min(TIFFGetG(pixel) + white, 255U));
    *rgb++ = static_cast<std::uint8_t>(std::min(TIFFGetB(pixel) + white, 255U));
  }
}

/// libtiff's converter of any kind of pixel to RGBA, ended at the end.
class RgbaReader {
 public:
  RgbaReader(TIFF* tiff, std::array<char, 1024>& complaint)
      : open_(TIFFRGBAImageBegin(&reader_, tiff, 1, complaint.data()) != 0) {
    if (open_) {
      // Rows in the file's order; turning them is ours.
      reader_.req_orientation = reader_.orientation;
    }
  }

  RgbaReader(const RgbaReader&) = delete;
  RgbaReader& operator=(const RgbaReader&) = delete;

  ~RgbaReader() {
    if (open_) {
      TIFFRGBAImageEnd(&reader_);
    }
  }

  [[nodiscard]] bool open() const { return open_; }

  /// Reads `lines` lines from line `first` on.
  bool Read(std::uint32_t first, std::uint32_t lines, std::uint32_t* rgba) {
    reader_.row_offset = static_cast<int>(first);
    return TIFFRGBAImageGet(&reader_, rgba, reader_.width, lines) != 0;
  }

 private:
  TIFFRGBAImage reader_ = {};
  bool open_;
};

Result<Image> ReadPixels(TIFF* tiff,
                         const Source& source,
                         const DecodeBudget& budget,
                         std::uint32_t width,
                         std::uint32_t height) {
  std::array<char, 1024> complaint = {};  // the size that libtiff asks for
  RgbaReader reader(tiff, complaint);
  if (!reader.open()) {
    return Error{ErrorCode::kUnsupported,
                 std::string("TIFF: ") + complaint.data()};
  }
  const std::uint32_t step = LinesPerStep(tiff, height);
  std::vector<std::uint32_t> rgba(std::size_t{width} * step);
  Image image(static_cast<int>(width), static_cast<int>(height));
  for (std::uint32_t y = 0; y < height; y += step) {
    if (budget.TimeIsUp()) {
      return budget.TimeError("TIFF");
    }
    const std::uint32_t lines = std::min(step, height - y);
    if (!reader.Read(y, lines, rgba.data())) {
      Error error = TiffError(source, "its pixels cannot be read");
      error.message += " (lines " + std::to_string(y) + " to " +
                       std::to_string(y + lines - 1) + ")";
      return error;
    }
    LayPremultipliedOverWhite(std::span(rgba).first(std::size_t{width} * lines),
                              image.row(static_cast<int>(y)));
  }
  return image;
}

}  // namespace

Result<StoredPicture> DecodeTiff(FileBytes file, const DecodeBudget& budget) {
  Source source = {.file = file};
  MIEN_ASSIGN_OR_RETURN(const Tiff tiff, Open(source, budget));
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  TIFFGetField(tiff.get(), TIFFTAG_IMAGEWIDTH, &width);
  TIFFGetField(tiff.get(), TIFFTAG_IMAGELENGTH, &height);
  MIEN_RETURN_IF_ERROR(budget.CheckSize("TIFF", width, height));
  MIEN_RETURN_IF_ERROR(CheckCompression(tiff.get()));
  StoredPicture picture;
  picture.width = static_cast<int>(width);
  picture.height = static_cast<int>(height);
  std::uint16_t orientation = ORIENTATION_TOPLEFT;
  TIFFGetFieldDefaulted(tiff.get(), TIFFTAG_ORIENTATION, &orientation);
  picture.orientation = orientation;
  MIEN_ASSIGN_OR_RETURN(picture.image,
                        ReadPixels(tiff.get(), source, budget, width, height));
  return picture;
}

}  // namespace mien
