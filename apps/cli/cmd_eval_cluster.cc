// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdio>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "cmd_eval.h"
#include "common_options.h"
#include "enroll_list.h"
#include "eval/central_faces.h"
#include "eval/clustering.h"
#include "json.h"
#include "mien/clusterer.h"
#include "models.h"
#include "progress.h"

namespace mien::cli {
namespace {

constexpr const char* kFooter =
    "DIR holds a folder of pictures for each person. People are drawn, each "
    "with all\n"
    "of their pictures, and the central faces are grouped as `mien cluster` "
    "does. A\n"
    "pair of pictures is found when both are in one group: precision is the "
    "share of\n"
    "found pairs that show one person, recall the share of a person's pairs "
    "that are\n"
    "found.\n\n"
    "Example:\n"
    "  mien eval cluster --pictures 500 lfw/";

constexpr std::array kAlgorithms = {ClusterAlgorithm::kAverageLinkage,
                                    ClusterAlgorithm::kChineseWhispers};

/// Thresholds tried beside the one that would be chosen, in hundredths.
constexpr int kFirstThreshold = 20;
constexpr int kLastThreshold = 80;
constexpr int kThresholdStep = 4;

struct ClusterArguments {
  CommonOptions common;
  std::vector<std::string> inputs;
  std::size_t num_pictures = 500;
  std::uint32_t seed = 1;
  double fpir = kClusterFpir;
};

/// The drawn pictures that show a face, each with one.
struct Drawn {
  std::vector<float> embeddings;
  int dimension = 0;
  std::vector<std::string> people;
  int num_failed = 0;

  [[nodiscard]] std::size_t NumPeople() const {
    return std::set(people.begin(), people.end()).size();
  }
};

/// What grouping at one threshold came to.
struct Trial {
  float threshold = 0.0F;
  bool is_chosen = false;
  int num_groups = 0;
  PairAgreement agreement;
};

Result<Drawn> DrawAndEmbed(const Recognizer& recognizer,
                           const ClusterArguments& arguments) {
  MIEN_ASSIGN_OR_RETURN(const std::vector<EnrollItem> items,
                        ListEnrollItems(arguments.inputs, ""));
  std::vector<std::string> all_people;
  for (const EnrollItem& item : items) {
    all_people.push_back(item.subject);
  }
  const std::vector<std::size_t> places =
      DrawPeople(all_people, arguments.num_pictures, arguments.seed);
  std::vector<std::filesystem::path> paths;
  for (const std::size_t place : places) {
    paths.push_back(items[place].picture);
  }
  Progress progress(static_cast<int>(paths.size()), Progress::Stdout::kQuiet);
  MIEN_ASSIGN_OR_RETURN(
      const auto embeddings,
      EmbedCentralFaces(paths,
                        recognizer.detector(),
                        recognizer.embedder(),
                        arguments.common.NumThreads(),
                        [&](int done, int) { progress.Update(done); }));
  Drawn drawn;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (!embeddings[i]) {
      ++drawn.num_failed;
      continue;
    }
    const std::vector<float>& values = embeddings[i]->values;
    drawn.dimension = static_cast<int>(values.size());
    drawn.embeddings.insert(
        drawn.embeddings.end(), values.begin(), values.end());
    drawn.people.push_back(items[places[i]].subject);
  }
  return drawn;
}

Result<Trial> Try(const Drawn& drawn, const ClusterOptions& options) {
  std::vector<int> pictures;
  for (std::size_t i = 0; i < drawn.people.size(); ++i) {
    pictures.push_back(static_cast<int>(i));
  }
  MIEN_ASSIGN_OR_RETURN(
      const std::vector<int> groups,
      ClusterFaces({drawn.embeddings, drawn.dimension, pictures}, options));
  Trial trial;
  trial.threshold = options.threshold;
  trial.num_groups =
      static_cast<int>(std::set(groups.begin(), groups.end()).size());
  MIEN_ASSIGN_OR_RETURN(trial.agreement, CompareGroups(groups, drawn.people));
  return trial;
}

Result<std::vector<Trial>> TryAll(const Drawn& drawn,
                                  ClusterAlgorithm algorithm,
                                  float chosen,
                                  int num_threads) {
  std::vector<float> thresholds = {chosen};
  for (int t = kFirstThreshold; t <= kLastThreshold; t += kThresholdStep) {
    thresholds.push_back(static_cast<float>(t) / 100.0F);
  }
  std::vector<Trial> trials;
  for (const float threshold : thresholds) {
    MIEN_ASSIGN_OR_RETURN(Trial trial,
                          Try(drawn, {algorithm, threshold, num_threads}));
    trial.is_chosen = trials.empty();
    trials.push_back(trial);
  }
  return trials;
}

void PrintJson(const Drawn& drawn,
               ClusterAlgorithm algorithm,
               const Trial& trial) {
  PrintLine({{"algorithm", std::string(ClusterAlgorithmName(algorithm))},
             {"threshold", trial.threshold},
             {"chosen", trial.is_chosen},
             {"pictures", drawn.people.size()},
             {"people", drawn.NumPeople()},
             {"failed", drawn.num_failed},
             {"clusters", trial.num_groups},
             {"precision", static_cast<float>(trial.agreement.precision())},
             {"recall", static_cast<float>(trial.agreement.recall())},
             {"f1", static_cast<float>(trial.agreement.f1())}});
}

void PrintText(ClusterAlgorithm algorithm, const std::vector<Trial>& trials) {
  std::printf("\n%s\n  threshold  precision  recall    F1      clusters\n",
              std::string(ClusterAlgorithmName(algorithm)).c_str());
  for (const Trial& trial : trials) {
    std::printf("  %.3f      %.4f     %.4f    %.4f  %8d%s\n",
                static_cast<double>(trial.threshold),
                trial.agreement.precision(),
                trial.agreement.recall(),
                trial.agreement.f1(),
                trial.num_groups,
                trial.is_chosen ? "  chosen" : "");
  }
}

Result<ExitCode> RunCluster(const ClusterArguments& arguments) {
  MIEN_ASSIGN_OR_RETURN(const std::unique_ptr<Recognizer> recognizer,
                        LoadRecognizer(arguments.common, 1));
  MIEN_ASSIGN_OR_RETURN(const Drawn drawn,
                        DrawAndEmbed(*recognizer, arguments));
  MIEN_ASSIGN_OR_RETURN(
      const IdentifyThresholds chosen,
      ChooseClusterThreshold(recognizer->embedder().contract(),
                             arguments.fpir,
                             drawn.people.size()));
  if (!arguments.common.json) {
    std::printf("%zu pictures of %zu people, %d more without a face\n",
                drawn.people.size(),
                drawn.NumPeople(),
                drawn.num_failed);
  }
  for (const ClusterAlgorithm algorithm : kAlgorithms) {
    MIEN_ASSIGN_OR_RETURN(
        const std::vector<Trial> trials,
        TryAll(drawn, algorithm, chosen.match, arguments.common.NumThreads()));
    if (!arguments.common.json) {
      PrintText(algorithm, trials);
      continue;
    }
    for (const Trial& trial : trials) {
      PrintJson(drawn, algorithm, trial);
    }
  }
  return ExitCode::kDone;
}

}  // namespace

void AddEvalClusterCommand(CLI::App& eval, ExitCode& exit) {
  CLI::App* command = eval.add_subcommand(
      "cluster", "How well unnamed faces are grouped, on labelled people");
  command->footer(kFooter);
  auto arguments = std::make_shared<ClusterArguments>();
  command
      ->add_option("DIR",
                   arguments->inputs,
                   "Folders of people, or .csv files as of `mien enroll`")
      ->required();
  command
      ->add_option(
          "--pictures", arguments->num_pictures, "How many pictures to draw")
      ->check(CLI::Range(2, 1000000))
      ->capture_default_str()
      ->type_name("N");
  command->add_option("--seed", arguments->seed, "Draws other people")
      ->capture_default_str()
      ->type_name("N");
  command
      ->add_option("--fpir",
                   arguments->fpir,
                   "As of `mien cluster`, for the threshold chosen")
      ->capture_default_str()
      ->type_name("RATE");
  AddDetectorFlags(*command, arguments->common);
  AddEmbedderFlags(*command, arguments->common);
  AddGeneralFlags(*command, arguments->common);
  command->callback(
      [arguments, &exit] { exit = Report(RunCluster(*arguments)); });
}

}  // namespace mien::cli
