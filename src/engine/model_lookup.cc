// SPDX-License-Identifier: Apache-2.0
#include "engine/model_lookup.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <set>
#include <span>
#include <system_error>

#include "engine/onnx_metadata.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

/// A published file without a contract, known by its place.
struct KnownFile {
  std::string_view path;
  std::string_view profile;
};

constexpr std::array kKnownEmbedders = std::to_array<KnownFile>(
    {{"mobilefacenet/mobilefacenet.onnx", "arcface112-imagenet"},
     {"mobilefacenet.onnx", "arcface112-imagenet"}});

constexpr std::array kKnownDetectors =
    std::to_array<KnownFile>({{"yunet/yunet_n_dynamic.onnx", ""},
                              {"yunet_n_dynamic.onnx", ""},
                              {"yunet.onnx", ""},
                              {"ultraface/version-RFB-640.onnx", ""},
                              {"version-RFB-640.onnx", ""},
                              {"ultraface/version-RFB-320.onnx", ""},
                              {"version-RFB-320.onnx", ""}});

/// MTCNN's three files as they are published, and as `mien model import` names
/// them.
constexpr std::array kMtcnnPrefixes =
    std::to_array<std::string_view>({"", "mtcnn-"});
constexpr std::array kMtcnnStages =
    std::to_array<std::string_view>({"pnet.onnx", "rnet.onnx", "onet.onnx"});

constexpr std::string_view kHowToGet =
    "get models with `mien model fetch` or `mien model import`, or name a "
    "folder with --models";

bool IsFile(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

bool IsFolder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

fs::path FromEnvironment(const char* variable) {
  const char* value = std::getenv(variable);
  return value == nullptr ? fs::path() : fs::path(value);
}

bool HoldsMtcnn(const fs::path& folder) {
  return std::ranges::any_of(kMtcnnPrefixes, [&](std::string_view prefix) {
    return std::ranges::all_of(kMtcnnStages, [&](std::string_view stage) {
      return IsFile(folder / (std::string(prefix) + std::string(stage)));
    });
  });
}

std::optional<fs::path> FindMtcnn(const fs::path& folder) {
  for (const fs::path& candidate : {folder / "mtcnn", folder}) {
    if (HoldsMtcnn(candidate)) {
      return candidate;
    }
  }
  return std::nullopt;
}

bool IsMtcnnStage(const fs::path& file) {
  const std::string name = file.filename().string();
  return std::ranges::any_of(kMtcnnStages, [&](std::string_view stage) {
    return name.ends_with(stage);
  });
}

/// The .onnx files in `folder` and in its folders, by path.
std::set<fs::path> OnnxFiles(const fs::path& folder) {
  std::set<fs::path> files;
  std::error_code error;
  fs::recursive_directory_iterator entry(folder, error);
  while (!error && entry != fs::recursive_directory_iterator()) {
    if (entry.depth() >= 1) {
      entry.disable_recursion_pending();
    }
    if (entry->path().extension() == ".onnx" && !IsMtcnnStage(entry->path())) {
      files.insert(entry->path());
    }
    entry.increment(error);
  }
  return files;
}

/// The first file by name whose contract states `task`.
std::optional<fs::path> FindByTask(const fs::path& folder,
                                   std::string_view task) {
  for (const fs::path& file : OnnxFiles(folder)) {
    const auto metadata = ReadOnnxMetadata(file);
    if (metadata) {
      const auto entry = metadata->find("mien.task");
      if (entry != metadata->end() && entry->second == task) {
        return file;
      }
    }
  }
  return std::nullopt;
}

std::optional<KnownFile> FindKnown(const fs::path& folder,
                                   std::span<const KnownFile> files) {
  for (const KnownFile& known : files) {
    if (IsFile(folder / known.path)) {
      return known;
    }
  }
  return std::nullopt;
}

std::optional<fs::path> FindDetectorIn(const fs::path& folder,
                                       std::string_view wish) {
  std::optional<fs::path> found;
  if (wish != "mtcnn") {
    found = FindByTask(folder, "detect");
  }
  if (!found && wish != "ssd") {
    found = FindMtcnn(folder);
  }
  if (!found && wish != "mtcnn") {
    if (const auto known = FindKnown(folder, kKnownDetectors)) {
      found = folder / known->path;
    }
  }
  return found;
}

std::vector<fs::path> FoldersToSearch(const fs::path& folder) {
  return folder.empty() ? DefaultModelFolders() : std::vector{folder};
}

Error NothingIn(const fs::path& folder, std::string_view what) {
  std::string places;
  for (const fs::path& place : FoldersToSearch(folder)) {
    places += (places.empty() ? "" : ", ") + place.string();
  }
  if (places.empty()) {
    places = "the usual places ($MIEN_MODELS, `models` beside the program, " +
             UserModelFolder().string() + ")";
  }
  return {ErrorCode::kNotFound,
          "no " + std::string(what) + " in " + places + "; " +
              std::string(kHowToGet)};
}

}  // namespace

fs::path UserModelFolder() {
  fs::path data = FromEnvironment("XDG_DATA_HOME");
  if (data.empty()) {
    const fs::path home = FromEnvironment("HOME");
    data = home.empty() ? fs::path("/tmp") : home / ".local" / "share";
  }
  return data / "mien" / "models";
}

std::vector<fs::path> DefaultModelFolders() {
  // What someone asked for goes before what came with the program.
  std::vector<fs::path> candidates = {FromEnvironment("MIEN_MODELS")};
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  // <prefix>/bin/mien and <source>/build/release/apps/cli/mien alike.
  constexpr int kMaxLevels = 5;
  fs::path folder = program.parent_path();
  for (int level = 0; level < kMaxLevels && folder.has_relative_path();
       ++level) {
    candidates.push_back(folder / "models");
    candidates.push_back(folder / "share" / "mien" / "models");
    folder = folder.parent_path();
  }
  candidates.push_back(UserModelFolder());
  std::erase_if(candidates, [](const fs::path& p) { return !IsFolder(p); });
  return candidates;
}

Result<fs::path> FindDetector(const fs::path& folder, std::string_view wish) {
  if (!wish.empty() && wish != "mtcnn" && wish != "ssd") {
    if (IsFile(wish) || IsFolder(wish)) {
      return fs::path(wish);
    }
    return Error{ErrorCode::kInvalidArgument,
                 "detector is " + std::string(wish) +
                     "; must be mtcnn, ssd or the path of a detector"};
  }
  for (const fs::path& place : FoldersToSearch(folder)) {
    if (const auto found = FindDetectorIn(place, wish)) {
      return *found;
    }
  }
  return NothingIn(
      folder, wish.empty() ? "face detector" : std::string(wish) + " detector");
}

Result<FoundEmbedder> FindEmbedder(const fs::path& folder) {
  for (const fs::path& place : FoldersToSearch(folder)) {
    if (std::optional<fs::path> own = FindByTask(place, "embed")) {
      return FoundEmbedder{*own, ""};
    }
    if (const auto known = FindKnown(place, kKnownEmbedders)) {
      return FoundEmbedder{place / known->path, std::string(known->profile)};
    }
  }
  return NothingIn(folder, "embedding model");
}

}  // namespace mien
