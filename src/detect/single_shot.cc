// SPDX-License-Identifier: Apache-2.0
#include "detect/single_shot.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "detect/blend.h"
#include "detect/mtcnn_stage.h"
#include "detect/second_look.h"
#include "graph/contract.h"
#include "graph/onnx_io.h"
#include "graph/shape_inference.h"
#include "runtime/resolve_precision.h"

namespace mien {
namespace {

/// Pictures of few shapes come from one camera, of many from a folder; either
/// way memory settles soon.
constexpr std::size_t kKeptNets = 8;
constexpr std::size_t kKeptWorkspaceBytes = std::size_t{64} << 20U;

// What stands in for the contract of a file without one.
ModelContract DefaultContract(const SsdFamily& family,
                              const InputExtent& fixed) {
  ModelContract contract;
  contract.name = family.name;
  contract.task = ModelTask::kDetect;
  contract.detector_family = family.name;
  contract.input_width = fixed.width;
  contract.input_height = fixed.height;
  contract.color_order = family.color_order;
  contract.mean = family.mean;
  contract.deviation = family.deviation;
  return contract;
}

// The contract counts in the model's colour order, pictures in red, green,
// blue.
Result<InputExtent> FixedExtent(const Graph& graph) {
  if (graph.inputs.size() != 1 || graph.inputs[0].shape.size() != 4 ||
      graph.inputs[0].shape[1] != 3) {
    return Error{ErrorCode::kUnsupported,
                 "a detector must have one input [N, 3, H, W]"};
  }
  const std::int64_t height = graph.inputs[0].shape[2];
  const std::int64_t width = graph.inputs[0].shape[3];
  if (height == kDynamicDim || width == kDynamicDim) {
    return InputExtent{};
  }
  return InputExtent{static_cast<int>(width), static_cast<int>(height)};
}

// The outputs with the extents that they really have: files state them loosely,
// or for another input.
std::vector<ValueInfo> InferOutputs(const Graph& graph,
                                    const InputExtent& fixed) {
  const bool any_size = fixed.width == 0;
  const Shape input = {1,
                       3,
                       any_size ? kDefaultLongSidePx : fixed.height,
                       any_size ? kDefaultLongSidePx : fixed.width};
  std::vector<ValueInfo> outputs = graph.outputs;
  const auto shapes = InferShapes(graph, {{graph.inputs[0].name, input}});
  if (shapes) {
    for (ValueInfo& output : outputs) {
      const auto found = shapes->types.find(output.name);
      if (found != shapes->types.end()) {
        output.shape = found->second.shape;
      }
    }
  }
  return outputs;
}

// What the detector in a graph is.
struct Recognized {
  InputExtent fixed;
  std::vector<ValueInfo> outputs;
  const SsdFamily* family = nullptr;
  ModelContract contract;
};

Result<Recognized> Recognize(const Graph& graph) {
  Recognized net;
  MIEN_ASSIGN_OR_RETURN(net.fixed, FixedExtent(graph));
  auto contract = ContractFromGraph(graph);
  if (!contract && contract.error().code != ErrorCode::kNotFound) {
    return contract.error();
  }
  net.outputs = InferOutputs(graph, net.fixed);
  const auto family =
      FindSsdFamily(contract ? contract->detector_family : "", net.outputs);
  const auto stage = family ? "" : MtcnnStage(graph);
  if (!stage.empty()) {
    return Error{ErrorCode::kUnsupported,
                 "this is the " + std::string(stage) +
                     " of MTCNN, which finds faces with the two others only; "
                     "name the folder that holds all three"};
  }
  MIEN_ASSIGN_OR_RETURN(net.family, family);
  net.contract =
      contract ? *std::move(contract) : DefaultContract(*net.family, net.fixed);
  return net;
}

std::vector<NetOutput> OutputsOf(const NetCache::Lease& lease,
                                 const Workspace& workspace) {
  std::vector<NetOutput> outputs;
  const auto& infos = lease.net().outputs();
  for (std::size_t i = 0; i < infos.size(); ++i) {
    const Shape& shape = infos[i].shape;
    outputs.push_back(
        {.name = infos[i].name,
         .columns = shape.empty()
                        ? 1
                        : std::max<std::size_t>(
                              1, static_cast<std::size_t>(shape.back())),
         .values = workspace.output(i)});
  }
  return outputs;
}

void KeepBest(std::size_t limit, std::vector<Detection>& faces) {
  if (faces.size() > limit) {
    std::ranges::nth_element(faces,
                             faces.begin() + static_cast<std::ptrdiff_t>(limit),
                             std::ranges::greater(),
                             &Detection::score);
    faces.resize(limit);
  }
}

// From the net's input back to the picture.
void MoveToPicture(const FitScale& scale, Detection& face) {
  face.box = {face.box.x0 / scale.scale_x,
              face.box.y0 / scale.scale_y,
              face.box.x1 / scale.scale_x,
              face.box.y1 / scale.scale_y};
  for (Point& p : face.landmarks) {
    p = {p.x / scale.scale_x, p.y / scale.scale_y};
  }
}

int RoundUpToStep(int side) {
  return std::max(1, (side + kInputStepPx - 1) / kInputStepPx) * kInputStepPx;
}

Precision PrecisionFor(const SsdFamily& family, const Graph& graph) {
  return family.may_round || IsQuantized(graph) == Quantized::kYes
             ? Precision::kAuto
             : Precision::kFloat32;
}

}  // namespace

Result<ModelContract> SingleShotContract(const Graph& graph) {
  MIEN_ASSIGN_OR_RETURN(Recognized net, Recognize(graph));
  return std::move(net.contract);
}

PlanarNormalization NormalizationOf(const ModelContract& contract) {
  PlanarNormalization normalization = {.mean = contract.mean,
                                       .deviation = contract.deviation,
                                       .order = contract.color_order};
  if (contract.color_order == ColorOrder::kBgr) {
    std::swap(normalization.mean[0], normalization.mean[2]);
    std::swap(normalization.deviation[0], normalization.deviation[2]);
  }
  return normalization;
}

InputExtent FitInput(int width, int height, int long_side_px) {
  const int long_side = std::max(width, height);
  const double scale =
      std::min(1.0, static_cast<double>(long_side_px) / long_side);
  return {RoundUpToStep(static_cast<int>(width * scale)),
          RoundUpToStep(static_cast<int>(height * scale))};
}

Result<std::unique_ptr<SingleShot>> SingleShot::Create(
    const Graph& graph, const SingleShotOptions& options) {
  std::unique_ptr<SingleShot> detector(new SingleShot);
  detector->options_ = options;
  MIEN_ASSIGN_OR_RETURN(const Recognized net, Recognize(graph));
  detector->fixed_ = net.fixed;
  detector->family_ = net.family;
  detector->normalization_ = NormalizationOf(net.contract);
  detector->has_landmarks_ =
      detector->family_->has_landmarks &&
      std::ranges::any_of(net.outputs, [](const ValueInfo& output) {
        return !output.shape.empty() && output.shape.back() == 10;
      });
  MIEN_ASSIGN_OR_RETURN(
      detector->nets_,
      NetCache::Create(graph,
                       {.precision = PrecisionFor(*detector->family_, graph),
                        .num_threads = options.num_threads,
                        .max_nets = kKeptNets,
                        .max_idle_workspace_bytes = kKeptWorkspaceBytes}));
  return detector;
}

Result<std::unique_ptr<SingleShot>> SingleShot::Load(
    const std::filesystem::path& path, const SingleShotOptions& options) {
  MIEN_ASSIGN_OR_RETURN(const Graph graph, LoadOnnx(path));
  auto detector = Create(graph, options);
  if (!detector) {
    return detector.error().WithContext(path.string());
  }
  return detector;
}

bool SingleShot::has_landmarks() const { return has_landmarks_; }

std::string SingleShot::name() const { return std::string(family_->name); }

Result<std::vector<Detection>> SingleShot::LookAt(
    const Image& image, const InputExtent& extent) const {
  MIEN_ASSIGN_OR_RETURN(
      NetCache::Lease lease,
      nets_->Acquire({{nets_->inputs()[0].name,
                       Shape{1, 3, extent.height, extent.width}}}));
  const FitScale scale = FitToPlanar(
      image,
      extent.width,
      extent.height,
      FitMode::kLetterbox,
      normalization_,
      DensePlanes(
          lease.workspace().input(0).data(), extent.width, extent.height));
  lease.Run();
  const float threshold = options_.score_threshold > 0
                              ? options_.score_threshold
                              : family_->default_threshold;
  MIEN_ASSIGN_OR_RETURN(std::vector<Detection> faces,
                        family_->decode(OutputsOf(lease, lease.workspace()),
                                        {.width = extent.width,
                                         .height = extent.height,
                                         .threshold = threshold}));
  KeepBest(kMaxSsdCandidates, faces);
  faces = SuppressDetections(faces, family_->max_overlap, family_->blend);
  for (Detection& face : faces) {
    MoveToPicture(scale, face);
  }
  return faces;
}

Result<void> SingleShot::LookAgain(const Image& image, Detection& face) const {
  const SecondLook look = PlanSecondLook(image, face.box);
  if (look.part.width() <= 0 || look.part.height() <= 0) {
    return {};  // a box beside the picture
  }
  const Image copy = ResizeArea(image, look.part, look.width, look.height);
  MIEN_ASSIGN_OR_RETURN(
      const std::vector<Detection> found,
      LookAt(copy, FitInput(look.width, look.height, kSecondLookSidePx)));
  TakeLandmarks(found, look, face);
  return {};
}

Result<std::vector<Detection>> SingleShot::Find(const Image& image) const {
  const int long_side =
      options_.long_side_px > 0 ? options_.long_side_px : kDefaultLongSidePx;
  const InputExtent extent =
      fixed_.width > 0 ? fixed_
                       : FitInput(image.width(), image.height(), long_side);
  MIEN_ASSIGN_OR_RETURN(std::vector<Detection> faces, LookAt(image, extent));
  if (fixed_.width == 0 && family_->second_look_above_px > 0) {
    const float shrink = std::min(
        1.0F,
        static_cast<float>(std::max(extent.width, extent.height)) /
            static_cast<float>(std::max(image.width(), image.height())));
    for (Detection& face : faces) {
      if (std::sqrt(face.box.area()) * shrink > family_->second_look_above_px) {
        MIEN_RETURN_IF_ERROR(LookAgain(image, face));
      }
    }
  }
  const auto min_side = static_cast<float>(options_.min_face_px);
  std::erase_if(faces, [min_side](const Detection& face) {
    return std::min(face.box.width(), face.box.height()) < min_side;
  });
  return faces;
}

}  // namespace mien
