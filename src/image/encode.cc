// SPDX-License-Identifier: Apache-2.0
#include <png.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <string>

#include "core/file.h"
#include "image/jpeg_guard.h"
#include "mien/image.h"

namespace mien {
namespace {

/// From this quality on, colour is stored at full resolution (4:4:4).
constexpr int kFullColorQuality = 90;

/// libjpeg's compressor into memory, freed at the end.
class JpegWriter {
 public:
  JpegWriter() { jpeg_.err = errors_.handler(); }

  JpegWriter(const JpegWriter&) = delete;
  JpegWriter& operator=(const JpegWriter&) = delete;

  ~JpegWriter() {
    jpeg_destroy_compress(&jpeg_);
    std::free(buffer_);  // NOLINT: libjpeg takes it from malloc()
  }

  Result<std::vector<std::byte>> Write(const Image& image, int quality) {
    if (!errors_.Guard([&] { Compress(image, quality); })) {
      return Error{ErrorCode::kInternal,
                   "cannot write a JPEG: " + errors_.message()};
    }
    const auto* bytes = reinterpret_cast<const std::byte*>(buffer_);
    return std::vector<std::byte>(bytes, bytes + size_);
  }

 private:
  void Compress(const Image& image, int quality) {
    jpeg_create_compress(&jpeg_);
    jpeg_mem_dest(&jpeg_, &buffer_, &size_);
    jpeg_.image_width = static_cast<JDIMENSION>(image.width());
    jpeg_.image_height = static_cast<JDIMENSION>(image.height());
    jpeg_.input_components = 3;
    jpeg_.in_color_space = JCS_RGB;
    jpeg_set_defaults(&jpeg_);
    jpeg_set_quality(&jpeg_, quality, TRUE);
    jpeg_.optimize_coding = TRUE;
    if (quality >= kFullColorQuality) {
      jpeg_.comp_info[0].h_samp_factor = 1;
      jpeg_.comp_info[0].v_samp_factor = 1;
    }
    jpeg_start_compress(&jpeg_, TRUE);
    for (int y = 0; y < image.height(); ++y) {
      auto* row = const_cast<std::uint8_t*>(image.row(y));  // only read
      jpeg_write_scanlines(&jpeg_, &row, 1);
    }
    jpeg_finish_compress(&jpeg_);
  }

  JpegErrors errors_;
  jpeg_compress_struct jpeg_ = {};
  unsigned char* buffer_ = nullptr;
  unsigned long size_ = 0;
};

/// The longest side that a JPEG header can state.
constexpr int kMaxJpegSide = JPEG_MAX_DIMENSION;

Result<void> CheckSides(const Image& image, const char* format, int longest) {
  if (image.empty() || std::max(image.width(), image.height()) > longest) {
    return Error{ErrorCode::kInvalidArgument,
                 "a picture of " + std::to_string(image.width()) + " x " +
                     std::to_string(image.height()) +
                     " pixels cannot be written as " + format};
  }
  return {};
}

std::string LowerCaseEnding(const std::filesystem::path& path) {
  std::string ending = path.extension().string();
  std::ranges::transform(ending, ending.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  return ending;
}

}  // namespace

Result<std::vector<std::byte>> EncodeJpeg(const Image& image, int quality) {
  if (quality < 1 || quality > 100) {
    return Error{
        ErrorCode::kInvalidArgument,
        "JPEG quality is " + std::to_string(quality) + "; must be in [1, 100]"};
  }
  MIEN_RETURN_IF_ERROR(CheckSides(image, "JPEG", kMaxJpegSide));
  return JpegWriter().Write(image, quality);
}

Result<std::vector<std::byte>> EncodePng(const Image& image) {
  MIEN_RETURN_IF_ERROR(CheckSides(image, "PNG", PNG_USER_WIDTH_MAX));
  png_image png = {};
  png.version = PNG_IMAGE_VERSION;
  png.width = static_cast<png_uint_32>(image.width());
  png.height = static_cast<png_uint_32>(image.height());
  png.format = PNG_FORMAT_RGB;
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(png);
  std::vector<std::byte> file(size);
  if (png_image_write_to_memory(
          &png, file.data(), &size, 0, image.pixels().data(), 0, nullptr) ==
      0) {
    return Error{ErrorCode::kInternal,
                 std::string("cannot write a PNG: ") + png.message};
  }
  file.resize(size);
  return file;
}

Result<void> SaveImage(const Image& image, const std::filesystem::path& path) {
  const std::string ending = LowerCaseEnding(path);
  const bool jpeg = ending == ".jpg" || ending == ".jpeg";
  if (!jpeg && ending != ".png") {
    return Error{ErrorCode::kInvalidArgument,
                 path.string() +
                     ": pictures are written as .jpg, .jpeg or .png, not \"" +
                     ending + "\""};
  }
  auto file = jpeg ? EncodeJpeg(image) : EncodePng(image);
  if (!file) {
    return file.error().WithContext(path.string());
  }
  return WriteFileAtomically(path, *file);
}

}  // namespace mien
