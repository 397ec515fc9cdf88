// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <filesystem>
#include <string>

#include "cmd_data.h"
#include "core/cpu.h"
#include "data/dataset_report.h"
#include "data/exclude.h"
#include "data/prune.h"
#include "data_report_page.h"
#include "json.h"
#include "progress.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFooter =
    "Compares the teacher's embeddings with the labels: chips under a wrong\n"
    "label, faces that are none, people under two labels, near duplicates, "
    "and\n"
    "how many chips people have. Writes tables and report.html.\n\n"
    "Example:\n"
    "  mien data report chips --out report";

constexpr const char* kPruneFooter =
    "Takes what `mien data report` lists out of chips.csv and teacher.f32, "
    "and\n"
    "into dropped.csv with the reason. Look at the report before.\n\n"
    "Example:\n"
    "  mien data prune chips --mislabelled --duplicates";

struct ReportArguments {
  std::string dataset;
  std::string out;
  bool json = false;
  ReportOptions options;
};

void Print(const DatasetReport& report, const fs::path& page, bool json) {
  if (json) {
    PrintLine({{"people", report.people.size()},
               {"mislabelled", report.mislabelled.size()},
               {"outliers", report.outliers.size()},
               {"similar_people", report.similar_people.size()},
               {"duplicates", report.duplicates.size()},
               {"median_similarity", report.median_similarity},
               {"report", page.string()}});
    return;
  }
  std::printf("people                     %zu\n", report.people.size());
  std::printf("perhaps mislabelled        %zu chips\n",
              report.mislabelled.size());
  std::printf("like nobody                %zu chips\n", report.outliers.size());
  std::printf("perhaps one person         %zu pairs of labels\n",
              report.similar_people.size());
  std::printf("near duplicates            %zu pairs\n",
              report.duplicates.size());
  std::printf("report                     %s\n", page.c_str());
}

Result<DatasetReport> Examine(const ChipDataset& dataset,
                              ReportOptions options) {
  MIEN_ASSIGN_OR_RETURN(const EmbeddingFile embeddings, OpenTeacher(dataset));
  options.num_threads = NumUsableCpus();
  Progress progress(static_cast<int>(dataset.size()), Progress::Stdout::kQuiet);
  options.progress = [&](int done, int) { progress.Update(done); };
  return ExamineDataset(dataset, embeddings, options);
}

Result<ExitCode> RunReport(const ReportArguments& arguments) {
  MIEN_ASSIGN_OR_RETURN(const ChipDataset dataset,
                        ChipDataset::Open(arguments.dataset));
  MIEN_ASSIGN_OR_RETURN(const DatasetReport report,
                        Examine(dataset, arguments.options));
  const fs::path folder = arguments.out.empty()
                              ? fs::path(arguments.dataset) / "report"
                              : fs::path(arguments.out);
  MIEN_RETURN_IF_ERROR(WriteDataReport(dataset, report, folder));
  Print(report, folder / "report.html", arguments.json);
  return ExitCode::kDone;
}

struct PruneArguments {
  std::string dataset;
  bool json = false;
  PruneChoice choice;
  ReportOptions options;
};

Result<ExitCode> RunPrune(const PruneArguments& arguments) {
  const PruneChoice& choice = arguments.choice;
  if (!choice.mislabelled && !choice.outliers && !choice.duplicates) {
    return Error{ErrorCode::kInvalidArgument,
                 "nothing to take out; give --mislabelled, --outliers or "
                 "--duplicates"};
  }
  MIEN_ASSIGN_OR_RETURN(const ChipDataset dataset,
                        ChipDataset::Open(arguments.dataset));
  MIEN_ASSIGN_OR_RETURN(const DatasetReport report,
                        Examine(dataset, arguments.options));
  MIEN_ASSIGN_OR_RETURN(
      const ExcludeCounts removed,
      RemoveChips(arguments.dataset, ReasonsToPrune(dataset, report, choice)));
  const std::int64_t chips = dataset.info().num_chips - removed.num_chips;
  const std::int64_t people = dataset.num_identities() - removed.num_identities;
  if (arguments.json) {
    PrintLine({{"dataset", arguments.dataset},
               {"chips", chips},
               {"identities", people},
               {"removed_chips", removed.num_chips},
               {"removed_identities", removed.num_identities}});
  } else {
    std::printf(
        "%s: %lld chips of %lld people; %lld chips and %lld whole people taken "
        "out\n",
        arguments.dataset.c_str(),
        static_cast<long long>(chips),
        static_cast<long long>(people),
        static_cast<long long>(removed.num_chips),
        static_cast<long long>(removed.num_identities));
  }
  return ExitCode::kDone;
}

void AddDuplicateFlag(CLI::App& command, ReportOptions& options) {
  command
      .add_option("--duplicate-similarity",
                  options.duplicate_similarity,
                  "Cosine similarity from which two chips are duplicates")
      ->capture_default_str()
      ->type_name("S");
}

}  // namespace

void AddDataPruneCommand(CLI::App& data, ExitCode& exit) {
  CLI::App* command = data.add_subcommand(
      "prune", "Take wrong labels and duplicates out of a dataset");
  command->footer(kPruneFooter);
  auto arguments = std::make_shared<PruneArguments>();
  PruneChoice& choice = arguments->choice;
  command->add_option("DATASET", arguments->dataset, "Folder of the dataset")
      ->required();
  command->add_flag("--mislabelled",
                    choice.mislabelled,
                    "Chips more similar to another person than to their own");
  command->add_flag("--outliers", choice.outliers, "Chips like nobody");
  command->add_flag("--duplicates",
                    choice.duplicates,
                    "The second of two near duplicates; both, if their labels "
                    "differ");
  AddDuplicateFlag(*command, arguments->options);
  command->add_flag("--json", arguments->json, "One JSON object per line");
  command->callback(
      [arguments, &exit] { exit = Report(RunPrune(*arguments)); });
}

void AddDataReportCommand(CLI::App& data, ExitCode& exit) {
  CLI::App* command = data.add_subcommand(
      "report", "Look for wrong labels, duplicates and imbalance");
  command->footer(kFooter);
  auto arguments = std::make_shared<ReportArguments>();
  command->add_option("DATASET", arguments->dataset, "Folder of the dataset")
      ->required();
  command
      ->add_option("--out",
                   arguments->out,
                   "Folder for the report; default: report/ in the dataset")
      ->type_name("DIR");
  AddDuplicateFlag(*command, arguments->options);
  command
      ->add_option("--same-person-similarity",
                   arguments->options.same_person_similarity,
                   "Cosine similarity of means from which two people may be "
                   "one")
      ->capture_default_str()
      ->type_name("S");
  command->add_flag("--json", arguments->json, "One JSON object per line");
  command->callback(
      [arguments, &exit] { exit = Report(RunReport(*arguments)); });
}

}  // namespace mien::cli
