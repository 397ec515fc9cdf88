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
    "Ranges of all values are taken from chips of faces like those to come: a\n"
    "folder that 'mien prepare' made, or chips as 'mien align' writes them. "
    "The\n"
    "file is standard ONNX (QuantizeLinear, DequantizeLinear) of about a "
    "quarter\n"
    "the size, a model with an id of its own: docs/precision.md.\n\n"
    "Examples:\n"
    "  mien model quantize embedder.onnx --chips people/ --out int8.onnx\n"
    "  mien model quantize embedder.onnx --chips people/ --keep none \\\n"
    "      --method minmax --out int8.onnx";

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
      "model's embeddings: mean %.5f, lowest %.5f\n",
      arguments.out.c_str(),
      id.c_str(),
      net.layers.size() - NumKept(net),
      NumKept(net),
      net.agreement.mean_cosine,
      net.agreement.lowest_cosine);
}

Result<QuantizedNet> Quantize(const Graph& graph,
                              const ModelContract& contract,
                              const std::vector<Image>& chips,
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
  return quantize::QuantizeNet(
      graph,
      {1, 3, contract.input_height, contract.input_width},
      InputsOf(chips, contract),
      options);
}

Result<ExitCode> RunQuantize(const Arguments& arguments) {
  MIEN_ASSIGN_OR_RETURN(const Graph graph, LoadOnnx(arguments.file));
  MIEN_ASSIGN_OR_RETURN(ModelContract contract,
                        ContractOrProfile(graph, arguments.profile));
  if (contract.task != ModelTask::kEmbed || contract.input_width <= 0) {
    return Error{ErrorCode::kInvalidArgument,
                 arguments.file +
                     " is no embedder; only embedders can be "
                     "quantised"};
  }
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
  Result<QuantizedNet> net = Quantize(graph, contract, chips.chips, arguments);
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
      "quantize", "Turn an embedder's layers into 8-bit integers");
  command->footer(kFooter);
  auto a = std::make_shared<Arguments>();
  command->add_option("FILE", a->file, "An .onnx embedder")->required();
  command
      ->add_option("--chips",
                   a->chips,
                   "A folder that 'mien prepare' made, or a folder of chips")
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
                   "Mean cosine to the float embeddings that --keep auto "
                   "tries to reach")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str()
      ->type_name("C");
  command->add_option("--count", a->count, "Chips to use")
      ->check(CLI::Range(4, 100000))
      ->capture_default_str()
      ->type_name("N");
  command->add_option("--profile", a->profile, "Contract for a file without")
      ->type_name("NAME");
  command->add_flag("--json", a->json, "One JSON object per line");
  command->callback([a, &exit] { exit = Report(RunQuantize(*a)); });
}

}  // namespace mien::cli
