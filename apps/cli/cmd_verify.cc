// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "commands.h"
#include "common_options.h"
#include "json.h"
#include "mien/image.h"
#include "mien/matcher.h"
#include "mien/precision.h"
#include "mien/recognizer.h"
#include "models.h"
#include "verify_picture.h"
#include "verify_sides.h"

namespace mien::cli {
namespace {

constexpr const char* kFooter =
    "Of several faces in a picture the largest is compared, unless --a-face "
    "or\n"
    "--b-face names another. Exit code 0 says match, 1 anything else.\n\n"
    "Examples:\n"
    "  mien verify a.jpg b.jpg\n"
    "  mien verify --draw comparison.jpg a.jpg b.jpg\n"
    "  mien verify --json --fmr 1e-4 a.jpg b.jpg";

struct VerifyArguments {
  CommonOptions common;
  VerifyOptions verify;
  SideOptions sides;
  std::string draw;
};

Json FacesJson(const std::vector<Detection>& faces) {
  Json json = Json::array();
  for (const Detection& face : faces) {
    json.push_back(FaceJson(face));
  }
  return json;
}

void PrintJson(const Verification& answer, const std::array<Side, 2>& sides) {
  PrintLine({{"similarity", answer.cosine_similarity},
             {"decision", std::string(DecisionName(answer.decision))},
             {"threshold", answer.thresholds.match},
             {"fmr", NumberOrNull(answer.thresholds.fmr)},
             {"possible_threshold", answer.thresholds.possible},
             {"model", answer.a.embedding.model_id},
             {"a", FaceJson(answer.a.detection)},
             {"b", FaceJson(answer.b.detection)},
             {"faces_a", FacesJson(sides[0].faces)},
             {"faces_b", FacesJson(sides[1].faces)}});
}

void PrintText(const Verification& answer,
               const VerifyArguments& arguments,
               const std::array<Side, 2>& sides) {
  for (std::size_t i = 0; i < sides.size(); ++i) {
    const Detection& face = sides[i].faces[sides[i].chosen];
    std::printf("%s: face %.0f x %.0f px, score %.3f",
                arguments.sides.pictures[i].c_str(),
                static_cast<double>(face.box.width()),
                static_cast<double>(face.box.height()),
                static_cast<double>(face.score));
    if (sides[i].faces.size() > 1) {
      std::printf(arguments.sides.faces[i] < 0 ? " (the largest of %zu)"
                                               : " (one of %zu)",
                  sides[i].faces.size());
    }
    std::printf("\n");
  }
  std::printf("cosine similarity %.3f, threshold %.3f",
              static_cast<double>(answer.cosine_similarity),
              static_cast<double>(answer.thresholds.match));
  if (answer.thresholds.fmr) {
    std::printf(" (FMR %g)", *answer.thresholds.fmr);
  } else {
    std::printf(" (not calibrated)");
  }
  std::string decision(DecisionText(answer.decision));
  decision.front() = static_cast<char>(decision.front() + ('a' - 'A'));
  std::printf(": %s\n", decision.c_str());
}

Result<void> Draw(const Verification& answer,
                  const Recognizer& recognizer,
                  const VerifyArguments& arguments,
                  const std::array<Side, 2>& sides) {
  std::array<VerifySide, 2> drawn;
  for (std::size_t i = 0; i < sides.size(); ++i) {
    drawn[i] = {std::filesystem::path(arguments.sides.pictures[i]).filename(),
                &sides[i].picture,
                &sides[i].chip,
                sides[i].faces,
                sides[i].chosen};
  }
  const Embedder& embedder = recognizer.embedder();
  const VerifyVerdict verdict = {
      answer.cosine_similarity,
      answer.decision,
      answer.thresholds,
      "faces: " + recognizer.detector().name() +
          "   embedding: " + embedder.contract().name + ", " +
          std::string(PrecisionName(embedder.precision()))};
  return SaveImage(DrawVerification(drawn[0], drawn[1], verdict),
                   arguments.draw);
}

Result<ExitCode> RunVerify(const VerifyArguments& arguments) {
  MIEN_RETURN_IF_ERROR(arguments.verify.Validate());
  const Parallelism parallelism = SpreadOver(2, arguments.common.NumThreads());
  MIEN_ASSIGN_OR_RETURN(
      const std::unique_ptr<Recognizer> recognizer,
      LoadRecognizer(arguments.common, parallelism.threads_per_net));
  SideOptions wishes = arguments.sides;
  wishes.num_threads = arguments.common.NumThreads();
  const Result<std::array<Side, 2>> sides = LoadSides(*recognizer, wishes);
  if (!sides) {
    PrintError(sides.error());
    return ExitCodeOfInput(sides.error());
  }
  MIEN_ASSIGN_OR_RETURN(const Verification answer,
                        CompareSides(*recognizer, *sides, arguments.verify));
  if (!arguments.draw.empty()) {
    MIEN_RETURN_IF_ERROR(Draw(answer, *recognizer, arguments, *sides));
  }
  if (arguments.common.json) {
    PrintJson(answer, *sides);
  } else {
    PrintText(answer, arguments, *sides);
  }
  return answer.decision == Decision::kMatch ? ExitCode::kDone
                                             : ExitCode::kNoMatch;
}

void AddVerifyFlags(CLI::App& command, VerifyArguments& arguments) {
  command
      .add_option("--fmr",
                  arguments.verify.fmr,
                  "False match rate that a match may have")
      ->capture_default_str()
      ->type_name("RATE");
  command
      .add_option("--possible-fmr",
                  arguments.verify.possible_fmr,
                  "The same for a possible match")
      ->capture_default_str()
      ->type_name("RATE");
  command
      .add_option("--threshold",
                  arguments.verify.threshold,
                  "Cosine similarity of a match, instead of --fmr")
      ->type_name("S");
  command
      .add_option(
          "--a-face", arguments.sides.faces[0], "Which face of A, from 0")
      ->check(CLI::NonNegativeNumber)
      ->type_name("N");
  command
      .add_option(
          "--b-face", arguments.sides.faces[1], "Which face of B, from 0")
      ->check(CLI::NonNegativeNumber)
      ->type_name("N");
  command.add_option("--draw", arguments.draw, "Draw the comparison")
      ->type_name("OUT.jpg");
}

}  // namespace

void AddVerifyCommand(CLI::App& app, ExitCode& exit) {
  CLI::App* command = app.add_subcommand(
      "verify", "Say whether two pictures show the same person");
  command->footer(kFooter);
  auto arguments = std::make_shared<VerifyArguments>();
  command->add_option("A", arguments->sides.pictures[0], "A picture")
      ->required();
  command->add_option("B", arguments->sides.pictures[1], "Another")->required();
  AddVerifyFlags(*command, *arguments);
  AddDetectorFlags(*command, arguments->common);
  AddEmbedderFlags(*command, arguments->common);
  AddGeneralFlags(*command, arguments->common);
  command->callback(
      [arguments, &exit] { exit = Report(RunVerify(*arguments)); });
}

}  // namespace mien::cli
