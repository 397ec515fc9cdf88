// SPDX-License-Identifier: Apache-2.0
#include "align/similarity_transform.h"

#include <cmath>
#include <cstddef>

namespace mien {
namespace {

struct Centre {
  double x = 0.0;
  double y = 0.0;
};

Centre Mean(const Landmarks& points) {
  Centre mean;
  for (const Point& p : points) {
    mean.x += p.x;
    mean.y += p.y;
  }
  mean.x /= static_cast<double>(points.size());
  mean.y /= static_cast<double>(points.size());
  return mean;
}

// Landmarks closer together than this, in pixels, say nothing about direction.
constexpr double kMinSpreadPx = 1e-3;

}  // namespace

Result<Affine> SimilarityTransform(const Landmarks& from, const Landmarks& to) {
  const Centre from_mean = Mean(from);
  const Centre to_mean = Mean(to);
  double spread = 0.0;
  double along = 0.0;   // scale * cos(angle) * spread
  double across = 0.0;  // scale * sin(angle) * spread
  for (std::size_t i = 0; i < from.size(); ++i) {
    const double x = from[i].x - from_mean.x;
    const double y = from[i].y - from_mean.y;
    const double u = to[i].x - to_mean.x;
    const double v = to[i].y - to_mean.y;
    spread += x * x + y * y;
    along += x * u + y * v;
    across += x * v - y * u;
  }
  if (!std::isfinite(spread)) {
    return Error{ErrorCode::kInvalidArgument, "landmarks are not finite"};
  }
  if (spread < kMinSpreadPx * kMinSpreadPx) {
    return Error{ErrorCode::kInvalidArgument,
                 "landmarks all lie on one point; must be five places"};
  }
  const double a = along / spread;
  const double b = across / spread;
  const double tx = to_mean.x - (a * from_mean.x - b * from_mean.y);
  const double ty = to_mean.y - (b * from_mean.x + a * from_mean.y);
  return Affine{{static_cast<float>(a),
                 static_cast<float>(-b),
                 static_cast<float>(tx),
                 static_cast<float>(b),
                 static_cast<float>(a),
                 static_cast<float>(ty)}};
}

}  // namespace mien
