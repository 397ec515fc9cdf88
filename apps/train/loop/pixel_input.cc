// SPDX-License-Identifier: Apache-2.0
#include "train/loop/pixel_input.h"

#include "train/train_error.h"

namespace mien::train {
namespace {

Tensor PerChannel(const std::array<float, 3>& values, torch::Device device) {
  return torch::tensor({values[0], values[1], values[2]}, device);
}

}  // namespace

Tensor NetworkInput(const Tensor& pixels, const ModelContract& contract) {
  if (contract.pixel_scaling != PixelScaling::kFixed) {
    throw TrainError(contract.name +
                     " wants prewhitened chips, which cannot be trained");
  }
  Tensor x = pixels.to(torch::kFloat32);
  if (contract.color_order == ColorOrder::kBgr) {
    x = x.flip(3);
  }
  x = (x - PerChannel(contract.mean, x.device())) /
      PerChannel(contract.deviation, x.device());
  return x.permute({0, 3, 1, 2});
}

}  // namespace mien::train
