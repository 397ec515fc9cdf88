// SPDX-License-Identifier: Apache-2.0
//
// tiny_models DIR: writes a detector and an embedder whose answers anyone can
// predict, for testing the program without trained weights.
//
// detector.onnx (the UltraFace family, 64 x 64): a bright picture holds a face
// in its middle half; a blue one a second, smaller face at bottom right.
// embedder.onnx (64 x 64): the embedding is the chip's mean colour, so cosine
// similarity compares hues. A match from 0.9 (FMR 1e-3), possible from 0.5
// (FMR 1e-2).
// teacher.onnx: the same for chips aligned to ArcFace's template.
// zeros.onnx: an embedder that makes nothing else, as damaged weights may.
#include <cstdio>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "graph/builder.h"
#include "graph/contract.h"
#include "graph/onnx_io.h"

namespace mien {
namespace {

using Parameters = std::map<std::string, std::vector<float>>;

ParameterSource FromTable(Parameters table) {
  return [table = std::move(table)](const ParameterSpec& spec) {
    return Tensor::Float(spec.shape, table.at(spec.name));
  };
}

/// Scores are softmaxes over (0, s): s = 40 * (mean level - 0.25) for the first
/// face, 40 * (blue - red - 0.25) for the second.
Graph TinyDetector() {
  GraphBuilder net("tiny-detector",
                   FromTable({{"score.weight",
                               {0,
                                0,
                                0,
                                13.3F,
                                13.3F,
                                13.3F,  // first face
                                0,
                                0,
                                0,
                                -40,
                                0,
                                40}},  // second face
                              {"score.bias", {0, -10, 0, -10}},
                              {"box.weight", std::vector<float>(24)},
                              {"box.bias",
                               {0.25F,
                                0.25F,
                                0.75F,
                                0.75F,  //
                                0.77F,
                                0.77F,
                                0.97F,
                                0.97F}}}));
  const Value x = net.Input("input", {1, 3, 64, 64});
  const Value mean = net.GlobalAveragePool(x);
  const ConvSpec to_scores = {.out = 4, .kernel = {1, 1}, .bias = true};
  const ConvSpec to_boxes = {.out = 8, .kernel = {1, 1}, .bias = true};
  const Value scores =
      net.Reshape(net.Conv(mean, "score", to_scores), {1, 2, 2});
  const Value boxes = net.Reshape(net.Conv(mean, "box", to_boxes), {1, 2, 4});
  net.Output(net.Softmax(scores, 2), "scores");
  net.Output(boxes, "boxes");
  Graph graph = std::move(net).Build();
  ModelContract contract;
  contract.name = "tiny-detector";
  contract.task = ModelTask::kDetect;
  contract.input_width = 64;
  contract.input_height = 64;
  contract.mean = {0, 0, 0};
  contract.deviation = {255, 255, 255};
  contract.detector_family = "ultraface";
  StoreContract(contract, graph);
  return graph;
}

Graph TinyEmbedder(const char* name,
                   ChipTemplate chip_template,
                   float brightness = 1.0F) {
  GraphBuilder net(name, FromTable({}));
  const Value x = net.Input("input", {kDynamicDim, 3, 64, 64});
  const Value mean = net.Flatten(net.GlobalAveragePool(x), 3);
  net.Output(brightness == 1.0F ? mean : net.Scale(mean, brightness),
             "embedding");
  Graph graph = std::move(net).Build();
  ModelContract contract;
  contract.name = name;
  contract.task = ModelTask::kEmbed;
  contract.input_width = 64;
  contract.input_height = 64;
  contract.mean = {0, 0, 0};
  contract.deviation = {255, 255, 255};
  contract.embedding_size = 3;
  contract.chip_template = chip_template;
  contract.calibration = {{0.5F, 1e-2}, {0.9F, 1e-3}};
  StoreContract(contract, graph);
  return graph;
}

bool Save(const Graph& graph, const std::filesystem::path& path) {
  const Result<void> saved = SaveOnnx(graph, path);
  if (!saved) {
    std::fprintf(stderr, "%s\n", saved.error().message.c_str());
  }
  return saved.has_value();
}

}  // namespace
}  // namespace mien

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: tiny_models DIR\n");
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  const bool saved =
      mien::Save(mien::TinyDetector(), folder / "detector.onnx") &&
      mien::Save(mien::TinyEmbedder("tiny-embedder",
                                    mien::ChipTemplate::kFacenetMargin),
                 folder / "embedder.onnx") &&
      mien::Save(
          mien::TinyEmbedder("tiny-teacher", mien::ChipTemplate::kArcFace),
          folder / "teacher.onnx") &&
      mien::Save(mien::TinyEmbedder(
                     "tiny-zeros", mien::ChipTemplate::kFacenetMargin, 0.0F),
                 folder / "zeros.onnx");
  return saved ? 0 : 1;
}
