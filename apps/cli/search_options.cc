// SPDX-License-Identifier: Apache-2.0
#include "search_options.h"

#include <algorithm>
#include <cstdio>
#include <optional>

#include "gallery/fusion.h"
#include "progress.h"

namespace mien::cli {
namespace {

Fusion FusionOf(const std::string& name) {
  return *std::ranges::find(kAllFusions, name, FusionName);
}

void TellAboutIndex(const GalleryRecognizer& identifier) {
  if (!identifier.index_notice().empty()) {
    std::fprintf(stderr, "mien: %s\n", identifier.index_notice().c_str());
  }
  if (const auto& measured = identifier.approximation()) {
    std::fprintf(
        stderr,
        "mien: hnsw finds %.1f %% of the nearest templates and %.1f %% "
        "of the %d nearest (%d probes), %.2f ms a search; exact search "
        "%.2f ms; the graph took %.1f s to make\n",
        100.0 * measured->recall_of_first,
        100.0 * measured->recall,
        measured->num_neighbors,
        measured->num_probes,
        measured->milliseconds,
        measured->exact_milliseconds,
        measured->build_seconds);
  }
}

void AddThresholdFlags(CLI::App& command, IdentifyOptions& options) {
  command
      .add_option(
          "--fpir", options.fpir, "Share of strangers that may be given a name")
      ->capture_default_str()
      ->type_name("RATE");
  command
      .add_option("--possible-fpir",
                  options.possible_fpir,
                  "The same for a possible match")
      ->capture_default_str()
      ->type_name("RATE");
  command
      .add_option("--threshold",
                  options.threshold,
                  "Cosine similarity of a match, instead of --fpir")
      ->type_name("S");
}

}  // namespace

void AddSearchFlags(CLI::App& command, SearchArguments& arguments) {
  AddThresholdFlags(command, arguments.identify);
  command
      .add_option("--index",
                  arguments.index,
                  "exact finds the most similar always; hnsw is approximate, "
                  "says how much it finds, and pays for many searches in very "
                  "large galleries only")
      ->check(CLI::IsMember({"exact", "hnsw"}))
      ->capture_default_str()
      ->type_name("METHOD");
  command
      .add_option("--fuse",
                  arguments.fuse,
                  "What becomes of several templates of one subject: the "
                  "largest similarity, the mean of the three largest, or that "
                  "to their mean")
      ->check(CLI::IsMember({"max", "mean-of-top", "centroid"}))
      ->capture_default_str()
      ->type_name("RULE");
}

Result<std::unique_ptr<GalleryRecognizer>> OpenForSearch(
    const Recognizer& recognizer,
    Gallery& gallery,
    const GalleryArguments& where,
    const SearchArguments& arguments,
    int num_threads) {
  MIEN_RETURN_IF_ERROR(arguments.identify.Validate());
  GallerySearchOptions options;
  options.fusion = FusionOf(arguments.fuse);
  options.method =
      arguments.index == "hnsw" ? SearchMethod::kHnsw : SearchMethod::kExact;
  options.num_threads = num_threads;
  std::optional<Progress> progress;
  options.graph_progress = [&progress](int done, int total) {
    if (!progress) {
      progress.emplace(total, Progress::Stdout::kQuiet);
    }
    progress->Update(done);
  };
  MIEN_ASSIGN_OR_RETURN(options.index_beside, IndexFilesBeside(where));
  MIEN_ASSIGN_OR_RETURN(
      std::unique_ptr<GalleryRecognizer> identifier,
      GalleryRecognizer::Open(recognizer, gallery, where.collection, options));
  progress.reset();
  // Else `unknown` would be said of people who are enrolled.
  if (!identifier->model_notice().empty()) {
    return Error{ErrorCode::kInvalidArgument,
                 where.path + ": " + identifier->model_notice()};
  }
  TellAboutIndex(*identifier);
  return identifier;
}

}  // namespace mien::cli
