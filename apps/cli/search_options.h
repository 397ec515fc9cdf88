// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "gallery_options.h"
#include "mien/gallery_recognizer.h"
#include "mien/recognizer.h"
#include "mien/result.h"

namespace mien::cli {

/// How commands that name faces search a gallery.
struct SearchArguments {
  IdentifyOptions identify;
  std::string index = "exact";
  std::string fuse = "centroid";
};

/// --fpir, --possible-fpir, --threshold, --index, --fuse.
void AddSearchFlags(CLI::App& command, SearchArguments& arguments);

/// Opens the collection for searching, by the index files beside the gallery
/// where there can be some, and says on standard error what is worth knowing
/// about the index.
///
/// Errors: those of IdentifyOptions::Validate(), GalleryRecognizer::Open() and
/// IndexFilesBeside().
/// - kInvalidArgument: no template is of the recognizer's model, but others
///   are.
Result<std::unique_ptr<GalleryRecognizer>> OpenForSearch(
    const Recognizer& recognizer,
    Gallery& gallery,
    const GalleryArguments& where,
    const SearchArguments& arguments,
    int num_threads);

}  // namespace mien::cli
