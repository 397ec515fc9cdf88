// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "commands.h"
#include "gallery_options.h"
#include "gallery_transfer.h"
#include "json.h"

namespace mien::cli {
namespace {

/// What one action of `mien gallery` works on.
struct GalleryAction {
  GalleryArguments gallery;
  bool json = false;
  std::string subject;
  std::string other;  ///< a new name, or a file
};

std::string TimeText(std::chrono::sys_seconds time) {
  const std::time_t seconds = time.time_since_epoch().count();
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  char text[32];
  std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

/// The text as JSON; what UpdateSubject() accepted is always well-formed.
Json ParsedMetadata(const std::string& metadata) {
  return Json::parse(metadata, nullptr, /*allow_exceptions=*/false);
}

Json SubjectJson(const Subject& subject) {
  return {{"subject", subject.name},
          {"templates", subject.num_templates},
          {"created", TimeText(subject.created)},
          {"metadata", ParsedMetadata(subject.metadata)}};
}

Result<Subject> Named(Gallery& gallery,
                      const GalleryAction& action,
                      const std::string& name) {
  return gallery.FindSubject(SubjectName{action.gallery.collection, name});
}

Result<void> List(Gallery& gallery, const GalleryAction& action) {
  MIEN_ASSIGN_OR_RETURN(const std::vector<Subject> subjects,
                        gallery.Subjects(action.gallery.collection));
  for (const Subject& subject : subjects) {
    if (action.json) {
      PrintLine(SubjectJson(subject));
    } else {
      std::printf("%-40s %5lld\n",
                  subject.name.c_str(),
                  static_cast<long long>(subject.num_templates));
    }
  }
  return {};
}

Result<void> Show(Gallery& gallery, const GalleryAction& action) {
  MIEN_ASSIGN_OR_RETURN(const Subject subject,
                        Named(gallery, action, action.subject));
  MIEN_ASSIGN_OR_RETURN(const std::vector<Template> templates,
                        ReadTemplates(gallery, {.subject_id = subject.id}));
  if (action.json) {
    Json json = SubjectJson(subject);
    json["templates"] = Json::array();
    for (const Template& entry : templates) {
      json["templates"].push_back(
          {{"template", entry.id},
           {"source", entry.source},
           {"model", entry.embedding.model_id},
           {"quality", entry.quality},
           {"negative", entry.polarity == Polarity::kNegative},
           {"enrolled", TimeText(entry.enrolled)}});
    }
    PrintLine(json);
    return {};
  }
  std::printf("%s  since %s  %s\n",
              subject.name.c_str(),
              TimeText(subject.created).c_str(),
              subject.metadata.c_str());
  for (const Template& entry : templates) {
    std::printf("  %6lld  quality %.2f  %s%s  %s\n",
                static_cast<long long>(entry.id),
                static_cast<double>(entry.quality),
                entry.polarity == Polarity::kNegative ? "negative  " : "",
                TimeText(entry.enrolled).c_str(),
                entry.source.c_str());
  }
  return {};
}

Result<void> Rename(Gallery& gallery, const GalleryAction& action) {
  MIEN_ASSIGN_OR_RETURN(const Subject subject,
                        Named(gallery, action, action.subject));
  MIEN_RETURN_IF_ERROR(
      gallery.UpdateSubject(subject.id, {.name = action.other}));
  return {};
}

Result<void> Merge(Gallery& gallery, const GalleryAction& action) {
  MIEN_ASSIGN_OR_RETURN(const Subject into,
                        Named(gallery, action, action.subject));
  MIEN_ASSIGN_OR_RETURN(const Subject from,
                        Named(gallery, action, action.other));
  return gallery.MergeSubjects(into.id, from.id);
}

Result<void> Delete(Gallery& gallery, const GalleryAction& action) {
  MIEN_ASSIGN_OR_RETURN(const Subject subject,
                        Named(gallery, action, action.subject));
  return gallery.DeleteSubject(subject.id);
}

Result<void> Describe(Gallery& gallery, const GalleryAction& action) {
  MIEN_ASSIGN_OR_RETURN(const Subject subject,
                        Named(gallery, action, action.subject));
  MIEN_RETURN_IF_ERROR(
      gallery.UpdateSubject(subject.id, {.metadata = action.other}));
  return {};
}

Result<void> Export(Gallery& gallery, const GalleryAction& action) {
  return ExportTemplates(gallery, action.gallery.collection, std::cout);
}

Result<void> Import(Gallery& gallery, const GalleryAction& action) {
  MIEN_ASSIGN_OR_RETURN(
      const int num_added,
      ImportTemplates(gallery, action.gallery.collection, action.other));
  std::fprintf(stderr, "%d templates added\n", num_added);
  return {};
}

/// Counts the subjects and templates of every collection.
Result<void> Count(Gallery& gallery, const GalleryAction& action) {
  MIEN_ASSIGN_OR_RETURN(const std::vector<std::string> collections,
                        gallery.Collections());
  for (const std::string& collection : collections) {
    MIEN_ASSIGN_OR_RETURN(const std::vector<Subject> subjects,
                          gallery.Subjects(collection));
    std::int64_t num_templates = 0;
    for (const Subject& subject : subjects) {
      num_templates += subject.num_templates;
    }
    if (action.json) {
      PrintLine({{"collection", collection},
                 {"subjects", subjects.size()},
                 {"templates", num_templates}});
    } else {
      std::printf("%-40s %7zu subjects %9lld templates\n",
                  collection.c_str(),
                  subjects.size(),
                  static_cast<long long>(num_templates));
    }
  }
  return {};
}

/// Counts, after reading and checking everything.
Result<void> Check(Gallery& gallery, const GalleryAction& action) {
  MIEN_ASSIGN_OR_RETURN(const GalleryStats stats, gallery.Verify());
  if (action.json) {
    PrintLine({{"collections", stats.num_collections},
               {"subjects", stats.num_subjects},
               {"templates", stats.num_templates},
               {"bytes", stats.file_bytes}});
  } else {
    std::printf("%lld collections, %lld subjects, %lld templates, %.1f MB\n",
                static_cast<long long>(stats.num_collections),
                static_cast<long long>(stats.num_subjects),
                static_cast<long long>(stats.num_templates),
                static_cast<double>(stats.file_bytes) / 1e6);
  }
  return {};
}

Result<void> Backup(Gallery& gallery, const GalleryAction& action) {
  return gallery.Backup(action.other);
}

/// One action: its name, what it does, and its operands.
struct ActionEntry {
  const char* name;
  const char* help;
  Result<void> (*run)(Gallery& gallery, const GalleryAction& action);
  GalleryUse use;
  const char* subject;  ///< name of the first operand, or null
  const char* other;    ///< name of the second, or null
};

constexpr std::array kActions = {
    ActionEntry{"list",
                "Names of all subjects and their number of templates",
                List,
                GalleryUse::kRead,
                nullptr,
                nullptr},
    ActionEntry{"show",
                "A subject's templates",
                Show,
                GalleryUse::kRead,
                "SUBJECT",
                nullptr},
    ActionEntry{"rename",
                "Give a subject another name",
                Rename,
                GalleryUse::kChange,
                "SUBJECT",
                "NAME"},
    ActionEntry{"describe",
                "Keep a JSON object of your own with a subject",
                Describe,
                GalleryUse::kChange,
                "SUBJECT",
                "JSON"},
    ActionEntry{"merge",
                "Move all templates of OTHER to SUBJECT",
                Merge,
                GalleryUse::kChange,
                "SUBJECT",
                "OTHER"},
    ActionEntry{"delete",
                "Delete a subject and all that is stored of it",
                Delete,
                GalleryUse::kChange,
                "SUBJECT",
                nullptr},
    ActionEntry{"export",
                "All templates as JSON lines on stdout",
                Export,
                GalleryUse::kRead,
                nullptr,
                nullptr},
    ActionEntry{"import",
                "Add the templates of an exported file",
                Import,
                GalleryUse::kCreate,
                nullptr,
                "FILE"},
    ActionEntry{"stats",
                "Count the subjects and templates of every collection",
                Count,
                GalleryUse::kRead,
                nullptr,
                nullptr},
    ActionEntry{"verify",
                "Read and check everything; count what is there",
                Check,
                GalleryUse::kRead,
                nullptr,
                nullptr},
    ActionEntry{"backup",
                "Write a consistent copy to a new file",
                Backup,
                GalleryUse::kRead,
                nullptr,
                "FILE"},
};

Result<ExitCode> RunAction(const ActionEntry& entry,
                           const GalleryAction& action) {
  MIEN_ASSIGN_OR_RETURN(const std::unique_ptr<Gallery> gallery,
                        OpenGallery(action.gallery, entry.use));
  const Result<void> done = entry.run(*gallery, action);
  if (!done) {
    PrintError(done.error());
    return ExitCodeOfInput(done.error());
  }
  return ExitCode::kDone;
}

void AddAction(CLI::App& app, const ActionEntry& entry, ExitCode& exit) {
  CLI::App* command = app.add_subcommand(entry.name, entry.help);
  auto action = std::make_shared<GalleryAction>();
  AddGalleryFlags(*command, action->gallery);
  command->add_flag("--json", action->json, "One JSON object per line");
  if (entry.subject != nullptr) {
    command->add_option(entry.subject, action->subject)->required();
  }
  if (entry.other != nullptr) {
    command->add_option(entry.other, action->other)->required();
  }
  command->callback(
      [&entry, action, &exit] { exit = Report(RunAction(entry, *action)); });
}

}  // namespace

void AddGalleryCommand(CLI::App& app, ExitCode& exit) {
  CLI::App* command =
      app.add_subcommand("gallery", "Look after the people in a gallery");
  command->require_subcommand(1);
  command->footer(
      "Examples:\n"
      "  mien gallery list --gallery staff.db\n"
      "  mien gallery delete --gallery staff.db 'Ada'");
  for (const ActionEntry& entry : kActions) {
    AddAction(*command, entry, exit);
  }
}

}  // namespace mien::cli
