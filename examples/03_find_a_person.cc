// SPDX-License-Identifier: Apache-2.0
//
// Which of many pictures show the person of the first one?
//
//   03_find_a_person MODELS portrait.jpg other.jpg...
//
// Faces are found and embedded once each; comparing embeddings is cheap.
#include <iostream>
#include <vector>

#include "mien/image.h"
#include "mien/recognizer.h"

namespace {

// All faces of the picture in `file`; none when it cannot be read.
std::vector<mien::Face> FacesOf(const mien::Recognizer& recognizer,
                                const char* file) {
  const auto picture = mien::LoadImage(file);
  if (!picture) {
    std::cerr << picture.error().message << '\n';
    return {};
  }
  return recognizer.FindFaces(picture->image)
      .value_or(std::vector<mien::Face>());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::cerr << "usage: 03_find_a_person MODELS PORTRAIT PICTURE...\n";
    return 2;
  }
  const auto recognizer = mien::Recognizer::Load({.models = argv[1]});
  if (!recognizer) {
    std::cerr << recognizer.error().message << '\n';
    return 4;
  }
  const auto wanted = FacesOf(**recognizer, argv[2]);
  if (wanted.size() != 1) {
    std::cerr << argv[2] << " must show one face\n";
    return 3;
  }
  for (int i = 3; i < argc; ++i) {
    for (const mien::Face& face : FacesOf(**recognizer, argv[i])) {
      const auto answer = (*recognizer)->Compare(wanted[0], face);
      if (answer && answer->decision == mien::Decision::kMatch) {
        std::cout << argv[i] << ": " << answer->cosine_similarity << '\n';
      }
    }
  }
  return 0;
}
