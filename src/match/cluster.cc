// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <map>
#include <numeric>
#include <string>
#include <utility>

#include "match/average_linkage.h"
#include "match/chinese_whispers.h"
#include "match/similarity_graph.h"
#include "mien/clusterer.h"

namespace mien {
namespace {

/// Neighbours of one face that whisper to it. Bounds memory where thousands of
/// pictures show one person.
constexpr std::size_t kMaxWhisperers = 256;

Result<void> CheckSizes(const FaceSet& faces) {
  const std::size_t num_faces = faces.picture_of_face.size();
  if (faces.dimension < 1 ||
      faces.embeddings.size() !=
          num_faces * static_cast<std::size_t>(faces.dimension)) {
    return Error{ErrorCode::kInvalidArgument,
                 std::to_string(faces.embeddings.size()) +
                     " embedding values; must be " + std::to_string(num_faces) +
                     " faces of dimension " + std::to_string(faces.dimension) +
                     ", >= 1"};
  }
  return {};
}

/// The set that `face` is in, in a forest that FindRoot() flattens as it goes
/// (Tarjan 1975, path halving).
int FindRoot(std::vector<int>& parents, int face) {
  const auto parent = [&](int of) -> int& {
    return parents[static_cast<std::size_t>(of)];
  };
  while (parent(face) != face) {
    parent(face) = parent(parent(face));
    face = parent(face);
  }
  return face;
}

/// Faces that are linked through pairs of `threshold` or more, rising. Groups
/// with a mean similarity of `threshold` have such a pair, so no group of
/// average linkage reaches beyond one component.
Result<std::vector<std::vector<int>>> Components(
    const FaceSet& faces, const ClusterOptions& options) {
  const auto num_faces = static_cast<int>(faces.picture_of_face.size());
  std::vector<int> parents(faces.picture_of_face.size());
  std::iota(parents.begin(), parents.end(), 0);
  MIEN_RETURN_IF_ERROR(ForEachNeighborhood(
      faces,
      options.threshold,
      options.num_threads,
      [&](int face, std::span<const Neighbor> neighbors) {
        for (const Neighbor& neighbor : neighbors) {
          const int root = FindRoot(parents, face);
          parents[static_cast<std::size_t>(
              FindRoot(parents, static_cast<int>(neighbor.id)))] = root;
        }
      }));
  std::map<int, std::vector<int>> members_of_root;
  for (int face = 0; face < num_faces; ++face) {
    members_of_root[FindRoot(parents, face)].push_back(face);
  }
  std::vector<std::vector<int>> components;
  for (auto& [root, members] : members_of_root) {
    components.push_back(std::move(members));
  }
  return components;
}

using Groups = std::vector<std::vector<int>>;

Result<Groups> ByAverageLinkage(const FaceSet& faces,
                                const ClusterOptions& options) {
  MIEN_ASSIGN_OR_RETURN(const Groups components, Components(faces, options));
  Groups groups;
  for (const std::vector<int>& component : components) {
    for (auto& group : AverageLinkage(faces, component, options.threshold)) {
      groups.push_back(std::move(group));
    }
  }
  return groups;
}

Result<Groups> ByChineseWhispers(const FaceSet& faces,
                                 const ClusterOptions& options) {
  std::vector<std::vector<WeightedEdge>> edges(faces.picture_of_face.size());
  MIEN_RETURN_IF_ERROR(ForEachNeighborhood(
      faces,
      options.threshold,
      options.num_threads,
      [&](int face, std::span<const Neighbor> neighbors) {
        auto& own = edges[static_cast<std::size_t>(face)];
        for (const Neighbor& neighbor : neighbors) {
          const auto other = static_cast<int>(neighbor.id);
          if (other != face && own.size() < kMaxWhisperers) {
            own.push_back({other, neighbor.cosine_similarity});
          }
        }
      }));
  const std::vector<int> labels = ChineseWhispers(edges, faces.picture_of_face);
  std::map<int, std::vector<int>> members_of_label;
  for (std::size_t face = 0; face < labels.size(); ++face) {
    members_of_label[labels[face]].push_back(static_cast<int>(face));
  }
  Groups groups;
  for (auto& [label, members] : members_of_label) {
    groups.push_back(std::move(members));
  }
  return groups;
}

/// The place of each face's group when the largest comes first.
std::vector<int> NumberBySize(Groups groups, std::size_t num_faces) {
  for (std::vector<int>& group : groups) {
    std::ranges::sort(group);
  }
  std::ranges::sort(groups, [](const auto& a, const auto& b) {
    return a.size() != b.size() ? a.size() > b.size() : a.front() < b.front();
  });
  std::vector<int> group_of_face(num_faces);
  for (std::size_t group = 0; group < groups.size(); ++group) {
    for (const int face : groups[group]) {
      group_of_face[static_cast<std::size_t>(face)] = static_cast<int>(group);
    }
  }
  return group_of_face;
}

}  // namespace

std::string_view ClusterAlgorithmName(ClusterAlgorithm algorithm) {
  switch (algorithm) {
    case ClusterAlgorithm::kAverageLinkage:
      return "average-linkage";
    case ClusterAlgorithm::kChineseWhispers:
      return "chinese-whispers";
  }
  return "unknown";
}

Result<void> ClusterOptions::Validate() const {
  if (!(threshold >= -1.0F && threshold <= 1.0F)) {
    return Error{ErrorCode::kInvalidArgument,
                 "threshold is " + std::to_string(threshold) +
                     "; must be a cosine similarity between -1 and 1"};
  }
  if (num_threads < 1) {
    return Error{
        ErrorCode::kInvalidArgument,
        "num_threads is " + std::to_string(num_threads) + "; must be >= 1"};
  }
  return {};
}

Result<IdentifyThresholds> ChooseClusterThreshold(const ModelContract& contract,
                                                  double fpir,
                                                  std::size_t num_faces) {
  MIEN_ASSIGN_OR_RETURN(
      IdentifyThresholds thresholds,
      ChooseThresholds(contract,
                       IdentifyOptions{.fpir = fpir, .possible_fpir = fpir},
                       num_faces - std::min<std::size_t>(num_faces, 1)));
  if (contract.calibration.empty()) {
    thresholds.match =
        std::min(thresholds.match + kUncalibratedClusterMargin, 1.0F);
  }
  return thresholds;
}

Result<std::vector<int>> ClusterFaces(const FaceSet& faces,
                                      const ClusterOptions& options) {
  MIEN_RETURN_IF_ERROR(options.Validate());
  if (faces.picture_of_face.empty() && faces.embeddings.empty()) {
    return std::vector<int>();
  }
  MIEN_RETURN_IF_ERROR(CheckSizes(faces));
  const bool is_linkage =
      options.algorithm == ClusterAlgorithm::kAverageLinkage;
  MIEN_ASSIGN_OR_RETURN(
      Groups groups,
      (is_linkage ? ByAverageLinkage : ByChineseWhispers)(faces, options));
  return NumberBySize(std::move(groups), faces.picture_of_face.size());
}

}  // namespace mien
