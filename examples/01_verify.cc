// SPDX-License-Identifier: Apache-2.0
//
// Do two pictures show one person?
//
//   01_verify a.jpg b.jpg [MODELS]
//
// MODELS is a folder with a detector and an embedder; without it they are
// looked up in the usual places (see docs/cli.md).
#include <iostream>

#include "mien/image.h"
#include "mien/recognizer.h"

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: 01_verify PICTURE PICTURE [MODELS]\n";
    return 2;
  }
  // Loading takes a moment; keep the recognizer and use it from any thread.
  const auto recognizer =
      mien::Recognizer::Load({.models = argc > 3 ? argv[3] : ""});
  if (!recognizer) {
    std::cerr << recognizer.error().message << '\n';
    return 4;
  }
  const auto a = mien::LoadImage(argv[1]);
  const auto b = mien::LoadImage(argv[2]);
  if (!a || !b) {
    std::cerr << (a ? b.error() : a.error()).message << '\n';
    return 3;
  }
  const auto answer = (*recognizer)->Verify(a->image, b->image);
  if (!answer) {
    std::cerr << answer.error().message << '\n';
    return 3;
  }
  std::cout << "cosine similarity " << answer->cosine_similarity
            << ", threshold " << answer->thresholds.match << ": "
            << mien::DecisionName(answer->decision) << '\n';
  return answer->decision == mien::Decision::kMatch ? 0 : 1;
}
