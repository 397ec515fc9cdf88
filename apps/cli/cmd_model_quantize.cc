// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdio>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "calibration_chips.h"
#include "cmd_model.h"
#include "commands.h"
#include "detect/mtcnn_stage.h"
#include "detect/single_shot.h"
#include "embed/chip_input.h"
#include "graph/contract.h"
#include "graph/onnx_io.h"
#include "json.h"
#include "progress.h"
#include "runtime/quantize/quantize_net.h"

namespace mien::cli {
namespace {

using quantize::LayerReport;
using quantize::QuantizedNet;
using quantize::QuantizeOptions;

constexpr const char* kFooter =
    "Ranges of all values are taken from faces like those to come: chips, for "
    "an\n"
    "embedder, in a folder that 'mien prepare' made or as 'mien align' writes "
    "them;\n"
    "pictures, for a single-shot detector. The file is standard ONNX\n"
    "(QuantizeLinear, DequantizeLinear) of about a quarter the size, a model "
    "with\n"
    "an id of its own: docs/precision.md.\n\n"
    "Examples:\n"
    "  mien model quantize embedder.onnx --chips people/ --out int8.onnx\n"
    "  mien model quantize embedder.onnx --chips people/ --keep none \\\n"
    "      --method minmax --out int8.onnx\n"
    "  mien model quantize face-ssd.onnx --chips pictures/ --out ssd8.onnx";

/// Side of a detector's input for calibration where its file leaves it.
constexpr int kDetectorSidePx = 320;

struct Arguments {
  std::string file;
  std::string chips;
  std::string out;
  std::string profile;
  std::string method =
      std::string(quantize::RangeMethodName(QuantizeOptions().method));
  std::string keep = "auto";
  double target = QuantizeOptions().target_cosine;
  std::size_t count = 256;
  bool json = false;
};

/// "auto", "none", or names with commas between.
std::optional<std::set<std::string>> ParseKeep(const std::string& text) {
  if (text == "auto") {
    return std::nullopt;
  }
  std::set<std::string> names;
  std::istringstream stream(text == "none" ? "" : text);
  for (std::string name; std::getline(stream, name, ',');) {
    names.insert(name);
  }
  return names;
}

std::vector<std::vector<float>> InputsOf(const std::vector<Image>& chips,
                                         const ModelContract& contract) {
  std::vector<std::vector<float>> inputs;
  for (const Image& chip : chips) {
    std::vector<float>& input = inputs.emplace_back(
        std::size_t{3} * contract.input_width * contract.input_height);
    ChipToInput(chip, contract, Mirror::kNo, input);
  }
  return inputs;
}

void PrintLayers(const QuantizedNet& net) {
  std::printf("%-44s %9s %9s  %s\n", "layer", "low", "high", "error alone");
  for (const LayerReport& layer : net.layers) {
    std::printf(
        "%-44s %9.3f %9.3f  %s%s\n",
        layer.name.c_str(),
        static_cast<double>(layer.range.low),
        static_cast<double>(layer.range.high),
        std::isnan(layer.error) ? "-" : std::to_string(layer.error).c_str(),
        layer.is_kept ? "  stays in float" : "");
  }
}

void PrintJson(const Arguments& arguments,
               const std::string& id,
               const QuantizedNet& net) {
  for (const LayerReport& layer : net.layers) {
    Json line{{"layer", layer.name},
              {"low", layer.range.low},
              {"high", layer.range.high},
              {"kept", layer.is_kept}};
    if (!std::isnan(layer.error)) {
      line["error_alone"] = layer.error;
    }
    PrintLine(line);
  }
  PrintLine(Json{{"file", arguments.out},
                 {"model", id},
                 {"mean_cosine", net.agreement.mean_cosine},
                 {"lowest_cosine", net.agreement.lowest_cosine}});
}

std::size_t NumKept(const QuantizedNet& net) {
  std::size_t kept = 0;
  for (const LayerReport& layer : net.layers) {
    kept += layer.is_kept ? 1U : 0U;
  }
  return kept;
}

void Print(const Arguments& arguments,
           const std::string& id,
           const QuantizedNet& net) {
  if (arguments.json) {
    PrintJson(arguments, id, net);
    return;
  }
  PrintLayers(net);
  std::printf(
      "%s  %s\n%zu layers in 8 bits, %zu in float; cosine to the float "
      "model's outputs: mean %.5f, lowest %.5f\n",
      arguments.out.c_str(),
      id.c_str(),
      net.layers.size() - NumKept(net),
      NumKept(net),
      net.agreement.mean_cosine,
      net.agreement.lowest_cosine);
}

/// What a network is calibrated with: inputs of `shape`, with a batch of 1.
struct Samples {
  Shape shape;
  std::vector<std::vector<float>> inputs;
};

Result<Samples> ChipSamples(const ModelContract& contract,
                            const Arguments& arguments) {
  MIEN_ASSIGN_OR_RETURN(
      const CalibrationChips chips,
      LoadCalibrationChips(arguments.chips, arguments.count, contract));
  if (chips.num_scaled > 0) {
    std::fprintf(stderr,
                 "note: %zu of %zu pictures are not %d x %d and were scaled; "
                 "chips from 'mien align' are better\n",
                 chips.num_scaled,
                 chips.chips.size(),
                 contract.input_width,
                 contract.input_height);
  }
  return Samples{{1, 3, contract.input_height, contract.input_width},
                 InputsOf(chips.chips, contract)};
}

Result<Samples> PictureSamples(const ModelContract& contract,
                               const Arguments& arguments) {
  InputExtent extent = {contract.input_width, contract.input_height};
  if (extent.width == 0 || extent.height == 0) {
    extent = {kDetectorSidePx, kDetectorSidePx};
  }
  MIEN_ASSIGN_OR_RETURN(
      std::vector<std::vector<float>> inputs,
      LoadCalibrationPictures(
          arguments.chips, arguments.count, contract, extent));
  return Samples{{1, 3, extent.height, extent.width}, std::move(inputs)};
}

/// An embedder is one by its contract or by `--profile`; a single-shot detector
/// needs neither.
Result<ModelContract> ContractOf(const Graph& graph,
                                 const Arguments& arguments) {
  if (const auto stage = MtcnnStage(graph); !stage.empty()) {
    return Error{ErrorCode::kInvalidArgument,
                 "this is the " + std::string(stage) +
                     " of MTCNN, which runs on kernels of its own in floats; "
                     "single-shot detectors can be quantised"};
  }
  auto stated = ContractOrProfile(graph, arguments.profile);
  if (stated && stated->task == ModelTask::kEmbed) {
    return stated;
  }
  auto detector = SingleShotContract(graph);
  if (!detector && !stated) {
    return stated;  // an embedder that needs a profile, most likely
  }
  return detector;
}

Result<QuantizedNet> Quantize(const Graph& graph,
                              const Samples& samples,
                              const Arguments& arguments) {
  QuantizeOptions options;
  MIEN_ASSIGN_OR_RETURN(options.method,
                        quantize::ParseRangeMethod(arguments.method));
  options.keep = ParseKeep(arguments.keep);
  options.target_cosine = arguments.target;
  std::optional<Progress> progress;
  options.on_progress = [&progress](int done, int total) {
    if (!progress) {
      progress.emplace(total, Progress::Stdout::kQuiet);
    }
    progress->Update(done);
  };
  return quantize::QuantizeNet(graph, samples.shape, samples.inputs, options);
}

Result<ExitCode> RunQuantize(const Arguments& arguments) {
  MIEN_ASSIGN_OR_RETURN(const Graph graph, LoadOnnx(arguments.file));
  auto known = ContractOf(graph, arguments);
  if (!known) {
    return known.error().WithContext(arguments.file);
  }
  ModelContract& contract = *known;
  if (!contract.name.empty()) {
    contract.name += "-int8";
  }
  const bool embeds = contract.task == ModelTask::kEmbed;
  MIEN_ASSIGN_OR_RETURN(
      const Samples samples,
      (embeds ? ChipSamples : PictureSamples)(contract, arguments));
  Result<QuantizedNet> net = Quantize(graph, samples, arguments);
  if (!net) {
    return net.error().WithContext(arguments.file);
  }
  StoreContract(contract, net->graph);
  MIEN_RETURN_IF_ERROR(SaveOnnx(net->graph, arguments.out));
  MIEN_ASSIGN_OR_RETURN(const ModelContract written,
                        ContractFromGraph(net->graph));
  Print(arguments, written.id, *net);
  return ExitCode::kDone;
}

}  // namespace

void AddModelQuantizeCommand(CLI::App& model, ExitCode& exit) {
  CLI::App* command = model.add_subcommand(
      "quantize",
      "Turn the layers of an embedder or a detector into 8-bit integers");
  command->footer(kFooter);
  auto a = std::make_shared<Arguments>();
  command
      ->add_option("FILE", a->file, "An .onnx embedder or single-shot detector")
      ->required();
  command
      ->add_option("--chips",
                   a->chips,
                   "A folder that 'mien prepare' made, or a folder of chips; "
                   "of pictures for a detector")
      ->required()
      ->type_name("FOLDER");
  command->add_option("--out", a->out, "The file to write")
      ->required()
      ->type_name("FILE.onnx");
  command
      ->add_option("--method",
                   a->method,
                   "How ranges are chosen: minmax, percentile or entropy")
      ->check(CLI::IsMember({"minmax", "percentile", "entropy"}))
      ->capture_default_str()
      ->type_name("M");
  command
      ->add_option("--keep",
                   a->keep,
                   "Layers that stay in float: auto (the most sensitive, until "
                   "--target is reached), none, or names with commas between")
      ->capture_default_str()
      ->type_name("NAMES");
  command
      ->add_option("--target",
                   a->target,
                   "Mean cosine to the float outputs that --keep auto "
                   "tries to reach")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str()
      ->type_name("C");
  command->add_option("--count", a->count, "Chips or pictures to use")
      ->check(CLI::Range(4, 100000))
      ->capture_default_str()
      ->type_name("N");
  command->add_option("--profile", a->profile, "Contract for a file without")
      ->type_name("NAME");
  command->add_flag("--json", a->json, "One JSON object per line");
  command->callback([a, &exit] { exit = Report(RunQuantize(*a)); });
}

}  // namespace mien::cli
