// SPDX-License-Identifier: Apache-2.0
//
// A gallery: the people an engine knows, in a file that lasts.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "mien/embedding.h"
#include "mien/result.h"

namespace mien {

/// A person with templates. Ids are never used again after a deletion.
struct Subject {
  std::int64_t id = 0;

  /// Unique within its collection, 1 to 256 bytes of UTF-8.
  std::string name;

  /// A JSON object of the user's own; "{}" when there is none.
  std::string metadata = "{}";

  std::int64_t num_templates = 0;
  std::chrono::sys_seconds created;
};

/// What a template says about its subject.
enum class Polarity : std::uint8_t {
  kPositive,  ///< this is the subject
  kNegative,  ///< this is not the subject, however alike
};

/// One enrolled face.
struct Template {
  std::int64_t id = 0;
  std::int64_t subject_id = 0;
  Embedding embedding;
  Polarity polarity = Polarity::kPositive;

  /// In [0, 1]; 0 when not measured.
  float quality = 0.0F;

  /// Where the face came from, for people: usually a path.
  std::string source;

  /// Tells pictures apart: the same digest is enrolled once per subject and
  /// model. AddTemplate() hashes the embedding when it is empty.
  std::string digest;

  std::chrono::sys_seconds enrolled;

  /// A small JPEG of the face, or empty; read where
  /// TemplateQuery::with_thumbnails asks for it.
  std::vector<std::byte> thumbnail;
};

/// How the similarities of a probe to the templates of one subject become one.
/// docs/benchmarks.md compares them.
enum class Fusion : std::uint8_t {
  kMax,        ///< the largest
  kMeanOfTop,  ///< the mean of the three largest, or of all if there are fewer
  kCentroid,   ///< the similarity to the mean of the templates, at length 1
};

/// "max", "mean-of-top" or "centroid".
std::string_view FusionName(Fusion fusion);

/// How templates are searched.
enum class SearchMethod : std::uint8_t {
  kExact,  ///< finds the most similar templates always
  kHnsw,   ///< a graph that is quicker in large galleries, takes long to make
           ///< at first, and misses some
};

/// How an approximate search compares with the exact one, on noisy copies of
/// enrolled templates.
struct MeasuredApproximation {
  int num_probes = 0;
  int num_neighbors = 0;

  /// Share of the `num_neighbors` nearest templates that are found, in [0, 1].
  double recall = 0.0;

  /// Share of the probes whose nearest template is found.
  double recall_of_first = 0.0;

  double milliseconds = 0.0;        ///< of one search
  double exact_milliseconds = 0.0;  ///< of one exact search
  double build_seconds = 0.0;       ///< for making the graph
};

/// A subject by its name.
struct SubjectName {
  std::string_view collection;
  std::string_view name;
};

/// Which subject is meant: by its id, or by its name.
using SubjectKey = std::variant<std::int64_t, SubjectName>;

/// What becomes of a subject; what is not set stays as it is.
struct SubjectUpdate {
  std::optional<std::string> name = {};

  /// A JSON object.
  std::optional<std::string> metadata = {};
};

/// Which templates are meant: those that meet every condition that is set; all
/// of a gallery when none is.
struct TemplateQuery {
  std::optional<std::string_view> collection = {};
  std::optional<std::string_view> model_id = {};
  std::optional<std::int64_t> subject_id = {};
  std::optional<std::int64_t> template_id = {};

  /// Those with higher ids.
  std::int64_t after_template_id = 0;

  bool with_thumbnails = false;
};

/// What AddTemplate() did.
struct AddedTemplate {
  std::int64_t subject_id = 0;
  std::int64_t template_id = 0;

  /// False when this template was there already.
  bool is_new = false;
};

/// A template that is to be added, and to whom.
struct NewTemplate {
  std::string collection;
  std::string subject;
  Template entry;
};

/// How a gallery file is opened.
struct GalleryOptions {
  /// Fail rather than make a new file.
  bool must_exist = false;

  bool read_only = false;

  /// Encryption at rest: the key, any bytes. Empty for a plain file. Needs the
  /// SQLCipher library (Debian: libsqlcipher0) at run time.
  std::string key = {};

  /// How long to wait for another process's write.
  std::chrono::milliseconds busy_timeout{10'000};
};

struct GalleryStats {
  std::int64_t num_collections = 0;
  std::int64_t num_subjects = 0;
  std::int64_t num_templates = 0;
  std::int64_t file_bytes = 0;
};

/// A place in a gallery's history.
struct GalleryPosition {
  /// Rises with every change to a template; 0 before the first.
  std::int64_t sequence = 0;

  /// Drawn at random for every change: two galleries with the same token at the
  /// same sequence have the same history up to there.
  std::int64_t token = 0;

  friend bool operator==(const GalleryPosition&,
                         const GalleryPosition&) = default;
};

/// One step in a gallery's history; see Gallery::ChangesSince().
struct GalleryChange {
  enum class Kind : std::uint8_t { kAdded, kRemoved, kMoved };
  GalleryPosition position;
  Kind kind = Kind::kAdded;
  std::int64_t template_id = 0;

  /// Whose template it is now; 0 when it has been removed since.
  std::int64_t subject_id = 0;
};

/// Subjects and their templates, in collections that do not see one another.
/// Every change is on disk when the call returns, whole or not at all; several
/// processes may use one file.
///
/// Errors of all methods: kIo (disk full, read-only, busy for longer than
/// GalleryOptions::busy_timeout), kCorruptData (the file is damaged).
///
/// Thread safety: all methods may run concurrently on one instance.
class Gallery {
 public:
  /// Opens the gallery in the file at `path`, or makes it.
  ///
  /// Errors:
  /// - kNotFound: no such file, and `options.must_exist` or `read_only`.
  /// - kCorruptData: not a gallery, or the key is wrong.
  /// - kUnsupported: written by a newer version, or encryption is asked for and
  ///   SQLCipher is not installed.
  static Result<std::unique_ptr<Gallery>> Open(
      const std::filesystem::path& path, const GalleryOptions& options = {});

  Gallery() = default;
  Gallery(const Gallery&) = delete;
  Gallery& operator=(const Gallery&) = delete;
  virtual ~Gallery() = default;

  /// Adds `entry` to the subject called `subject` in `collection`, both made if
  /// need be. `entry`'s ids and time are ignored.
  ///
  /// Errors:
  /// - kInvalidArgument: a name is empty, too long or not UTF-8; the embedding
  ///   is empty, not of length 1, or has no model id.
  virtual Result<AddedTemplate> AddTemplate(std::string_view collection,
                                            std::string_view subject,
                                            const Template& entry) = 0;

  /// AddTemplate() for each of `templates` as one change: all are added or
  /// none. The disk is waited for once, so many take little longer than one.
  ///
  /// Errors: those of AddTemplate().
  virtual Result<std::vector<AddedTemplate>> AddTemplates(
      std::span<const NewTemplate> templates) = 0;

  /// Adds a subject without templates, its collection made if need be.
  ///
  /// Errors:
  /// - kAlreadyExists: the collection has a subject of that name.
  /// - kInvalidArgument: as AddTemplate().
  virtual Result<Subject> AddSubject(std::string_view collection,
                                     std::string_view name) = 0;

  /// Names of all collections, sorted.
  virtual Result<std::vector<std::string>> Collections() = 0;

  /// All subjects of `collection`, by name; none for one that does not exist.
  virtual Result<std::vector<Subject>> Subjects(
      std::string_view collection) = 0;

  /// Errors:
  /// - kNotFound: names the subject and the collection, or the id.
  virtual Result<Subject> FindSubject(const SubjectKey& key) = 0;

  /// Calls `visit` with the templates that `query` means, by rising id, until
  /// it returns false. `visit` must not call the gallery.
  ///
  /// Returns the position that the templates were read at: ChangesSince() of
  /// its sequence tells what they lack.
  virtual Result<GalleryPosition> ForEachTemplate(
      const TemplateQuery& query,
      const std::function<bool(const Template&)>& visit) = 0;

  /// Calls `visit` with id and embedding of the templates `template_ids`, in
  /// their order; those that do not exist are left out. `visit` must not call
  /// the gallery.
  virtual Result<void> ReadEmbeddings(
      std::span<const std::int64_t> template_ids,
      const std::function<void(std::int64_t template_id,
                               std::span<const float> embedding)>& visit) = 0;

  /// What happened to the templates of all collections after `sequence` (0 for
  /// everything), oldest first: how an index follows other processes.
  virtual Result<std::vector<GalleryChange>> ChangesSince(
      std::int64_t sequence) = 0;

  /// Gives a subject another name, other metadata or both, or fails and changes
  /// neither. Returns what it is then.
  ///
  /// Errors:
  /// - kNotFound: no subject `subject_id`.
  /// - kAlreadyExists: its collection has a subject of that name.
  /// - kInvalidArgument: a name as AddTemplate() refuses it, or metadata that
  ///   is not a JSON object.
  virtual Result<Subject> UpdateSubject(std::int64_t subject_id,
                                        const SubjectUpdate& update) = 0;

  /// Moves all templates of `from` to `into` and deletes `from`. Templates that
  /// `into` has already are dropped.
  ///
  /// Errors:
  /// - kNotFound: one of them does not exist.
  /// - kInvalidArgument: they are the same, or of different collections.
  virtual Result<void> MergeSubjects(std::int64_t into, std::int64_t from) = 0;

  /// Deletes a subject with all templates. Nothing of the vectors stays in the
  /// file or its journal.
  ///
  /// Errors:
  /// - kNotFound: no subject `subject_id`.
  virtual Result<void> DeleteSubject(std::int64_t subject_id) = 0;

  /// As DeleteSubject(), for one template; its subject stays.
  virtual Result<void> DeleteTemplate(std::int64_t template_id) = 0;

  /// Writes a copy that is consistent in itself to `path`, while others go on
  /// writing. The copy of an encrypted gallery has the same key.
  ///
  /// Errors:
  /// - kAlreadyExists: there is a file at `path`.
  virtual Result<void> Backup(const std::filesystem::path& path) = 0;

  /// Reads everything and checks it: pages, references, lengths of vectors.
  ///
  /// Errors:
  /// - kCorruptData: names the first thing that is wrong.
  virtual Result<GalleryStats> Verify() = 0;
};

/// What Gallery::ForEachTemplate() visits; none where nothing is meant.
///
/// Errors: those of all methods.
Result<std::vector<Template>> ReadTemplates(Gallery& gallery,
                                            const TemplateQuery& query);

}  // namespace mien
