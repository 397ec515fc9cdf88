// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/model_origin.h"

#include "graph/contract.h"
#include "train/value_or_throw.h"

namespace mien::train {

Graph WithOrigin(Graph graph, const ModelOrigin& origin) {
  ModelContract contract = ValueOrThrow(ContractFromGraph(graph));
  // What a network came with stays where nothing else is said.
  const auto replace = [](std::string& old, const std::string& given) {
    if (!given.empty()) {
      old = given;
    }
  };
  replace(contract.license, origin.license);
  replace(contract.training_data, origin.training_data);
  replace(contract.notes, origin.notes);
  StoreContract(contract, graph);
  return graph;
}

}  // namespace mien::train
