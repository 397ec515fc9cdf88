// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "graph/graph.h"

namespace mien::train {

/// Where a model comes from and what may be done with it; goes into its
/// contract. Empty fields are left out.
struct ModelOrigin {
  std::string license;
  std::string training_data;
  std::string notes;
};

/// `graph` with `origin` in its contract. Throws TrainError when `graph` has no
/// contract.
Graph WithOrigin(Graph graph, const ModelOrigin& origin);

}  // namespace mien::train
