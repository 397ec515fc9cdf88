// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <system_error>

#include "graph/onnx_io.h"
#include "nets/import.h"
#include "nets/model_fetch.h"

namespace mien::nets {
namespace {

// Addresses name a release or a commit, so what they serve cannot change. The
// MTCNN hashes were computed from that commit's files, YuNet's is the one that
// its Git LFS pointer states; facenet-pytorch publishes none for its releases:
// VGGFace2's is pinned alike by seven projects that use the file, CASIA's by
// one.
const std::array<FetchableModel, 4>& Table() {
  static const std::array<FetchableModel, 4> kModels = {{
      {.name = "facenet-vggface2",
       .description = "Inception-ResNet-v1, 512-d, LFW 0.9965 as published",
       .license = "MIT (code); weights trained on VGGFace2, for research",
       .files = {{.url = "https://github.com/timesler/facenet-pytorch/releases/"
                         "download/v2.2.9/20180402-114759-vggface2.pt",
                  .sha256 = "281cebca8662831adb987a874bdcb36e"
                            "73f5b1c6dc5ee5878f305e985625d99b",
                  .bytes = 111'898'327,
                  .kind = FetchedKind::kFacenetPytorch,
                  .saved_as = "facenet-vggface2.onnx"}}},
      {.name = "facenet-casia-webface",
       .description = "Inception-ResNet-v1, 512-d, LFW 0.9905 as published",
       .license = "MIT (code); weights trained on CASIA-WebFace, for research",
       .files = {{.url = "https://github.com/timesler/facenet-pytorch/releases/"
                         "download/v2.2.9/20180408-102900-casia-webface.pt",
                  .sha256 = "7a67afdbbc995fce5e10128675e31879"
                            "9a70698c2f433ba75dd7eb9a2f096e7d",
                  .bytes = 115'887'415,
                  .kind = FetchedKind::kFacenetPytorch,
                  .saved_as = "facenet-casia-webface.onnx"}}},
      {.name = "mtcnn",
       .description = "the three MTCNN nets of facenet-pytorch",
       .license = "MIT",
       .files = {{.url = "https://raw.githubusercontent.com/timesler/"
                         "facenet-pytorch/"
                         "787da06156087cd6b616fe6608213722bddc30cd/data/"
                         "pnet.pt",
                  .sha256 = "a2a71925e0b9996a42f63e47efc1ca19"
                            "043e69558b5c523b978d611dfae49c8f",
                  .bytes = 28'570,
                  .kind = FetchedKind::kFacenetPytorch,
                  .saved_as = "mtcnn-pnet.onnx"},
                 {.url = "https://raw.githubusercontent.com/timesler/"
                         "facenet-pytorch/"
                         "787da06156087cd6b616fe6608213722bddc30cd/data/"
                         "rnet.pt",
                  .sha256 = "bbb937de72efc9ef83b186c49f5f5584"
                            "67a1d7e3453a8ece0d71a886633f6a86",
                  .bytes = 403'147,
                  .kind = FetchedKind::kFacenetPytorch,
                  .saved_as = "mtcnn-rnet.onnx"},
                 {.url = "https://raw.githubusercontent.com/timesler/"
                         "facenet-pytorch/"
                         "787da06156087cd6b616fe6608213722bddc30cd/data/"
                         "onet.pt",
                  .sha256 = "165bfbe42940416ccfb977545cf0e976"
                            "d5bf321f67083ae2aaaa5c764280118d",
                  .bytes = 1'559'269,
                  .kind = FetchedKind::kFacenetPytorch,
                  .saved_as = "mtcnn-onet.onnx"}}},
      {.name = "yunet",
       .description = "YuNet, a small anchor-free detector with landmarks",
       .license = "MIT",
       .files = {{.url = "https://media.githubusercontent.com/media/opencv/"
                         "opencv_zoo/966be4cb6eefc2a4f586ed0581bf4bbaa2533070/"
                         "models/face_detection_yunet/"
                         "face_detection_yunet_2023mar.onnx",
                  .sha256 = "8f2383e4dd3cfbb4553ea8718107fc04"
                            "23210dc964f9f4280604804ed2552fa4",
                  .bytes = 232'589,
                  .kind = FetchedKind::kOnnx,
                  .saved_as = "yunet.onnx"}}},
  }};
  return kModels;
}

/// The downloaded checkpoint becomes ONNX and goes.
Result<void> ConvertCheckpoint(const std::filesystem::path& checkpoint,
                               const std::filesystem::path& onnx) {
  MIEN_ASSIGN_OR_RETURN(const Graph graph, ImportFacenetPytorch(checkpoint));
  MIEN_RETURN_IF_ERROR(SaveOnnx(graph, onnx));
  std::error_code ignored;
  std::filesystem::remove(checkpoint, ignored);
  return {};
}

Result<std::filesystem::path> FetchOne(const FetchableFile& file,
                                       const std::filesystem::path& folder,
                                       const FetchObserver& observer) {
  const std::filesystem::path onnx = folder / file.saved_as;
  const bool is_checkpoint = file.kind == FetchedKind::kFacenetPytorch;
  std::filesystem::path download = onnx;
  if (is_checkpoint) {
    std::error_code ignored;
    if (std::filesystem::exists(onnx, ignored)) {
      return onnx;
    }
    download.replace_extension(".pt");
  }
  FetchRequest request;
  request.url = file.url;
  request.path = download;
  request.sha256 = file.sha256;
  request.max_bytes = file.bytes;
  request.observer = observer;
  MIEN_ASSIGN_OR_RETURN(const FetchedFile fetched, FetchFile(request));
  if (is_checkpoint) {
    MIEN_RETURN_IF_ERROR(ConvertCheckpoint(download, onnx));
  }
  return onnx;
}

}  // namespace

std::span<const FetchableModel> FetchableModels() { return Table(); }

Result<FetchableModel> FindFetchableModel(std::string_view name) {
  const auto* const found =
      std::ranges::find(Table(), name, &FetchableModel::name);
  if (found != Table().end()) {
    return *found;
  }
  std::string names;
  for (const FetchableModel& model : Table()) {
    names += (names.empty() ? "" : ", ") + std::string(model.name);
  }
  return Error{
      ErrorCode::kNotFound,
      "no model is called " + std::string(name) + "; there are: " + names};
}

Result<std::vector<std::filesystem::path>> FetchModel(
    const FetchableModel& model,
    const std::filesystem::path& folder,
    const FetchObserver& observer) {
  std::vector<std::filesystem::path> paths;
  for (const FetchableFile& file : model.files) {
    MIEN_ASSIGN_OR_RETURN(std::filesystem::path path,
                          FetchOne(file, folder, observer));
    paths.push_back(std::move(path));
  }
  return paths;
}

}  // namespace mien::nets
