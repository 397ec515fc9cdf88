// SPDX-License-Identifier: Apache-2.0
#include <webp/decode.h>
#include <webp/demux.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "image/decoder.h"
#include "image/exif.h"

namespace mien {
namespace {

/// Bytes handed to the decoder between two looks at the clock.
constexpr std::size_t kChunkBytes = std::size_t{64} << 10U;

const std::uint8_t* BytesOf(FileBytes file) {
  return reinterpret_cast<const std::uint8_t*>(file.data());
}

struct Deleter {
  void operator()(WebPIDecoder* decoder) const { WebPIDelete(decoder); }

  void operator()(WebPDemuxer* demuxer) const { WebPDemuxDelete(demuxer); }

  void operator()(WebPAnimDecoder* decoder) const {
    WebPAnimDecoderDelete(decoder);
  }
};

int OrientationOf(FileBytes file) {
  const WebPData data = {BytesOf(file), file.size()};
  const std::unique_ptr<WebPDemuxer, Deleter> demuxer(WebPDemux(&data));
  WebPChunkIterator chunk;
  if (demuxer == nullptr ||
      WebPDemuxGetChunk(demuxer.get(), "EXIF", 1, &chunk) == 0) {
    return 1;
  }
  const int orientation = ExifOrientation(
      std::as_bytes(std::span(chunk.chunk.bytes, chunk.chunk.size)));
  WebPDemuxReleaseChunkIterator(&chunk);
  return orientation;
}

/// Where the decoder stopped, for people.
Error StoppedAt(WebPIDecoder* decoder, VP8StatusCode status) {
  int line = 0;
  int height = 0;
  WebPIDecGetRGB(decoder, &line, nullptr, &height, nullptr);
  std::string what = status == VP8_STATUS_SUSPENDED
                         ? "the file ends early"
                         : "libwebp status " + std::to_string(status);
  if (height > 0) {
    what = "line " + std::to_string(line) + " of " + std::to_string(height) +
           ": " + what;
  }
  return DamagedImage("WebP", what);
}

/// Decodes into `pixels`, `channels` (3 or 4) bytes each, in chunks.
Result<void> DecodeStill(FileBytes file,
                         const DecodeBudget& budget,
                         int width,
                         std::size_t channels,
                         std::span<std::uint8_t> pixels) {
  WebPDecoderConfig config;
  WebPInitDecoderConfig(&config);
  config.output.colorspace = channels == 4 ? MODE_RGBA : MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA = {
      pixels.data(), static_cast<int>(channels) * width, pixels.size()};
  const std::unique_ptr<WebPIDecoder, Deleter> decoder(
      WebPIDecode(nullptr, 0, &config));
  if (decoder == nullptr) {
    return Error{ErrorCode::kInternal, "WebP: no memory for the decoder"};
  }
  VP8StatusCode status = VP8_STATUS_SUSPENDED;
  for (std::size_t size = 0;
       size < file.size() && status == VP8_STATUS_SUSPENDED;) {
    if (budget.TimeIsUp()) {
      return budget.TimeError("WebP");
    }
    size = std::min(size + kChunkBytes, file.size());
    status = WebPIUpdate(decoder.get(), BytesOf(file), size);
  }
  if (status != VP8_STATUS_OK) {
    return StoppedAt(decoder.get(), status);
  }
  return {};
}

Result<Image> ReadStill(FileBytes file,
                        const DecodeBudget& budget,
                        const WebPBitstreamFeatures& features) {
  Image image(features.width, features.height);
  if (features.has_alpha == 0) {
    MIEN_RETURN_IF_ERROR(
        DecodeStill(file, budget, features.width, 3, image.pixels()));
    return image;
  }
  const std::size_t count = image.pixels().size() / 3;
  std::vector<std::uint8_t> rgba(4 * count);
  MIEN_RETURN_IF_ERROR(DecodeStill(file, budget, features.width, 4, rgba));
  LayOverWhite(rgba.data(), count, image.pixels().data());
  return image;
}

Result<Image> ReadFirstFrame(FileBytes file,
                             const DecodeBudget& budget,
                             const WebPBitstreamFeatures& features) {
  if (budget.TimeIsUp()) {
    return budget.TimeError("WebP");
  }
  const WebPData data = {BytesOf(file), file.size()};
  const std::unique_ptr<WebPAnimDecoder, Deleter> decoder(
      WebPAnimDecoderNew(&data, nullptr));
  std::uint8_t* rgba = nullptr;
  int timestamp_ms = 0;
  if (decoder == nullptr ||
      WebPAnimDecoderGetNext(decoder.get(), &rgba, &timestamp_ms) == 0) {
    return DamagedImage("WebP", "its first frame cannot be read");
  }
  Image image(features.width, features.height);
  LayOverWhite(rgba, image.pixels().size() / 3, image.pixels().data());
  return image;
}

}  // namespace

Result<StoredPicture> DecodeWebp(FileBytes file, const DecodeBudget& budget) {
  WebPBitstreamFeatures features;
  if (WebPGetFeatures(BytesOf(file), file.size(), &features) != VP8_STATUS_OK) {
    return DamagedImage("WebP", "its header cannot be read");
  }
  MIEN_RETURN_IF_ERROR(
      budget.CheckSize("WebP", features.width, features.height));
  StoredPicture picture;
  picture.width = features.width;
  picture.height = features.height;
  MIEN_ASSIGN_OR_RETURN(picture.image,
                        features.has_animation != 0
                            ? ReadFirstFrame(file, budget, features)
                            : ReadStill(file, budget, features));
  picture.orientation = OrientationOf(file);
  return picture;
}

}  // namespace mien
