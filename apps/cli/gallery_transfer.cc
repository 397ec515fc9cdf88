// SPDX-License-Identifier: Apache-2.0
#include "gallery_transfer.h"

#include <fstream>

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
struct ImportedLine {
  std::string subject;
  Template entry;
};

Result<ImportedLine> ParseLine(const std::string& line) {
  try {
    const Json json = Json::parse(line);
    ImportedLine parsed;
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
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    const std::string where = file.string() + ":" + std::to_string(number);
    const Result<ImportedLine> parsed = ParseLine(line);
    if (!parsed) {
      return parsed.error().WithContext(where);
    }
    const Result<AddedTemplate> added =
        gallery.AddTemplate(collection, parsed->subject, parsed->entry);
    if (!added) {
      return added.error().WithContext(where);
    }
    num_added += added->is_new ? 1 : 0;
  }
  return num_added;
}

}  // namespace mien::cli
