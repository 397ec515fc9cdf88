// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gallery/sqlite/database.h"
#include "index/index_file.h"
#include "mien/gallery.h"

namespace mien {

/// A gallery in one SQLite file. docs/gallery.md describes tables and bytes.
class SqliteGallery final : public Gallery {
 public:
  /// See Gallery::Open().
  static Result<std::unique_ptr<Gallery>> Open(
      const std::filesystem::path& path, const GalleryOptions& options);

  Result<AddedTemplate> AddTemplate(std::string_view collection,
                                    std::string_view subject,
                                    const Template& entry) override;
  Result<std::vector<AddedTemplate>> AddTemplates(
      std::span<const NewTemplate> templates) override;
  Result<Subject> AddSubject(std::string_view collection,
                             std::string_view name) override;
  Result<std::vector<std::string>> Collections() override;
  Result<std::vector<Subject>> Subjects(std::string_view collection) override;
  Result<Subject> FindSubject(const SubjectKey& key) override;
  Result<GalleryPosition> ForEachTemplate(
      const TemplateQuery& query,
      const std::function<bool(const Template&)>& visit) override;
  Result<void> ReadEmbeddings(
      std::span<const std::int64_t> template_ids,
      const std::function<void(std::int64_t, std::span<const float>)>& visit)
      override;
  Result<std::vector<GalleryChange>> ChangesSince(
      std::int64_t sequence) override;
  Result<Subject> UpdateSubject(std::int64_t subject_id,
                                const SubjectUpdate& update) override;
  Result<void> MergeSubjects(std::int64_t into, std::int64_t from) override;
  Result<void> DeleteSubject(std::int64_t subject_id) override;
  Result<void> DeleteTemplate(std::int64_t template_id) override;
  Result<void> Backup(const std::filesystem::path& path) override;
  Result<GalleryStats> Verify() override;

 private:
  explicit SqliteGallery(sqlite::Database database)
      : database_(std::move(database)) {}

  Result<std::int64_t> FindOrAddSubject(std::string_view collection,
                                        std::string_view name) const;
  Result<AddedTemplate> AddUncommitted(std::string_view collection,
                                       std::string_view subject,
                                       const Template& entry) const;
  Result<AddedTemplate> InsertTemplate(std::int64_t subject_id,
                                       const Template& entry) const;
  [[nodiscard]] Result<Subject> ReadSubjectOf(const SubjectKey& key) const;
  [[nodiscard]] Result<void> Rename(std::int64_t subject_id,
                                    std::string_view name) const;
  [[nodiscard]] Result<GalleryPosition> LastPosition() const;
  Result<std::int64_t> CollectionOf(std::int64_t subject_id) const;
  [[nodiscard]] Result<std::optional<std::vector<std::uint64_t>>> RemovedSince(
      const IndexFileLabel& label) const;
  Result<void> WipeRemains() const;

  /// Wipes what a process that was killed while it deleted has left in index
  /// files.
  void WipeLeftovers() const;
  Result<void> WipeJournal() const;
  Result<void> CheckPages() const;
  Result<void> CheckVectors() const;

  std::mutex mutex_;
  sqlite::Database database_;
};

}  // namespace mien
