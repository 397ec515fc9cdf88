// SPDX-License-Identifier: Apache-2.0
//
// Turns a chip into the numbers that an embedding network reads. Depends on
// core.
#pragma once

#include <cstdint>
#include <span>

#include "mien/image.h"
#include "mien/model.h"

namespace mien {

/// Whether the chip's left and right are exchanged.
enum class Mirror : std::uint8_t { kNo, kYes };

/// Writes `chip` to `planes`, [3, H, W] float32 in the contract's colour order,
/// scaled as its pixel_scaling says:
/// - kFixed: (x - mean) / deviation, per channel;
/// - kPrewhiten: (x - m) / max(s, 1 / sqrt(n)) with the mean m and the
///   population deviation s of the chip's n = 3 H W samples (Sandberg 2018,
///   facenet src/facenet.py, prewhiten).
///
/// `planes` holds 3 * H * W values of the chip's own extents.
///
/// Thread safety: may run concurrently.
void ChipToInput(const Image& chip,
                 const ModelContract& contract,
                 Mirror mirror,
                 std::span<float> planes);

}  // namespace mien
