// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "mien/detector.h"
#include "mien/image.h"

namespace mien::cli {

/// Draws box and landmarks of `face`, given in pixels of `image`, with lines of
/// `line_px`.
void DrawFaceMarks(Image& image, const Detection& face, float line_px);

/// A copy of `image` for people to look at: every face with its box, landmarks
/// and score. A small picture is enlarged so that the marks can be read.
Image AnnotateFaces(const Image& image, std::span<const Detection> faces);

/// The same with `labels[i]` on face i instead of its score.
Image AnnotateFaces(const Image& image,
                    std::span<const Detection> faces,
                    std::span<const std::string> labels);

}  // namespace mien::cli
