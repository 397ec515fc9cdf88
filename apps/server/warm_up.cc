// SPDX-License-Identifier: Apache-2.0
#include "warm_up.h"

#include <array>

#include "core/cpu.h"
#include "core/parallel.h"

namespace mien::server {
namespace {

struct PictureSize {
  int width;
  int height;
};

// Photographs upright and across, and the copy of a large face that a detector
// looks at once more. Each more keeps some 12 MB of buffers.
constexpr std::array<PictureSize, 3> kUsualSizes = {
    {{480, 640}, {640, 480}, {192, 192}}};

/// Black but for a red corner: of a chip without contrast some networks make
/// nothing that could be scaled to length 1.
Image AlmostBlack(int width, int height) {
  Image chip(width, height);
  chip.pixels()[0] = 255;
  return chip;
}

Result<void> WarmUpDetector(const Recognizer& recognizer) {
  for (const PictureSize& size : kUsualSizes) {
    const auto faces = recognizer.Detect(Image(size.width, size.height));
    if (!faces) {
      return faces.error().WithContext("detector");
    }
  }
  return {};
}

Result<void> WarmUpEmbedder(const Recognizer& recognizer) {
  const ModelContract& contract = recognizer.embedder().contract();
  const Image chip = AlmostBlack(contract.input_width, contract.input_height);
  const auto embeddings = recognizer.Embed({&chip, 1});
  if (!embeddings) {
    return embeddings.error().WithContext("embedder");
  }
  return {};
}

}  // namespace

Result<void> WarmUp(const Recognizer& recognizer) {
  std::array<Result<void>, 2> done;
  ParallelFor(2, NumUsableCpus(), [&](int i) {
    done[static_cast<std::size_t>(i)] =
        i == 0 ? WarmUpEmbedder(recognizer) : WarmUpDetector(recognizer);
  });
  MIEN_RETURN_IF_ERROR(done[0]);
  return done[1];
}

}  // namespace mien::server
