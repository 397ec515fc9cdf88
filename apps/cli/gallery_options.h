// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "mien/gallery.h"
#include "mien/result.h"

namespace mien::cli {

/// The flags of all commands that use a gallery.
struct GalleryArguments {
  std::string path;
  std::string collection = "default";
  std::string key_file;
};

/// --gallery, --collection, --key-file.
void AddGalleryFlags(CLI::App& command, GalleryArguments& arguments);

enum class GalleryUse : std::uint8_t { kCreate, kChange, kRead };

/// Opens the gallery; its key comes from --key-file or $MIEN_GALLERY_KEY, never
/// from the command line, which other users of the machine can see.
///
/// Errors: those of Gallery::Open(), ReadTextFile().
Result<std::unique_ptr<Gallery>> OpenGallery(const GalleryArguments& arguments,
                                             GalleryUse use);

/// Where index files of the gallery may lie: beside it, or nowhere when it is
/// encrypted, which they would not be.
///
/// Errors: those of ReadTextFile().
Result<std::filesystem::path> IndexFilesBeside(
    const GalleryArguments& arguments);

}  // namespace mien::cli
