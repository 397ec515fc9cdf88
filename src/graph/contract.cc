// SPDX-License-Identifier: Apache-2.0
#include "graph/contract.h"

#include <algorithm>
#include <array>
#include <utility>

#include "graph/contract_keys.h"
#include "graph/onnx_io.h"

namespace mien {
namespace {

/// Version of the set of keys. A file with a newer one is refused, since it may
/// hold something that changes the answers.
constexpr std::string_view kContractVersion = "1";

constexpr int kLargestSidePx = 1 << 14;
constexpr int kLargestEmbedding = 1 << 16;

constexpr NameTable<ModelTask, 3> kTasks = {{
    {ModelTask::kEmbed, "embed"},
    {ModelTask::kDetect, "detect"},
    {ModelTask::kOther, "other"},
}};
constexpr NameTable<ColorOrder, 2> kColorOrders = {{
    {ColorOrder::kRgb, "rgb"},
    {ColorOrder::kBgr, "bgr"},
}};
constexpr NameTable<PixelScaling, 2> kScalings = {{
    {PixelScaling::kFixed, "fixed"},
    {PixelScaling::kPrewhiten, "prewhiten"},
}};
constexpr NameTable<ChipTemplate, 4> kTemplates = {{
    {ChipTemplate::kArcFace, "arcface"},
    {ChipTemplate::kFacenetMargin, "facenet-margin"},
    {ChipTemplate::kDavidSandbergMargin, "davidsandberg-margin"},
    {ChipTemplate::kCompreFace, "compreface"},
}};

template <typename T, std::size_t N>
std::string NameOf(const NameTable<T, N>& table, T value) {
  const auto found =
      std::ranges::find(table, value, &std::pair<T, std::string_view>::first);
  return std::string(found->second);
}

std::string ThreeText(const std::array<float, 3>& values) {
  return FloatText(values[0]) + " " + FloatText(values[1]) + " " +
         FloatText(values[2]);
}

std::string CalibrationText(const std::vector<CalibrationPoint>& points) {
  std::string text;
  for (const CalibrationPoint& point : points) {
    text += text.empty() ? "" : " ";
    text += FloatText(point.cosine_similarity) + ":" + FloatText(point.fmr);
  }
  return text;
}

/// The keys that say how a chip becomes network input.
void ReadInputKeys(KeyReader& keys, ModelContract& contract) {
  contract.input_width = keys.Integer("input_width", kLargestSidePx);
  contract.input_height = keys.Integer("input_height", kLargestSidePx);
  contract.color_order = keys.Choice("color_order", kColorOrders);
  contract.pixel_scaling = keys.Choice("pixel_scaling", kScalings);
  if (contract.pixel_scaling == PixelScaling::kFixed) {
    contract.mean = keys.Three("mean", -1e6F);
    contract.deviation = keys.Three("deviation", 0.0F);
  }
  if (contract.task == ModelTask::kEmbed) {
    contract.chip_template = keys.Choice("chip_template", kTemplates);
    contract.margin_px = keys.Float("margin_px", 0.0F, kLargestSidePx);
    contract.embedding_size = keys.Integer("embedding_size", kLargestEmbedding);
    contract.default_threshold = keys.Float("default_threshold", -1.0F, 1.0F);
  }
}

bool HasContract(const Graph& graph) {
  const auto first = graph.metadata.lower_bound(std::string(kContractPrefix));
  return first != graph.metadata.end() &&
         first->first.starts_with(kContractPrefix);
}

/// Extent `axis` of the first input, 0 when it is free or not there.
int InputExtent(const Graph& graph, std::size_t axis) {
  if (graph.inputs.empty() || graph.inputs[0].shape.size() != 4) {
    return 0;
  }
  const std::int64_t extent = graph.inputs[0].shape[axis];
  return extent > 0 && extent <= kLargestSidePx ? static_cast<int>(extent) : 0;
}

/// Numbers in an embedding, 0 when the graph does not say.
int OutputExtent(const Graph& graph) {
  if (graph.outputs.size() != 1 || graph.outputs[0].shape.size() < 2) {
    return 0;
  }
  Shape features = graph.outputs[0].shape;
  features.erase(features.begin());
  const auto count = CheckedNumElements(features);
  return count && *count <= kLargestEmbedding ? static_cast<int>(*count) : 0;
}

Result<void> CheckExtent(std::string_view key, int stated, int extent) {
  if (extent == 0 || stated == 0 || stated == extent) {
    return {};
  }
  return Error{ErrorCode::kCorruptModel,
               "mien." + std::string(key) + " is " + std::to_string(stated) +
                   ", but the graph has " + std::to_string(extent)};
}

}  // namespace

Result<ModelContract> ContractFromGraph(const Graph& graph) {
  if (!HasContract(graph)) {
    return Error{ErrorCode::kNotFound, "the file has no mien.* metadata"};
  }
  KeyReader keys(graph.metadata);
  if (keys.Text("contract") != kContractVersion) {
    keys.Refuse("contract", "'1', the version that this build reads");
  }
  ModelContract contract;
  contract.name = keys.Text("name");
  contract.task = keys.Choice("task", kTasks);
  ReadInputKeys(keys, contract);
  contract.detector_family = keys.Text("detector_family");
  contract.license = keys.Text("license");
  contract.training_data = keys.Text("training_data");
  contract.notes = keys.Text("notes");
  contract.calibration = keys.Calibration("calibration");
  if (keys.error()) {
    return *keys.error();
  }
  MIEN_RETURN_IF_ERROR(CheckExtent(
      "input_height", contract.input_height, InputExtent(graph, 2)));
  MIEN_RETURN_IF_ERROR(
      CheckExtent("input_width", contract.input_width, InputExtent(graph, 3)));
  MIEN_RETURN_IF_ERROR(CheckExtent(
      "embedding_size", contract.embedding_size, OutputExtent(graph)));
  contract.id = ModelId(graph);
  return contract;
}

Result<ModelContract> ContractOrProfile(const Graph& graph,
                                        std::string_view profile) {
  if (HasContract(graph)) {
    return ContractFromGraph(graph);
  }
  auto contract = ProfileContract(profile);
  if (!contract) {
    return contract.error().WithContext("no mien.* metadata in the file");
  }
  const auto prefer = [](int extent, int& field) {
    field = extent > 0 ? extent : field;
  };
  prefer(InputExtent(graph, 2), contract->input_height);
  prefer(InputExtent(graph, 3), contract->input_width);
  prefer(OutputExtent(graph), contract->embedding_size);
  // The same weights with another profile give other embeddings, so the id is
  // that of the file with the contract in it.
  Graph completed = graph;
  StoreContract(*contract, completed);
  contract->id = ModelId(completed);
  return contract;
}

void StoreContract(const ModelContract& contract, Graph& graph) {
  std::erase_if(graph.metadata, [](const auto& entry) {
    return entry.first.starts_with(kContractPrefix);
  });
  const auto set = [&graph](std::string_view key, std::string value) {
    if (!value.empty()) {
      graph.metadata[std::string(kContractPrefix) + std::string(key)] =
          std::move(value);
    }
  };
  set("contract", std::string(kContractVersion));
  set("name", contract.name);
  set("task", NameOf(kTasks, contract.task));
  set("input_width", std::to_string(contract.input_width));
  set("input_height", std::to_string(contract.input_height));
  set("color_order", NameOf(kColorOrders, contract.color_order));
  set("pixel_scaling", NameOf(kScalings, contract.pixel_scaling));
  if (contract.pixel_scaling == PixelScaling::kFixed) {
    set("mean", ThreeText(contract.mean));
    set("deviation", ThreeText(contract.deviation));
  }
  if (contract.task == ModelTask::kEmbed) {
    set("chip_template", NameOf(kTemplates, contract.chip_template));
    set("margin_px", FloatText(contract.margin_px));
    set("embedding_size", std::to_string(contract.embedding_size));
    set("default_threshold", FloatText(contract.default_threshold));
  }
  set("detector_family", contract.detector_family);
  set("license", contract.license);
  set("training_data", contract.training_data);
  set("notes", contract.notes);
  set("calibration", CalibrationText(contract.calibration));
}

Result<ModelContract> ReadModelContract(const std::filesystem::path& path,
                                        std::string_view profile) {
  MIEN_ASSIGN_OR_RETURN(const Graph graph, LoadOnnx(path));
  auto contract = ContractOrProfile(graph, profile);
  if (!contract) {
    return contract.error().WithContext(path.string());
  }
  return contract;
}

}  // namespace mien
