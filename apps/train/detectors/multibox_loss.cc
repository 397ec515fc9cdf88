// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/multibox_loss.h"

#include <cstddef>
#include <cstring>
#include <vector>

namespace mien::train {
namespace {

/// Where smooth L1 turns from quadratic to linear, in the units of the offsets
/// (Ren et al. 2015, arXiv:1506.01497, as released: 1/9). At 1 landmarks would
/// settle for a tenth of the prior.
constexpr double kQuadraticBelow = 0.1;

/// Where tensors that the loader fills lie.
torch::TensorOptions Host(torch::ScalarType type, bool pinned) {
  return torch::TensorOptions(type).pinned_memory(pinned);
}

/// `values` as a tensor of `type` and `shape`.
template <typename T>
Tensor Copied(const std::vector<T>& values,
              torch::IntArrayRef shape,
              const torch::TensorOptions& options) {
  Tensor copy = torch::empty(shape, options);
  if (!values.empty()) {
    std::memcpy(copy.data_ptr(), values.data(), values.size() * sizeof(T));
  }
  return copy;
}

// Mean over the faces of the batch of smooth L1 between `rows` [R] of `output`
// [N, P, C] and `target` [R, C].
Tensor RegressionLoss(const Tensor& output,
                      const Tensor& rows,
                      const Tensor& target,
                      const Tensor& num_faces) {
  const Tensor out = output.reshape({-1, output.size(2)}).index_select(0, rows);
  return at::smooth_l1_loss(out, target, at::Reduction::Sum, kQuadraticBelow) /
         num_faces;
}

// Of each prior, [N, P]; 0 where it is ignored.
Tensor FocalLosses(const Tensor& logits,
                   const Tensor& labels,
                   float face_share) {
  const Tensor log_probability =
      logits.log_softmax(2)
          .gather(2,
                  labels.clamp_min(kBackground).to(torch::kInt64).unsqueeze(2))
          .squeeze(2);
  const Tensor doubt = 1 - log_probability.exp();
  const Tensor weight = (labels == kFace) * face_share +
                        (labels == kBackground) * (1 - face_share);
  return -weight * doubt.square() * log_probability;
}

}  // namespace

MultiBoxTargets StackTargets(std::span<const PriorTargets> targets,
                             bool pinned) {
  std::vector<std::int8_t> labels;
  std::vector<std::int64_t> face_rows;
  std::vector<nets::BoxOffsets> boxes;
  std::vector<std::int64_t> landmark_rows;
  std::vector<nets::LandmarkOffsets> landmarks;
  for (const PriorTargets& one : targets) {
    const auto first = static_cast<std::int64_t>(labels.size());
    labels.insert(labels.end(), one.labels.begin(), one.labels.end());
    for (std::size_t p = 0; p < one.labels.size(); ++p) {
      if (one.labels[p] != kFace) {
        continue;
      }
      const std::int64_t row = first + static_cast<std::int64_t>(p);
      face_rows.push_back(row);
      boxes.push_back(one.boxes[p]);
      if (one.has_landmarks[p] != 0) {
        landmark_rows.push_back(row);
        landmarks.push_back(one.landmarks[p]);
      }
    }
  }
  const auto num_pictures = static_cast<std::int64_t>(targets.size());
  const auto num_priors = static_cast<std::int64_t>(targets[0].labels.size());
  const auto num_faces = static_cast<std::int64_t>(face_rows.size());
  const auto num_marked = static_cast<std::int64_t>(landmark_rows.size());
  const auto rows = Host(torch::kInt64, pinned);
  const auto offsets = Host(torch::kFloat32, pinned);
  return {.labels = Copied(
              labels, {num_pictures, num_priors}, Host(torch::kInt8, pinned)),
          .face_rows = Copied(face_rows, {num_faces}, rows),
          .boxes = Copied(boxes, {num_faces, 4}, offsets),
          .landmark_rows = Copied(landmark_rows, {num_marked}, rows),
          .landmarks = Copied(landmarks, {num_marked, 10}, offsets)};
}

MultiBoxTargets MoveTargets(const MultiBoxTargets& targets,
                            torch::Device device) {
  const auto move = [&](const Tensor& tensor) {
    return tensor.to(device, /*non_blocking=*/true);
  };
  return {.labels = move(targets.labels),
          .face_rows = move(targets.face_rows),
          .boxes = move(targets.boxes),
          .landmark_rows = move(targets.landmark_rows),
          .landmarks = move(targets.landmarks)};
}

MultiBoxLoss ComputeMultiBoxLoss(const MultiBoxOutputs& outputs,
                                 const MultiBoxTargets& targets,
                                 const MultiBoxOptions& options) {
  const Tensor is_face = targets.labels == kFace;
  const Tensor num_faces = is_face.sum().clamp_min(1).to(torch::kFloat32);
  MultiBoxLoss loss;
  loss.confidence =
      FocalLosses(outputs.logits, targets.labels, options.face_share).sum() /
      num_faces;
  loss.boxes = RegressionLoss(
      outputs.boxes, targets.face_rows, targets.boxes, num_faces);
  loss.landmarks = RegressionLoss(
      outputs.landmarks, targets.landmark_rows, targets.landmarks, num_faces);
  loss.total = loss.confidence + options.box_weight * loss.boxes +
               options.landmark_weight * loss.landmarks;
  return loss;
}

}  // namespace mien::train
