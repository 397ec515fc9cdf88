// SPDX-License-Identifier: Apache-2.0
//
// Comparisons, logic and choice, element by element with broadcasting.

#include "runtime/reference/broadcast.h"
#include "runtime/reference/kernel.h"
#include "runtime/reference/numbers.h"

namespace mien::reference {
namespace {

template <typename Predicate>
Result<std::vector<Tensor>> Compare(const Operands& op, Predicate predicate) {
  MIEN_ASSIGN_OR_RETURN(const Shape shape,
                        BroadcastShape(op[0].shape(), op[1].shape()));
  MIEN_ASSIGN_OR_RETURN(const Tensor wide_a, BroadcastTo(op, op[0], shape));
  MIEN_ASSIGN_OR_RETURN(const Tensor wide_b, BroadcastTo(op, op[1], shape));
  std::vector<double> values = ToDoubles(wide_a);
  const std::vector<double> others = ToDoubles(wide_b);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = predicate(values[i], others[i]) ? 1.0 : 0.0;
  }
  return std::vector{FromDoubles(DataType::kBool, shape, values)};
}

template <typename Predicate>
Result<std::vector<Tensor>> Test(const Operands& op, Predicate predicate) {
  std::vector<double> values = ToDoubles(op[0]);
  for (double& value : values) {
    value = predicate(value) ? 1.0 : 0.0;
  }
  return std::vector{FromDoubles(DataType::kBool, op[0].shape(), values)};
}

Result<std::vector<Tensor>> Equal(const Operands& op) {
  return Compare(op, [](double a, double b) { return a == b; });
}

Result<std::vector<Tensor>> Less(const Operands& op) {
  return Compare(op, [](double a, double b) { return a < b; });
}

Result<std::vector<Tensor>> LessOrEqual(const Operands& op) {
  return Compare(op, [](double a, double b) { return a <= b; });
}

Result<std::vector<Tensor>> Greater(const Operands& op) {
  return Compare(op, [](double a, double b) { return a > b; });
}

Result<std::vector<Tensor>> GreaterOrEqual(const Operands& op) {
  return Compare(op, [](double a, double b) { return a >= b; });
}

Result<std::vector<Tensor>> And(const Operands& op) {
  return Compare(op, [](double a, double b) { return a != 0.0 && b != 0.0; });
}

Result<std::vector<Tensor>> Or(const Operands& op) {
  return Compare(op, [](double a, double b) { return a != 0.0 || b != 0.0; });
}

Result<std::vector<Tensor>> Not(const Operands& op) {
  return Test(op, [](double value) { return value == 0.0; });
}

Result<std::vector<Tensor>> Where(const Operands& op) {
  if (op[1].type() != op[2].type()) {
    return Misfit("choices are " + std::string(DataTypeName(op[1].type())) +
                  " and " + std::string(DataTypeName(op[2].type())));
  }
  MIEN_ASSIGN_OR_RETURN(const Shape choices,
                        BroadcastShape(op[1].shape(), op[2].shape()));
  MIEN_ASSIGN_OR_RETURN(const Shape shape,
                        BroadcastShape(op[0].shape(), choices));
  MIEN_ASSIGN_OR_RETURN(const Tensor condition, BroadcastTo(op, op[0], shape));
  MIEN_ASSIGN_OR_RETURN(const Tensor yes, BroadcastTo(op, op[1], shape));
  MIEN_ASSIGN_OR_RETURN(const Tensor no, BroadcastTo(op, op[2], shape));
  const std::vector<double> chooses_yes = ToDoubles(condition);
  const std::vector<double> yes_values = ToDoubles(yes);
  std::vector<double> values = ToDoubles(no);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = chooses_yes[i] != 0.0 ? yes_values[i] : values[i];
  }
  return std::vector{FromDoubles(op[1].type(), shape, values)};
}

constexpr KernelEntry kTable[] = {
    {"And", 2, And},
    {"Equal", 2, Equal},
    {"Greater", 2, Greater},
    {"GreaterOrEqual", 2, GreaterOrEqual},
    {"Less", 2, Less},
    {"LessOrEqual", 2, LessOrEqual},
    {"Not", 1, Not},
    {"Or", 2, Or},
    {"Where", 3, Where},
};

}  // namespace

KernelTable LogicKernels() { return kTable; }

}  // namespace mien::reference
