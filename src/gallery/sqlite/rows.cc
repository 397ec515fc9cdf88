// SPDX-License-Identifier: Apache-2.0
#include "gallery/sqlite/rows.h"

#include <chrono>
#include <cmath>
#include <cstring>
#include <string>

#include "core/utf8.h"

namespace mien::sqlite {
namespace {

constexpr std::size_t kMaxNameBytes = 256;

std::chrono::sys_seconds TimeFromSeconds(std::int64_t seconds) {
  return std::chrono::sys_seconds(std::chrono::seconds(seconds));
}

}  // namespace

Result<void> CheckName(std::string_view what, std::string_view name) {
  const auto refuse = [&](const std::string& why) {
    return Error{ErrorCode::kInvalidArgument, std::string(what) + why};
  };
  if (name.empty()) {
    return refuse(" name is empty");
  }
  if (name.size() > kMaxNameBytes) {
    return refuse(" name has " + std::to_string(name.size()) +
                  " bytes; at most " + std::to_string(kMaxNameBytes));
  }
  if (!IsUtf8(name) || name.find('\0') != std::string_view::npos) {
    return refuse(" name is not UTF-8 text");
  }
  return {};
}

Result<void> CheckEmbedding(const Embedding& embedding) {
  if (embedding.model_id.empty()) {
    return Error{ErrorCode::kInvalidArgument, "embedding has no model id"};
  }
  double squared = 0.0;
  for (const float value : embedding.values) {
    squared += static_cast<double>(value) * value;
  }
  if (!(std::abs(squared - 1.0) <= 1e-3)) {
    return Error{ErrorCode::kInvalidArgument,
                 "embedding has length " + std::to_string(std::sqrt(squared)) +
                     "; must be 1"};
  }
  return {};
}

std::span<const std::byte> BlobOf(const std::vector<float>& values) {
  return std::as_bytes(std::span(values));
}

std::vector<float> FloatsOf(std::span<const std::byte> blob) {
  std::vector<float> values(blob.size() / sizeof(float));
  std::memcpy(values.data(), blob.data(), values.size() * sizeof(float));
  return values;
}

Subject ReadSubject(const Statement& row) {
  return {.id = row.Int(0),
          .name = row.Text(1),
          .metadata = row.Text(2),
          .num_templates = row.Int(4),
          .created = TimeFromSeconds(row.Int(3))};
}

Template ReadTemplate(const Statement& row) {
  return {
      .id = row.Int(0),
      .subject_id = row.Int(1),
      .embedding = {FloatsOf(row.Blob(8)), row.Text(2)},
      .polarity = row.Int(4) == 0 ? Polarity::kPositive : Polarity::kNegative,
      .quality = static_cast<float>(row.Real(5)),
      .source = row.Text(6),
      .digest = row.Text(3),
      .enrolled = TimeFromSeconds(row.Int(7)),
      .thumbnail = {}};
}

Template ReadTemplateAndThumbnail(const Statement& row) {
  Template entry = ReadTemplate(row);
  const auto jpeg = row.Blob(9);
  entry.thumbnail.assign(jpeg.begin(), jpeg.end());
  return entry;
}

Error NoSuchSubject(std::int64_t subject_id) {
  return {ErrorCode::kNotFound,
          "no subject with id " + std::to_string(subject_id)};
}

Error NoSuchSubject(const SubjectName& subject) {
  return {ErrorCode::kNotFound,
          "no subject \"" + std::string(subject.name) + "\" in collection \"" +
              std::string(subject.collection) + "\""};
}

Error NoSuchTemplate(std::int64_t template_id) {
  return {ErrorCode::kNotFound,
          "no template with id " + std::to_string(template_id)};
}

Error SubjectExists(std::string_view name) {
  return {ErrorCode::kAlreadyExists,
          "a subject \"" + std::string(name) + "\" exists already"};
}

}  // namespace mien::sqlite
