// SPDX-License-Identifier: Apache-2.0
#include "detect/crop_net.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <optional>

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
  return net;
}

bool CropNet::has_landmarks() const { return landmarks_output_ != kNone; }

Result<void> CropNet::RunBatch(const Image& image,
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

Result<std::vector<CropNet::Answer>> CropNet::Run(
    const Image& image,
    std::span<const PixelRect> crops,
    int num_threads) const {
  std::vector<Answer> answers(crops.size());

  struct Batch {
    std::size_t first;
    int size;
  };

  std::vector<Batch> batches;
  std::size_t first = 0;
  for (const int size : BatchSizes(static_cast<int>(crops.size()))) {
    batches.push_back({first, size});
    first += static_cast<std::size_t>(size);
  }
  std::mutex mutex;
  std::optional<Error> failure;
  ParallelFor(static_cast<int>(batches.size()), num_threads, [&](int i) {
    const Batch& batch = batches[static_cast<std::size_t>(i)];
    const std::size_t count = std::min(crops.size() - batch.first,
                                       static_cast<std::size_t>(batch.size));
    const auto done =
        RunBatch(image,
                 crops.subspan(batch.first, count),
                 batch.size,
                 std::span<Answer>(answers).subspan(batch.first, count));
    if (!done) {
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
