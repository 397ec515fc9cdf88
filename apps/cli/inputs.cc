// SPDX-License-Identifier: Apache-2.0
#include "inputs.h"

#include <glob.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <system_error>

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::array kEndings = std::to_array<std::string_view>({".avif",
                                                                 ".bmp",
                                                                 ".gif",
                                                                 ".heic",
                                                                 ".heif",
                                                                 ".jfif",
                                                                 ".jpeg",
                                                                 ".jpg",
                                                                 ".png",
                                                                 ".tif",
                                                                 ".tiff",
                                                                 ".webp"});

bool LooksLikePicture(const fs::path& path) {
  std::string ending = path.extension().string();
  std::ranges::transform(ending, ending.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  return std::ranges::binary_search(kEndings, ending);
}

/// Folders that cannot be read are passed over.
std::vector<fs::path> PicturesBelow(const fs::path& folder) {
  std::vector<fs::path> pictures;
  std::error_code error;
  fs::recursive_directory_iterator entry(
      folder,
      fs::directory_options::follow_directory_symlink |
          fs::directory_options::skip_permission_denied,
      error);
  while (!error && entry != fs::recursive_directory_iterator()) {
    std::error_code ignored;
    if (entry->is_regular_file(ignored) && LooksLikePicture(entry->path())) {
      pictures.push_back(entry->path());
    }
    entry.increment(error);
  }
  std::ranges::sort(pictures);
  return pictures;
}

std::vector<fs::path> Matches(const std::string& pattern) {
  std::vector<fs::path> paths;
  glob_t found{};
  if (::glob(pattern.c_str(), 0, nullptr, &found) == 0) {
    paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  }
  ::globfree(&found);
  return paths;
}

}  // namespace

Result<std::vector<fs::path>> ExpandInputs(
    std::span<const std::string> arguments) {
  std::vector<fs::path> pictures;
  for (const std::string& argument : arguments) {
    std::error_code ignored;
    std::vector<fs::path> matches = {argument};
    if (!fs::exists(argument, ignored) &&
        argument.find_first_of("*?[") != std::string::npos) {
      matches = Matches(argument);
    }
    const std::size_t before = pictures.size();
    for (const fs::path& match : matches) {
      if (fs::is_directory(match, ignored)) {
        const std::vector<fs::path> below = PicturesBelow(match);
        pictures.insert(pictures.end(), below.begin(), below.end());
      } else {
        pictures.push_back(match);
      }
    }
    if (pictures.size() == before) {
      return Error{ErrorCode::kInvalidImage, argument + ": no pictures there"};
    }
  }
  return pictures;
}

}  // namespace mien::cli
