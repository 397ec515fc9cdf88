// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <filesystem>
#include <string>

#include "cmd_model.h"
#include "commands.h"
#include "graph/contract.h"
#include "graph/half_weights.h"
#include "graph/onnx_io.h"
#include "net_check.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

struct Arguments {
  std::string file;
  std::string weights;
  std::string out;
};

double MegabytesOf(const fs::path& file) {
  constexpr double kMegabyte = 1e6;
  std::error_code error;
  const auto bytes = fs::file_size(file, error);
  return error ? 0.0 : static_cast<double>(bytes) / kMegabyte;
}

/// The id of a file with a contract, else "".
std::string IdOf(const Graph& graph) {
  const Result<ModelContract> contract = ContractFromGraph(graph);
  return contract ? contract->id : "";
}

Result<ExitCode> RunConvert(const Arguments& arguments) {
  MIEN_ASSIGN_OR_RETURN(const Graph graph, LoadOnnx(arguments.file));
  const Graph converted =
      arguments.weights == "fp16" ? HalveWeights(graph) : WidenWeights(graph);
  Result<float> cosine = CompareNets(graph, converted);
  if (!cosine) {
    return cosine.error().WithContext(arguments.file);
  }
  MIEN_RETURN_IF_ERROR(SaveOnnx(converted, arguments.out));
  std::printf("%s  %s  %.1f MB, was %.1f  cosine to the original %.6f\n",
              arguments.out.c_str(),
              IdOf(converted).c_str(),
              MegabytesOf(arguments.out),
              MegabytesOf(arguments.file),
              static_cast<double>(*cosine));
  return ExitCode::kDone;
}

}  // namespace

void AddModelConvertCommand(CLI::App& model, ExitCode& exit) {
  CLI::App* command = model.add_subcommand(
      "convert",
      "Store weights in half the size; any ONNX runtime reads the file");
  command->footer(
      "The arithmetic does not change, only the rounding of the weights, so\n"
      "the model gets an id of its own.\n"
      "Example:\n"
      "  mien model convert --weights fp16 --out small.onnx embedder.onnx");
  auto arguments = std::make_shared<Arguments>();
  command->add_option("FILE", arguments->file, "An .onnx file")->required();
  command
      ->add_option("--weights",
                   arguments->weights,
                   "fp16, or fp32 to turn such a file back")
      ->required()
      ->check(CLI::IsMember({"fp16", "fp32"}));
  command->add_option("--out", arguments->out, "The file to write")
      ->required()
      ->type_name("FILE.onnx");
  command->callback(
      [arguments, &exit] { exit = Report(RunConvert(*arguments)); });
}

}  // namespace mien::cli
