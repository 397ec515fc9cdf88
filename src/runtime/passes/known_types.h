// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "graph/graph.h"
#include "graph/shape_inference.h"

namespace mien {

/// Type and extents of a graph's values as far as they are known without
/// choosing any: all of them where no input is dynamic, else none. Passes that
/// need a shape leave a node alone where it is not known.
class KnownTypes {
 public:
  explicit KnownTypes(const Graph& graph);

  /// The type of `value`, or null.
  [[nodiscard]] const ValueType* Find(const std::string& value) const;

  /// The number of axes of `value`, 0 if not known.
  [[nodiscard]] std::size_t Rank(const std::string& value) const;

  /// Whether both values are known and equal in type and extents.
  [[nodiscard]] bool AreEqual(const std::string& a, const std::string& b) const;

 private:
  std::map<std::string, ValueType> types_;
};

}  // namespace mien
