// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "commands.h"
#include "common_options.h"
#include "core/file.h"
#include "core/hash.h"
#include "enroll_list.h"
#include "gallery_options.h"
#include "json.h"
#include "mien/enroller.h"
#include "models.h"
#include "picture_loop.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFooter =
    "INPUT is a folder with one folder of pictures for each person, a .csv "
    "file\n"
    "with lines `subject,picture`, or, with --subject, pictures of one "
    "person.\n"
    "Enrolling again what is enrolled already changes nothing, so an "
    "interrupted\n"
    "run can simply be repeated.\n\n"
    "Examples:\n"
    "  mien enroll --gallery staff.db people/\n"
    "  mien enroll --gallery staff.db --subject 'Ada' ada1.jpg ada2.jpg";

struct EnrollArguments {
  CommonOptions common;
  GalleryArguments gallery;
  EnrollOptions enroll;
  std::string subject;
  bool is_negative = false;
  std::vector<std::string> inputs;
};

/// What became of one picture.
struct Outcome {
  std::string subject;
  AddedTemplate added;
  std::string refused;  ///< why; empty when it is enrolled
};

Result<Outcome> EnrollPicture(const Enroller& enroller,
                              const std::string& subject,
                              const fs::path& picture,
                              const EnrollOptions& options) {
  MIEN_ASSIGN_OR_RETURN(const auto file, ReadFile(picture));
  auto decoded = DecodeImage(file);
  if (!decoded) {
    return decoded.error().WithContext(picture.string());
  }
  const auto added = enroller.Enroll(
      subject, decoded->image, picture.string(), Sha256Hex(file), options);
  if (added) {
    return Outcome{subject, *added, {}};
  }
  if (added.error().code == ErrorCode::kInvalidImage) {
    return Outcome{subject, {}, added.error().message};
  }
  return added.error().WithContext(picture.string());
}

void PrintOutcome(const fs::path& picture,
                  const Outcome& outcome,
                  bool as_json) {
  if (!as_json) {
    const bool is_enrolled = outcome.refused.empty();
    std::printf("%s  %s: %s\n",
                picture.c_str(),
                outcome.subject.c_str(),
                !is_enrolled           ? outcome.refused.c_str()
                : outcome.added.is_new ? "enrolled"
                                       : "enrolled before");
    std::fflush(stdout);
  } else if (outcome.refused.empty()) {
    PrintLine({{"image", picture.string()},
               {"subject", outcome.subject},
               {"template", outcome.added.template_id},
               {"new", outcome.added.is_new}});
  } else {
    PrintLine({{"image", picture.string()},
               {"subject", outcome.subject},
               {"refused", outcome.refused}});
  }
}

/// What a run came to, for stderr.
struct Summary {
  int num_enrolled = 0;
  int num_known = 0;
  int num_refused = 0;

  void Count(const Outcome& outcome) {
    if (!outcome.refused.empty()) {
      ++num_refused;
    } else {
      ++(outcome.added.is_new ? num_enrolled : num_known);
    }
  }
};

Result<ExitCode> RunEnroll(const EnrollArguments& arguments) {
  MIEN_ASSIGN_OR_RETURN(const std::vector<EnrollItem> items,
                        ListEnrollItems(arguments.inputs, arguments.subject));
  std::vector<fs::path> pictures;
  for (const EnrollItem& item : items) {
    pictures.push_back(item.picture);
  }
  const Parallelism parallelism =
      SpreadOver(static_cast<int>(items.size()), arguments.common.NumThreads());
  MIEN_ASSIGN_OR_RETURN(
      const std::unique_ptr<Recognizer> recognizer,
      LoadRecognizer(arguments.common, parallelism.threads_per_net));
  MIEN_ASSIGN_OR_RETURN(const std::unique_ptr<Gallery> gallery,
                        OpenGallery(arguments.gallery, GalleryUse::kCreate));
  const Enroller enroller(*recognizer, *gallery, arguments.gallery.collection);
  EnrollOptions options = arguments.enroll;
  options.polarity =
      arguments.is_negative ? Polarity::kNegative : Polarity::kPositive;

  Summary summary;
  const ExitCode exit = ForEachPicture<Outcome>(
      pictures,
      {.workers = parallelism.workers, .json = arguments.common.json},
      [&](Pictures some) {
        // `some` is a part of `pictures`, so its place tells the item.
        std::vector<Result<Outcome>> outcomes;
        for (const fs::path& picture : some) {
          const auto i = static_cast<std::size_t>(&picture - pictures.data());
          outcomes.push_back(
              EnrollPicture(enroller, items[i].subject, picture, options));
        }
        return outcomes;
      },
      [&](const fs::path& picture, const Outcome& outcome) {
        summary.Count(outcome);
        PrintOutcome(picture, outcome, arguments.common.json);
        return Result<void>();
      });
  std::fprintf(stderr,
               "%d enrolled, %d enrolled before, %d refused\n",
               summary.num_enrolled,
               summary.num_known,
               summary.num_refused);
  return summary.num_refused > 0 ? std::max(exit, ExitCode::kBadInput) : exit;
}

void AddEnrollFlags(CLI::App& command, EnrollArguments& arguments) {
  command
      .add_option("--subject",
                  arguments.subject,
                  "Whom all pictures show, instead of their folder's name")
      ->type_name("NAME");
  command
      .add_option("--min-quality",
                  arguments.enroll.min_quality,
                  "Refuse faces rated lower, 0 to 1")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str()
      ->type_name("Q");
  command.add_flag("--keep-thumbnail",
                   arguments.enroll.keep_thumbnail,
                   "Keep a small picture of each face in the gallery");
  command.add_flag("--negative",
                   arguments.is_negative,
                   "The pictures show somebody who is often taken for the "
                   "subject, and is not");
}

}  // namespace

void AddEnrollCommand(CLI::App& app, ExitCode& exit) {
  CLI::App* command = app.add_subcommand("enroll", "Add people to a gallery");
  command->footer(kFooter);
  auto arguments = std::make_shared<EnrollArguments>();
  command->add_option("INPUT", arguments->inputs, "Whom to enrol; see below")
      ->required();
  AddGalleryFlags(*command, arguments->gallery);
  AddEnrollFlags(*command, *arguments);
  AddDetectorFlags(*command, arguments->common);
  AddEmbedderFlags(*command, arguments->common);
  AddGeneralFlags(*command, arguments->common);
  command->callback(
      [arguments, &exit] { exit = Report(RunEnroll(*arguments)); });
}

}  // namespace mien::cli
