// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace mien {

/// Gives rows columns so that no column is given twice and the sum of their
/// gains is as large as possible (Kuhn 1955, the Hungarian method, in
/// O(rows^2 columns)). `gains` is [num_rows, num_columns] row-major; a gain
/// <= 0 is never taken, such a row stays without a column.
std::vector<std::optional<int>> BestAssignment(std::span<const float> gains,
                                               int num_rows,
                                               int num_columns);

}  // namespace mien
