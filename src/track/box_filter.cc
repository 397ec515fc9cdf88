// SPDX-License-Identifier: Apache-2.0
#include "track/box_filter.h"

#include <algorithm>

namespace mien {
namespace {

// Deviations of the paper's implementation, in heights and heights a frame.
constexpr double kPosition = 1.0 / 20.0;
constexpr double kVelocity = 1.0 / 160.0;

// Those of the aspect, which has no unit.
constexpr double kAspectStep = 1e-2;
constexpr double kAspectRate = 1e-5;
constexpr double kAspectMeasured = 1e-1;

// At the start, in multiples of the above.
constexpr double kStartPosition = 2.0;
constexpr double kStartVelocity = 10.0;

constexpr double kLeastHeight = 1.0;  // pixel

double HeightOf(const Box& box) {
  return std::max(static_cast<double>(box.height()), kLeastHeight);
}

CoordinateFilter LengthFilter(double value, double height) {
  return {value,
          kStartPosition * kPosition * height,
          kStartVelocity * kVelocity * height};
}

double Centre(float a, float b) {
  return (static_cast<double>(a) + static_cast<double>(b)) / 2;
}

}  // namespace

CoordinateFilter::CoordinateFilter(double value,
                                   double value_deviation,
                                   double rate_deviation)
    : value_(value),
      value_variance_(value_deviation * value_deviation),
      rate_variance_(rate_deviation * rate_deviation) {}

void CoordinateFilter::Predict(double value_deviation, double rate_deviation) {
  value_ += rate_;
  value_variance_ +=
      2 * covariance_ + rate_variance_ + value_deviation * value_deviation;
  covariance_ += rate_variance_;
  rate_variance_ += rate_deviation * rate_deviation;
}

void CoordinateFilter::Correct(double measured, double deviation) {
  const double total = value_variance_ + deviation * deviation;
  const double value_gain = value_variance_ / total;
  const double rate_gain = covariance_ / total;
  const double surprise = measured - value_;
  value_ += value_gain * surprise;
  rate_ += rate_gain * surprise;
  rate_variance_ -= rate_gain * covariance_;
  covariance_ -= rate_gain * value_variance_;
  value_variance_ -= value_gain * value_variance_;
}

BoxFilter::BoxFilter(const Box& box)
    : x_(LengthFilter(Centre(box.x0, box.x1), HeightOf(box))),
      y_(LengthFilter(Centre(box.y0, box.y1), HeightOf(box))),
      aspect_(static_cast<double>(box.width()) / HeightOf(box),
              kAspectStep,
              kAspectRate),
      height_(LengthFilter(HeightOf(box), HeightOf(box))) {}

double BoxFilter::Height() const {
  return std::max(height_.value(), kLeastHeight);
}

void BoxFilter::Predict() {
  const double height = Height();
  for (CoordinateFilter* length : {&x_, &y_, &height_}) {
    length->Predict(kPosition * height, kVelocity * height);
  }
  aspect_.Predict(kAspectStep, kAspectRate);
}

void BoxFilter::Correct(const Box& box) {
  const double deviation = kPosition * Height();
  x_.Correct(Centre(box.x0, box.x1), deviation);
  y_.Correct(Centre(box.y0, box.y1), deviation);
  height_.Correct(HeightOf(box), deviation);
  aspect_.Correct(static_cast<double>(box.width()) / HeightOf(box),
                  kAspectMeasured);
}

Box BoxFilter::box() const {
  const double half_height = Height() / 2;
  const double half_width = std::max(aspect_.value(), 0.0) * half_height;
  return {static_cast<float>(x_.value() - half_width),
          static_cast<float>(y_.value() - half_height),
          static_cast<float>(x_.value() + half_width),
          static_cast<float>(y_.value() + half_height)};
}

}  // namespace mien
