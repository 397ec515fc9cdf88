// SPDX-License-Identifier: Apache-2.0
#include <gif_lib.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "image/decoder.h"

namespace mien {
namespace {

/// The part of the file that giflib has not read yet.
struct Source {
  FileBytes rest;
};

int ReadBytes(GifFileType* gif, GifByteType* out, int count) {
  auto* source = static_cast<Source*>(gif->UserData);
  const std::size_t size = std::min(
      static_cast<std::size_t>(std::max(count, 0)), source->rest.size());
  if (size > 0) {
    std::memcpy(out, source->rest.data(), size);
    source->rest = source->rest.subspan(size);
  }
  return static_cast<int>(size);
}

struct Closer {
  void operator()(GifFileType* gif) const {
    int ignored = 0;
    DGifCloseFile(gif, &ignored);
  }
};

using Gif = std::unique_ptr<GifFileType, Closer>;

Error GifError(int code) {
  const char* text = GifErrorString(code);
  return DamagedImage("GIF", text == nullptr ? "unknown error" : text);
}

/// Reads one extension; remembers the transparent colour's index.
Result<void> ReadExtension(GifFileType* gif, int& transparent) {
  int code = 0;
  GifByteType* block = nullptr;  // a length, then as many bytes
  if (DGifGetExtension(gif, &code, &block) == GIF_ERROR) {
    return GifError(gif->Error);
  }
  while (block != nullptr) {
    GraphicsControlBlock control;
    if (code == GRAPHICS_EXT_FUNC_CODE &&
        DGifExtensionToGCB(block[0], block + 1, &control) == GIF_OK) {
      transparent = control.TransparentColor;
    }
    if (DGifGetExtensionNext(gif, &block) == GIF_ERROR) {
      return GifError(gif->Error);
    }
  }
  return {};
}

/// Moves to the first frame's pixels; returns its transparent colour's index.
Result<int> FindFirstFrame(GifFileType* gif, const DecodeBudget& budget) {
  int transparent = NO_TRANSPARENT_COLOR;
  while (true) {
    GifRecordType record = UNDEFINED_RECORD_TYPE;
    if (DGifGetRecordType(gif, &record) == GIF_ERROR) {
      return GifError(gif->Error);
    }
    if (budget.TimeIsUp()) {
      return budget.TimeError("GIF");
    }
    if (record == IMAGE_DESC_RECORD_TYPE) {
      if (DGifGetImageDesc(gif) == GIF_ERROR) {
        return GifError(gif->Error);
      }
      return transparent;
    }
    if (record != EXTENSION_RECORD_TYPE) {
      return DamagedImage("GIF", "it holds no frame");
    }
    MIEN_RETURN_IF_ERROR(ReadExtension(gif, transparent));
  }
}

/// Colours by index; black where the file has none.
std::array<GifColorType, 256> ColorsOf(const ColorMapObject& map) {
  std::array<GifColorType, 256> colors = {};
  std::copy_n(map.Colors, std::clamp(map.ColorCount, 0, 256), colors.begin());
  return colors;
}

/// The order in which a frame of `height` lines is stored (GIF89a, appendix E).
std::vector<int> LineOrder(int height, bool interlaced) {
  struct Pass {
    int first;
    int step;
  };

  constexpr std::array kPasses = {
      Pass{0, 8}, Pass{4, 8}, Pass{2, 4}, Pass{1, 2}};
  std::vector<int> order;
  if (interlaced) {
    for (const Pass& pass : kPasses) {
      for (int y = pass.first; y < height; y += pass.step) {
        order.push_back(y);
      }
    }
    return order;
  }
  for (int y = 0; y < height; ++y) {
    order.push_back(y);
  }
  return order;
}

/// Reads the present frame onto `canvas`, cutting off what leaves it.
Result<void> ReadFrame(GifFileType* gif,
                       int transparent,
                       const DecodeBudget& budget,
                       Image& canvas) {
  const GifImageDesc& frame = gif->Image;
  const ColorMapObject* map =
      frame.ColorMap != nullptr ? frame.ColorMap : gif->SColorMap;
  if (map == nullptr) {
    return DamagedImage("GIF", "it has no palette");
  }
  const auto colors = ColorsOf(*map);
  std::vector<GifPixelType> line(static_cast<std::size_t>(frame.Width));
  for (const int y : LineOrder(frame.Height, frame.Interlace)) {
    if (budget.TimeIsUp()) {
      return budget.TimeError("GIF");
    }
    if (DGifGetLine(gif, line.data(), frame.Width) == GIF_ERROR) {
      Error error = GifError(gif->Error);
      error.message += " (line " + std::to_string(y) + " of " +
                       std::to_string(frame.Height) + ")";
      return error;
    }
    const int row = frame.Top + y;
    const int end = std::min(frame.Width, canvas.width() - frame.Left);
    for (int x = 0; row < canvas.height() && x < end; ++x) {
      const GifPixelType index = line[static_cast<std::size_t>(x)];
      if (index != transparent) {
        const GifColorType& color = colors[index];
        std::uint8_t* pixel =
            canvas.row(row) + std::ptrdiff_t{3} * (frame.Left + x);
        pixel[0] = color.Red;
        pixel[1] = color.Green;
        pixel[2] = color.Blue;
      }
    }
  }
  return {};
}

}  // namespace

Result<StoredPicture> DecodeGif(FileBytes file, const DecodeBudget& budget) {
  Source source = {file};
  int code = 0;
  const Gif gif(DGifOpen(&source, &ReadBytes, &code));
  if (gif == nullptr) {
    return GifError(code);
  }
  MIEN_RETURN_IF_ERROR(budget.CheckSize("GIF", gif->SWidth, gif->SHeight));
  MIEN_ASSIGN_OR_RETURN(const int transparent,
                        FindFirstFrame(gif.get(), budget));
  MIEN_RETURN_IF_ERROR(
      budget.CheckSize("GIF frame", gif->Image.Width, gif->Image.Height));
  StoredPicture picture;
  picture.width = gif->SWidth;
  picture.height = gif->SHeight;
  picture.image = Image(picture.width, picture.height);
  std::ranges::fill(picture.image.pixels(), std::uint8_t{255});
  MIEN_RETURN_IF_ERROR(
      ReadFrame(gif.get(), transparent, budget, picture.image));
  return picture;
}

}  // namespace mien
