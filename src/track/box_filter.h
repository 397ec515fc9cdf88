// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "mien/geometry.h"

namespace mien {

/// Position and velocity of one coordinate, estimated by a Kalman filter
/// (Kalman 1960) for motion at constant velocity, one step a frame.
class CoordinateFilter {
 public:
  /// Starts at `value`, at rest, with these standard deviations.
  CoordinateFilter(double value, double value_deviation, double rate_deviation);

  /// One frame on; the deviations are those of what may happen meanwhile.
  void Predict(double value_deviation, double rate_deviation);

  /// Takes in a measurement.
  void Correct(double measured, double deviation);

  [[nodiscard]] double value() const { return value_; }

  [[nodiscard]] double rate() const { return rate_; }

 private:
  double value_;
  double rate_ = 0.0;

  // Covariance: of the value, of both, of the rate.
  double value_variance_;
  double covariance_ = 0.0;
  double rate_variance_;
};

/// Where a face's box is and will be: centre, aspect (width to height) and
/// height, each filtered by itself, with deviations that grow with the box
/// (Wojke, Bewley and Paulus 2017, "Simple online and realtime tracking with a
/// deep association metric", ICIP; all covariances of their filter fall apart
/// into these four, so this is the same filter without matrices).
class BoxFilter {
 public:
  explicit BoxFilter(const Box& box);

  /// One frame on.
  void Predict();

  /// Takes in the box that was found.
  void Correct(const Box& box);

  [[nodiscard]] Box box() const;

 private:
  [[nodiscard]] double Height() const;

  CoordinateFilter x_;
  CoordinateFilter y_;
  CoordinateFilter aspect_;
  CoordinateFilter height_;
};

}  // namespace mien
