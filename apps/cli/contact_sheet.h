// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

#include "face_groups.h"

namespace mien::cli {

/// What a contact sheet says beside the faces.
struct SheetFacts {
  std::size_t num_pictures = 0;

  /// Faces of too low quality, which are in no group.
  std::size_t num_left_out = 0;

  /// "average-linkage, similarity 0.41".
  std::string method = {};

  /// Folder that the page will lie in, for its links to the pictures; empty
  /// for the working folder.
  std::filesystem::path folder = {};
};

/// An HTML page to look the groups through with: a row for each person who is
/// there more than once, largest first, their faces from typical to doubtful,
/// and one row for everybody else. One file without scripts, for light and dark
/// screens, wide and narrow ones; only its links to the pictures leave it.
std::string ContactSheet(std::span<const FaceGroup> groups,
                         const SheetFacts& facts);

}  // namespace mien::cli
