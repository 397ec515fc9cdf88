// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>

#include "cmd_eval.h"
#include "pair_evaluation.h"

namespace mien::cli {
namespace {

constexpr const char* kFooter =
    "LFW View 2: the folds of pairs.txt; each fold is judged at the threshold\n"
    "that is best on the others. Of several faces the central one counts. A "
    "pair\n"
    "with an unreadable picture or no face counts as answered wrongly.\n\n"
    "Examples:\n"
    "  mien eval lfw --root lfw --pairs pairs.txt --flip --report lfw-report\n"
    "  mien eval lfw --root lfw --pairs pairs.txt --method lbp \\\n"
    "      --method eigenfaces --method network\n"
    "  mien eval lfw --root lfw --pairs pairs.txt --protocol davidsandberg \\\n"
    "      --distance-metric 1 --subtract-mean --flip";

struct LfwArguments {
  PairArguments pairs;
  std::string list;
};

}  // namespace

void AddEvalLfwCommand(CLI::App& eval, ExitCode& exit) {
  CLI::App* command = eval.add_subcommand(
      "lfw", "Verification accuracy on Labeled Faces in the Wild");
  command->footer(kFooter);
  auto arguments = std::make_shared<LfwArguments>();
  command->add_option("--pairs", arguments->list, "LFW's pairs.txt")
      ->required()
      ->type_name("FILE");
  AddPairFlags(*command, arguments->pairs);
  command->callback([arguments, &exit] {
    exit = Report(RunPairEvaluation(
        LoadPairs(arguments->list), "LFW View 2", arguments->pairs));
  });
}

}  // namespace mien::cli
