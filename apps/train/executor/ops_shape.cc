// SPDX-License-Identifier: Apache-2.0
//
// Operators that move elements or speak of extents.
#include <algorithm>
#include <functional>
#include <limits>
#include <string>

#include "graph/onnx_types.h"
#include "train/executor/torch_ops.h"
#include "train/executor/torch_tensor.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

using Tensors = std::vector<Tensor>;

std::vector<std::int64_t> Numbers(const Tensor& x) {
  const Tensor flat = x.to(torch::kCPU, torch::kInt64).contiguous().flatten();
  const auto* first = flat.data_ptr<std::int64_t>();
  return {first, first + flat.numel()};
}

Tensors Identity(const OpCall& call) { return {call[0]}; }

Tensors Reshape(const OpCall& call) {
  std::vector<std::int64_t> shape = Numbers(call[1]);
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == 0 && call.node.Int("allowzero", 0) == 0) {
      shape[i] = call[0].size(static_cast<std::int64_t>(i));
    }
  }
  return {call[0].reshape(shape)};
}

Tensors Flatten(const OpCall& call) {
  const std::int64_t axis = FrontAxis(call.node.Int("axis", 1), call[0].dim());
  std::int64_t rows = 1;
  for (std::int64_t i = 0; i < axis; ++i) {
    rows *= call[0].size(i);
  }
  return {call[0].reshape({rows, -1})};
}

Tensors Transpose(const OpCall& call) {
  std::vector<std::int64_t> reversed(static_cast<std::size_t>(call[0].dim()));
  for (std::size_t i = 0; i < reversed.size(); ++i) {
    reversed[i] = static_cast<std::int64_t>(reversed.size() - 1 - i);
  }
  return {call[0].permute(call.node.Ints("perm", reversed))};
}

Tensors Concat(const OpCall& call) {
  return {at::cat(Tensors(call.inputs.begin(), call.inputs.end()),
                  call.node.Int("axis", 0))};
}

Tensors Squeeze(const OpCall& call) {
  if (!call.node.Has("axes")) {
    return {call[0].squeeze()};
  }
  std::vector<std::int64_t> axes = call.node.Ints("axes", {});
  for (std::int64_t& axis : axes) {
    axis = FrontAxis(axis, call[0].dim());
  }
  std::sort(axes.begin(), axes.end(), std::greater<>());
  Tensor y = call[0];
  for (const std::int64_t axis : axes) {
    y = y.squeeze(axis);
  }
  return {y};
}

Tensors Unsqueeze(const OpCall& call) {
  std::vector<std::int64_t> axes = call.node.Ints("axes", {});
  const std::int64_t rank =
      call[0].dim() + static_cast<std::int64_t>(axes.size());
  for (std::int64_t& axis : axes) {
    axis = FrontAxis(axis, rank);
  }
  std::sort(axes.begin(), axes.end());
  Tensor y = call[0];
  for (const std::int64_t axis : axes) {
    y = y.unsqueeze(axis);
  }
  return {y};
}

Tensors Slice(const OpCall& call) {
  const std::vector<std::int64_t> starts = Numbers(call[1]);
  const std::vector<std::int64_t> ends = Numbers(call[2]);
  std::vector<std::int64_t> axes(starts.size());
  for (std::size_t i = 0; i < axes.size(); ++i) {
    axes[i] = static_cast<std::int64_t>(i);
  }
  axes = call.Has(3) ? Numbers(call[3]) : axes;
  const std::vector<std::int64_t> steps =
      call.Has(4) ? Numbers(call[4])
                  : std::vector<std::int64_t>(starts.size(), 1);
  Tensor y = call[0];
  for (std::size_t i = 0; i < starts.size(); ++i) {
    if (steps[i] < 1) {
      throw TrainError("cannot be trained: a step of " +
                       std::to_string(steps[i]));
    }
    const std::int64_t axis = FrontAxis(axes[i], y.dim());
    const std::int64_t end = std::min(ends[i], y.size(axis));
    y = y.slice(axis, starts[i], end, steps[i]);
  }
  return {y};
}

Tensors Split(const OpCall& call) {
  const std::int64_t axis = FrontAxis(call.node.Int("axis", 0), call[0].dim());
  const auto parts = static_cast<std::int64_t>(call.node.outputs.size());
  if (call.node.Has("split")) {
    return at::split_with_sizes(call[0], call.node.Ints("split", {}), axis);
  }
  return at::split(call[0], (call[0].size(axis) + parts - 1) / parts, axis);
}

Tensors Gather(const OpCall& call) {
  const std::int64_t axis = FrontAxis(call.node.Int("axis", 0), call[0].dim());
  const Tensor at = call[1].to(call[0].device(), torch::kInt64);
  const Tensor positive = at::where(at < 0, at + call[0].size(axis), at);
  const Tensor picked = call[0].index_select(axis, positive.flatten());
  std::vector<std::int64_t> shape(call[0].sizes().begin(),
                                  call[0].sizes().begin() + axis);
  shape.insert(shape.end(), at.sizes().begin(), at.sizes().end());
  shape.insert(
      shape.end(), call[0].sizes().begin() + axis + 1, call[0].sizes().end());
  return {picked.reshape(shape)};
}

Tensors Expand(const OpCall& call) {
  const Tensor ones = torch::ones(Numbers(call[1]), call[0].options());
  return {at::broadcast_tensors({call[0], ones})[0]};
}

Tensors Tile(const OpCall& call) { return {call[0].repeat(Numbers(call[1]))}; }

Tensors ShapeOf(const OpCall& call) {
  return {torch::tensor(call[0].sizes(), torch::kInt64)};
}

Tensors Cast(const OpCall& call) {
  const auto type = DataTypeFromOnnxNumber(call.node.Int("to", 1));
  if (!type) {
    throw TrainError("cannot be trained: a cast to type " +
                     std::to_string(call.node.Int("to", 1)));
  }
  return {call[0].to(ScalarTypeOf(*type))};
}

Tensors Where(const OpCall& call) {
  return {at::where(call[0].to(torch::kBool), call[1], call[2])};
}

Tensors Pad(const OpCall& call) {
  const std::vector<std::int64_t> pads = Numbers(call[1]);
  if (call.node.String("mode", "constant") != "constant" || call.Has(3)) {
    throw TrainError(
        "cannot be trained: pads other than constant, of all axes");
  }
  const std::size_t rank = pads.size() / 2;
  std::vector<std::int64_t> last_first;
  for (std::size_t i = rank; i-- > 0;) {
    last_first.push_back(pads[i]);
    last_first.push_back(pads[rank + i]);
  }
  return {at::constant_pad_nd(
      call[0], last_first, call.Has(2) ? call[2].item<double>() : 0.0)};
}

constexpr TorchOpEntry kTable[] = {
    {"Cast", Cast},
    {"Concat", Concat},
    {"Expand", Expand},
    {"Flatten", Flatten},
    {"Gather", Gather},
    {"Identity", Identity},
    {"Pad", Pad},
    {"Reshape", Reshape},
    {"Shape", ShapeOf},
    {"Slice", Slice},
    {"Split", Split},
    {"Squeeze", Squeeze},
    {"Tile", Tile},
    {"Transpose", Transpose},
    {"Unsqueeze", Unsqueeze},
    {"Where", Where},
};

}  // namespace

TorchOpTable ShapeOps() { return kTable; }

}  // namespace mien::train
