// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <map>
#include <string>
#include <utility>

#include "cmd_model.h"
#include "common_options.h"
#include "core/cpu.h"
#include "graph/graph_text.h"
#include "graph/shape_inference.h"
#include "inspection.h"
#include "json.h"
#include "mien/precision.h"

namespace mien::cli {
namespace {

constexpr const char* kFooter =
    "Examples:\n"
    "  mien model inspect models/embedder.onnx\n"
    "  mien model inspect --graph after --precision bf16 models/embedder.onnx\n"
    "  mien model inspect --size 640x480 detector.onnx";

struct InspectArguments {
  InspectionOptions inspection;
  std::string graph = "none";
  bool json = false;
};

void PrintContract(const Inspection& found) {
  if (!found.contract) {
    std::printf("contract   none; --profile NAME shows one\n");
    return;
  }
  const ModelContract& contract = *found.contract;
  const char* const task = contract.task == ModelTask::kEmbed    ? "embed"
                           : contract.task == ModelTask::kDetect ? "detect"
                                                                 : "other";
  std::printf("contract   %s, %s, %s\n",
              task,
              contract.name.c_str(),
              contract.id.c_str());
  std::printf("  input    %d x %d, %s, %s\n",
              contract.input_width,
              contract.input_height,
              contract.color_order == ColorOrder::kRgb ? "RGB" : "BGR",
              contract.pixel_scaling == PixelScaling::kFixed
                  ? "(x - mean) / deviation"
                  : "prewhitened");
  if (contract.pixel_scaling == PixelScaling::kFixed) {
    std::printf("           mean %g %g %g, deviation %g %g %g\n",
                static_cast<double>(contract.mean[0]),
                static_cast<double>(contract.mean[1]),
                static_cast<double>(contract.mean[2]),
                static_cast<double>(contract.deviation[0]),
                static_cast<double>(contract.deviation[1]),
                static_cast<double>(contract.deviation[2]));
  }
  if (contract.task == ModelTask::kEmbed) {
    std::printf("  output   embedding of %d values\n", contract.embedding_size);
  }
  for (const auto& [label, text] :
       {std::pair<const char*, const std::string&>{"license", contract.license},
        {"training", contract.training_data},
        {"notes", contract.notes}}) {
    if (!text.empty()) {
      std::printf("  %-8s %s\n", label, text.c_str());
    }
  }
}

double Mebibytes(std::size_t bytes) {
  return static_cast<double>(bytes) / (1024.0 * 1024.0);
}

double TotalFlops(const NetReport& net) {
  double flops = 0.0;
  for (const LayerInfo& layer : net.layers) {
    flops += layer.flops;
  }
  return flops;
}

void PrintLayers(const NetReport& net) {
  std::printf("\n%5s  %-34s %-18s %-28s %-18s %8s %9s %6s %8s\n",
              "layer",
              "name",
              "operator",
              "implementation",
              "output",
              "MFLOP",
              "us",
              "%",
              "GFLOP/s");
  double total_us = 0.0;
  for (const double us : net.layer_us) {
    total_us += us;
  }
  for (std::size_t i = 0; i < net.layers.size(); ++i) {
    const LayerInfo& layer = net.layers[i];
    const double us = std::max(net.layer_us[i], 1e-3);
    std::string name = layer.name;
    if (name.size() > 34) {
      name = ".." + name.substr(name.size() - 32);
    }
    std::printf("%5zu  %-34s %-18s %-28s %-18s %8.2f %9.1f %6.1f %8.1f\n",
                i,
                name.c_str(),
                layer.op_type.c_str(),
                layer.implementation.c_str(),
                ShapeText(layer.output_shape).c_str(),
                layer.flops * 1e-6,
                us,
                100.0 * us / total_us,
                layer.flops * 1e-3 / us);
  }
}

/// Shapes for display; none when inference does not know the operators that
/// the passes make.
InferredShapes ShapesOf(const Graph& graph,
                        const std::map<std::string, Shape>& inputs) {
  return InferShapes(graph, inputs).value_or(InferredShapes{});
}

void PrintText(const Inspection& found, const InspectArguments& arguments) {
  std::printf("%s\n", arguments.inspection.file.c_str());
  PrintContract(found);
  std::printf("graph      %zu nodes: %s\n",
              found.before.nodes.size(),
              CountOperators(found.before).c_str());
  std::printf("  passes   %zu nodes: %s\n",
              found.after.nodes.size(),
              CountOperators(found.after).c_str());
  std::printf("precision  %s asked for, %s runs (%s)\n",
              std::string(PrecisionName(found.requested)).c_str(),
              std::string(PrecisionName(found.net.precision)).c_str(),
              DescribeCpu(HostCpu()).c_str());
  for (const auto& [name, shape] : found.input_shapes) {
    std::printf("run        %s %s, %d thread%s: %.3f ms, %.3f GFLOP\n",
                name.c_str(),
                ShapeText(shape).c_str(),
                arguments.inspection.threads,
                arguments.inspection.threads == 1 ? "" : "s",
                found.net.run_us * 1e-3,
                TotalFlops(found.net) * 1e-9);
  }
  std::printf("memory     weights %.2f MiB, workspace %.2f MiB\n",
              Mebibytes(found.net.weight_bytes),
              Mebibytes(found.net.workspace_bytes));
  if (arguments.graph != "none") {
    const Graph& graph =
        arguments.graph == "before" ? found.before : found.after;
    std::printf("\n%s",
                GraphText(graph, ShapesOf(graph, found.input_shapes)).c_str());
  }
  PrintLayers(found.net);
}

void PrintJson(const Inspection& found, const InspectArguments& arguments) {
  Json layers = Json::array();
  for (std::size_t i = 0; i < found.net.layers.size(); ++i) {
    const LayerInfo& layer = found.net.layers[i];
    layers.push_back(
        {{"name", layer.name},
         {"operator", layer.op_type},
         {"implementation", layer.implementation},
         {"precision", std::string(PrecisionName(layer.precision))},
         {"output", layer.output_shape},
         {"flops", static_cast<float>(layer.flops)},
         {"us", static_cast<float>(found.net.layer_us[i])}});
  }
  Json contract = nullptr;
  if (found.contract) {
    contract = {
        {"name", found.contract->name},
        {"id", found.contract->id},
        {"input", {found.contract->input_width, found.contract->input_height}},
        {"embedding_size", found.contract->embedding_size},
        {"license", found.contract->license}};
  }
  PrintLine(
      {{"file", arguments.inspection.file},
       {"contract", std::move(contract)},
       {"nodes_before", found.before.nodes.size()},
       {"nodes_after", found.after.nodes.size()},
       {"precision_requested", std::string(PrecisionName(found.requested))},
       {"precision", std::string(PrecisionName(found.net.precision))},
       {"weight_bytes", found.net.weight_bytes},
       {"workspace_bytes", found.net.workspace_bytes},
       {"flops", static_cast<float>(TotalFlops(found.net))},
       {"run_us", static_cast<float>(found.net.run_us)},
       {"layers", std::move(layers)}});
}

Result<ExitCode> RunInspect(const InspectArguments& arguments) {
  MIEN_ASSIGN_OR_RETURN(const Inspection found, Inspect(arguments.inspection));
  (arguments.json ? PrintJson : PrintText)(found, arguments);
  return ExitCode::kDone;
}

}  // namespace

void AddModelInspectCommand(CLI::App& model, ExitCode& exit) {
  CLI::App* command = model.add_subcommand(
      "inspect", "Show a network: contract, graph, memory, time per layer");
  command->footer(kFooter);
  auto arguments = std::make_shared<InspectArguments>();
  InspectionOptions& a = arguments->inspection;
  command->add_option("FILE", a.file, "An .onnx file")->required();
  command->add_option("--profile", a.profile, "Contract for a file without")
      ->type_name("NAME");
  command->add_option("--precision", a.precision, "fp32, bf16, int8 or auto")
      ->check(CLI::IsMember({"fp32", "bf16", "int8", "auto"}))
      ->capture_default_str()
      ->type_name("P");
  command
      ->add_option(
          "--graph", arguments->graph, "Print the graph before or after passes")
      ->check(CLI::IsMember({"none", "before", "after"}))
      ->capture_default_str()
      ->type_name("WHEN");
  command->add_option("--size", a.size, "Picture size where the file leaves it")
      ->type_name("WxH");
  command->add_option("--batch", a.batch, "Pictures at once")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str()
      ->type_name("N");
  command->add_option("--threads", a.threads, "Threads")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str()
      ->type_name("N");
  command->add_option("--runs", a.runs, "Timed runs; the median is shown")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str()
      ->type_name("N");
  command->add_flag("--json", arguments->json, "One JSON object");
  command->callback(
      [arguments, &exit] { exit = Report(RunInspect(*arguments)); });
}

}  // namespace mien::cli
