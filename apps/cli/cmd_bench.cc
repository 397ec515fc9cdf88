// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "commands.h"
#include "common_options.h"
#include "engine/model_lookup.h"
#include "image/resize.h"
#include "json.h"
#include "mien/embedder.h"
#include "mien/image.h"
#include "mien/precision.h"

namespace mien::cli {
namespace {

constexpr const char* kFooter =
    "The chips are synthetic. All configurations take turns, and the median "
    "of\n"
    "the rounds is shown, so that a busy machine slows all of them alike.\n\n"
    "Example:\n"
    "  mien bench embed --batch 1 --batch 16 --threads 1";

struct BenchArguments {
  CommonOptions common;
  std::vector<int> batches = {1, 16};
  int rounds = 15;
};

/// One precision at one batch size.
struct Configuration {
  Precision precision = Precision::kFloat32;
  int batch = 1;
  std::unique_ptr<Embedder> embedder;
  std::vector<double> ms_per_face;

  /// Lowest over the chips.
  float cosine_to_fp32 = 1.0F;
};

/// Soft random colours, [side, side, 3].
Image SyntheticChip(const ModelContract& contract, unsigned seed) {
  constexpr int kPatches = 7;
  Image patches(kPatches, kPatches);
  std::mt19937 random(seed);
  for (std::uint8_t& sample : patches.pixels()) {
    sample = static_cast<std::uint8_t>(random() >> 24U);
  }
  return ResizeBilinear(
      patches, WholeOf(patches), contract.input_width, contract.input_height);
}

/// The precisions that differ on this CPU, fp32 first.
Result<std::vector<Configuration>> LoadConfigurations(
    const BenchArguments& arguments) {
  const RecognizerOptions wishes =
      arguments.common.ForRecognizer(arguments.common.NumThreads());
  FoundEmbedder found{wishes.embedder, wishes.embedding.profile};
  if (found.file.empty()) {
    MIEN_ASSIGN_OR_RETURN(found, FindEmbedder(wishes.models));
  }
  std::vector<Configuration> configurations;
  for (const Precision precision :
       {Precision::kFloat32, Precision::kBfloat16}) {
    for (const int batch : arguments.batches) {
      EmbedderOptions options = wishes.embedding;
      options.profile = found.profile;
      options.precision = precision;
      options.max_batch = batch;
      Result<std::unique_ptr<Embedder>> embedder =
          Embedder::Load(found.file, options);
      if (!embedder && embedder.error().code == ErrorCode::kUnsupported &&
          precision != Precision::kFloat32) {
        continue;  // this CPU has no such arithmetic
      }
      if (!embedder) {
        return embedder.error();
      }
      configurations.push_back(
          {precision, batch, std::move(embedder).value(), {}, 1.0F});
    }
  }
  return configurations;
}

/// Embeds as many chips as the largest batch holds, batch by batch, and times
/// it. The answers are compared with `expected`, which the first call fills.
Result<void> RunOnce(Configuration& configuration,
                     const std::vector<Image>& chips,
                     std::vector<Embedding>& expected) {
  const auto begin = std::chrono::steady_clock::now();
  MIEN_ASSIGN_OR_RETURN(std::vector<Embedding> embeddings,
                        configuration.embedder->Embed(chips));
  const std::chrono::duration<double, std::milli> elapsed =
      std::chrono::steady_clock::now() - begin;
  configuration.ms_per_face.push_back(elapsed.count() /
                                      static_cast<double>(chips.size()));
  if (expected.empty()) {
    expected = std::move(embeddings);
    return {};
  }
  for (std::size_t i = 0; i < chips.size(); ++i) {
    configuration.cosine_to_fp32 =
        std::min(configuration.cosine_to_fp32,
                 CosineSimilarity(embeddings[i].values, expected[i].values));
  }
  return {};
}

double Median(std::vector<double> values) {
  const auto middle =
      values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

void Print(const Configuration& configuration, const CommonOptions& common) {
  const std::string precision(PrecisionName(configuration.precision));
  const double ms = Median(configuration.ms_per_face);
  if (common.json) {
    PrintLine({{"runtime", "mien"},
               {"precision", precision},
               {"batch", configuration.batch},
               {"threads", common.NumThreads()},
               {"ms_per_face", static_cast<float>(ms)},
               {"cosine_to_fp32", configuration.cosine_to_fp32},
               {"model", configuration.embedder->contract().id}});
  } else {
    std::printf(
        "%-5s batch %3d  %d threads  %8.3f ms a face  cosine to fp32 "
        "%.6f\n",
        precision.c_str(),
        configuration.batch,
        common.NumThreads(),
        ms,
        static_cast<double>(configuration.cosine_to_fp32));
  }
}

Result<ExitCode> RunBenchEmbed(const BenchArguments& arguments) {
  MIEN_ASSIGN_OR_RETURN(std::vector<Configuration> configurations,
                        LoadConfigurations(arguments));
  std::vector<Image> chips;
  for (int i = 0; i < std::ranges::max(arguments.batches); ++i) {
    chips.push_back(SyntheticChip(configurations.front().embedder->contract(),
                                  static_cast<unsigned>(i)));
  }
  std::vector<Embedding> expected;
  // The first round compiles and does not count.
  for (int round = 0; round <= arguments.rounds; ++round) {
    for (Configuration& configuration : configurations) {
      MIEN_RETURN_IF_ERROR(RunOnce(configuration, chips, expected));
      if (round == 0) {
        configuration.ms_per_face.clear();
      }
    }
  }
  for (const Configuration& configuration : configurations) {
    Print(configuration, arguments.common);
  }
  return ExitCode::kDone;
}

}  // namespace

void AddBenchCommand(CLI::App& app, ExitCode& exit) {
  CLI::App* bench = app.add_subcommand("bench", "Measure speed");
  bench->require_subcommand(1);
  CLI::App* command =
      bench->add_subcommand("embed", "Time the embedder at each precision");
  command->footer(kFooter);
  auto arguments = std::make_shared<BenchArguments>();
  command
      ->add_option("--batch", arguments->batches, "Chips at once; may repeat")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str()
      ->type_name("N");
  command->add_option("--rounds", arguments->rounds, "Rounds that count")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str()
      ->type_name("N");
  AddEmbedderFlags(*command, arguments->common);
  AddGeneralFlags(*command, arguments->common);
  command->remove_option(command->get_option("--precision"));
  command->callback(
      [arguments, &exit] { exit = Report(RunBenchEmbed(*arguments)); });
}

}  // namespace mien::cli
