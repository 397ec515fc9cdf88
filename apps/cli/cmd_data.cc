// SPDX-License-Identifier: Apache-2.0
#include "cmd_data.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "commands.h"
#include "core/cpu.h"
#include "data/augment.h"
#include "data/chip_grid.h"
#include "data/csv.h"
#include "data/dataset.h"
#include "data/embedding_file.h"
#include "data/nearest_chip.h"

namespace mien::cli {
namespace {

constexpr const char* kSheetFooter =
    "Every row shows a chip as the network would get it and then what "
    "training\n"
    "would make of it.\n\n"
    "Example:\n"
    "  mien data sheet chips --augment standard --out sheet.png";

constexpr const char* kNearestFooter =
    "One line of CSV per chip of DATASET: how similar the most similar chip "
    "of\n"
    "OTHER is, to choose --exclude-similarity of `mien prepare` by. Both need\n"
    "embeddings of the same teacher.\n\n"
    "Example:\n"
    "  mien data nearest chips test_people > nearest.csv";

struct SheetArguments {
  std::string dataset;
  std::string out;
  std::string augment = "none";
  int rows = 8;
  int columns = 8;
  int size = 112;
  std::uint64_t seed = 1;
};

/// Chips spread evenly over the dataset; with augmentation one per row.
Result<ExitCode> RunSheet(const SheetArguments& arguments) {
  MIEN_ASSIGN_OR_RETURN(const ChipDataset dataset,
                        ChipDataset::Open(arguments.dataset));
  const bool augmented = arguments.augment != "none";
  const AugmentOptions options =
      ParseAugmentation(arguments.augment).value_or(AugmentOptions());
  const auto wanted = static_cast<std::size_t>(
      augmented ? arguments.rows : arguments.rows * arguments.columns);
  const std::size_t count = std::min(wanted, dataset.size());
  if (count == 0) {
    return Error{ErrorCode::kInvalidImage,
                 arguments.dataset + ": holds no chips"};
  }
  std::vector<Image> pictures;
  for (std::size_t k = 0; k < count; ++k) {
    const std::size_t i = k * dataset.size() / count;
    MIEN_ASSIGN_OR_RETURN(const Image stored, dataset.Decode(i));
    pictures.push_back(NetworkChip(stored, dataset.geometry(), arguments.size));
    for (int epoch = 1; augmented && epoch < arguments.columns; ++epoch) {
      pictures.push_back(
          Augment(stored,
                  dataset.geometry(),
                  arguments.size,
                  options,
                  {arguments.seed, static_cast<std::uint64_t>(epoch), i}));
    }
  }
  MIEN_RETURN_IF_ERROR(
      SaveImage(ChipGrid(pictures, arguments.columns), arguments.out));
  return ExitCode::kDone;
}

void AddSheetCommand(CLI::App& data, ExitCode& exit) {
  CLI::App* command = data.add_subcommand(
      "sheet", "Show chips of a dataset, as they are or augmented");
  command->footer(kSheetFooter);
  auto arguments = std::make_shared<SheetArguments>();
  command->add_option("DATASET", arguments->dataset, "Folder of the dataset")
      ->required();
  command->add_option("--out", arguments->out, "The picture to write")
      ->required()
      ->type_name("FILE.png");
  command
      ->add_option(
          "--augment", arguments->augment, "none, flip, standard or strong")
      ->check(CLI::IsMember({"none", "flip", "standard", "strong"}))
      ->capture_default_str()
      ->type_name("NAME");
  command->add_option("--rows", arguments->rows, "Rows of the sheet")
      ->check(CLI::Range(1, 100))
      ->capture_default_str()
      ->type_name("N");
  command->add_option("--columns", arguments->columns, "Columns of the sheet")
      ->check(CLI::Range(1, 100))
      ->capture_default_str()
      ->type_name("N");
  command->add_option("--size", arguments->size, "Side of a chip, in pixels")
      ->check(CLI::Range(16, 512))
      ->capture_default_str()
      ->type_name("N");
  command->add_option("--seed", arguments->seed, "Of the random changes")
      ->capture_default_str()
      ->type_name("N");
  command->callback(
      [arguments, &exit] { exit = Report(RunSheet(*arguments)); });
}

struct NearestArguments {
  std::string dataset;
  std::string other;
};

Result<ExitCode> RunNearest(const NearestArguments& arguments) {
  MIEN_ASSIGN_OR_RETURN(const ChipDataset dataset,
                        ChipDataset::Open(arguments.dataset));
  MIEN_ASSIGN_OR_RETURN(const ChipDataset other,
                        ChipDataset::Open(arguments.other));
  MIEN_ASSIGN_OR_RETURN(const EmbeddingFile probes, OpenTeacher(dataset));
  MIEN_ASSIGN_OR_RETURN(const EmbeddingFile others, OpenTeacher(other));
  MIEN_ASSIGN_OR_RETURN(
      const std::vector<NearestChip> nearest,
      FindNearestChips(probes, others, NumUsableCpus(), nullptr));
  std::printf(
      "chip,identity,source,cosine_similarity,other_chip,other_source\n");
  for (std::size_t i = 0; i < nearest.size(); ++i) {
    char similarity[16];
    std::snprintf(similarity,
                  sizeof(similarity),
                  "%.4f",
                  static_cast<double>(nearest[i].cosine_similarity));
    const std::vector<std::string> fields = {
        std::to_string(i),
        dataset.record(i).identity,
        dataset.record(i).source,
        similarity,
        std::to_string(nearest[i].chip),
        other.record(nearest[i].chip).source};
    std::fputs(CsvLine(fields).c_str(), stdout);
  }
  return ExitCode::kDone;
}

void AddNearestCommand(CLI::App& data, ExitCode& exit) {
  CLI::App* command = data.add_subcommand(
      "nearest", "Find for each chip the most similar one of another dataset");
  command->footer(kNearestFooter);
  auto arguments = std::make_shared<NearestArguments>();
  command->add_option("DATASET", arguments->dataset, "Folder of the dataset")
      ->required();
  command->add_option("OTHER", arguments->other, "Folder of another dataset")
      ->required();
  command->callback(
      [arguments, &exit] { exit = Report(RunNearest(*arguments)); });
}

}  // namespace

void AddDataCommand(CLI::App& app, ExitCode& exit) {
  CLI::App* command =
      app.add_subcommand("data", "Look at datasets made by mien prepare");
  command->require_subcommand(1);
  AddSheetCommand(*command, exit);
  AddNearestCommand(*command, exit);
  AddDataReportCommand(*command, exit);
  AddDataPruneCommand(*command, exit);
}

}  // namespace mien::cli
