// SPDX-License-Identifier: Apache-2.0
#include <libheif/heif.h>

#include <algorithm>
#include <memory>
#include <string>

#include "image/decoder.h"

namespace mien {
namespace {

struct Deleter {
  void operator()(heif_context* context) const { heif_context_free(context); }

  void operator()(heif_image_handle* handle) const {
    heif_image_handle_release(handle);
  }

  void operator()(heif_image* image) const { heif_image_release(image); }
};

using Context = std::unique_ptr<heif_context, Deleter>;
using Handle = std::unique_ptr<heif_image_handle, Deleter>;
using Picture = std::unique_ptr<heif_image, Deleter>;

Error HeifError(const heif_error& error) {
  if (error.code == heif_error_Unsupported_feature ||
      error.code == heif_error_Unsupported_filetype) {
    return {ErrorCode::kUnsupported, std::string("HEIF: ") + error.message};
  }
  return DamagedImage("HEIF", error.message);
}

Result<Context> OpenContext(FileBytes file, const DecodeBudget& budget) {
  Context context(heif_context_alloc());
  if (context == nullptr) {
    return Error{ErrorCode::kInternal, "HEIF: no memory for the decoder"};
  }
  // Holds for pictures put together from tiles, too. What a codec allocates for
  // a stream that contradicts the stated size is only its own limits' business;
  // CopyPixels() checks what came out.
  heif_context_set_maximum_image_size_limit(context.get(),
                                            budget.options().max_side_px);
  heif_context_set_max_decoding_threads(context.get(), 0);
  const heif_error error = heif_context_read_from_memory_without_copy(
      context.get(), file.data(), file.size(), nullptr);
  if (error.code != heif_error_Ok) {
    return HeifError(error);
  }
  return context;
}

/// Copies interleaved RGB or RGBA rows into an Image.
Result<Image> CopyPixels(const heif_image* picture,
                         bool has_alpha,
                         const DecodeBudget& budget) {
  const int width = heif_image_get_width(picture, heif_channel_interleaved);
  const int height = heif_image_get_height(picture, heif_channel_interleaved);
  MIEN_RETURN_IF_ERROR(budget.CheckSize("HEIF", width, height));
  int stride = 0;
  const std::uint8_t* pixels =
      heif_image_get_plane_readonly(picture, heif_channel_interleaved, &stride);
  if (pixels == nullptr) {
    return DamagedImage("HEIF", "it holds no pixels");
  }
  Image image(width, height);
  for (int y = 0; y < height; ++y) {
    const std::uint8_t* row = pixels + std::ptrdiff_t{y} * stride;
    if (has_alpha) {
      LayOverWhite(row, static_cast<std::size_t>(width), image.row(y));
    } else {
      std::copy_n(row, image.stride_bytes(), image.row(y));
    }
  }
  return image;
}

Result<Image> ReadPixels(const Handle& handle, const DecodeBudget& budget) {
  const bool has_alpha = heif_image_handle_has_alpha_channel(handle.get()) != 0;
  heif_image* decoded = nullptr;
  const heif_error error = heif_decode_image(
      handle.get(),
      &decoded,
      heif_colorspace_RGB,
      has_alpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB,
      nullptr);
  const Picture picture(decoded);
  if (error.code != heif_error_Ok) {
    return HeifError(error);
  }
  // libheif offers no way to stop it half-way.
  if (budget.TimeIsUp()) {
    return budget.TimeError("HEIF");
  }
  return CopyPixels(picture.get(), has_alpha, budget);
}

}  // namespace

// libheif turns the picture upright by the boxes `irot` and `imir`, which the
// format puts above EXIF's orientation (ISO/IEC 23008-12, 6.5.10), so EXIF's is
// not applied again.
Result<StoredPicture> DecodeHeif(FileBytes file, const DecodeBudget& budget) {
  MIEN_ASSIGN_OR_RETURN(const Context context, OpenContext(file, budget));
  heif_image_handle* primary = nullptr;
  const heif_error error =
      heif_context_get_primary_image_handle(context.get(), &primary);
  const Handle handle(primary);
  if (error.code != heif_error_Ok) {
    return HeifError(error);
  }
  MIEN_RETURN_IF_ERROR(budget.CheckSize("HEIF",
                                        heif_image_handle_get_width(primary),
                                        heif_image_handle_get_height(primary)));
  if (budget.TimeIsUp()) {
    return budget.TimeError("HEIF");
  }
  StoredPicture picture;
  MIEN_ASSIGN_OR_RETURN(picture.image, ReadPixels(handle, budget));
  picture.width = picture.image.width();
  picture.height = picture.image.height();
  return picture;
}

}  // namespace mien
