// SPDX-License-Identifier: Apache-2.0
#include <png.h>

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstring>
#include <string>
#include <vector>

#include "image/decoder.h"
#include "image/exif.h"

namespace mien {
namespace {

/// Most bytes of one EXIF chunk, and most such chunks; larger ones are skipped.
constexpr png_alloc_size_t kMaxChunkBytes = 1U << 20U;
constexpr png_uint_32 kMaxChunks = 4;

constexpr png_byte kExifName[] = "eXIf";

/// libpng's reader, freed at the end. libpng reports errors by a function that
/// must not return; Guard() is the place it jumps back to.
class PngReader {
 public:
  PngReader(FileBytes file, const DecodeBudget& budget)
      : file_(file), budget_(budget) {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING,
                                  this,
                                  &OnError,
                                  [](png_structp, png_const_charp) {});
    info_ = png_ == nullptr ? nullptr : png_create_info_struct(png_);
  }

  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;

  ~PngReader() { png_destroy_read_struct(&png_, &info_, nullptr); }

  Result<StoredPicture> Read();

 private:
  static void OnError(png_structp png, png_const_charp message);
  static void OnRead(png_structp png, png_bytep out, size_t count);

  /// Runs `step`; false when libpng failed. `step` and what it calls may hold
  /// no object with a destructor across a call into libpng.
  template <typename Step>
  bool Guard(const Step& step) {
    if (setjmp(png_jmpbuf(png_)) != 0) {  // NOLINT: libpng offers no other way
      return false;
    }
    step();
    return true;
  }

  void ReadHeader();
  void AskForEightBits();
  Result<Image> ReadPixels();
  void ReadRows(Image& image, std::vector<std::uint8_t>& rgba);
  void ReadEnd();
  [[nodiscard]] Error Failure() const;

  FileBytes file_;
  const DecodeBudget& budget_;
  std::size_t position_ = 0;
  std::array<char, 128> message_ = {};
  png_uint_32 line_ = 0;
  int orientation_ = 1;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
};

void PngReader::OnError(png_structp png, png_const_charp message) {
  auto* self = static_cast<PngReader*>(png_get_error_ptr(png));
  std::strncpy(self->message_.data(), message, self->message_.size() - 1);
  png_longjmp(png, 1);
}

void PngReader::OnRead(png_structp png, png_bytep out, size_t count) {
  auto* self = static_cast<PngReader*>(png_get_io_ptr(png));
  if (count > self->file_.size() - self->position_) {
    png_error(png, "the file ends early");
  }
  std::memcpy(out, self->file_.data() + self->position_, count);
  self->position_ += count;
}

Result<StoredPicture> PngReader::Read() {
  if (info_ == nullptr) {
    return Error{ErrorCode::kInternal, "PNG: no memory for the decoder"};
  }
  if (!Guard([&] { ReadHeader(); })) {
    return Failure();
  }
  StoredPicture picture;
  picture.width = static_cast<int>(png_get_image_width(png_, info_));
  picture.height = static_cast<int>(png_get_image_height(png_, info_));
  MIEN_RETURN_IF_ERROR(budget_.CheckSize("PNG", picture.width, picture.height));
  MIEN_ASSIGN_OR_RETURN(picture.image, ReadPixels());
  picture.orientation = orientation_;
  return picture;
}

void PngReader::ReadHeader() {
  // Sides are checked by the budget, whose messages name its limits.
  png_set_user_limits(png_, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_chunk_malloc_max(png_, kMaxChunkBytes);
  png_set_chunk_cache_max(png_, kMaxChunks);
  // Colour profiles, texts and the like are not used; do not even unpack them.
  // EXIF is taken as an unknown chunk: libpng's own handler allocates what the
  // chunk claims, up to 2 GiB, before it reads.
  png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);
  png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_ALWAYS, kExifName, 1);
  png_set_read_fn(png_, this, &OnRead);
  png_read_info(png_, info_);
}

void PngReader::AskForEightBits() {
  png_set_strip_16(png_);
  png_set_expand(png_);  // palette to RGB, 1 to 4 bits to 8, tRNS to alpha
  png_set_gray_to_rgb(png_);
  png_set_interlace_handling(png_);
  png_read_update_info(png_, info_);
}

Result<Image> PngReader::ReadPixels() {
  if (!Guard([&] { AskForEightBits(); })) {
    return Failure();
  }
  const png_uint_32 width = png_get_image_width(png_, info_);
  const png_uint_32 height = png_get_image_height(png_, info_);
  Image image(static_cast<int>(width), static_cast<int>(height));
  std::vector<std::uint8_t> rgba;
  if (png_get_channels(png_, info_) == 4) {
    // Interlaced rows come in seven passes and must all be kept.
    const bool interlaced =
        png_get_interlace_type(png_, info_) != PNG_INTERLACE_NONE;
    rgba.resize(std::size_t{4} * width * (interlaced ? height : 1));
  }
  if (!Guard([&] { ReadRows(image, rgba); })) {
    return Failure();
  }
  if (!Guard([&] { ReadEnd(); })) {
    return Failure();
  }
  return image;
}

void PngReader::ReadRows(Image& image, std::vector<std::uint8_t>& rgba) {
  const auto width = static_cast<std::size_t>(image.width());
  const bool keeps_all = rgba.size() > 4 * width;
  const int passes =
      png_get_interlace_type(png_, info_) == PNG_INTERLACE_NONE ? 1 : 7;
  for (int pass = 0; pass < passes; ++pass) {
    for (int y = 0; y < image.height(); ++y) {
      line_ = static_cast<png_uint_32>(y);
      if (budget_.TimeIsUp()) {
        png_longjmp(png_, 1);
      }
      std::uint8_t* row =
          rgba.empty()
              ? image.row(y)
              : rgba.data() +
                    (keeps_all ? 4 * width * static_cast<std::size_t>(y) : 0);
      png_read_row(png_, row, nullptr);
      if (!rgba.empty() && pass == passes - 1) {
        LayOverWhite(row, width, image.row(y));
      }
    }
  }
}

void PngReader::ReadEnd() {
  ++line_;
  png_read_end(png_, info_);
  png_unknown_chunkp chunks = nullptr;
  const int count = png_get_unknown_chunks(png_, info_, &chunks);
  for (int i = 0; i < count; ++i) {
    const png_unknown_chunk& chunk = chunks[i];
    if (std::memcmp(chunk.name, kExifName, sizeof(kExifName)) == 0) {
      orientation_ =
          ExifOrientation(std::as_bytes(std::span(chunk.data, chunk.size)));
    }
  }
}

Error PngReader::Failure() const {
  if (message_[0] == '\0') {
    return budget_.TimeError("PNG");
  }
  const png_uint_32 height = png_get_image_height(png_, info_);
  std::string what = message_.data();
  if (line_ > 0) {
    what = "line " + std::to_string(line_) + " of " + std::to_string(height) +
           ": " + what;
  }
  return DamagedImage("PNG", what);
}

}  // namespace

Result<StoredPicture> DecodePng(FileBytes file, const DecodeBudget& budget) {
  return PngReader(file, budget).Read();
}

}  // namespace mien
