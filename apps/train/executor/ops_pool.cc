// SPDX-License-Identifier: Apache-2.0
//
// Pools over windows and over whole planes, and enlarging.
#include <limits>
#include <string>

#include "train/executor/padding.h"
#include "train/executor/torch_ops.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

using Tensors = std::vector<Tensor>;

Tensors MaxPool(const OpCall& call) {
  if (call.node.outputs.size() > 1) {
    throw TrainError("cannot be trained: the output Indices");
  }
  const WindowPair window = ResolveWindow2d(call, Tensor());
  const Tensor x =
      PadPlanes(call[0], window, -std::numeric_limits<double>::infinity());
  return {at::max_pool2d(
      x, window.Kernel(), window.Strides(), {0, 0}, window.Dilations())};
}

Tensors AveragePool(const OpCall& call) {
  const WindowPair window = ResolveWindow2d(call, Tensor());
  if (!window.IsSymmetric()) {
    throw TrainError("cannot be trained: pads that differ at begin and end");
  }
  return {at::avg_pool2d(call[0],
                         window.Kernel(),
                         window.Strides(),
                         window.PadsBegin(),
                         call.node.Int("ceil_mode", 0) != 0,
                         call.node.Int("count_include_pad", 0) != 0)};
}

Tensors GlobalAveragePool(const OpCall& call) {
  return {call[0].mean({2, 3}, /*keepdim=*/true)};
}

Tensors GlobalMaxPool(const OpCall& call) {
  return {call[0].amax({2, 3}, /*keepdim=*/true)};
}

/// Extents of the planes after a Resize.
std::vector<std::int64_t> ResizedPlanes(const OpCall& call) {
  std::vector<std::int64_t> planes;
  for (std::int64_t axis = 2; axis < 4; ++axis) {
    planes.push_back(call.Has(3) ? call[3][axis].item<std::int64_t>()
                                 : static_cast<std::int64_t>(
                                       static_cast<double>(call[0].size(axis)) *
                                       call[2][axis].item<double>()));
  }
  return planes;
}

Tensors Resize(const OpCall& call) {
  const std::string mode = call.node.String("mode", "nearest");
  const std::string coordinates =
      call.node.String("coordinate_transformation_mode", "half_pixel");
  const std::vector<std::int64_t> planes = ResizedPlanes(call);
  if (mode == "nearest" && coordinates == "asymmetric" &&
      call.node.String("nearest_mode", "") == "floor") {
    return {at::upsample_nearest2d(call[0], planes)};
  }
  if (mode == "linear" &&
      (coordinates == "half_pixel" || coordinates == "align_corners")) {
    return {at::upsample_bilinear2d(
        call[0], planes, coordinates == "align_corners")};
  }
  throw TrainError("cannot be trained: mode " + mode + " with coordinates " +
                   coordinates);
}

constexpr TorchOpEntry kTable[] = {
    {"AveragePool", AveragePool},
    {"GlobalAveragePool", GlobalAveragePool},
    {"GlobalMaxPool", GlobalMaxPool},
    {"MaxPool", MaxPool},
    {"Resize", Resize},
};

}  // namespace

TorchOpTable PoolOps() { return kTable; }

}  // namespace mien::train
