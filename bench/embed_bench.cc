// SPDX-License-Identifier: Apache-2.0
//
// mien as a contender of bench/run.py: runs a network on batches of tensors.
// The protocol is described in bench/README.md. Besides,
//   embed_bench --write-model inception-resnet-v1 FILE.onnx
// writes that network with random weights.
#include <algorithm>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "bench/protocol.h"
#include "graph/onnx_io.h"
#include "nets/nets.h"
#include "runtime/compiled_net.h"

namespace mien::bench {
namespace {

constexpr std::uint64_t kWeightsSeed = 1;

/// A model and the net compiled for the shape of the last run.
class EmbedContender : public Contender {
 public:
  json Load(const json& request) override {
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
    return Loaded(std::string(PrecisionName(net_->precision())));
  }

  json Run(const json& request) override {
    const Shape shape = request.at("shape");
    if (!workspace_ || net_->inputs().front().shape != shape) {
      if (const auto compiled = Compile(shape); !compiled) {
        return Failed(compiled.error().message);
      }
    }
    std::vector<float> input(static_cast<std::size_t>(NumElements(shape)));
    if (const auto read = ReadInput(request.at("input").get<std::string>(),
                                    std::as_writable_bytes(std::span(input)));
        !read) {
      return Failed(read.error().message);
    }
    json times = json::array();
    for (int i = 0; i < request.value("iterations", 1); ++i) {
      std::ranges::copy(input, workspace_->input(0).begin());
      times.push_back(MillisecondsOf([this] { net_->Run(*workspace_); }));
    }
    if (request.contains("output")) {
      WriteOutputs(request.at("output").get<std::string>());
    }
    return Finished(std::move(times), DescribeOutputs());
  }

 private:
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

}  // namespace
}  // namespace mien::bench

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() == 3 && arguments[0] == "--write-model") {
    return mien::bench::WriteModel(arguments[1], arguments[2]);
  }
  mien::bench::EmbedContender contender;
  mien::bench::Serve(contender);
  return 0;
}
