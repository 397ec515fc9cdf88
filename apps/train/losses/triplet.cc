// SPDX-License-Identifier: Apache-2.0
#include "train/losses/triplet.h"

#include <algorithm>
#include <array>

#include "train/losses/batch.h"
#include "train/losses/triplet_selection.h"

namespace mien::train {
namespace {

struct TripletOptions {
  TripletSelection selection = TripletSelection::kSemiHard;
  double margin = 0.2;
  bool is_squared = true;
  bool is_soft = false;
};

// Whether inactive triplets count in the mean.
bool MeansActiveOnly(TripletSelection selection) {
  return selection == TripletSelection::kBatchAll ||
         selection == TripletSelection::kRandom;
}

class Triplet : public Loss {
 public:
  Triplet(const TripletOptions& options, const LossSetting& setting)
      : options_(options),
        seed_(setting.seed),
        draws_(torch::zeros({1}, torch::kInt64)) {}

  LossValue operator()(const LossInput& input) override {
    const LabelledRows labelled = SelectLabelled(input, "triplet");
    LossValue value{ZeroLoss(input), {}};
    AddPairSimilarities(labelled, value.metrics);
    const Tensor squares = SquaredDistances(input.embeddings);
    const Tensor distances = options_.is_squared ? squares : SafeSqrt(squares);
    const Triplets triplets = Select(distances.detach(), input.labels);
    if (triplets.num_considered == 0) return value;

    const Tensor differences =
        distances.index({triplets.anchors, triplets.positives}) -
        distances.index({triplets.anchors, triplets.negatives});
    const Tensor losses = options_.is_soft
                              ? at::softplus(differences)
                              : (differences + options_.margin).clamp_min(0);
    const auto num_active = losses.gt(0).sum().item<std::int64_t>();
    const std::int64_t count =
        MeansActiveOnly(options_.selection) ? num_active : triplets.size();
    value.loss =
        value.loss +
        losses.sum() / static_cast<double>(std::max<std::int64_t>(count, 1));
    value.metrics["active_triplets"] =
        static_cast<double>(num_active) /
        static_cast<double>(triplets.num_considered);
    return value;
  }

  std::vector<std::pair<std::string, Tensor>> buffers() override {
    if (options_.selection != TripletSelection::kRandom) return {};
    return {{"triplet.draws", draws_}};
  }

 private:
  Triplets Select(const Tensor& distances, const Tensor& labels) {
    torch::Generator random;
    if (options_.selection == TripletSelection::kRandom) {
      random = SeededGenerator(
          seed_ + static_cast<std::uint64_t>(draws_.item<std::int64_t>()));
      draws_.add_(1);
    }
    return SelectTriplets(options_.selection,
                          distances,
                          labels,
                          options_.margin,
                          std::move(random));
  }

  TripletOptions options_;
  std::uint64_t seed_;
  Tensor draws_;
};

TripletSelection ReadSelection(SpecOptions& options) {
  const std::string selection = options.Choice(
      "selection", {"semi-hard", "batch-all", "batch-hard", "random", "given"});
  if (selection == "batch-all") return TripletSelection::kBatchAll;
  if (selection == "batch-hard") return TripletSelection::kBatchHard;
  if (selection == "random") return TripletSelection::kRandom;
  if (selection == "given") return TripletSelection::kGiven;
  return TripletSelection::kSemiHard;
}

}  // namespace

std::unique_ptr<Loss> MakeTriplet(SpecOptions& options,
                                  const LossSetting& setting) {
  TripletOptions parsed;
  parsed.selection = ReadSelection(options);
  parsed.margin = options.Number("margin", 0.2, {.min = 0, .max = 4});
  parsed.is_squared =
      options.Choice("distance", {"squared", "euclidean"}) == "squared";
  parsed.is_soft = options.Choice("form", {"hinge", "soft"}) == "soft";
  return std::make_unique<Triplet>(parsed, setting);
}

}  // namespace mien::train
