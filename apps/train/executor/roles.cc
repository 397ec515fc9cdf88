// SPDX-License-Identifier: Apache-2.0
#include "train/executor/roles.h"

#include <array>
#include <string_view>

namespace mien::train {
namespace {

struct RoleOfInput {
  std::string_view op_type;
  std::size_t input;
  Role role;
};

constexpr std::array kRoles = {
    RoleOfInput{"BatchNormalization", 1, Role::kAffine},
    RoleOfInput{"BatchNormalization", 2, Role::kAffine},
    RoleOfInput{"BatchNormalization", 3, Role::kStatistic},
    RoleOfInput{"BatchNormalization", 4, Role::kStatistic},
    RoleOfInput{"Conv", 1, Role::kKernel},
    RoleOfInput{"Conv", 2, Role::kAffine},
    RoleOfInput{"ConvTranspose", 1, Role::kKernel},
    RoleOfInput{"ConvTranspose", 2, Role::kAffine},
    RoleOfInput{"Gemm", 1, Role::kKernel},
    RoleOfInput{"Gemm", 2, Role::kAffine},
    RoleOfInput{"InstanceNormalization", 1, Role::kAffine},
    RoleOfInput{"InstanceNormalization", 2, Role::kAffine},
    RoleOfInput{"LayerNormalization", 1, Role::kAffine},
    RoleOfInput{"LayerNormalization", 2, Role::kAffine},
    RoleOfInput{"MatMul", 1, Role::kKernel},
    RoleOfInput{"PRelu", 1, Role::kAffine},
};

}  // namespace

std::map<std::string, Role> InitializerRoles(const Graph& graph) {
  std::map<std::string, Role> roles;
  for (const Node& node : graph.nodes) {
    for (const RoleOfInput& entry : kRoles) {
      const std::string& name = node.Input(entry.input);
      const mien::Tensor* tensor = graph.FindInitializer(name);
      if (node.Is(entry.op_type) && tensor != nullptr &&
          tensor->type() == DataType::kFloat32) {
        roles.emplace(name, entry.role);
      }
    }
  }
  return roles;
}

}  // namespace mien::train
