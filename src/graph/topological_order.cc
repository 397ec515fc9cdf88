// SPDX-License-Identifier: Apache-2.0
#include "graph/topological_order.h"

#include <functional>
#include <queue>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace mien {
namespace {

using NodesByValue = std::unordered_map<std::string, std::vector<std::size_t>>;

Error Corrupt(const Graph& graph, const Node& node, const std::string& what) {
  return {ErrorCode::kCorruptModel,
          DescribeNode(node, graph.opset) + ": " + what};
}

Result<std::unordered_map<std::string, std::size_t>> Producers(
    const Graph& graph) {
  std::unordered_map<std::string, std::size_t> producers;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    for (const std::string& output : graph.nodes[i].outputs) {
      if (!output.empty() && !producers.emplace(output, i).second) {
        return Corrupt(
            graph, graph.nodes[i], "output '" + output + "' is made twice");
      }
    }
  }
  return producers;
}

std::unordered_set<std::string> GivenValues(const Graph& graph) {
  std::unordered_set<std::string> given;
  for (const ValueInfo& input : graph.inputs) {
    given.insert(input.name);
  }
  for (const auto& [value, tensor] : graph.initializers) {
    given.insert(value);
  }
  return given;
}

/// Kahn's algorithm; of the nodes that are ready, the first in the file comes
/// first.
std::vector<std::size_t> ReadyOrder(const NodesByValue& consumers,
                                    std::vector<std::size_t> num_missing,
                                    const Graph& graph) {
  std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>>
      ready;
  for (std::size_t i = 0; i < num_missing.size(); ++i) {
    if (num_missing[i] == 0) {
      ready.push(i);
    }
  }
  std::vector<std::size_t> order;
  while (!ready.empty()) {
    const std::size_t i = ready.top();
    ready.pop();
    order.push_back(i);
    for (const std::string& output : graph.nodes[i].outputs) {
      const auto found = consumers.find(output);
      if (output.empty() || found == consumers.end()) {
        continue;
      }
      for (const std::size_t consumer : found->second) {
        if (--num_missing[consumer] == 0) {
          ready.push(consumer);
        }
      }
    }
  }
  return order;
}

Error CycleError(const Graph& graph, const std::vector<std::size_t>& order) {
  std::vector<bool> is_sorted(graph.nodes.size());
  for (const std::size_t i : order) {
    is_sorted[i] = true;
  }
  std::size_t first = 0;
  while (is_sorted[first]) {
    ++first;
  }
  return Corrupt(
      graph, graph.nodes[first], "depends on its own output (a cycle)");
}

}  // namespace

Result<void> SortNodes(Graph& graph) {
  MIEN_ASSIGN_OR_RETURN(const auto producers, Producers(graph));
  const std::unordered_set<std::string> given = GivenValues(graph);
  NodesByValue consumers;
  std::vector<std::size_t> num_missing(graph.nodes.size());
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    for (const std::string& input : graph.nodes[i].inputs) {
      if (producers.contains(input)) {
        consumers[input].push_back(i);
        ++num_missing[i];
      } else if (!input.empty() && !given.contains(input)) {
        return Corrupt(
            graph,
            graph.nodes[i],
            "input '" + input + "' is no input, constant or result of a node");
      }
    }
  }
  const std::vector<std::size_t> order =
      ReadyOrder(consumers, std::move(num_missing), graph);
  if (order.size() != graph.nodes.size()) {
    return CycleError(graph, order);
  }
  std::vector<Node> sorted;
  sorted.reserve(order.size());
  for (const std::size_t i : order) {
    sorted.push_back(std::move(graph.nodes[i]));
  }
  graph.nodes = std::move(sorted);
  return {};
}

}  // namespace mien
