// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "graph/graph.h"

namespace mien::train {

struct StartingNet {
  /// "inception-resnet-v1", "mobilefacenet", "iresnet18", "iresnet50", "vgg16"
  /// with random weights of `seed`; or an ONNX file to go on from.
  std::string net = "inception-resnet-v1";

  /// Side of the chips, in pixels; 0 for what the network was made for. Only
  /// Inception-ResNet-v1 takes another, and files of networks that average over
  /// the whole last map.
  int input_px = 0;

  /// Length of the embedding; 0 for what the network was made for. Only
  /// MobileFaceNet and VGG-16 take another.
  int embedding_size = 0;

  /// What stands in the file's stead when it has no contract.
  std::string profile = {};

  std::uint64_t seed = 1;
};

/// The network to be trained, with its contract.
///
/// Throws TrainError that lists the networks for an unknown name, or says what
/// is wrong with the file.
Graph MakeStartingNet(const StartingNet& options);

}  // namespace mien::train
