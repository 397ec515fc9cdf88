// SPDX-License-Identifier: Apache-2.0
#include "runtime/quantize/standard_form.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "graph/opset.h"
#include "runtime/fused_ops.h"
#include "runtime/passes/fold_batch_norm.h"
#include "runtime/passes/fold_constants.h"
#include "runtime/passes/fold_scale.h"
#include "runtime/passes/fuse_pad.h"
#include "runtime/passes/global_average_pool.h"
#include "runtime/passes/lower_gemm.h"
#include "runtime/passes/pass.h"
#include "runtime/passes/remove_identity.h"

namespace mien::quantize {
namespace {

constexpr Pass kPasses[] = {
    {"canonicalize", Canonicalize},
    {"fold_constants", FoldConstants},
    {"remove_identity", RemoveIdentity},
    {"global_average_pool", RecognizeGlobalAveragePool},
    {"fuse_pad", FusePad},
    {"lower_gemm", LowerGemm},
    {"fold_batch_norm", FoldBatchNorm},
    {"fold_scale", FoldScale},
};

/// Opset 17 brought LayerNormalization, 14 HardSwish and the attributes below.
constexpr int kLateOpset = 17;

/// Attributes that opset 13 does not know, all 0 by default.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4>
    kLateAttributes = {{{"Reshape", "allowzero"},
                        {"BatchNormalization", "training_mode"},
                        {"Shape", "start"},
                        {"Shape", "end"}}};

using Ints = std::vector<std::int64_t>;

/// Turns nodes of one graph into what a file may hold.
class Exporter {
 public:
  explicit Exporter(Graph graph) : graph_(std::move(graph)) {}

  Result<Graph> Export() && {
    graph_.opset = kDefaultOpset;
    for (Node& node : graph_.nodes) {
      MIEN_RETURN_IF_ERROR(ExportNode(node));
      while (!node.inputs.empty() && node.inputs.back().empty()) {
        node.inputs.pop_back();
      }
    }
    MIEN_RETURN_IF_ERROR(graph_.Validate());
    return std::move(graph_);
  }

 private:
  void ExportLateAttributes(Node& node) {
    for (const auto& [op_type, key] : kLateAttributes) {
      if (!node.Is(op_type) || !node.Has(key)) {
        continue;
      }
      if (node.Int(key, 0) == 0 && key != "end") {
        node.attributes.erase(std::string(key));
      } else {
        graph_.opset = kLateOpset;
      }
    }
  }

  Result<void> ExportNode(Node& node) {
    ExportLateAttributes(node);
    if (node.Is(kFusedGemm, kMienDomain) &&
        node.String("activation", "").empty()) {
      node.op_type = "Gemm";
      node.domain = "";
      node.inputs.resize(std::min<std::size_t>(node.inputs.size(), 3));
      node.attributes = {{"transB", std::int64_t{1}}};
    } else if (!node.domain.empty() || node.op_type == "Mish" ||
               node.op_type == "Gelu") {
      return Error{ErrorCode::kUnsupported,
                   DescribeNode(node, graph_.opset) +
                       ": cannot stand in a quantised file"};
    } else if (node.op_type == "Squeeze" || node.op_type == "Unsqueeze" ||
               node.op_type == "ReduceSum") {
      AttributeToInput(node, "axes");
    } else if (node.op_type == "Split") {
      AttributeToInput(node, "split");
    } else if (node.op_type == "Clip") {
      BoundsToInputs(node);
    } else if (node.op_type == "Dropout") {
      node.attributes.clear();
    } else if (node.op_type == "Pad") {
      if (!node.Input(3).empty()) {
        return Error{ErrorCode::kUnsupported,
                     DescribeNode(node, graph_.opset) +
                         ": pads of some axes cannot stand in a quantised "
                         "file"};
      }
      node.inputs.resize(3);
    } else if (node.op_type == "HardSwish" ||
               node.op_type == "LayerNormalization") {
      graph_.opset = kLateOpset;
    }
    return {};
  }

  std::string AddConstant(const std::string& stem, Tensor tensor) {
    std::string name = stem;
    for (int i = 1; graph_.initializers.contains(name); ++i) {
      name = stem + "_" + std::to_string(i);
    }
    graph_.initializers.emplace(name, std::move(tensor));
    return name;
  }

  void AttributeToInput(Node& node, const std::string& key) {
    if (node.Has(key)) {
      const Ints values = node.Ints(key, {});
      node.inputs.push_back(AddConstant(
          node.outputs[0] + "." + key,
          Tensor::Int64({static_cast<std::int64_t>(values.size())}, values)));
      node.attributes.erase(key);
    }
  }

  void BoundsToInputs(Node& node) {
    constexpr float kUnlimited = std::numeric_limits<float>::max();
    const std::array bounds = {
        std::pair{std::string("min"), node.Float("min", -kUnlimited)},
        std::pair{std::string("max"), node.Float("max", kUnlimited)}};
    for (const auto& [key, bound] : bounds) {
      const bool is_limit = bound != kUnlimited && bound != -kUnlimited;
      node.inputs.push_back(is_limit
                                ? AddConstant(node.outputs[0] + "." + key,
                                              Tensor::Float({}, {&bound, 1}))
                                : "");
    }
    node.attributes.clear();
  }

  Graph graph_;
};

}  // namespace

Result<Graph> Simplify(const Graph& graph) { return Optimize(graph, kPasses); }

Result<Graph> ToStandardForm(Graph graph) {
  return Exporter(std::move(graph)).Export();
}

}  // namespace mien::quantize
