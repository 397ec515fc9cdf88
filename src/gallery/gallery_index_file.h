// SPDX-License-Identifier: Apache-2.0
//
// What GalleryIndex knows, and how it lies in an index file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gallery/subject_templates.h"
#include "index/exact_index.h"
#include "mien/gallery.h"
#include "mien/result.h"

namespace mien {

/// A template that says who a face is not.
struct NegativeTemplate {
  std::int64_t subject_id = 0;
  std::vector<float> vector;
};

/// One collection's templates of one model as of some moment.
struct GalleryIndexState {
  /// Positive templates; none before the first, which says their dimension.
  std::optional<ExactIndex> positives;
  SubjectTemplates templates;  ///< the positive ones

  /// By template; few, so they are compared one by one.
  std::map<std::int64_t, NegativeTemplate> negatives;

  /// Templates up to this one have been read.
  std::int64_t last_template_id = 0;

  /// Changes up to here have been taken over.
  GalleryPosition position;
};

/// Reads the index file at `path`. `rows` gives the float rows and must outlive
/// the answer.
///
/// Errors:
/// - those of ReadOwnIndexFile() and of the gallery's methods.
Result<GalleryIndexState> LoadGalleryIndex(const std::filesystem::path& path,
                                           const std::string& owner,
                                           Gallery& gallery,
                                           const RowSource& rows,
                                           int num_threads);

/// Writes `state`, which has positive templates, beside the gallery in the file
/// `beside`.
///
/// Errors: those of PublishIndexFile().
Result<void> SaveGalleryIndex(const std::filesystem::path& beside,
                              const std::string& owner,
                              Gallery& gallery,
                              const GalleryIndexState& state);

}  // namespace mien
