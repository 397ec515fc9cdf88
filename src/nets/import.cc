// SPDX-License-Identifier: Apache-2.0
#include "nets/import.h"

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "graph/contract.h"
#include "nets/checkpoint_parameters.h"
#include "nets/nets.h"
#include "nets/torch_checkpoint.h"

namespace mien::nets {
namespace {

// What facenet-pytorch recommends (README, "Guide to MTCNN").
constexpr float kFacenetMarginPx = 14.0F;

constexpr std::string_view kClassifier = "logits.";

// Subjects of the two data sets, which is how many rows the classifier has.
constexpr std::int64_t kVggFace2Subjects = 8631;
constexpr std::int64_t kCasiaWebFaceSubjects = 10575;

/// A network that can be told from its keys.
struct Importable {
  std::string_view distinctive_key;
  Graph (*build)(const ParameterSource& parameters);
};

Graph BuildInceptionResnetV1(const ParameterSource& parameters) {
  return InceptionResnetV1(parameters);
}

// In the order in which they are asked: ONet has RNet's keys and more.
constexpr std::array<Importable, 4> kImportables = {{
    {"conv2d_1a.conv.weight", BuildInceptionResnetV1},
    {"dense6_3.weight", Onet},
    {"dense5_2.weight", Rnet},
    {"conv4_2.weight", Pnet},
}};

const Importable* Recognise(const StateDict& state) {
  for (const Importable& net : kImportables) {
    if (state.contains(std::string(net.distinctive_key))) {
      return &net;
    }
  }
  return nullptr;
}

/// Data set and name of Inception-ResNet-v1, told from its classifier.
void DescribeEmbedder(const StateDict& state, ModelContract& contract) {
  contract.chip_template = ChipTemplate::kFacenetMargin;
  contract.margin_px = kFacenetMarginPx;
  contract.license =
      "MIT (facenet-pytorch); the terms of the training data apply as well";
  const auto classifier = state.find(std::string(kClassifier) + "weight");
  const std::int64_t num_subjects =
      classifier == state.end() || classifier->second.shape().empty()
          ? 0
          : classifier->second.shape()[0];
  if (num_subjects == kVggFace2Subjects) {
    contract.name = "facenet-vggface2";
    contract.training_data = "VGGFace2";
  } else if (num_subjects == kCasiaWebFaceSubjects) {
    contract.name = "facenet-casia-webface";
    contract.training_data = "CASIA-WebFace";
  }
}

void DescribeMtcnn(ModelContract& contract) {
  contract.license = "MIT (facenet-pytorch)";
  contract.training_data = "WIDER FACE, CelebA (Zhang et al. 2016)";
}

Result<void> Describe(const StateDict& state, Graph& graph) {
  MIEN_ASSIGN_OR_RETURN(ModelContract contract, ContractFromGraph(graph));
  if (contract.task == ModelTask::kEmbed) {
    DescribeEmbedder(state, contract);
  } else {
    DescribeMtcnn(contract);
  }
  contract.notes = "imported from a facenet-pytorch checkpoint";
  StoreContract(contract, graph);
  return {};
}

Result<Graph> ImportStateDict(const StateDict& state) {
  const Importable* const net = Recognise(state);
  if (net == nullptr) {
    return Error{ErrorCode::kUnsupported,
                 "holds no network of facenet-pytorch (InceptionResnetV1, "
                 "PNet, RNet, ONet); its first tensor is " +
                     (state.empty() ? "not there" : state.begin()->first)};
  }
  CheckpointParameters parameters(state);
  Graph graph = net->build(parameters.Source());
  MIEN_RETURN_IF_ERROR(parameters.Check({std::string(kClassifier)}));
  MIEN_RETURN_IF_ERROR(Describe(state, graph));
  return graph;
}

}  // namespace

Result<Graph> ImportFacenetPytorch(const std::filesystem::path& checkpoint) {
  MIEN_ASSIGN_OR_RETURN(const StateDict state, LoadTorchCheckpoint(checkpoint));
  auto graph = ImportStateDict(state);
  if (!graph) {
    return graph.error().WithContext(checkpoint.string());
  }
  return graph;
}

}  // namespace mien::nets
