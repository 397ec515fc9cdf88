// SPDX-License-Identifier: Apache-2.0
//
// Finds the models to use in a folder, or in the usual places. Depends on core.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "mien/result.h"

namespace mien {

/// Folders in which models are looked up when none is named, most wanted first;
/// only those that exist. See RecognizerOptions::models.
std::vector<std::filesystem::path> DefaultModelFolders();

/// The folder of the user's own models, where `mien model fetch` puts them;
/// it need not exist.
std::filesystem::path UserModelFolder();

/// Finds a detector in `folder` (in the default folders when empty), as
/// Detector::Load() takes it. `wish` is "mtcnn", "ssd" (any single file), empty
/// for either, or the path of one, which is returned. For either, a single file
/// whose contract says that it detects comes first, then MTCNN, then well-known
/// foreign files.
///
/// Errors:
/// - kInvalidArgument: `wish` is none of these.
/// - kNotFound: says where it was looked for and how to get one.
Result<std::filesystem::path> FindDetector(const std::filesystem::path& folder,
                                           std::string_view wish = {});

/// An embedding network, and the profile to run it with when its file carries
/// no contract.
struct FoundEmbedder {
  std::filesystem::path file;
  std::string profile;
};

/// Finds an embedder in `folder` (in the default folders when empty): the first
/// file by name whose contract says it is one, or else a well-known foreign
/// file.
///
/// Errors:
/// - kNotFound: says where it was looked for and how to get one.
Result<FoundEmbedder> FindEmbedder(const std::filesystem::path& folder);

}  // namespace mien
