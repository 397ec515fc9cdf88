// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>

#include "graph/graph.h"

namespace mien::train {

/// nets::FaceSsd() before its first step: random, but so that it takes one
/// prior in a hundred for a face (Lin et al. 2017, arXiv:1708.02002,
/// section 4.1), lest the many priors of the background drown the faces at the
/// start.
Graph UntrainedSsd(std::uint64_t seed);

/// nets::FaceSsd() with the weights of the model at `path`.
///
/// Throws TrainError for a file that cannot be read, and naming the first
/// weight that it lacks or has of another shape.
Graph SsdFromFile(const std::filesystem::path& path);

}  // namespace mien::train
