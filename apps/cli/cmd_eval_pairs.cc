// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <memory>
#include <string>

#include "cmd_eval.h"
#include "pair_evaluation.h"

namespace mien::cli {
namespace {

constexpr const char* kFooter =
    "FILE is LFW's pairs.txt, a CSV of `a,b,same` or `a,b,same,fold`, a list "
    "of\n"
    "CALFW or CPLFW (two lines a pair), or lines `a.jpg b.jpg 1`; its pictures "
    "lie\n"
    "in --root. --cfp reads the Protocol folder of CFP in --root instead.\n\n"
    "Examples:\n"
    "  mien eval pairs --root agedb --pairs agedb_30_pairs.txt --flip\n"
    "  mien eval pairs --root calfw/images --pairs pairs_CALFW.txt\n"
    "  mien eval pairs --root cfp-dataset --cfp fp --report cfp-report";

struct PairsArguments {
  PairArguments pairs;
  std::string list;
  std::string cfp;
};

Result<PairList> Load(const PairsArguments& arguments) {
  if (arguments.list.empty() == arguments.cfp.empty()) {
    return Error{ErrorCode::kInvalidArgument,
                 "needs either --pairs FILE or --cfp ff|fp"};
  }
  if (arguments.cfp.empty()) {
    return LoadPairs(arguments.list);
  }
  return LoadCfpPairs(arguments.pairs.root,
                      arguments.cfp == "fp" ? CfpProtocol::kFrontalProfile
                                            : CfpProtocol::kFrontalFrontal);
}

std::string SetName(const PairsArguments& arguments) {
  if (arguments.cfp.empty()) {
    return std::filesystem::path(arguments.list).filename().string();
  }
  return arguments.cfp == "fp" ? "CFP frontal-profile" : "CFP frontal-frontal";
}

}  // namespace

void AddEvalPairsCommand(CLI::App& eval, ExitCode& exit) {
  CLI::App* command = eval.add_subcommand(
      "pairs", "Verification accuracy on any list of pairs");
  command->footer(kFooter);
  auto arguments = std::make_shared<PairsArguments>();
  command->add_option("--pairs", arguments->list, "The list of pairs")
      ->type_name("FILE");
  command
      ->add_option("--cfp",
                   arguments->cfp,
                   "CFP's own folders: ff frontal-frontal, fp frontal-profile")
      ->check(CLI::IsMember({"ff", "fp"}))
      ->type_name("KIND");
  AddPairFlags(*command, arguments->pairs);
  command->callback([arguments, &exit] {
    exit = Report(RunPairEvaluation(
        Load(*arguments), SetName(*arguments), arguments->pairs));
  });
}

}  // namespace mien::cli
