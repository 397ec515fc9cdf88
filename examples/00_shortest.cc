// SPDX-License-Identifier: Apache-2.0
//
// The shortest way from two pictures to a decision; 01_verify says more.
#include <iostream>

#include "mien/image.h"
#include "mien/recognizer.h"

int main(int, char** argv) {
  const auto recognizer = mien::Recognizer::Load();
  const auto a = mien::LoadImage(argv[1]);
  const auto b = mien::LoadImage(argv[2]);
  if (!recognizer || !a || !b) {
    return 3;  // error() of each says why
  }
  const auto answer = (*recognizer)->Verify(a->image, b->image);
  if (!answer) {
    return 3;
  }
  std::cout << mien::DecisionName(answer->decision) << ", similarity "
            << answer->cosine_similarity << '\n';
}
