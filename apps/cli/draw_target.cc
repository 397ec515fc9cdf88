// SPDX-License-Identifier: Apache-2.0
#include "draw_target.h"

#include <algorithm>
#include <system_error>

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

}  // namespace

std::string FlatName(const fs::path& picture) {
  std::string name = picture.lexically_normal().relative_path().string();
  name.resize(name.size() - picture.extension().string().size());
  std::ranges::replace(name, '/', '_');
  // A leading ".." would hide the file.
  const std::size_t first = name.find_first_not_of("._");
  return first == std::string::npos ? "picture" : name.substr(first);
}

bool IsPicturePath(const fs::path& path) {
  const std::string ending = path.extension().string();
  return ending == ".jpg" || ending == ".jpeg" || ending == ".png";
}

Result<DrawTarget> DrawTarget::Create(const std::string& path,
                                      std::size_t num_pictures) {
  DrawTarget target;
  target.path_ = path;
  target.is_folder_ = !IsPicturePath(path);
  if (path.empty()) {
    return target;
  }
  if (!target.is_folder_ && num_pictures > 1) {
    return Error{ErrorCode::kInvalidArgument,
                 path + " is one file for " + std::to_string(num_pictures) +
                     " pictures; name a folder"};
  }
  std::error_code error;
  if (target.is_folder_ && !fs::is_directory(path)) {
    fs::create_directories(path, error);
  }
  if (error) {
    return Error{ErrorCode::kIo, path + ": " + error.message()};
  }
  return target;
}

fs::path DrawTarget::PathFor(const fs::path& picture) const {
  return is_folder_ ? path_ / (FlatName(picture) + ".jpg") : path_;
}

}  // namespace mien::cli
