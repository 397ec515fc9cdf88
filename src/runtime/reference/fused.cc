// SPDX-License-Identifier: Apache-2.0
//
// FusedConv and FusedGemm, as runtime/fused_ops.h defines them.
#include "runtime/fused_ops.h"
#include "runtime/reference/activation.h"
#include "runtime/reference/convolution.h"
#include "runtime/reference/kernel.h"
#include "runtime/reference/matrix_product.h"
#include "runtime/reference/numbers.h"

namespace mien::reference {
namespace {

const Tensor* Optional(const Operands& op, std::size_t i) {
  return op.Has(i) ? &op[i] : nullptr;
}

Result<std::vector<Tensor>> FusedConv(const Operands& op) {
  MIEN_ASSIGN_OR_RETURN(ConvolutionSums y, Convolve(op));
  if (op.Has(3)) {
    if (op[3].shape() != y.shape) {
      return Misfit("residual " + ShapeText(op[3].shape()) + " for output " +
                    ShapeText(y.shape));
    }
    const std::vector<double> residual = ToDoubles(op[3]);
    for (std::size_t i = 0; i < residual.size(); ++i) {
      y.values[i] += residual[i];
    }
  }
  MIEN_ASSIGN_OR_RETURN(
      const FusedActivation activation,
      FusedActivation::Create(op.node(), Optional(op, 4), y.shape[1]));
  const std::size_t plane = ExtentProduct(y.shape, 2, y.shape.size());
  const auto channels = static_cast<std::size_t>(y.shape[1]);
  for (std::size_t i = 0; i < y.values.size(); ++i) {
    y.values[i] = activation.Apply(y.values[i], i / plane % channels);
  }
  return std::vector{FromDoubles(op[0].type(), y.shape, y.values)};
}

Result<std::vector<Tensor>> FusedGemm(const Operands& op) {
  MIEN_ASSIGN_OR_RETURN(const Matrix x, MatrixInput(op, 0, Orientation::kAsIs));
  MIEN_ASSIGN_OR_RETURN(const Matrix w, MatrixInput(op, 1, Orientation::kAsIs));
  if (x.columns != w.columns) {
    return Misfit("expects " + std::to_string(w.columns) + " features, got " +
                  std::to_string(x.columns));
  }
  const Shape shape = {op[0].shape()[0], op[1].shape()[0]};
  MIEN_RETURN_IF_ERROR(op.CheckedSize(shape));
  if (op.Has(2) && op[2].shape() != Shape{shape[1]}) {
    return Misfit("bias " + ShapeText(op[2].shape()) + " for output " +
                  ShapeText(shape));
  }
  MIEN_ASSIGN_OR_RETURN(
      const FusedActivation activation,
      FusedActivation::Create(op.node(), Optional(op, 3), shape[1]));
  std::vector<double> y = ProductWithTransposed(op, x, w);
  const std::vector<double> bias =
      op.Has(2) ? ToDoubles(op[2]) : std::vector<double>(w.rows);
  for (std::size_t i = 0; i < y.size(); ++i) {
    const std::size_t channel = i % w.rows;
    y[i] = activation.Apply(y[i] + bias[channel], channel);
  }
  return std::vector{FromDoubles(op[0].type(), shape, y)};
}

constexpr KernelEntry kTable[] = {
    {kFusedConv, 2, FusedConv},
    {kFusedGemm, 2, FusedGemm},
};

}  // namespace

KernelTable FusedKernels() { return kTable; }

}  // namespace mien::reference
