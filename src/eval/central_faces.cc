// SPDX-License-Identifier: Apache-2.0
#include "eval/central_faces.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "core/parallel.h"
#include "image/resize.h"
#include "mien/aligner.h"
#include "mien/image.h"

namespace mien {
namespace {

/// Pictures that go through a network together.
constexpr std::size_t kPicturesPerStep = 8;

/// A picture and the face in it that counts; no face when the picture is a chip
/// already.
struct Subject {
  Image image;
  std::optional<Detection> face;
};

Result<Subject> LoadSubject(const std::filesystem::path& path,
                            const Detector* detector) {
  MIEN_ASSIGN_OR_RETURN(DecodedImage decoded, LoadImage(path));
  Subject subject{std::move(decoded.image), std::nullopt};
  if (detector == nullptr) {
    return subject;
  }
  MIEN_ASSIGN_OR_RETURN(const std::vector<Detection> faces,
                        detector->Detect(subject.image));
  const auto central =
      CentralFace(faces, subject.image.width(), subject.image.height());
  if (!central) {
    return Error{ErrorCode::kInvalidImage, path.string() + ": no face found"};
  }
  subject.face = faces[*central];
  return subject;
}

Result<Image> ChipOf(const Subject& subject, const ModelContract& contract) {
  if (subject.face) {
    return CutChip(subject.image, *subject.face, contract);
  }
  if (contract.input_width <= 0 || contract.input_height <= 0) {
    return Error{ErrorCode::kInvalidArgument, "the model states no input size"};
  }
  return ResizeBilinear(subject.image,
                        WholeOf(subject.image),
                        contract.input_width,
                        contract.input_height);
}

/// Describes some pictures by one method; answer i belongs to picture i.
Result<void> DescribeStep(std::span<const Result<Subject>> subjects,
                          const FaceMethod& method,
                          std::span<Result<Descriptor>> answers) {
  std::vector<Image> chips;
  std::vector<std::size_t> owners;
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    Result<Image> chip = subjects[i] ? ChipOf(*subjects[i], method.contract())
                                     : Result<Image>(subjects[i].error());
    if (chip) {
      chips.push_back(std::move(chip).value());
      owners.push_back(i);
    } else {
      answers[i] = chip.error();
    }
  }
  MIEN_ASSIGN_OR_RETURN(std::vector<Descriptor> descriptors,
                        method.Describe(chips));
  for (std::size_t i = 0; i < owners.size(); ++i) {
    answers[owners[i]] = std::move(descriptors[i]);
  }
  return {};
}

}  // namespace

std::optional<std::size_t> CentralFace(std::span<const Detection> faces,
                                       int width,
                                       int height) {
  const auto merit = [&](const Detection& face) {
    const float dx =
        (face.box.x0 + face.box.x1 - static_cast<float>(width)) / 2;
    const float dy =
        (face.box.y0 + face.box.y1 - static_cast<float>(height)) / 2;
    return face.box.area() - 2 * (dx * dx + dy * dy);
  };
  const auto best = std::ranges::max_element(faces, {}, merit);
  if (best == faces.end()) {
    return std::nullopt;
  }
  return static_cast<std::size_t>(best - faces.begin());
}

Result<std::vector<Descriptions>> DescribeCentralFaces(
    std::span<const std::filesystem::path> pictures,
    std::span<const FaceMethod* const> methods,
    const DescribeOptions& options) {
  std::vector<Descriptions> answers(
      methods.size(),
      Descriptions(pictures.size(), Error{ErrorCode::kInternal, "not done"}));
  const std::size_t num_steps =
      (pictures.size() + kPicturesPerStep - 1) / kPicturesPerStep;
  std::mutex mutex;
  int done = 0;
  Result<void> outcome;
  ParallelFor(static_cast<int>(num_steps), options.num_threads, [&](int step) {
    const auto first = static_cast<std::size_t>(step) * kPicturesPerStep;
    const std::size_t count =
        std::min(kPicturesPerStep, pictures.size() - first);
    std::vector<Result<Subject>> subjects;
    for (const std::filesystem::path& path : pictures.subspan(first, count)) {
      subjects.push_back(LoadSubject(path, options.detector));
    }
    Result<void> described;
    for (std::size_t m = 0; m < methods.size() && described; ++m) {
      described = DescribeStep(
          subjects, *methods[m], std::span(answers[m]).subspan(first, count));
    }
    const std::lock_guard lock(mutex);
    if (!described) {
      outcome = described;
    }
    done += static_cast<int>(count);
    if (options.progress) {
      options.progress(done, static_cast<int>(pictures.size()));
    }
  });
  MIEN_RETURN_IF_ERROR(outcome);
  return answers;
}

Result<std::vector<std::optional<Embedding>>> EmbedCentralFaces(
    std::span<const std::filesystem::path> pictures,
    const Detector& detector,
    const Embedder& embedder,
    int num_threads,
    const std::function<void(int done, int total)>& progress) {
  const NetworkMethod network(embedder);
  const FaceMethod* const method = &network;
  MIEN_ASSIGN_OR_RETURN(std::vector<Descriptions> described,
                        DescribeCentralFaces(pictures,
                                             std::span(&method, 1),
                                             {.detector = &detector,
                                              .num_threads = num_threads,
                                              .progress = progress}));
  std::vector<std::optional<Embedding>> embeddings;
  for (Result<Descriptor>& values : described.front()) {
    embeddings.push_back(values ? std::optional(Embedding{
                                      std::move(values).value(), network.id()})
                                : std::nullopt);
  }
  return embeddings;
}

}  // namespace mien
