// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/multibox_loss.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace mien::train {
namespace {

/// Where smooth L1 turns from quadratic to linear, in the units of the offsets
/// (Ren et al. 2015, arXiv:1506.01497, as released: 1/9). At 1 landmarks would
/// settle for a tenth of the prior.
constexpr double kQuadraticBelow = 0.1;

/// The rows of all pictures, one behind the other, as a tensor [N, P, columns].
template <typename Row>
Tensor StackRows(std::span<const PriorTargets> targets,
                 std::vector<Row> PriorTargets::*member) {
  const auto pictures = static_cast<std::int64_t>(targets.size());
  const auto priors = static_cast<std::int64_t>(targets[0].labels.size());
  const auto columns = static_cast<std::int64_t>(std::tuple_size_v<Row>);
  Tensor stacked = torch::empty({pictures, priors, columns}, torch::kFloat32);
  auto* out = stacked.data_ptr<float>();
  for (const PriorTargets& one : targets) {
    const std::vector<Row>& rows = one.*member;
    std::memcpy(out, rows.data(), rows.size() * sizeof(Row));
    out += rows.size() * std::tuple_size_v<Row>;
  }
  return stacked;
}

template <typename Element>
Tensor StackFlags(std::span<const PriorTargets> targets,
                  std::vector<Element> PriorTargets::*member,
                  torch::ScalarType type) {
  const auto pictures = static_cast<std::int64_t>(targets.size());
  const auto priors = static_cast<std::int64_t>(targets[0].labels.size());
  Tensor stacked = torch::empty({pictures, priors}, torch::kInt8);
  auto* out = stacked.data_ptr<std::int8_t>();
  for (const PriorTargets& one : targets) {
    for (const Element flag : one.*member) {
      *out++ = static_cast<std::int8_t>(flag);
    }
  }
  return stacked.to(type);
}

// Mean over the faces of the batch of smooth L1 between the rows that `mask`
// [N, P] names.
Tensor RegressionLoss(const Tensor& output,
                      const Tensor& target,
                      const Tensor& mask,
                      const Tensor& num_faces) {
  const Tensor rows = mask.reshape({-1}).nonzero().squeeze(1);
  const std::int64_t columns = output.size(2);
  const Tensor out = output.reshape({-1, columns}).index_select(0, rows);
  const Tensor want = target.reshape({-1, columns}).index_select(0, rows);
  return at::smooth_l1_loss(out, want, at::Reduction::Sum, kQuadraticBelow) /
         num_faces;
}

// Of each prior, [N, P]; 0 where it is ignored.
Tensor FocalLosses(const Tensor& logits,
                   const Tensor& labels,
                   float face_share) {
  const Tensor log_probability =
      logits.log_softmax(2)
          .gather(2, labels.clamp_min(kBackground).unsqueeze(2))
          .squeeze(2);
  const Tensor doubt = 1 - log_probability.exp();
  const Tensor weight = (labels == kFace) * face_share +
                        (labels == kBackground) * (1 - face_share);
  return -weight * doubt.square() * log_probability;
}

}  // namespace

MultiBoxTargets StackTargets(std::span<const PriorTargets> targets) {
  return {.labels = StackFlags(targets, &PriorTargets::labels, torch::kInt64),
          .boxes = StackRows(targets, &PriorTargets::boxes),
          .landmarks = StackRows(targets, &PriorTargets::landmarks),
          .has_landmarks =
              StackFlags(targets, &PriorTargets::has_landmarks, torch::kBool)};
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
  loss.boxes = RegressionLoss(outputs.boxes, targets.boxes, is_face, num_faces);
  loss.landmarks = RegressionLoss(outputs.landmarks,
                                  targets.landmarks,
                                  is_face.logical_and(targets.has_landmarks),
                                  num_faces);
  loss.total = loss.confidence + options.box_weight * loss.boxes +
               options.landmark_weight * loss.landmarks;
  return loss;
}

}  // namespace mien::train
