// SPDX-License-Identifier: Apache-2.0
//
// mien as a contender of bench/run.py: runs a network on batches of tensors.
// The protocol is described in bench/README.md. Besides,
//   embed_bench --write-model inception-resnet-v1 FILE.onnx
// writes that network with random weights.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "graph/onnx_io.h"
#include "mien/version.h"
#include "nets/nets.h"
#include "runtime/compiled_net.h"

namespace mien {
namespace {

using nlohmann::json;

constexpr std::uint64_t kWeightsSeed = 1;

json Failed(const std::string& why) { return {{"ok", false}, {"error", why}}; }

/// Most memory that this process has held, in MB of 10^6 bytes.
double PeakMemoryMb() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) * 1024.0 / 1e6;
}

Result<std::vector<float>> ReadFloats(const std::string& path,
                                      std::size_t count) {
  std::vector<float> values(count);
  std::ifstream file(path, std::ios::binary);
  file.read(reinterpret_cast<char*>(values.data()),
            static_cast<std::streamsize>(count * sizeof(float)));
  if (!file) {
    return Error{ErrorCode::kIo,
                 path + ": expected " + std::to_string(count) + " floats"};
  }
  return values;
}

/// A model and the net compiled for the shape of the last run.
class Contender {
 public:
  json Answer(const json& request) {
    const std::string what = request.value("do", "");
    if (what == "load") return Load(request);
    if (what == "run") return Run(request);
    if (what == "quit") return {{"ok", true}};
    return Failed("do is \"" + what + "\"; must be load, run or quit");
  }

 private:
  json Load(const json& request) {
    if (request.value("task", "") != "embed") {
      return Failed("this contender only embeds");
    }
    const auto precision = ParsePrecision(request.value("precision", "fp32"));
    if (!precision) {
      return Failed(precision.error().message);
    }
    options_ = {.precision = *precision,
                .num_threads = request.value("threads", 1)};
    auto graph = LoadOnnx(request.at("model").get<std::string>());
    if (!graph) {
      return Failed(graph.error().message);
    }
    graph_ = *std::move(graph);
    if (const auto compiled = Compile(request.at("shape")); !compiled) {
      return Failed(compiled.error().message);
    }
    return {{"ok", true},
            {"runtime", std::string("mien ") + std::string(Version())},
            {"precision", PrecisionName(net_->precision())}};
  }

  Result<void> Compile(const Shape& shape) {
    workspace_.reset();
    if (graph_.inputs.size() != 1) {
      return Error{ErrorCode::kInvalidArgument,
                   "the network has " + std::to_string(graph_.inputs.size()) +
                       " inputs; must be 1"};
    }
    options_.input_shapes = {{graph_.inputs.front().name, shape}};
    MIEN_ASSIGN_OR_RETURN(net_, CompiledNet::Compile(graph_, options_));
    workspace_ = net_->CreateWorkspace();
    return {};
  }

  json Run(const json& request) {
    const Shape shape = request.at("shape");
    if (!workspace_ || net_->inputs().front().shape != shape) {
      if (const auto compiled = Compile(shape); !compiled) {
        return Failed(compiled.error().message);
      }
    }
    const auto input = ReadFloats(request.at("input").get<std::string>(),
                                  static_cast<std::size_t>(NumElements(shape)));
    if (!input) {
      return Failed(input.error().message);
    }
    json times = json::array();
    for (int i = 0; i < request.value("iterations", 1); ++i) {
      std::ranges::copy(*input, workspace_->input(0).begin());
      const auto begin = std::chrono::steady_clock::now();
      net_->Run(*workspace_);
      times.push_back(std::chrono::duration<double, std::milli>(
                          std::chrono::steady_clock::now() - begin)
                          .count());
    }
    if (request.contains("output")) {
      WriteOutputs(request.at("output").get<std::string>());
    }
    return {{"ok", true},
            {"ms", times},
            {"outputs", DescribeOutputs()},
            {"rss_mb", PeakMemoryMb()}};
  }

  [[nodiscard]] json DescribeOutputs() const {
    json outputs = json::array();
    for (const ValueInfo& output : net_->outputs()) {
      outputs.push_back({{"name", output.name}, {"shape", output.shape}});
    }
    return outputs;
  }

  void WriteOutputs(const std::string& path) const {
    std::ofstream file(path, std::ios::binary);
    for (std::size_t i = 0; i < net_->outputs().size(); ++i) {
      const std::span<const float> output = workspace_->output(i);
      file.write(reinterpret_cast<const char*>(output.data()),
                 static_cast<std::streamsize>(output.size_bytes()));
    }
  }

  Graph graph_;
  CompileOptions options_;
  std::shared_ptr<const CompiledNet> net_;
  std::optional<Workspace> workspace_;
};

int WriteModel(const std::string& name, const std::string& path) {
  if (name != "inception-resnet-v1") {
    std::cerr << "no network is called " << name << "\n";
    return 2;
  }
  const Graph graph =
      nets::InceptionResnetV1(nets::RandomParameters(kWeightsSeed));
  if (const auto saved = SaveOnnx(graph, path); !saved) {
    std::cerr << saved.error().message << "\n";
    return 4;
  }
  return 0;
}

/// Answers a line; what is malformed is answered like any other failure.
json AnswerLine(Contender& contender, const std::string& line) {
  try {
    return contender.Answer(json::parse(line));
  } catch (const json::exception& error) {
    return Failed(error.what());
  }
}

}  // namespace
}  // namespace mien

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() == 3 && arguments[0] == "--write-model") {
    return mien::WriteModel(arguments[1], arguments[2]);
  }
  mien::Contender contender;
  for (std::string line; std::getline(std::cin, line);) {
    const auto answer = mien::AnswerLine(contender, line);
    std::cout << answer.dump() << std::endl;
    if (line.find("\"quit\"") != std::string::npos) {
      break;
    }
  }
  return 0;
}
