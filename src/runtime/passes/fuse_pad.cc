// SPDX-License-Identifier: Apache-2.0
#include "runtime/passes/fuse_pad.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "runtime/passes/graph_editor.h"

namespace mien {
namespace {

using Pads = std::vector<std::int64_t>;

/// Not negative, and small enough to be added up.
bool IsReasonable(std::int64_t pad) {
  constexpr std::int64_t kLargest = 1 << 30;
  return pad >= 0 && pad <= kLargest;
}

/// What a Pad with zeros adds along the spatial axes, begins before ends;
/// nothing where it does more than that.
std::optional<Pads> SpatialPads(const GraphEditor& editor, const Node& pad) {
  const auto amounts = editor.ConstantInts(pad.Input(1));
  const std::string& value = pad.Input(2);
  const Tensor* constant = editor.Constant(value);
  if (!pad.Is("Pad") || pad.String("mode", "constant") != "constant" ||
      !amounts || !pad.Input(3).empty() ||
      (!value.empty() && constant == nullptr)) {
    return std::nullopt;
  }
  if (constant != nullptr && constant->ToFloats() != std::vector{0.0F}) {
    return std::nullopt;
  }
  const Pads& all = *amounts;
  const std::size_t rank = all.size() / 2;
  if (rank < 3 || all.size() != 2 * rank || all[0] != 0 || all[1] != 0 ||
      all[rank] != 0 || all[rank + 1] != 0 ||
      !std::ranges::all_of(all, IsReasonable)) {
    return std::nullopt;
  }
  Pads spatial(all.begin() + 2,
               all.begin() + static_cast<std::ptrdiff_t>(rank));
  spatial.insert(spatial.end(),
                 all.begin() + static_cast<std::ptrdiff_t>(rank) + 2,
                 all.end());
  return spatial;
}

bool IsNeverNegative(const GraphEditor& editor, const std::string& value) {
  const auto maker = editor.Maker(value);
  if (!maker) {
    return false;
  }
  const Node& node = editor.node(*maker);
  return node.Is("Relu") || node.Is("Sigmoid") ||
         (node.Is("Clip") && node.Float("min", -1.0F) >= 0.0F);
}

bool IsAllZero(const Pads& pads) {
  return std::ranges::all_of(pads, [](std::int64_t pad) { return pad == 0; });
}

/// Whether windows of `node` may reach into padding of zeros instead.
bool CanTakePads(const GraphEditor& editor,
                 const Node& node,
                 const std::string& unpadded) {
  const std::string auto_pad = node.String("auto_pad", "NOTSET");
  if (auto_pad != "NOTSET" && auto_pad != "VALID") {
    return false;
  }
  if (node.Is("Conv")) {
    return true;
  }
  // Windows of pools end otherwise where their own padding or ceil_mode counts.
  if (!IsAllZero(node.Ints("pads", {})) || node.Int("ceil_mode", 0) != 0) {
    return false;
  }
  return node.Is("AveragePool") ||
         (node.Is("MaxPool") && IsNeverNegative(editor, unpadded));
}

void FuseAt(GraphEditor& editor, std::size_t i) {
  const Node pad = editor.node(i);
  const auto pads = SpatialPads(editor, pad);
  const auto reader = editor.OnlyReader(pad.outputs.front());
  if (!pads || !reader) {
    return;
  }
  Node node = editor.node(*reader);
  // It may also be padded weights that the node reads.
  if (node.Input(0) != pad.outputs.front() ||
      !CanTakePads(editor, node, pad.Input(0))) {
    return;
  }
  Pads own = node.String("auto_pad", "NOTSET") == "VALID"
                 ? Pads{}
                 : node.Ints("pads", {});
  own.resize(pads->size());
  if (!std::ranges::all_of(own, IsReasonable)) {
    return;
  }
  std::ranges::transform(own, *pads, own.begin(), std::plus<>());
  node.attributes.erase("auto_pad");
  node.attributes["pads"] = own;
  if (node.Is("AveragePool")) {
    node.attributes["count_include_pad"] = std::int64_t{1};
  }
  node.inputs[0] = pad.Input(0);
  editor.Replace(*reader, std::move(node));
  editor.Remove(i);
}

}  // namespace

Result<Graph> FusePad(const Graph& graph) {
  GraphEditor editor(graph);
  for (std::size_t i = 0; i < editor.size(); ++i) {
    if (editor.node(i).Is("Pad")) {
      FuseAt(editor, i);
    }
  }
  return std::move(editor).Finish();
}

}  // namespace mien
