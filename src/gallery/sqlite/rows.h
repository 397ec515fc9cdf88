// SPDX-License-Identifier: Apache-2.0
//
// Between a gallery's rows and its types.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "gallery/sqlite/database.h"
#include "mien/gallery.h"
#include "mien/result.h"

namespace mien::sqlite {

/// Errors:
/// - kInvalidArgument: `name` is empty, longer than 256 bytes or not UTF-8;
///   `what` says whose name it is.
Result<void> CheckName(std::string_view what, std::string_view name);

/// Errors:
/// - kInvalidArgument: no model id, or a length that differs from 1.
Result<void> CheckEmbedding(const Embedding& embedding);

/// How an embedding is stored: little-endian float32, as x86 and ARM have them.
std::span<const std::byte> BlobOf(const std::vector<float>& values);
std::vector<float> FloatsOf(std::span<const std::byte> blob);

/// The beginning of a query for subjects, to be followed by conditions on
/// subjects s and collections c.
inline constexpr std::string_view kSubjectColumns =
    "SELECT s.id, s.name, s.metadata, s.created,"
    " (SELECT count(*) FROM templates t WHERE t.subject_id = s.id)"
    " FROM subjects s JOIN collections c ON c.id = s.collection_id ";

/// The subject in a row of kSubjectColumns.
Subject ReadSubject(const Statement& row);

/// The beginning of a query for templates t, to be followed by further columns
/// and tables.
inline constexpr std::string_view kTemplateColumns =
    "SELECT t.id, t.subject_id, t.model_id, t.digest, t.polarity, t.quality,"
    " t.source, t.enrolled, t.embedding";

/// The template in a row of kTemplateColumns, without thumbnail.
Template ReadTemplate(const Statement& row);

/// The same with the JPEG in the column after.
Template ReadTemplateAndThumbnail(const Statement& row);

/// Errors that name what is not there, or there already.
Error NoSuchSubject(std::int64_t subject_id);
Error NoSuchSubject(const SubjectName& subject);
Error NoSuchTemplate(std::int64_t template_id);
Error SubjectExists(std::string_view name);

}  // namespace mien::sqlite
