// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "image/decoder.h"
#include "image/exif.h"
#include "image/jpeg_guard.h"

namespace mien {
namespace {

constexpr int kExifMarker = JPEG_APP0 + 1;
constexpr unsigned kLongestMarker = 0xFFFF;

/// libjpeg's decompressor, freed at the end, with a clock.
class JpegReader {
 public:
  JpegReader(FileBytes file, const DecodeBudget& budget) : budget_(budget) {
    jpeg_.err = errors_.handler();
    ready_ = errors_.Guard([&] {
      jpeg_create_decompress(&jpeg_);
      jpeg_save_markers(&jpeg_, kExifMarker, kLongestMarker);
      jpeg_mem_src(&jpeg_,
                   reinterpret_cast<const unsigned char*>(file.data()),
                   static_cast<unsigned long>(file.size()));
    });
    clock_.base.progress_monitor = &OnProgress;
    clock_.budget = &budget_;
    jpeg_.progress = &clock_.base;
  }

  JpegReader(const JpegReader&) = delete;
  JpegReader& operator=(const JpegReader&) = delete;

  ~JpegReader() { jpeg_destroy_decompress(&jpeg_); }

  Result<StoredPicture> Read();

 private:
  /// libjpeg calls back several times per scan, also while it collects the
  /// scans of a progressive file.
  struct Clock {
    jpeg_progress_mgr base;  // first, so that libjpeg's pointer is ours
    const DecodeBudget* budget;
  };

  static void OnProgress(j_common_ptr jpeg) {
    if (reinterpret_cast<Clock*>(jpeg->progress)->budget->TimeIsUp()) {
      JpegErrors::AbandonFrom(jpeg);
    }
  }

  Result<void> ReadHeader();
  Result<Image> ReadPixels();
  void ReadRows(Image& image, std::vector<std::uint8_t>& cmyk);
  [[nodiscard]] int Orientation() const;
  [[nodiscard]] Error Failure() const;

  const DecodeBudget& budget_;
  JpegErrors errors_;
  Clock clock_ = {};
  jpeg_decompress_struct jpeg_ = {};
  bool ready_ = false;
};

Result<StoredPicture> JpegReader::Read() {
  MIEN_RETURN_IF_ERROR(ReadHeader());
  StoredPicture picture;
  picture.width = static_cast<int>(jpeg_.image_width);
  picture.height = static_cast<int>(jpeg_.image_height);
  picture.orientation = Orientation();
  MIEN_ASSIGN_OR_RETURN(picture.image, ReadPixels());
  return picture;
}

Result<void> JpegReader::ReadHeader() {
  if (!ready_ || !errors_.Guard([&] { jpeg_read_header(&jpeg_, TRUE); })) {
    return Failure();
  }
  return budget_.CheckSize("JPEG", jpeg_.image_width, jpeg_.image_height);
}

/// The largest of 1, 2, 4, 8 by which `long_side` may be divided and stay at
/// or above `min_long_side`.
unsigned ScaleDenominator(unsigned long_side, int min_long_side) {
  unsigned denominator = 1;
  while (min_long_side > 0 && denominator < 8 &&
         long_side / (2 * denominator) >=
             static_cast<unsigned>(min_long_side)) {
    denominator *= 2;
  }
  return denominator;
}

Result<Image> JpegReader::ReadPixels() {
  const bool four_inks =
      jpeg_.jpeg_color_space == JCS_CMYK || jpeg_.jpeg_color_space == JCS_YCCK;
  jpeg_.out_color_space = four_inks ? JCS_CMYK : JCS_RGB;
  jpeg_.scale_num = 1;
  jpeg_.scale_denom =
      ScaleDenominator(std::max(jpeg_.image_width, jpeg_.image_height),
                       budget_.options().min_long_side_px);
  if (!errors_.Guard([&] { jpeg_start_decompress(&jpeg_); })) {
    return Failure();
  }
  Image image(static_cast<int>(jpeg_.output_width),
              static_cast<int>(jpeg_.output_height));
  std::vector<std::uint8_t> cmyk;
  if (four_inks) {
    cmyk.resize(std::size_t{4} * jpeg_.output_width);
  }
  if (!errors_.Guard([&] { ReadRows(image, cmyk); }) || errors_.damage() != 0) {
    return Failure();
  }
  return image;
}

/// One row of inks, 4 bytes a pixel. Adobe's files, told by their marker, store
/// 255 for no ink; others store 255 for full ink.
void InksToRgb(const std::uint8_t* cmyk,
               int width,
               bool adobe,
               std::uint8_t* rgb) {
  const int flip = adobe ? 0 : 255;
  for (int x = 0; x < width; ++x, cmyk += 4, rgb += 3) {
    const int paper_under_black = cmyk[3] ^ flip;
    for (int c = 0; c < 3; ++c) {
      const int paper = cmyk[c] ^ flip;
      rgb[c] =
          static_cast<std::uint8_t>((paper * paper_under_black + 127) / 255);
    }
  }
}

void JpegReader::ReadRows(Image& image, std::vector<std::uint8_t>& cmyk) {
  while (jpeg_.output_scanline < jpeg_.output_height && errors_.damage() == 0) {
    std::uint8_t* rgb = image.row(static_cast<int>(jpeg_.output_scanline));
    JSAMPROW row = cmyk.empty() ? rgb : cmyk.data();
    jpeg_read_scanlines(&jpeg_, &row, 1);
    if (!cmyk.empty()) {
      InksToRgb(cmyk.data(), image.width(), jpeg_.saw_Adobe_marker != 0, rgb);
    }
  }
}

int JpegReader::Orientation() const {
  for (auto* marker = jpeg_.marker_list; marker != nullptr;
       marker = marker->next) {
    constexpr char kExif[] = "Exif";
    if (marker->marker == kExifMarker && marker->data_length >= sizeof(kExif) &&
        std::memcmp(marker->data, kExif, sizeof(kExif)) == 0) {
      return ExifOrientation(
          std::as_bytes(std::span(marker->data, marker->data_length)));
    }
  }
  return 1;
}

Error JpegReader::Failure() const {
  if (errors_.message().empty()) {
    return budget_.TimeError("JPEG");
  }
  std::string what =
      errors_.ended() ? "the file ends early" : errors_.message();
  if (jpeg_.output_height > 0) {
    what = "line " + std::to_string(jpeg_.output_scanline) + " of " +
           std::to_string(jpeg_.output_height) + ": " + what;
  }
  return DamagedImage("JPEG", what);
}

}  // namespace

Result<StoredPicture> DecodeJpeg(FileBytes file, const DecodeBudget& budget) {
  return JpegReader(file, budget).Read();
}

}  // namespace mien
