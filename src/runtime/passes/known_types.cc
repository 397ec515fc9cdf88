// SPDX-License-Identifier: Apache-2.0
#include "runtime/passes/known_types.h"

#include <algorithm>
#include <utility>

namespace mien {

KnownTypes::KnownTypes(const Graph& graph) {
  const bool is_dynamic =
      std::ranges::any_of(graph.inputs, [](const ValueInfo& input) {
        return std::ranges::find(input.shape, kDynamicDim) != input.shape.end();
      });
  if (is_dynamic) {
    return;
  }
  if (auto inferred = InferShapes(graph, {})) {
    types_ = std::move(inferred->types);
  }
}

const ValueType* KnownTypes::Find(const std::string& value) const {
  const auto found = types_.find(value);
  return found == types_.end() ? nullptr : &found->second;
}

std::size_t KnownTypes::Rank(const std::string& value) const {
  const ValueType* type = Find(value);
  return type == nullptr ? 0 : type->shape.size();
}

bool KnownTypes::AreEqual(const std::string& a, const std::string& b) const {
  const ValueType* type_a = Find(a);
  const ValueType* type_b = Find(b);
  return type_a != nullptr && type_b != nullptr && *type_a == *type_b;
}

}  // namespace mien
