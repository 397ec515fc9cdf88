// SPDX-License-Identifier: Apache-2.0
//
// Which pictures to prepare, and who is on them. Depends on core.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "mien/result.h"

namespace mien {

/// A picture on its way into a dataset.
struct PictureSource {
  std::filesystem::path path;

  /// Who is on it; empty when nobody knows.
  std::string identity;
};

/// The folder of `picture` as seen from `root`, "F0001/MID1" for
/// root/F0001/MID1/p1.jpg: the name of the person, where each has a folder.
/// Empty for a picture directly in `root`.
std::string IdentityFromFolder(const std::filesystem::path& root,
                               const std::filesystem::path& picture);

/// Reads a table with the columns `path` and `identity`, in any order, others
/// ignored; paths that are not absolute count from the table's folder. An empty
/// identity means an unknown one.
///
/// Errors:
/// - kNotFound, kIo: the file.
/// - kCorruptData: names the line.
Result<std::vector<PictureSource>> ReadSourceTable(
    const std::filesystem::path& file);

}  // namespace mien
