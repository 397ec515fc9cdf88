// SPDX-License-Identifier: Apache-2.0
//
// Gemm and MatMul.
#include "runtime/reference/matrix_product.h"

#include <algorithm>

#include "runtime/reference/broadcast.h"
#include "runtime/reference/kernel.h"
#include "runtime/reference/numbers.h"

namespace mien::reference {
namespace {

using Rounding = ReferenceOptions::Rounding;

std::vector<double> RoundedValues(const Operands& op, const Tensor& tensor) {
  if (op.options().rounding == Rounding::kNone) {
    return ToDoubles(tensor);
  }
  const std::vector<float> rounded = ToBfloat16Floats(tensor);
  return {rounded.begin(), rounded.end()};
}

/// The sum of products of two rows of `size` numbers, added up as `Number`.
template <typename Number>
double Dot(const double* a, const double* b, std::size_t size) {
  Number sum = 0;
  for (std::size_t i = 0; i < size; ++i) {
    sum += static_cast<Number>(a[i] * b[i]);
  }
  return static_cast<double>(sum);
}

void Transpose(const double* source,
               std::size_t rows,
               std::size_t columns,
               double* target) {
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < columns; ++column) {
      target[column * rows + row] = source[row * columns + column];
    }
  }
}

Result<std::vector<Tensor>> Gemm(const Operands& op) {
  using enum Orientation;
  const Node& node = op.node();
  const auto orientation = [](bool transposed) {
    return transposed ? kTransposed : kAsIs;
  };
  MIEN_ASSIGN_OR_RETURN(
      const Matrix a,
      MatrixInput(op, 0, orientation(node.Int("transA", 0) != 0)));
  MIEN_ASSIGN_OR_RETURN(
      const Matrix b,
      MatrixInput(op, 1, orientation(node.Int("transB", 0) == 0)));
  if (a.columns != b.columns) {
    return Misfit("expects " + std::to_string(b.columns) + " features, got " +
                  std::to_string(a.columns));
  }
  const Shape shape = {static_cast<std::int64_t>(a.rows),
                       static_cast<std::int64_t>(b.rows)};
  MIEN_RETURN_IF_ERROR(op.CheckedSize(shape));
  std::vector<double> y = ProductWithTransposed(op, a, b);
  const double alpha = node.Float("alpha", 1.0F);
  for (double& value : y) {
    value *= alpha;
  }
  if (op.Has(2)) {
    MIEN_ASSIGN_OR_RETURN(const Shape joint,
                          BroadcastShape(op[2].shape(), shape));
    if (joint != shape) {
      return Misfit("addend " + ShapeText(op[2].shape()) + " for output " +
                    ShapeText(shape));
    }
    MIEN_ASSIGN_OR_RETURN(const Tensor wide, BroadcastTo(op, op[2], shape));
    const std::vector<double> c = ToDoubles(wide);
    const double beta = node.Float("beta", 1.0F);
    for (std::size_t i = 0; i < y.size(); ++i) {
      y[i] += beta * c[i];
    }
  }
  return std::vector{FromDoubles(op[0].type(), shape, y)};
}

/// Extents of a stack of products [..., rows, k] x [..., k, columns].
struct Stack {
  Shape a_shape;  ///< both with the same outer extents
  Shape b_shape;
  Shape y_shape;
};

/// A vector counts as one row on the left and as one column on the right;
/// the result then lacks that axis.
Result<Stack> ResolveStack(const Shape& a, const Shape& b) {
  if (a.empty() || b.empty()) {
    return Misfit("a scalar in a matrix product");
  }
  Shape left = a;
  Shape right = b;
  if (a.size() == 1) {
    left.insert(left.begin(), 1);
  }
  if (b.size() == 1) {
    right.push_back(1);
  }
  const std::int64_t k = left.back();
  if (k != right[right.size() - 2]) {
    return Misfit("shapes " + ShapeText(a) + " and " + ShapeText(b) +
                  " do not multiply");
  }
  MIEN_ASSIGN_OR_RETURN(Shape outer,
                        BroadcastShape(Shape(left.begin(), left.end() - 2),
                                       Shape(right.begin(), right.end() - 2)));
  Stack stack{outer, outer, outer};
  stack.a_shape.insert(stack.a_shape.end(), left.end() - 2, left.end());
  stack.b_shape.insert(stack.b_shape.end(), right.end() - 2, right.end());
  if (a.size() > 1) {
    stack.y_shape.push_back(left[left.size() - 2]);
  }
  if (b.size() > 1) {
    stack.y_shape.push_back(right.back());
  }
  return stack;
}

Result<std::vector<Tensor>> MatMul(const Operands& op) {
  MIEN_ASSIGN_OR_RETURN(const Stack stack,
                        ResolveStack(op[0].shape(), op[1].shape()));
  MIEN_ASSIGN_OR_RETURN(const std::size_t size, op.CheckedSize(stack.y_shape));
  const Shape a_shape =
      op[0].shape().size() > 1 ? op[0].shape() : Shape{1, op[0].shape()[0]};
  const Shape b_shape =
      op[1].shape().size() > 1 ? op[1].shape() : Shape{op[1].shape()[0], 1};
  MIEN_ASSIGN_OR_RETURN(
      const Tensor a, BroadcastTo(op, op[0].Reshaped(a_shape), stack.a_shape));
  MIEN_ASSIGN_OR_RETURN(
      const Tensor b, BroadcastTo(op, op[1].Reshaped(b_shape), stack.b_shape));
  const std::vector<double> a_values = RoundedValues(op, a);
  const std::vector<double> b_values = RoundedValues(op, b);

  const std::size_t rank = stack.a_shape.size();
  const auto rows = static_cast<std::size_t>(stack.a_shape[rank - 2]);
  const auto k = static_cast<std::size_t>(stack.a_shape[rank - 1]);
  const auto columns = static_cast<std::size_t>(stack.b_shape[rank - 1]);
  const std::size_t count = ExtentProduct(stack.a_shape, 0, rank - 2);
  std::vector<double> y;
  y.reserve(size);
  Matrix left{rows, k, std::vector<double>(rows * k)};
  Matrix right{columns, k, std::vector<double>(columns * k)};
  for (std::size_t i = 0; i < count; ++i) {
    std::copy_n(a_values.data() + i * rows * k, rows * k, left.values.data());
    Transpose(
        b_values.data() + i * k * columns, k, columns, right.values.data());
    const std::vector<double> product = ProductWithTransposed(op, left, right);
    y.insert(y.end(), product.begin(), product.end());
  }
  return std::vector{FromDoubles(op[0].type(), stack.y_shape, y)};
}

constexpr KernelEntry kTable[] = {{"Gemm", 2, Gemm}, {"MatMul", 2, MatMul}};

}  // namespace

Result<Matrix> MatrixInput(const Operands& op,
                           std::size_t i,
                           Orientation orientation) {
  const Shape& shape = op[i].shape();
  if (shape.size() != 2) {
    return Misfit("input " + std::to_string(i) + " is " + ShapeText(shape) +
                  "; must be a matrix");
  }
  Matrix matrix{static_cast<std::size_t>(shape[0]),
                static_cast<std::size_t>(shape[1]),
                RoundedValues(op, op[i])};
  if (orientation == Orientation::kTransposed) {
    std::vector<double> transposed(matrix.values.size());
    Transpose(
        matrix.values.data(), matrix.rows, matrix.columns, transposed.data());
    matrix.values = std::move(transposed);
    std::swap(matrix.rows, matrix.columns);
  }
  return matrix;
}

std::vector<double> ProductWithTransposed(const Operands& op,
                                          const Matrix& a,
                                          const Matrix& b) {
  const auto dot =
      op.options().rounding == Rounding::kNone ? Dot<double> : Dot<float>;
  std::vector<double> y(a.rows * b.rows);
  for (std::size_t row = 0; row < a.rows; ++row) {
    for (std::size_t column = 0; column < b.rows; ++column) {
      y[row * b.rows + column] = dot(a.values.data() + row * a.columns,
                                     b.values.data() + column * b.columns,
                                     a.columns);
    }
  }
  return y;
}

KernelTable MatrixProductKernels() { return kTable; }

}  // namespace mien::reference
