// SPDX-License-Identifier: Apache-2.0
#include "eval/principal_axes.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <string>
#include <utility>

namespace mien {
namespace {

/// Rows of length `columns`, one after another.
struct Matrix {
  std::size_t columns = 0;
  std::vector<float> values;

  [[nodiscard]] std::size_t rows() const { return values.size() / columns; }

  [[nodiscard]] std::span<float> row(std::size_t i) {
    return std::span(values).subspan(i * columns, columns);
  }

  [[nodiscard]] std::span<const float> row(std::size_t i) const {
    return std::span(values).subspan(i * columns, columns);
  }
};

/// In eight sums, which compilers turn into vector instructions.
float Dot(std::span<const float> a, std::span<const float> b) {
  constexpr std::size_t kLanes = 8;
  float lanes[kLanes] = {};
  std::size_t i = 0;
  for (; i + kLanes <= a.size(); i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      lanes[lane] += a[i + lane] * b[i + lane];
    }
  }
  float sum = std::accumulate(lanes, lanes + kLanes, 0.0F);
  for (; i < a.size(); ++i) {
    sum += a[i] * b[i];
  }
  return sum;
}

void AddScaled(std::span<const float> x, float factor, std::span<float> to) {
  for (std::size_t i = 0; i < x.size(); ++i) {
    to[i] += factor * x[i];
  }
}

/// The samples without their mean, one per row.
Matrix Centre(std::span<const std::vector<float>* const> samples,
              std::span<const float> mean) {
  Matrix centred{mean.size(), {}};
  for (const std::vector<float>* sample : samples) {
    for (std::size_t i = 0; i < mean.size(); ++i) {
      centred.values.push_back((*sample)[i] - mean[i]);
    }
  }
  return centred;
}

/// Columns against columns: [d, d] of X^T X / n.
Matrix Covariance(const Matrix& centred) {
  const std::size_t d = centred.columns;
  const std::size_t n = centred.rows();
  Matrix transposed{n, std::vector<float>(centred.values.size())};
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < d; ++j) {
      transposed.values[j * n + i] = centred.values[i * d + j];
    }
  }
  Matrix covariance{d, std::vector<float>(d * d)};
  for (std::size_t i = 0; i < d; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      const float value =
          Dot(transposed.row(i), transposed.row(j)) / static_cast<float>(n);
      covariance.values[i * d + j] = value;
      covariance.values[j * d + i] = value;
    }
  }
  return covariance;
}

/// Gram-Schmidt, twice over for accuracy. A row that lies in the others' span
/// becomes 0.
void Orthonormalize(Matrix& rows) {
  for (std::size_t i = 0; i < rows.rows(); ++i) {
    const std::span<float> row = rows.row(i);
    const float before = std::sqrt(Dot(row, row));
    for (int pass = 0; pass < 2; ++pass) {
      for (std::size_t j = 0; j < i; ++j) {
        AddScaled(rows.row(j), -Dot(row, rows.row(j)), row);
      }
    }
    const float length = std::sqrt(Dot(row, row));
    const float scale = length > 1e-5F * before ? 1.0F / length : 0.0F;
    std::ranges::transform(
        row, row.begin(), [scale](float v) { return v * scale; });
  }
}

/// Each row times the symmetric `matrix`, whose rows are read once.
Matrix Multiply(const Matrix& rows, const Matrix& matrix) {
  Matrix product{rows.columns, std::vector<float>(rows.values.size())};
  for (std::size_t j = 0; j < matrix.rows(); ++j) {
    for (std::size_t i = 0; i < rows.rows(); ++i) {
      product.values[i * rows.columns + j] = Dot(rows.row(i), matrix.row(j));
    }
  }
  return product;
}

/// Turns orthonormal `rows` within their span to eigenvectors, by falling
/// eigenvalue. `images` are the rows times the covariance. Returns the values.
std::vector<double> RayleighRitz(Matrix& rows, const Matrix& images) {
  const std::size_t k = rows.rows();
  std::vector<double> small(k * k);
  for (std::size_t i = 0; i < k; ++i) {
    for (std::size_t j = 0; j < k; ++j) {
      small[i * k + j] = static_cast<double>(Dot(rows.row(i), images.row(j)));
    }
  }
  const SymmetricEigen eigen = SolveSymmetric(std::move(small), k);
  Matrix turned{rows.columns, std::vector<float>(rows.values.size())};
  for (std::size_t i = 0; i < k; ++i) {
    for (std::size_t j = 0; j < k; ++j) {
      AddScaled(rows.row(j),
                static_cast<float>(eigen.vectors[i * k + j]),
                turned.row(i));
    }
  }
  rows = std::move(turned);
  return eigen.values;
}

/// One Jacobi rotation, which makes element (p, q) of `a` zero.
void Rotate(std::vector<double>& a,
            std::vector<double>& vectors,
            std::size_t n,
            std::size_t p,
            std::size_t q) {
  const double apq = a[p * n + q];
  if (apq == 0.0) {
    return;
  }
  const double theta = (a[q * n + q] - a[p * n + p]) / (2.0 * apq);
  const double t = (theta >= 0.0 ? 1.0 : -1.0) /
                   (std::abs(theta) + std::sqrt(theta * theta + 1.0));
  const double c = 1.0 / std::sqrt(t * t + 1.0);
  const double s = t * c;
  for (std::size_t i = 0; i < n; ++i) {
    const double aip = a[i * n + p];
    const double aiq = a[i * n + q];
    a[i * n + p] = c * aip - s * aiq;
    a[i * n + q] = s * aip + c * aiq;
  }
  for (std::size_t i = 0; i < n; ++i) {
    const double api = a[p * n + i];
    const double aqi = a[q * n + i];
    a[p * n + i] = c * api - s * aqi;
    a[q * n + i] = s * api + c * aqi;
    const double vp = vectors[p * n + i];
    const double vq = vectors[q * n + i];
    vectors[p * n + i] = c * vp - s * vq;
    vectors[q * n + i] = s * vp + c * vq;
  }
}

double OffDiagonal(const std::vector<double>& a, std::size_t n) {
  double sum = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      sum += i == j ? 0.0 : a[i * n + j] * a[i * n + j];
    }
  }
  return sum;
}

}  // namespace

Result<PrincipalAxes> FindPrincipalAxes(
    std::span<const std::vector<float>* const> samples, std::size_t num_axes) {
  const std::size_t d = samples.empty() ? 0 : samples.front()->size();
  if (samples.size() <= num_axes || d < num_axes) {
    return Error{ErrorCode::kInvalidArgument,
                 std::to_string(samples.size()) + " samples of " +
                     std::to_string(d) + " values; " +
                     std::to_string(num_axes) +
                     " principal axes need more samples and as many values"};
  }
  PrincipalAxes axes;
  axes.projection.mean = MeanOf(samples);
  const Matrix covariance = Covariance(Centre(samples, axes.projection.mean));
  Matrix rows{d, std::vector<float>(num_axes * d)};
  std::mt19937 random(1);  // always the same start
  for (float& value : rows.values) {
    value = static_cast<float>(random()) / 4294967296.0F - 0.5F;
  }
  constexpr int kSteps = 12;
  for (int step = 0; step < kSteps; ++step) {
    rows = Multiply(rows, covariance);
    Orthonormalize(rows);
  }
  axes.variances = RayleighRitz(rows, Multiply(rows, covariance));
  axes.projection.rows = std::move(rows.values);
  return axes;
}

SymmetricEigen SolveSymmetric(std::vector<double> matrix, std::size_t n) {
  std::vector<double> vectors(n * n);
  for (std::size_t i = 0; i < n; ++i) {
    vectors[i * n + i] = 1.0;
  }
  const double scale =
      std::inner_product(matrix.begin(), matrix.end(), matrix.begin(), 0.0);
  constexpr int kMostSweeps = 60;
  for (int sweep = 0;
       sweep < kMostSweeps && OffDiagonal(matrix, n) > 1e-24 * scale;
       ++sweep) {
    for (std::size_t p = 0; p + 1 < n; ++p) {
      for (std::size_t q = p + 1; q < n; ++q) {
        Rotate(matrix, vectors, n, p, q);
      }
    }
  }
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, std::greater<>(), [&](std::size_t i) {
    return matrix[i * n + i];
  });
  SymmetricEigen eigen;
  for (const std::size_t i : order) {
    eigen.values.push_back(matrix[i * n + i]);
    const auto row = vectors.begin() + static_cast<std::ptrdiff_t>(i * n);
    eigen.vectors.insert(
        eigen.vectors.end(), row, row + static_cast<std::ptrdiff_t>(n));
  }
  return eigen;
}

}  // namespace mien
