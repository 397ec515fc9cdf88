// SPDX-License-Identifier: Apache-2.0
#include "match/chinese_whispers.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <numeric>
#include <random>
#include <set>
#include <utility>

namespace mien {
namespace {

/// The paper's graphs settle within a few rounds, or swap a face or two for
/// ever.
constexpr int kMaxRounds = 30;

class Whispers {
 public:
  Whispers(std::span<const std::vector<WeightedEdge>> edges_of_face,
           std::span<const int> picture_of_face)
      : edges_of_face_(edges_of_face),
        picture_of_face_(picture_of_face),
        labels_(edges_of_face.size()) {
    std::iota(labels_.begin(), labels_.end(), 0);
    for (std::size_t face = 0; face < labels_.size(); ++face) {
      pictures_of_label_.insert({labels_[face], picture_of_face[face]});
    }
  }

  std::vector<int> Run() {
    std::vector<std::size_t> order(labels_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::mt19937 random;  // always the same seed
    for (int round = 0; round < kMaxRounds; ++round) {
      // std::shuffle differs between standard libraries.
      for (std::size_t i = order.size(); i > 1; --i) {
        std::swap(order[i - 1], order[random() % i]);
      }
      bool has_changed = false;
      for (const std::size_t face : order) {
        has_changed = Listen(face) || has_changed;
      }
      if (!has_changed) {
        break;
      }
    }
    return labels_;
  }

 private:
  /// Whether `face` took over another label.
  bool Listen(std::size_t face) {
    std::map<int, double> weight_of_label;
    for (const WeightedEdge& edge : edges_of_face_[face]) {
      weight_of_label[labels_[static_cast<std::size_t>(edge.to)]] +=
          static_cast<double>(edge.weight);
    }
    int& own = labels_[face];
    int best = own;
    double best_weight = 0.0;
    for (const auto& [label, weight] : weight_of_label) {
      if (weight > best_weight && MayTake(face, label)) {
        best = label;
        best_weight = weight;
      }
    }
    if (best == own) {
      return false;
    }
    pictures_of_label_.erase({own, picture_of_face_[face]});
    pictures_of_label_.insert({best, picture_of_face_[face]});
    own = best;
    return true;
  }

  [[nodiscard]] bool MayTake(std::size_t face, int label) const {
    return label == labels_[face] ||
           !pictures_of_label_.contains({label, picture_of_face_[face]});
  }

  std::span<const std::vector<WeightedEdge>> edges_of_face_;
  std::span<const int> picture_of_face_;
  std::vector<int> labels_;

  /// (label, picture) of every face; no two faces have the same.
  std::set<std::pair<int, int>> pictures_of_label_;
};

}  // namespace

std::vector<int> ChineseWhispers(
    std::span<const std::vector<WeightedEdge>> edges_of_face,
    std::span<const int> picture_of_face) {
  return Whispers(edges_of_face, picture_of_face).Run();
}

}  // namespace mien
