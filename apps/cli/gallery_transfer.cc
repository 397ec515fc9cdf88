// SPDX-License-Identifier: Apache-2.0
#include "gallery_transfer.h"

#include <algorithm>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "json.h"

namespace mien::cli {
namespace {

Json TemplateJson(const std::string& subject, const Template& entry) {
  return {{"subject", subject},
          {"model", entry.embedding.model_id},
          {"digest", entry.digest},
          {"negative", entry.polarity == Polarity::kNegative},
          {"quality", entry.quality},
          {"source", entry.source},
          {"embedding", entry.embedding.values}};
}

/// A line of an exported file.
Result<NewTemplate> ParseLine(const std::string& collection,
                              const std::string& line) {
  try {
    const Json json = Json::parse(line);
    NewTemplate parsed;
    parsed.collection = collection;
    parsed.subject = json.at("subject").get<std::string>();
    Template& entry = parsed.entry;
    entry.embedding.model_id = json.at("model").get<std::string>();
    entry.embedding.values = json.at("embedding").get<std::vector<float>>();
    entry.digest = json.value("digest", std::string());
    entry.polarity = json.value("negative", false) ? Polarity::kNegative
                                                   : Polarity::kPositive;
    entry.quality = json.value("quality", 0.0F);
    entry.source = json.value("source", std::string());
    return parsed;
  } catch (const Json::exception& error) {
    return Error{ErrorCode::kCorruptData, error.what()};
  }
}

// More at once would be hardly quicker and hold more memory.
constexpr std::size_t kLinesAtOnce = 1000;

/// Lines of a file that go into the gallery as one change.
struct Batch {
  const std::filesystem::path* file = nullptr;
  int first_line = 1;
  std::vector<NewTemplate> templates = {};

  [[nodiscard]] std::string PlaceOf(std::size_t i) const {
    return file->string() + ":" +
           std::to_string(first_line + static_cast<int>(i));
  }
};

/// Adds one after the other, to name the line that cannot be added.
Result<int> AddSingly(Gallery& gallery, const Batch& batch) {
  int num_added = 0;
  for (std::size_t i = 0; i < batch.templates.size(); ++i) {
    const auto& [collection, subject, entry] = batch.templates[i];
    const auto added = gallery.AddTemplate(collection, subject, entry);
    if (!added) {
      return added.error().WithContext(batch.PlaceOf(i));
    }
    num_added += added->is_new ? 1 : 0;
  }
  return num_added;
}

/// Adds the templates of `batch`, which holds none afterwards.
Result<int> Flush(Gallery& gallery, Batch& batch) {
  const Batch full =
      std::exchange(batch,
                    {.file = batch.file,
                     .first_line = batch.first_line +
                                   static_cast<int>(batch.templates.size())});
  const auto added = gallery.AddTemplates(full.templates);
  if (!added) {
    return AddSingly(gallery, full);
  }
  return static_cast<int>(std::ranges::count_if(
      *added, [](const AddedTemplate& one) { return one.is_new; }));
}

}  // namespace

Result<void> ExportTemplates(Gallery& gallery,
                             const std::string& collection,
                             std::ostream& out) {
  MIEN_ASSIGN_OR_RETURN(const std::vector<Subject> subjects,
                        gallery.Subjects(collection));
  for (const Subject& subject : subjects) {
    MIEN_ASSIGN_OR_RETURN(const std::vector<Template> templates,
                          ReadTemplates(gallery, {.subject_id = subject.id}));
    for (const Template& entry : templates) {
      out << LineText(TemplateJson(subject.name, entry));
    }
  }
  out.flush();
  return out ? Result<void>()
             : Error{ErrorCode::kIo, "the export cannot be written"};
}

Result<int> ImportTemplates(Gallery& gallery,
                            const std::string& collection,
                            const std::filesystem::path& file) {
  std::ifstream lines(file);
  if (!lines) {
    return Error{ErrorCode::kNotFound, file.string() + ": cannot be read"};
  }
  int num_added = 0;
  Batch batch{.file = &file};
  std::string line;
  while (std::getline(lines, line)) {
    Result<NewTemplate> parsed = ParseLine(collection, line);
    if (!parsed) {
      const std::string where = batch.PlaceOf(batch.templates.size());
      MIEN_RETURN_IF_ERROR(Flush(gallery, batch));
      return parsed.error().WithContext(where);
    }
    batch.templates.push_back(*std::move(parsed));
    if (batch.templates.size() == kLinesAtOnce) {
      MIEN_ASSIGN_OR_RETURN(const int num_new, Flush(gallery, batch));
      num_added += num_new;
    }
  }
  MIEN_ASSIGN_OR_RETURN(const int num_new, Flush(gallery, batch));
  return num_added + num_new;
}

}  // namespace mien::cli
