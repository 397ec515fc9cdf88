// SPDX-License-Identifier: Apache-2.0
#include "net_report.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace mien::cli {
namespace {

double Median(std::vector<double> values) {
  const auto middle =
      values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

void FillInputsWithZero(const CompiledNet& net, Workspace& workspace) {
  for (std::size_t i = 0; i < net.inputs().size(); ++i) {
    std::ranges::fill(workspace.input(i), 0.0F);
  }
}

}  // namespace

Result<NetReport> MeasureNet(const Graph& graph,
                             const NetReportOptions& options) {
  MIEN_ASSIGN_OR_RETURN(
      const std::shared_ptr<const CompiledNet> net,
      CompiledNet::Compile(graph,
                           {.input_shapes = options.input_shapes,
                            .precision = options.precision,
                            .num_threads = options.num_threads}));
  Workspace workspace = net->CreateWorkspace();
  std::vector<std::vector<double>> layer_us(net->layers().size());
  std::vector<double> run_us;
  // The first run touches memory for the first time and does not count.
  for (int run = 0; run <= options.num_runs; ++run) {
    FillInputsWithZero(*net, workspace);
    const auto begin = std::chrono::steady_clock::now();
    net->Run(workspace);
    const std::chrono::duration<double, std::micro> elapsed =
        std::chrono::steady_clock::now() - begin;
    FillInputsWithZero(*net, workspace);
    std::vector<double> us;
    net->RunTimed(workspace, us);
    if (run > 0) {
      run_us.push_back(elapsed.count());
      for (std::size_t i = 0; i < layer_us.size(); ++i) {
        layer_us[i].push_back(us[i]);
      }
    }
  }
  NetReport report{.precision = net->precision(),
                   .weight_bytes = net->weight_bytes(),
                   .workspace_bytes = net->workspace_bytes(),
                   .layers = net->layers(),
                   .layer_us = {},
                   .run_us = Median(run_us)};
  for (std::vector<double>& us : layer_us) {
    report.layer_us.push_back(Median(std::move(us)));
  }
  return report;
}

Result<std::map<std::string, Shape>> FillShapes(const Graph& graph,
                                                int batch,
                                                int width,
                                                int height) {
  std::map<std::string, Shape> shapes;
  for (const ValueInfo& input : graph.inputs) {
    Shape shape = input.shape;
    for (std::size_t i = 0; i < shape.size(); ++i) {
      if (shape[i] != kDynamicDim) {
        continue;
      }
      if (i == 0) {
        shape[i] = batch;
      } else if (shape.size() == 4 && i >= 2 && width > 0 && height > 0) {
        shape[i] = i == 2 ? height : width;
      } else {
        return Error{ErrorCode::kInvalidArgument,
                     "input " + input.name + " is " + ShapeText(input.shape) +
                         "; give its picture size with --size"};
      }
    }
    shapes.emplace(input.name, std::move(shape));
  }
  return shapes;
}

std::string CountOperators(const Graph& graph) {
  std::map<std::string, int> counts;
  for (const Node& node : graph.nodes) {
    ++counts[node.op_type];
  }
  std::vector<std::pair<std::string, int>> ranked(counts.begin(), counts.end());
  std::ranges::stable_sort(
      ranked, std::greater<>(), &std::pair<std::string, int>::second);
  std::string text;
  for (const auto& [name, count] : ranked) {
    text += (text.empty() ? "" : ", ") + name + " " + std::to_string(count);
  }
  return text;
}

}  // namespace mien::cli
