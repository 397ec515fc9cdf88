// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "eval/linear_projection.h"
#include "mien/result.h"

namespace mien {

struct PrincipalAxes {
  /// The mean of the samples, and the axes as rows of unit length, by falling
  /// variance.
  LinearProjection projection;

  /// Of the samples along each axis.
  std::vector<double> variances;
};

/// The `num_axes` directions in which `samples`, all [d], vary most (principal
/// component analysis), by orthogonal iteration on the covariance matrix with
/// Rayleigh-Ritz steps (Golub and Van Loan, Matrix Computations, section
/// 8.2.4). Time grows with n d^2.
///
/// Errors:
/// - kInvalidArgument: fewer samples than num_axes + 1, or d < num_axes.
Result<PrincipalAxes> FindPrincipalAxes(
    std::span<const std::vector<float>* const> samples, std::size_t num_axes);

/// Eigenvalues, falling, and eigenvectors of a symmetric matrix [n, n],
/// row-major, by Jacobi's rotations (Golub and Van Loan, section 8.5).
struct SymmetricEigen {
  std::vector<double> values;

  /// [n, n], one eigenvector of unit length per row.
  std::vector<double> vectors;
};

SymmetricEigen SolveSymmetric(std::vector<double> matrix, std::size_t n);

}  // namespace mien
