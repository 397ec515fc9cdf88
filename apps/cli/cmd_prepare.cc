// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "commands.h"
#include "common_options.h"
#include "core/file.h"
#include "core/hash.h"
#include "data/dataset.h"
#include "data/exclude.h"
#include "data/prepare.h"
#include "engine/model_lookup.h"
#include "inputs.h"
#include "json.h"
#include "mien/embedder.h"
#include "models.h"
#include "progress.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFooter =
    "Chips are aligned to ArcFace's five points and keep a margin of picture\n"
    "around them; docs/data.md describes the folder. A command that was "
    "stopped\n"
    "goes on when it is given again.\n\n"
    "Examples:\n"
    "  mien prepare --out chips --labels folders people/\n"
    "  mien prepare --out chips --teacher model.onnx list.csv";

struct PrepareArguments {
  CommonOptions common;
  std::vector<std::string> sources;
  std::string out;
  std::string labels = "none";
  std::string faces = "largest";
  std::string teacher;
  std::vector<std::string> exclude;
  float exclude_similarity = ExcludeOptions().similarity;
  ChipGeometry geometry;
};

/// The pictures that one SOURCE names, and who is on them.
Result<std::vector<PictureSource>> ExpandSource(const std::string& source,
                                                bool label_by_folder) {
  if (fs::path(source).extension() == ".csv") {
    return ReadSourceTable(source);
  }
  MIEN_ASSIGN_OR_RETURN(const std::vector<fs::path> pictures,
                        ExpandInputs(std::vector{source}));
  std::vector<PictureSource> sources;
  for (const fs::path& picture : pictures) {
    sources.push_back(
        {picture, label_by_folder ? IdentityFromFolder(source, picture) : ""});
  }
  return sources;
}

Result<std::vector<PictureSource>> ExpandSources(
    const PrepareArguments& arguments) {
  std::vector<PictureSource> all;
  for (const std::string& source : arguments.sources) {
    MIEN_ASSIGN_OR_RETURN(const std::vector<PictureSource> some,
                          ExpandSource(source, arguments.labels == "folders"));
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

/// "mtcnn sha256:0123456789abcdef min_face_px=20 score_threshold=0", and
/// " input_long_side=1024" where one is asked for: what decides which faces are
/// found.
Result<std::string> DetectorId(const Detector& detector,
                               const fs::path& path,
                               const DetectorOptions& options) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(path, error)) {
    if (entry.path().extension() == ".onnx") {
      files.push_back(entry.path());
    }
  }
  if (files.empty()) {
    files.push_back(path);
  }
  std::ranges::sort(files);
  Sha256 hash;
  for (const fs::path& file : files) {
    MIEN_ASSIGN_OR_RETURN(const std::vector<std::byte> bytes, ReadFile(file));
    hash.Update(bytes);
  }
  char text[160];
  std::snprintf(text,
                sizeof(text),
                "%s sha256:%s min_face_px=%d score_threshold=%g",
                detector.name().c_str(),
                hash.FinishHex().substr(0, 16).c_str(),
                options.min_face_px,
                static_cast<double>(options.score_threshold));
  std::string id = text;
  if (options.input_long_side_px != 0) {
    id += " input_long_side=" + std::to_string(options.input_long_side_px);
  }
  return id;
}

/// A progress bar that begins with its first call.
DataProgress ShowProgress(std::unique_ptr<Progress>& bar) {
  bar.reset();
  return [&bar](int done, int total) {
    if (bar == nullptr) {
      bar = std::make_unique<Progress>(total, Progress::Stdout::kQuiet);
    }
    bar->Update(done);
  };
}

Result<PrepareCounts> CutAll(const PrepareArguments& arguments) {
  const CommonOptions& common = arguments.common;
  MIEN_ASSIGN_OR_RETURN(const std::vector<PictureSource> sources,
                        ExpandSources(arguments));
  const Parallelism parallelism =
      SpreadOver(static_cast<int>(sources.size()), common.NumThreads());
  MIEN_ASSIGN_OR_RETURN(const std::unique_ptr<Detector> detector,
                        LoadDetector(common, parallelism.threads_per_net));
  MIEN_ASSIGN_OR_RETURN(const fs::path path,
                        FindDetector(common.models, common.detector));
  PrepareOptions options;
  MIEN_ASSIGN_OR_RETURN(options.detector_id,
                        DetectorId(*detector, path, common.detection));
  options.geometry = arguments.geometry;
  options.faces =
      ParseFaceChoice(arguments.faces).value_or(FaceChoice::kLargest);
  options.num_threads = parallelism.workers;
  std::unique_ptr<Progress> bar;
  options.progress = ShowProgress(bar);
  return PrepareDataset(sources, *detector, arguments.out, options);
}

Result<void> EmbedAll(const PrepareArguments& arguments) {
  const CommonOptions& common = arguments.common;
  EmbedderOptions options = common.ForRecognizer(1).embedding;
  options.flip = FlipAveraging::kOn;
  MIEN_ASSIGN_OR_RETURN(const std::unique_ptr<Embedder> teacher,
                        Embedder::Load(arguments.teacher, options));
  std::unique_ptr<Progress> bar;
  return EmbedDataset(
      arguments.out, *teacher, common.NumThreads(), ShowProgress(bar));
}

Result<ExcludeCounts> ExcludeAll(const PrepareArguments& arguments) {
  ExcludeCounts sum;
  for (const std::string& excluded : arguments.exclude) {
    ExcludeOptions options;
    options.similarity = arguments.exclude_similarity;
    options.num_threads = arguments.common.NumThreads();
    std::unique_ptr<Progress> bar;
    options.progress = ShowProgress(bar);
    MIEN_ASSIGN_OR_RETURN(const ExcludeCounts counts,
                          ExcludeSimilar(arguments.out, excluded, options));
    sum.num_chips += counts.num_chips;
    sum.num_identities += counts.num_identities;
  }
  return sum;
}

void Print(const PrepareArguments& arguments,
           const PrepareCounts& counts,
           const ExcludeCounts& excluded,
           const DatasetInfo& info) {
  if (arguments.common.json) {
    PrintLine({{"dataset", arguments.out},
               {"chips", info.num_chips},
               {"identities", info.num_identities},
               {"new_chips", counts.num_chips},
               {"dropped", counts.num_dropped},
               {"done_before", counts.num_done_before},
               {"excluded_chips", excluded.num_chips},
               {"excluded_identities", excluded.num_identities}});
    return;
  }
  std::printf("%s: %lld chips of %lld people; %lld new, %lld pictures dropped",
              arguments.out.c_str(),
              static_cast<long long>(info.num_chips),
              static_cast<long long>(info.num_identities),
              static_cast<long long>(counts.num_chips),
              static_cast<long long>(counts.num_dropped));
  if (counts.num_done_before > 0) {
    std::printf(", %lld done before",
                static_cast<long long>(counts.num_done_before));
  }
  if (!arguments.exclude.empty()) {
    std::printf(", %lld chips and %lld whole people excluded",
                static_cast<long long>(excluded.num_chips),
                static_cast<long long>(excluded.num_identities));
  }
  std::printf("\n");
}

Result<ExitCode> RunPrepare(const PrepareArguments& arguments) {
  MIEN_ASSIGN_OR_RETURN(const PrepareCounts counts, CutAll(arguments));
  if (!arguments.teacher.empty()) {
    MIEN_RETURN_IF_ERROR(EmbedAll(arguments));
  }
  MIEN_ASSIGN_OR_RETURN(const ExcludeCounts excluded, ExcludeAll(arguments));
  MIEN_ASSIGN_OR_RETURN(const ChipDataset dataset,
                        ChipDataset::Open(arguments.out));
  Print(arguments, counts, excluded, dataset.info());
  return ExitCode::kDone;
}

}  // namespace

void AddPrepareCommand(CLI::App& app, ExitCode& exit) {
  CLI::App* command = app.add_subcommand(
      "prepare", "Turn a collection of pictures into a dataset of chips");
  command->footer(kFooter);
  auto arguments = std::make_shared<PrepareArguments>();
  command
      ->add_option("SOURCE",
                   arguments->sources,
                   "Pictures, folders of them, or a .csv with the columns path "
                   "and identity")
      ->required();
  command->add_option("--out", arguments->out, "Folder of the dataset")
      ->required()
      ->type_name("DIR");
  command
      ->add_option("--labels",
                   arguments->labels,
                   "folders: each folder below SOURCE is a person")
      ->check(CLI::IsMember({"none", "folders"}))
      ->capture_default_str()
      ->type_name("HOW");
  command
      ->add_option("--faces",
                   arguments->faces,
                   "Which faces of a picture: largest, central or all")
      ->check(CLI::IsMember({"largest", "central", "all"}))
      ->capture_default_str()
      ->type_name("WHICH");
  command
      ->add_option("--size",
                   arguments->geometry.template_px,
                   "Side of the aligned square in a chip, in pixels")
      ->capture_default_str()
      ->type_name("N");
  command
      ->add_option("--margin",
                   arguments->geometry.margin_px,
                   "Picture kept around it on each side, in pixels")
      ->capture_default_str()
      ->type_name("N");
  command
      ->add_option("--teacher",
                   arguments->teacher,
                   "Store this network's embedding of each chip as well")
      ->type_name("FILE.onnx");
  command
      ->add_option("--exclude",
                   arguments->exclude,
                   "Leave out who resembles a chip of this dataset, which has "
                   "embeddings of the same teacher")
      ->type_name("DATASET");
  command
      ->add_option("--exclude-similarity",
                   arguments->exclude_similarity,
                   "Cosine similarity from which a chip counts as resembling")
      ->check(CLI::Range(-1.0, 1.0))
      ->capture_default_str()
      ->type_name("S");
  AddDetectorFlags(*command, arguments->common);
  command
      ->add_option("--profile",
                   arguments->common.profile,
                   "How to use a teacher whose file does not say")
      ->type_name("NAME");
  AddGeneralFlags(*command, arguments->common);
  command->callback(
      [arguments, &exit] { exit = Report(RunPrepare(*arguments)); });
}

}  // namespace mien::cli
