// SPDX-License-Identifier: Apache-2.0
#include "train/loop/starting_net.h"

#include <filesystem>
#include <utility>

#include "embed/free_batch.h"
#include "graph/contract.h"
#include "graph/onnx_io.h"
#include "graph/shape_inference.h"
#include "nets/nets.h"
#include "train/train_error.h"
#include "train/value_or_throw.h"

namespace mien::train {
namespace {

constexpr int kInceptionPx = 160;
constexpr int kEmbeddingSize = 512;

Graph FromFile(const StartingNet& options) {
  Graph graph = ValueOrThrow(FreeBatch(ValueOrThrow(LoadOnnx(options.net))));
  ModelContract contract =
      ValueOrThrow(ContractOrProfile(graph, options.profile));
  // The calibration is that of the weights that are about to change.
  contract.calibration.clear();
  contract.default_threshold = 0.0F;
  StoreContract(contract, graph);
  return graph;
}

/// `graph` for chips of `px` pixels. Networks that average over the whole last
/// map allow it.
Graph ForChipsOf(int px, Graph graph) {
  auto contract = ValueOrThrow(ContractFromGraph(graph));
  if (px == 0 || px == contract.input_width) {
    return graph;
  }
  ValueInfo& input = graph.inputs.at(0);
  input.shape.at(2) = px;
  input.shape.at(3) = px;
  const auto shapes = InferShapes(graph, {{input.name, {1, 3, px, px}}});
  const std::string& output = graph.outputs.at(0).name;
  const Shape embedding = {1, contract.embedding_size};
  if (!shapes || shapes->types.at(output).shape != embedding) {
    throw TrainError(graph.name + " takes chips of " +
                     std::to_string(contract.input_width) +
                     " pixels and cannot take " + std::to_string(px));
  }
  contract.input_width = px;
  contract.input_height = px;
  StoreContract(contract, graph);
  return graph;
}

/// `graph`, if it is of the sizes that `options` ask for.
Graph OfFixedSize(Graph graph, const StartingNet& options) {
  const auto contract = ValueOrThrow(ContractFromGraph(graph));
  const int px = options.input_px;
  const int size = options.embedding_size;
  if (size != 0 && size != contract.embedding_size) {
    throw TrainError(graph.name + " makes embeddings of " +
                     std::to_string(contract.embedding_size) + " values, not " +
                     std::to_string(size));
  }
  if (px != 0 && px != contract.input_width) {
    throw TrainError(graph.name + " takes chips of " +
                     std::to_string(contract.input_width) + " pixels, not " +
                     std::to_string(px));
  }
  return graph;
}

}  // namespace

Graph MakeStartingNet(const StartingNet& options) {
  const ParameterSource random = nets::RandomParameters(options.seed);
  const int size =
      options.embedding_size == 0 ? kEmbeddingSize : options.embedding_size;
  if (options.net == "inception-resnet-v1") {
    StartingNet sized = options;
    sized.input_px = options.input_px == 0 ? kInceptionPx : options.input_px;
    return OfFixedSize(nets::InceptionResnetV1(random, sized.input_px), sized);
  }
  if (options.net == "mobilefacenet") {
    return OfFixedSize(nets::MobileFacenet(random, size), options);
  }
  if (options.net == "iresnet18") {
    return OfFixedSize(nets::IResnet18(random), options);
  }
  if (options.net == "iresnet50") {
    return OfFixedSize(nets::IResnet50(random), options);
  }
  if (options.net == "vgg16") {
    return OfFixedSize(nets::Vgg16(random, size), options);
  }
  if (std::filesystem::path(options.net).extension() == ".onnx") {
    return OfFixedSize(ForChipsOf(options.input_px, FromFile(options)),
                       options);
  }
  throw TrainError("there is no network \"" + options.net +
                   "\"; there are inception-resnet-v1, mobilefacenet, "
                   "iresnet18, iresnet50, vgg16, and any .onnx file");
}

}  // namespace mien::train
