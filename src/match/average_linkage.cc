// SPDX-License-Identifier: Apache-2.0
#include "match/average_linkage.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <limits>
#include <numeric>
#include <utility>

namespace mien {
namespace {

/// Sixteen partial sums, so that the compiler can use vector registers.
float Dot(std::span<const float> a, std::span<const float> b) {
  constexpr std::size_t kLanes = 16;
  std::array<float, kLanes> sums{};
  const std::size_t num_whole = a.size() / kLanes * kLanes;
  for (std::size_t i = 0; i < num_whole; i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      sums[lane] += a[i + lane] * b[i + lane];
    }
  }
  float sum = std::accumulate(sums.begin(), sums.end(), 0.0F);
  for (std::size_t i = num_whole; i < a.size(); ++i) {
    sum += a[i] * b[i];
  }
  return sum;
}

/// Faces taken for one person so far.
struct Group {
  std::vector<int> members;
  std::vector<int> pictures;  ///< of the members, rising
  std::vector<float> sum;     ///< of the members' embeddings
};

bool HaveCommonPicture(const Group& a, const Group& b) {
  auto i = a.pictures.begin();
  auto j = b.pictures.begin();
  while (i != a.pictures.end() && j != b.pictures.end()) {
    if (*i == *j) {
      return true;
    }
    ++(*i < *j ? i : j);
  }
  return false;
}

float MeanSimilarity(const Group& a, const Group& b) {
  return Dot(a.sum, b.sum) / (static_cast<float>(a.members.size()) *
                              static_cast<float>(b.members.size()));
}

Group Merge(Group a, const Group& b) {
  a.members.insert(a.members.end(), b.members.begin(), b.members.end());
  std::vector<int> pictures;
  std::ranges::merge(a.pictures, b.pictures, std::back_inserter(pictures));
  a.pictures = std::move(pictures);
  for (std::size_t i = 0; i < a.sum.size(); ++i) {
    a.sum[i] += b.sum[i];
  }
  return a;
}

class Chains {
 public:
  Chains(const FaceSet& faces, std::span<const int> members, float threshold)
      : threshold_(threshold) {
    const auto dimension = static_cast<std::size_t>(faces.dimension);
    for (const int face : members) {
      const auto place = static_cast<std::size_t>(face);
      const auto embedding =
          faces.embeddings.subspan(place * dimension, dimension);
      open_.push_back({{face},
                       {faces.picture_of_face[place]},
                       {embedding.begin(), embedding.end()}});
    }
  }

  /// Merges until every group is final.
  std::vector<std::vector<int>> Run() {
    while (!open_.empty()) {
      if (chain_.empty()) {
        chain_.push_back(open_.size() - 1);
      }
      const std::size_t top = chain_.back();
      const std::size_t nearest = NearestTo(top);
      const auto in_chain = std::ranges::find(chain_, nearest);
      if (nearest == kNone) {
        Finish(top);
      } else if (in_chain == chain_.end()) {
        chain_.push_back(nearest);
      } else if (std::next(in_chain, 2) == chain_.end()) {
        MergeTopTwo();
      } else {
        // Only rounding can lead back further: go on from there.
        chain_.erase(std::next(in_chain), chain_.end());
      }
    }
    return std::move(final_);
  }

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  /// The open group most similar to `from` among those it may merge with; of
  /// equals the one that led here.
  [[nodiscard]] std::size_t NearestTo(std::size_t from) const {
    std::size_t nearest = kNone;
    float best = threshold_;
    const auto consider = [&](std::size_t other, bool ties_win) {
      const float similarity = MeanSimilarity(open_[from], open_[other]);
      if ((similarity > best || (ties_win && similarity == best)) &&
          !HaveCommonPicture(open_[from], open_[other])) {
        best = similarity;
        nearest = other;
      }
    };
    if (chain_.size() > 1) {
      consider(chain_[chain_.size() - 2], true);
    }
    for (std::size_t other = 0; other < open_.size(); ++other) {
      if (other != from) {
        consider(other, nearest == kNone);
      }
    }
    return nearest;
  }

  /// No later merger can bring anything closer to `group`, the chain's top.
  void Finish(std::size_t group) {
    final_.push_back(std::move(open_[group].members));
    chain_.pop_back();
    Remove(group);
  }

  void MergeTopTwo() {
    const std::size_t a = chain_.back();
    const std::size_t b = chain_[chain_.size() - 2];
    chain_.resize(chain_.size() - 2);
    open_[a] = Merge(std::move(open_[a]), open_[b]);
    Remove(b);
  }

  /// Closes the gap with the last group, which may be in the chain.
  void Remove(std::size_t group) {
    const std::size_t last = open_.size() - 1;
    if (group != last) {
      open_[group] = std::move(open_[last]);
      std::ranges::replace(chain_, last, group);
    }
    open_.pop_back();
  }

  float threshold_;
  std::vector<Group> open_;
  std::vector<std::size_t> chain_;
  std::vector<std::vector<int>> final_;
};

}  // namespace

std::vector<std::vector<int>> AverageLinkage(const FaceSet& faces,
                                             std::span<const int> members,
                                             float threshold) {
  return Chains(faces, members, threshold).Run();
}

}  // namespace mien
