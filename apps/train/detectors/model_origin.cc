// SPDX-License-Identifier: Apache-2.0
#include "train/detectors/model_origin.h"

#include "graph/contract.h"
#include "train/value_or_throw.h"

namespace mien::train {

Graph WithOrigin(Graph graph, const ModelOrigin& origin) {
  ModelContract contract = ValueOrThrow(ContractFromGraph(graph));
  contract.license = origin.license;
  contract.training_data = origin.training_data;
  contract.notes = origin.notes;
  StoreContract(contract, graph);
  return graph;
}

}  // namespace mien::train
