// SPDX-License-Identifier: Apache-2.0
//
// Where a face lies, as a map of the plane. Depends on core only.
#pragma once

#include "mien/geometry.h"
#include "mien/result.h"

namespace mien {

/// The similarity (rotation, one scale, shift; no reflection) that takes `from`
/// to `to` with the least sum of squared distances.
///
/// Source: S. Umeyama 1991, "Least-squares estimation of transformation
/// parameters between two point patterns", TPAMI 13(4), eq. 40 to 42; in the
/// plane its singular value decomposition has the closed form used here.
///
/// Errors:
/// - kInvalidArgument: the points of `from` coincide, or are not finite.
Result<Affine> SimilarityTransform(const Landmarks& from, const Landmarks& to);

}  // namespace mien
