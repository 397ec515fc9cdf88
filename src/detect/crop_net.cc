// SPDX-License-Identifier: Apache-2.0
#include "detect/crop_net.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <optional>
#include <utility>

#include "core/parallel.h"
#include "detect/area_rows.h"

namespace mien {
namespace {

// Few enough to compile quickly. Larger batches leave the cache: O-Net took
// 277 us a crop in batches of 16 and 373 in batches of 64.
constexpr std::array<int, 3> kBatches = {1, 4, 16};

constexpr std::size_t kScores = 2;

template <std::size_t kCount>
void CopyRow(std::span<const float> rows,
             std::size_t i,
             std::array<float, kCount>& out) {
  std::ranges::copy(rows.subspan(i * kCount, kCount), out.begin());
}

// Column `i` of rows of `stride` numbers.
template <std::size_t kCount>
void CopyColumn(std::span<const float> rows,
                std::size_t i,
                std::size_t stride,
                std::array<float, kCount>& out) {
  for (std::size_t row = 0; row < kCount; ++row) {
    out[row] = rows[row * stride + i];
  }
}

}  // namespace

std::vector<int> BatchSizes(int count) {
  std::vector<int> sizes;
  while (count > 0) {
    int size = kBatches.front();
    for (const int batch : kBatches) {
      const int empty_places = batch - count;
      if (batch <= count || 4 * empty_places <= batch) {
        size = batch;
      }
    }
    sizes.push_back(size);
    count -= size;
  }
  return sizes;
}

struct CropNet::WorkspacePool {
  std::unique_ptr<LaneNet::Workspace> Take(const LaneNet& net) {
    const std::lock_guard<std::mutex> lock(mutex);
    if (idle.empty()) {
      return std::make_unique<LaneNet::Workspace>(net.CreateWorkspace());
    }
    auto workspace = std::move(idle.back());
    idle.pop_back();
    return workspace;
  }

  void GiveBack(std::unique_ptr<LaneNet::Workspace> workspace) {
    const std::lock_guard<std::mutex> lock(mutex);
    idle.push_back(std::move(workspace));
  }

  std::mutex mutex;
  std::vector<std::unique_ptr<LaneNet::Workspace>> idle;
};

CropNet::CropNet() : lane_workspaces_(std::make_unique<WorkspacePool>()) {}

CropNet::~CropNet() = default;

Result<std::unique_ptr<CropNet>> CropNet::Create(const Graph& graph, int side) {
  std::unique_ptr<CropNet> net(new CropNet);
  net->side_ = side;
  if (graph.inputs.size() != 1) {
    return Error{ErrorCode::kUnsupported,
                 "net has " + std::to_string(graph.inputs.size()) +
                     " inputs; must be 1"};
  }
  net->input_name_ = graph.inputs[0].name;
  for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
    const std::string& name = graph.outputs[i].name;
    if (name == "score") {
      net->score_output_ = i;
    } else if (name == "box") {
      net->offsets_output_ = i;
    } else if (name == "landmarks") {
      net->landmarks_output_ = i;
    }
  }
  if (net->score_output_ == kNone || net->offsets_output_ == kNone) {
    return Error{ErrorCode::kUnsupported,
                 "net lacks the outputs \"score\" and \"box\""};
  }
  MIEN_ASSIGN_OR_RETURN(net->nets_, NetCache::Create(graph));
  net->lane_net_ =
      LaneNet::FromGraph(graph, side, *UsableLaneKernels().front());
  return net;
}

bool CropNet::has_landmarks() const { return landmarks_output_ != kNone; }

Result<void> CropNet::RunCompiled(const Image& image,
                                  std::span<const PixelRect> crops,
                                  int batch,
                                  std::span<Answer> answers) const {
  MIEN_ASSIGN_OR_RETURN(
      NetCache::Lease lease,
      nets_->Acquire({{input_name_, Shape{batch, 3, side_, side_}}}));
  const std::span<float> input = lease.workspace().input(0);
  const std::size_t crop_floats =
      input.size() / static_cast<std::size_t>(batch);
  for (std::size_t i = 0; i < crops.size(); ++i) {
    ResizeAreaToPlanar(image,
                       crops[i],
                       side_,
                       side_,
                       kMtcnnMean,
                       kMtcnnScale,
                       DensePlanes(&input[i * crop_floats], side_, side_));
  }
  // Places without a crop must hold numbers, but which does not matter.
  std::ranges::fill(input.subspan(crops.size() * crop_floats), 0.0F);
  lease.Run();
  const Workspace& workspace = lease.workspace();
  for (std::size_t i = 0; i < crops.size(); ++i) {
    answers[i].score = workspace.output(score_output_)[kScores * i + 1];
    CopyRow(workspace.output(offsets_output_), i, answers[i].offsets);
    if (has_landmarks()) {
      CopyRow(workspace.output(landmarks_output_), i, answers[i].landmarks);
    }
  }
  return {};
}

void CropNet::RunInLanes(const Image& image,
                         std::span<const PixelRect> crops,
                         std::span<Answer> answers) const {
  auto workspace = lane_workspaces_->Take(*lane_net_);
  const auto lanes = static_cast<std::size_t>(lane_net_->lanes());
  const std::size_t crop_floats = workspace->crops.size() / lanes;
  for (std::size_t i = 0; i < crops.size(); ++i) {
    ResizeAreaToPlanar(
        image,
        crops[i],
        side_,
        side_,
        kMtcnnMean,
        kMtcnnScale,
        DensePlanes(&workspace->crops[i * crop_floats], side_, side_));
  }
  lane_net_->Run(*workspace);
  for (std::size_t i = 0; i < crops.size(); ++i) {
    answers[i].score = workspace->scores[i];
    CopyColumn(workspace->offsets, i, lanes, answers[i].offsets);
    if (lane_net_->has_landmarks()) {
      CopyColumn(workspace->landmarks, i, lanes, answers[i].landmarks);
    }
  }
  lane_workspaces_->GiveBack(std::move(workspace));
}

std::vector<CropNet::Batch> CropNet::PlanBatches(std::size_t count) const {
  std::vector<Batch> batches;
  std::size_t first = 0;
  const auto lanes =
      lane_net_ ? static_cast<std::size_t>(lane_net_->lanes()) : 0;
  // Idle lanes cost as much as busy ones.
  while (lane_net_ && 2 * (count - first) > lanes) {
    const std::size_t taken = std::min(lanes, count - first);
    batches.push_back({.first = first,
                       .count = taken,
                       .size = static_cast<int>(lanes),
                       .in_lanes = true});
    first += taken;
  }
  for (const int size : BatchSizes(static_cast<int>(count - first))) {
    const std::size_t taken =
        std::min(static_cast<std::size_t>(size), count - first);
    batches.push_back({.first = first, .count = taken, .size = size});
    first += taken;
  }
  return batches;
}

Result<std::vector<CropNet::Answer>> CropNet::Run(
    const Image& image,
    std::span<const PixelRect> crops,
    int num_threads) const {
  std::vector<Answer> answers(crops.size());
  const std::vector<Batch> batches = PlanBatches(crops.size());
  std::mutex mutex;
  std::optional<Error> failure;
  ParallelFor(static_cast<int>(batches.size()), num_threads, [&](int i) {
    const Batch& batch = batches[static_cast<std::size_t>(i)];
    const auto part = crops.subspan(batch.first, batch.count);
    const auto out =
        std::span<Answer>(answers).subspan(batch.first, batch.count);
    if (batch.in_lanes) {
      RunInLanes(image, part, out);
      return;
    }
    if (const auto done = RunCompiled(image, part, batch.size, out); !done) {
      const std::lock_guard<std::mutex> lock(mutex);
      failure = done.error();
    }
  });
  if (failure) {
    return *failure;
  }
  return answers;
}

}  // namespace mien
