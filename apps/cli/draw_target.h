// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "mien/result.h"

namespace mien::cli {

/// Where the pictures of a command go: one file for one picture, or files in a
/// folder for several.
class DrawTarget {
 public:
  /// `path` as given by the user, empty for none. A path that ends in .jpg,
  /// .jpeg or .png is a file, any other a folder, made when needed.
  ///
  /// Errors:
  /// - kInvalidArgument: one file for several pictures.
  /// - kIo: the folder cannot be made.
  static Result<DrawTarget> Create(const std::string& path,
                                   std::size_t num_pictures);

  [[nodiscard]] bool wanted() const { return !path_.empty(); }

  /// The file for `picture`: the target itself, or in the folder the picture's
  /// path with / turned into _ and the ending .jpg.
  [[nodiscard]] std::filesystem::path PathFor(
      const std::filesystem::path& picture) const;

 private:
  std::filesystem::path path_;
  bool is_folder_ = false;
};

/// A file name without ending that says where `picture` lies: "a/b/c.png"
/// becomes "a_b_c".
std::string FlatName(const std::filesystem::path& picture);

/// Whether `path` ends as a file that SaveImage() can write.
bool IsPicturePath(const std::filesystem::path& path);

}  // namespace mien::cli
