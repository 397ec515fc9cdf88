// SPDX-License-Identifier: Apache-2.0
#include "cmd_model.h"

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "commands.h"
#include "engine/model_lookup.h"
#include "graph/contract.h"
#include "graph/onnx_io.h"
#include "json.h"
#include "mien/model.h"
#include "net_check.h"
#include "nets/import.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

/// Where a model goes: `out`, or the user's model folder under `name`.
Result<fs::path> TargetFor(const std::string& out, const std::string& name) {
  fs::path target = out.empty() ? UserModelFolder() / name : fs::path(out);
  if (target.has_parent_path()) {
    std::error_code error;
    fs::create_directories(target.parent_path(), error);
    if (error) {
      return Error{ErrorCode::kIo,
                   target.parent_path().string() + ": " + error.message()};
    }
  }
  return target;
}

Result<ExitCode> SaveModel(const Graph& graph, const fs::path& target) {
  MIEN_RETURN_IF_ERROR(SaveOnnx(graph, target));
  MIEN_ASSIGN_OR_RETURN(const ModelContract contract, ContractFromGraph(graph));
  std::printf("%s  %s  %s\n",
              target.c_str(),
              contract.name.c_str(),
              contract.id.c_str());
  return ExitCode::kDone;
}

Result<ExitCode> RunImport(const std::string& checkpoint,
                           const std::string& out) {
  Result<Graph> graph = nets::ImportFacenetPytorch(checkpoint);
  if (!graph) {
    return graph.error();
  }
  MIEN_ASSIGN_OR_RETURN(const ModelContract contract,
                        ContractFromGraph(*graph));
  MIEN_ASSIGN_OR_RETURN(const fs::path target,
                        TargetFor(out, contract.name + ".onnx"));
  return SaveModel(*graph, target);
}

Result<ExitCode> RunExport(const std::string& file,
                           const std::string& profile,
                           const std::string& name,
                           const std::string& out) {
  MIEN_ASSIGN_OR_RETURN(Graph graph, LoadOnnx(file));
  MIEN_ASSIGN_OR_RETURN(ModelContract contract,
                        ContractOrProfile(graph, profile));
  if (!name.empty()) {
    contract.name = name;
  }
  StoreContract(contract, graph);
  MIEN_ASSIGN_OR_RETURN(const fs::path target, TargetFor(out, ""));
  return SaveModel(graph, target);
}

Result<ExitCode> RunVerify(const std::vector<std::string>& files, bool json) {
  ExitCode exit = ExitCode::kDone;
  for (const std::string& file : files) {
    const Result<NetCheck> check = CheckNet(file);
    if (!check) {
      PrintError(check.error());
      exit = ExitCode::kBadInput;
    }
    if (json) {
      PrintLine(check ? Json{{"file", file},
                             {"ok", true},
                             {"model", check->model_id},
                             {"cosine_to_reference", check->cosine}}
                      : Json{{"file", file},
                             {"ok", false},
                             {"error", check.error().message}});
    } else if (check) {
      std::printf("%s  ok  %s  cosine to reference %.6f\n",
                  file.c_str(),
                  check->model_id.c_str(),
                  static_cast<double>(check->cosine));
    }
  }
  return exit;
}

}  // namespace

void AddModelImportCommand(CLI::App& model, ExitCode& exit) {
  CLI::App* command = model.add_subcommand(
      "import",
      "Turn a facenet-pytorch checkpoint (.pt) into an .onnx with contract");
  command->footer(
      "Example:\n"
      "  mien model import --out models/mtcnn-pnet.onnx pnet.pt");
  auto checkpoint = std::make_shared<std::string>();
  auto out = std::make_shared<std::string>();
  command->add_option("CHECKPOINT", *checkpoint, "The .pt file")->required();
  command->add_option("--out", *out, "Default: the user's model folder")
      ->type_name("FILE.onnx");
  command->callback([checkpoint, out, &exit] {
    exit = Report(RunImport(*checkpoint, *out));
  });
}

void AddModelExportCommand(CLI::App& model, ExitCode& exit) {
  struct Arguments {
    std::string file;
    std::string profile;
    std::string name;
    std::string out;
  };

  CLI::App* command = model.add_subcommand(
      "export", "Write a network with its contract inside the file");
  command->footer(
      "Example:\n"
      "  mien model export --profile arcface112 --out arcface.onnx w600k.onnx");
  auto arguments = std::make_shared<Arguments>();
  command->add_option("FILE", arguments->file, "An .onnx file")->required();
  command->add_option("--out", arguments->out, "The file to write")
      ->required()
      ->type_name("FILE.onnx");
  command
      ->add_option(
          "--profile", arguments->profile, "Contract for a file without")
      ->type_name("NAME");
  command->add_option("--name", arguments->name, "Short name of the model")
      ->type_name("NAME");
  command->callback([arguments, &exit] {
    exit = Report(RunExport(
        arguments->file, arguments->profile, arguments->name, arguments->out));
  });
}

void AddModelVerifyCommand(CLI::App& model, ExitCode& exit) {
  CLI::App* command = model.add_subcommand(
      "verify",
      "Check files: well formed, contract sound, fast path equal to reference");
  command->footer("Example:\n  mien model verify models/*.onnx");
  auto files = std::make_shared<std::vector<std::string>>();
  auto json = std::make_shared<bool>(false);
  command->add_option("FILE", *files, ".onnx files")->required();
  command->add_flag("--json", *json, "One JSON object per line");
  command->callback(
      [files, json, &exit] { exit = Report(RunVerify(*files, *json)); });
}

void AddModelCommand(CLI::App& app, ExitCode& exit) {
  CLI::App* command =
      app.add_subcommand("model", "Inspect, import, fetch and check networks");
  command->require_subcommand(1);
  AddModelInspectCommand(*command, exit);
  AddModelImportCommand(*command, exit);
  AddModelFetchCommand(*command, exit);
  AddModelVerifyCommand(*command, exit);
  AddModelExportCommand(*command, exit);
  AddModelConvertCommand(*command, exit);
  AddModelQuantizeCommand(*command, exit);
}

}  // namespace mien::cli
