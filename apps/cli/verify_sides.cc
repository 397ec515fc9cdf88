// SPDX-License-Identifier: Apache-2.0
#include "verify_sides.h"

#include <optional>
#include <utility>

#include "core/parallel.h"

namespace mien::cli {
namespace {

Result<std::size_t> ChooseFace(const std::vector<Detection>& faces, int wish) {
  const std::optional<std::size_t> largest = LargestFace(faces);
  if (!largest) {
    return Error{ErrorCode::kInvalidImage, "no face found"};
  }
  if (wish < 0) {
    return *largest;
  }
  if (static_cast<std::size_t>(wish) >= faces.size()) {
    return Error{ErrorCode::kInvalidImage,
                 "face " + std::to_string(wish) + " asked for; there are " +
                     std::to_string(faces.size()) + ", from 0"};
  }
  return static_cast<std::size_t>(wish);
}

Result<Side> FindSide(const Recognizer& recognizer, Image picture, int wish) {
  Side side;
  side.picture = std::move(picture);
  MIEN_ASSIGN_OR_RETURN(side.faces, recognizer.Detect(side.picture));
  MIEN_ASSIGN_OR_RETURN(side.chosen, ChooseFace(side.faces, wish));
  MIEN_ASSIGN_OR_RETURN(
      side.chip, recognizer.Align(side.picture, side.faces[side.chosen]));
  return side;
}

Result<Side> LoadSide(const Recognizer& recognizer,
                      const std::string& path,
                      int wish) {
  MIEN_ASSIGN_OR_RETURN(DecodedImage decoded, LoadImage(path));
  Result<Side> side = FindSide(recognizer, std::move(decoded.image), wish);
  return side ? std::move(side) : side.error().WithContext(path);
}

}  // namespace

Result<std::array<Side, 2>> LoadSides(const Recognizer& recognizer,
                                      const SideOptions& options) {
  std::array<Result<Side>, 2> loaded = {Side{}, Side{}};
  ParallelFor(2, options.num_threads, [&](int index) {
    const auto i = static_cast<std::size_t>(index);
    loaded[i] = LoadSide(recognizer, options.pictures[i], options.faces[i]);
  });
  std::array<Side, 2> sides;
  for (std::size_t i = 0; i < sides.size(); ++i) {
    MIEN_ASSIGN_OR_RETURN(sides[i], std::move(loaded[i]));
  }
  return sides;
}

Result<Verification> CompareSides(const Recognizer& recognizer,
                                  const std::array<Side, 2>& sides,
                                  const VerifyOptions& options) {
  const std::array<Image, 2> chips = {sides[0].chip, sides[1].chip};
  MIEN_ASSIGN_OR_RETURN(std::vector<Embedding> embeddings,
                        recognizer.Embed(chips));
  return recognizer.Compare(
      {sides[0].faces[sides[0].chosen], std::move(embeddings[0])},
      {sides[1].faces[sides[1].chosen], std::move(embeddings[1])},
      options);
}

}  // namespace mien::cli
