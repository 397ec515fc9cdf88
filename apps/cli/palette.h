// SPDX-License-Identifier: Apache-2.0
//
// The colours of the pictures that mien draws.
#pragma once

#include "image/draw.h"

namespace mien::cli {

inline constexpr Color kPaper = {250, 250, 248};
inline constexpr Color kInk = {24, 28, 33};
inline constexpr Color kFaintInk = {112, 120, 130};
inline constexpr Color kRim = {0, 0, 0, 110};
inline constexpr Color kFaceColor = {64, 224, 178};
inline constexpr Color kOtherFaceColor = {190, 196, 204, 200};
inline constexpr Color kLandmarkColor = {255, 214, 64};
inline constexpr Color kMatchColor = {26, 152, 98};
inline constexpr Color kPossibleColor = {214, 140, 22};
inline constexpr Color kUnknownColor = {201, 62, 62};

}  // namespace mien::cli
