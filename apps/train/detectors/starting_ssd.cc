// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/starting_ssd.h"

#include <cmath>
#include <cstddef>
#include <vector>

#include "graph/onnx_io.h"
#include "nets/nets.h"
#include "train/train_error.h"
#include "train/value_or_throw.h"

namespace mien::train {
namespace {

/// Pairs "no face, a face" for all priors of a cell, of which softmax makes
/// kFaceShare of a face.
mien::Tensor ExpectingFewFaces(const Shape& shape) {
  constexpr float kFaceShare = 0.01F;
  const float odds = std::log(kFaceShare / (1 - kFaceShare));
  std::vector<float> biases(static_cast<std::size_t>(NumElements(shape)));
  for (std::size_t i = 0; i < biases.size(); ++i) {
    biases[i] = (i % 2 == 0 ? -0.5F : 0.5F) * odds;
  }
  return mien::Tensor::Float(shape, biases);
}

}  // namespace

Graph UntrainedSsd(std::uint64_t seed) {
  return nets::FaceSsd(
      [random = nets::RandomParameters(seed)](const ParameterSpec& spec) {
        const bool is_class_bias = spec.kind == ParameterKind::kBias &&
                                   spec.name.starts_with("conf_head.");
        return is_class_bias ? ExpectingFewFaces(spec.shape) : random(spec);
      });
}

Graph SsdFromFile(const std::filesystem::path& path) {
  const Graph stored = ValueOrThrow(LoadOnnx(path));
  Graph graph = UntrainedSsd(1);
  for (auto& [name, weight] : graph.initializers) {
    const mien::Tensor* found = stored.FindInitializer(name);
    if (found == nullptr || found->shape() != weight.shape()) {
      throw TrainError(path.string() + ": has no " + name + " of shape " +
                       ShapeText(weight.shape()) +
                       "; must be a model that mien train ssd wrote, neither "
                       "quantised nor converted");
    }
    weight = *found;
  }
  return graph;
}

}  // namespace mien::train
