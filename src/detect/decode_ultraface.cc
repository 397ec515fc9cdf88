// SPDX-License-Identifier: Apache-2.0
//
// UltraFace (github.com/Linzaer/Ultra-Light-Fast-Generic-Face-Detector-1MB):
// boxes are decoded in the graph, as shares of the input's sides; no landmarks.
#include "detect/ssd_family.h"

namespace mien {

bool IsUltraFace(std::span<const ValueInfo> outputs) {
  return outputs.size() == 2 && OnlyOutputOverPriors(outputs, 2) >= 0 &&
         OnlyOutputOverPriors(outputs, 4) >= 0;
}

Result<std::vector<Detection>> DecodeUltraFace(
    std::span<const NetOutput> outputs, const SsdQuery& query) {
  const std::size_t rows = outputs.empty() ? 0 : outputs[0].rows();
  MIEN_ASSIGN_OR_RETURN(const NetOutput* scores,
                        OutputWithColumns(outputs, 2, rows));
  MIEN_ASSIGN_OR_RETURN(const NetOutput* boxes,
                        OutputWithColumns(outputs, 4, rows));
  const auto width = static_cast<float>(query.width);
  const auto height = static_cast<float>(query.height);
  std::vector<Detection> faces;
  for (std::size_t i = 0; i < rows; ++i) {
    const float score = scores->row(i)[1];
    if (score >= query.threshold) {
      const auto corners = boxes->row(i);
      const Box box = {corners[0] * width,
                       corners[1] * height,
                       corners[2] * width,
                       corners[3] * height};
      faces.push_back(
          {.box = box, .score = score, .landmarks = AverageLandmarks(box)});
    }
  }
  return faces;
}

}  // namespace mien
