// SPDX-License-Identifier: Apache-2.0
#include "train/losses/triplet_selection.h"

#include <limits>
#include <utility>

#include "train/losses/batch.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Rows of identities, and of two; rows without label are in neither.
struct Relations {
  Tensor mated;      // [B, B] bool, without the diagonal
  Tensor non_mated;  // [B, B] bool
};

Relations RelationsOf(const Tensor& labels) {
  const Tensor labelled = labels.ge(0);
  const Tensor both = labelled.unsqueeze(1).logical_and(labelled.unsqueeze(0));
  return {MatedMask(labels).logical_and(both),
          NonMatedMask(labels).logical_and(both)};
}

// Every ordered mated pair whose anchor has a negative: one row each of what
// the selections by pair look at.
struct MatedPairs {
  Tensor anchors;             // [P]
  Tensor positives;           // [P]
  Tensor positive_distances;  // [P, 1]
  Tensor distances;           // [P, B] from the anchor
  Tensor negatives;           // [P, B] bool: rows of another identity
};

MatedPairs MatedPairsOf(const Tensor& distances, const Relations& relations) {
  const Tensor has_negative = relations.non_mated.any(1, /*keepdim=*/true);
  const Tensor pairs = relations.mated.logical_and(has_negative).nonzero();
  const Tensor anchors = pairs.select(1, 0);
  const Tensor positives = pairs.select(1, 1);
  const Tensor from_anchor = distances.index_select(0, anchors);
  return {anchors,
          positives,
          from_anchor.gather(1, positives.unsqueeze(1)),
          from_anchor,
          relations.non_mated.index_select(0, anchors)};
}

Triplets BatchAll(const MatedPairs& pairs) {
  const Tensor places = pairs.negatives.nonzero();  // [T, 2]: pair, negative
  const Tensor pair = places.select(1, 0);
  return {pairs.anchors.index_select(0, pair),
          pairs.positives.index_select(0, pair),
          places.select(1, 1),
          places.size(0)};
}

Triplets BatchHard(const Tensor& distances, const Relations& relations) {
  const Tensor anchors = relations.mated.any(1)
                             .logical_and(relations.non_mated.any(1))
                             .nonzero()
                             .squeeze(1);
  if (anchors.size(0) == 0) return {anchors, anchors, anchors, 0};
  const Tensor positives =
      distances.masked_fill(relations.mated.logical_not(), -kInfinity)
          .argmax(1);
  const Tensor negatives =
      distances.masked_fill(relations.non_mated.logical_not(), kInfinity)
          .argmin(1);
  return {anchors,
          positives.index_select(0, anchors),
          negatives.index_select(0, anchors),
          anchors.size(0)};
}

Triplets SemiHard(const MatedPairs& pairs) {
  const Tensor farther =
      pairs.negatives.logical_and(pairs.distances.gt(pairs.positive_distances));
  const Tensor closest_farther =
      pairs.distances.masked_fill(farther.logical_not(), kInfinity).argmin(1);
  const Tensor farthest =
      pairs.distances.masked_fill(pairs.negatives.logical_not(), -kInfinity)
          .argmax(1);
  return {pairs.anchors,
          pairs.positives,
          torch::where(farther.any(1), closest_farther, farthest),
          pairs.anchors.size(0)};
}

Triplets Random(const MatedPairs& pairs,
                double margin,
                torch::Generator random) {
  const Tensor active = pairs.negatives.logical_and(
      pairs.distances.lt(pairs.positive_distances + margin));
  const Tensor draws =
      torch::rand(active.sizes(), std::move(random), torch::kFloat32)
          .to(active.device())
          .masked_fill(active.logical_not(), -1);
  const Tensor chosen = active.any(1).nonzero().squeeze(1);
  return {pairs.anchors.index_select(0, chosen),
          pairs.positives.index_select(0, chosen),
          draws.argmax(1).index_select(0, chosen),
          pairs.anchors.size(0)};
}

Triplets Given(const Tensor& labels, const Relations& relations) {
  const std::int64_t num_rows = labels.size(0);
  if (num_rows % 3 != 0) {
    throw TrainError("triplet: a batch of " + std::to_string(num_rows) +
                     " rows has no whole triplets; must be a multiple of 3 for "
                     "selection=given");
  }
  const Tensor anchors = torch::arange(0, num_rows, 3, labels.options());
  const Tensor valid =
      relations.mated.index({anchors, anchors + 1})
          .logical_and(relations.non_mated.index({anchors, anchors + 2}));
  const Tensor chosen = anchors.masked_select(valid);
  return {chosen, chosen + 1, chosen + 2, chosen.size(0)};
}

}  // namespace

Triplets SelectTriplets(TripletSelection selection,
                        const Tensor& distances,
                        const Tensor& labels,
                        double margin,
                        torch::Generator random) {
  const Relations relations = RelationsOf(labels);
  if (selection == TripletSelection::kGiven) return Given(labels, relations);
  if (selection == TripletSelection::kBatchHard) {
    return BatchHard(distances, relations);
  }
  const MatedPairs pairs = MatedPairsOf(distances, relations);
  if (pairs.anchors.size(0) == 0) {
    return {pairs.anchors, pairs.anchors, pairs.anchors, 0};
  }
  if (selection == TripletSelection::kBatchAll) return BatchAll(pairs);
  if (selection == TripletSelection::kSemiHard) return SemiHard(pairs);
  return Random(pairs, margin, std::move(random));
}

}  // namespace mien::train
