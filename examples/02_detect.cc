// SPDX-License-Identifier: Apache-2.0
//
// Where are the faces?
//
//   02_detect picture.jpg DETECTOR
//
// DETECTOR is a folder with pnet.onnx, rnet.onnx and onet.onnx, or one .onnx
// file of a single-shot detector.
#include <iostream>

#include "mien/detector.h"
#include "mien/image.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: 02_detect PICTURE DETECTOR\n";
    return 2;
  }
  // Faces smaller than this are not looked for; the larger, the faster.
  const auto detector = mien::Detector::Load(argv[2], {.min_face_px = 40});
  if (!detector) {
    std::cerr << detector.error().message << '\n';
    return 4;
  }
  const auto picture = mien::LoadImage(argv[1]);
  if (!picture) {
    std::cerr << picture.error().message << '\n';
    return 3;
  }
  const auto faces = (*detector)->Detect(picture->image);
  if (!faces) {
    std::cerr << faces.error().message << '\n';
    return 3;
  }
  // No face is an empty answer, not an error.
  for (const mien::Detection& face : *faces) {
    std::cout << face.box.x0 << ' ' << face.box.y0 << ' ' << face.box.x1 << ' '
              << face.box.y1 << "  score " << face.score << '\n';
  }
  return faces->empty() ? 1 : 0;
}
