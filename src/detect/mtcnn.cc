// SPDX-License-Identifier: Apache-2.0
#include "detect/mtcnn.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/parallel.h"
#include "detect/mtcnn_boxes.h"
#include "detect/nms.h"
#include "graph/onnx_io.h"

namespace mien {
namespace {

constexpr int kRnetSidePx = 24;
constexpr int kOnetSidePx = 48;

// Overlaps above which the lower of two scores goes: among one level's cells,
// among all levels', after R-Net, after O-Net.
constexpr NmsOptions kLevelNms = {.max_overlap = 0.5F};
constexpr NmsOptions kProposalNms = {.max_overlap = 0.7F};
constexpr NmsOptions kRefinedNms = {.max_overlap = 0.7F};
constexpr NmsOptions kFaceNms = {.max_overlap = 0.7F,
                                 .measure = OverlapMeasure::kMin,
                                 .extent = BoxExtent::kInclusive};

// Boxes with what a net said of each.
struct Scored {
  std::vector<Box> boxes;
  std::vector<float> scores;

  void Add(const Box& box, float score) {
    boxes.push_back(box);
    scores.push_back(score);
  }
};

// P-Net's cells as boxes of the picture.
struct Proposals : Scored {
  std::vector<std::array<float, 4>> offsets;

  void Add(const Box& box, float score, const std::array<float, 4>& offset) {
    Scored::Add(box, score);
    offsets.push_back(offset);
  }
};

// Part of a level for one thread.
struct LevelBand {
  PyramidLevel level;
  int first_row = 0;
  int last_row = 0;
};

// Bands shorter than this repeat too much of their neighbours' work.
constexpr int kMinBandRows = 48;

// The pyramid in pieces, several a thread when there are several threads.
std::vector<LevelBand> CutIntoBands(std::span<const PyramidLevel> levels,
                                    int num_threads) {
  std::vector<LevelBand> bands;
  for (const PyramidLevel& level : levels) {
    const int rows = PnetExtentOf(level.height).output;
    int step = rows;
    if (num_threads > 1) {
      step = std::max(kMinBandRows, rows / (3 * num_threads));
    }
    step = (step + kPnetBlockRows - 1) / kPnetBlockRows * kPnetBlockRows;
    for (int first = 0; first < rows; first += step) {
      bands.push_back({level, first, std::min(rows, first + step)});
    }
  }
  return bands;
}

// Best boxes of one level, added to `all`.
void AddLevel(const PyramidLevel& level,
              std::vector<PnetCell> cells,
              Proposals& all) {
  KeepBestCells(kMaxCellsPerLevel, cells);
  Scored boxes;
  for (const PnetCell& cell : cells) {
    boxes.Add(CellBox(cell.x, cell.y, level.scale), cell.score);
  }
  for (const int i : SuppressNonMaxima(boxes.boxes, boxes.scores, kLevelNms)) {
    const auto at = static_cast<std::size_t>(i);
    all.Add(boxes.boxes[at], boxes.scores[at], cells[at].offsets);
  }
}

void KeepBestProposals(std::size_t limit, Proposals& all) {
  if (all.boxes.size() <= limit) {
    return;
  }
  std::vector<std::size_t> order(all.boxes.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    order[i] = i;
  }
  std::ranges::stable_sort(order, [&all](std::size_t a, std::size_t b) {
    return all.scores[a] > all.scores[b];
  });
  Proposals best;
  for (std::size_t i = 0; i < limit; ++i) {
    best.Add(all.boxes[order[i]], all.scores[order[i]], all.offsets[order[i]]);
  }
  all = std::move(best);
}

// Boxes that show some of the picture, and what they show.
struct Crops {
  std::vector<Box> boxes;
  std::vector<PixelRect> rects;
};

Crops CropsOf(const Image& image, std::span<const Box> boxes) {
  Crops crops;
  for (const Box& box : boxes) {
    const PixelRect rect = CropRect(box, image.width(), image.height());
    if (rect.width() > 0 && rect.height() > 0) {
      crops.boxes.push_back(box);
      crops.rects.push_back(rect);
    }
  }
  return crops;
}

Result<Graph> LoadNet(const std::filesystem::path& folder,
                      const std::string& name) {
  for (const std::string& file : {name, "mtcnn-" + name}) {
    if (std::filesystem::exists(folder / file)) {
      return LoadOnnx(folder / file);
    }
  }
  return Error{
      ErrorCode::kNotFound,
      folder.string() + ": holds neither " + name + " nor mtcnn-" + name};
}

}  // namespace

Mtcnn::Mtcnn(const PnetWeights& pnet, const MtcnnOptions& options)
    : pnet_(pnet, *UsablePnetKernels().front()), options_(options) {}

Result<std::unique_ptr<Mtcnn>> Mtcnn::Create(const Graph& pnet,
                                             const Graph& rnet,
                                             const Graph& onet,
                                             const MtcnnOptions& options) {
  MIEN_ASSIGN_OR_RETURN(const PnetWeights weights, PnetWeightsFromGraph(pnet));
  std::unique_ptr<Mtcnn> mtcnn(new Mtcnn(weights, options));
  MIEN_ASSIGN_OR_RETURN(mtcnn->rnet_, CropNet::Create(rnet, kRnetSidePx));
  MIEN_ASSIGN_OR_RETURN(mtcnn->onet_, CropNet::Create(onet, kOnetSidePx));
  if (!mtcnn->onet_->has_landmarks()) {
    return Error{ErrorCode::kUnsupported,
                 "not the O-Net of MTCNN: lacks the output \"landmarks\""};
  }
  return mtcnn;
}

Result<std::unique_ptr<Mtcnn>> Mtcnn::Load(const std::filesystem::path& folder,
                                           const MtcnnOptions& options) {
  MIEN_ASSIGN_OR_RETURN(const Graph pnet, LoadNet(folder, "pnet.onnx"));
  MIEN_ASSIGN_OR_RETURN(const Graph rnet, LoadNet(folder, "rnet.onnx"));
  MIEN_ASSIGN_OR_RETURN(const Graph onet, LoadNet(folder, "onet.onnx"));
  auto mtcnn = Create(pnet, rnet, onet, options);
  if (!mtcnn) {
    return mtcnn.error().WithContext(folder.string());
  }
  return mtcnn;
}

std::vector<Box> Mtcnn::ProposeBoxes(const Image& image) const {
  const auto levels = PyramidLevels(image.width(),
                                    image.height(),
                                    options_.min_face_px,
                                    options_.pyramid_factor);
  const auto bands = CutIntoBands(levels, options_.num_threads);
  std::vector<std::vector<PnetCell>> found(bands.size());
  ParallelFor(static_cast<int>(bands.size()), options_.num_threads, [&](int i) {
    const LevelBand& band = bands[static_cast<std::size_t>(i)];
    AreaRows rows(image, band.level.width, band.level.height);
    found[static_cast<std::size_t>(i)] =
        pnet_.Run(rows,
                  {.first_row = band.first_row,
                   .last_row = band.last_row,
                   .threshold = options_.thresholds[0],
                   .max_cells = kMaxCellsPerLevel});
  });
  Proposals all;
  std::size_t next = 0;
  for (const PyramidLevel& level : levels) {
    std::vector<PnetCell> cells;
    for (; next < bands.size() && bands[next].level == level; ++next) {
      cells.insert(cells.end(), found[next].begin(), found[next].end());
    }
    AddLevel(level, std::move(cells), all);
  }
  KeepBestProposals(kMaxProposals, all);
  std::vector<Box> boxes;
  for (const int i : SuppressNonMaxima(all.boxes, all.scores, kProposalNms)) {
    const auto at = static_cast<std::size_t>(i);
    boxes.push_back(SquareUp(
        ApplyRegression(all.boxes[at], all.offsets[at], BoxExtent::kHalfOpen)));
  }
  return boxes;
}

Result<std::vector<Box>> Mtcnn::RefineBoxes(const Image& image,
                                            std::span<const Box> boxes) const {
  const Crops crops = CropsOf(image, boxes);
  MIEN_ASSIGN_OR_RETURN(const auto answers,
                        rnet_->Run(image, crops.rects, options_.num_threads));
  Proposals passed;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (answers[i].score > options_.thresholds[1]) {
      passed.Add(crops.boxes[i], answers[i].score, answers[i].offsets);
    }
  }
  std::vector<Box> refined;
  for (const int i :
       SuppressNonMaxima(passed.boxes, passed.scores, kRefinedNms)) {
    const auto at = static_cast<std::size_t>(i);
    refined.push_back(SquareUp(ApplyRegression(
        passed.boxes[at], passed.offsets[at], BoxExtent::kInclusive)));
  }
  return refined;
}

Result<std::vector<Detection>> Mtcnn::DescribeFaces(
    const Image& image, std::span<const Box> boxes) const {
  const Crops crops = CropsOf(image, boxes);
  MIEN_ASSIGN_OR_RETURN(const auto answers,
                        onet_->Run(image, crops.rects, options_.num_threads));
  Scored passed;
  std::vector<Landmarks> landmarks;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const CropNet::Answer& answer = answers[i];
    if (answer.score > options_.thresholds[2]) {
      const Box& box = crops.boxes[i];
      landmarks.push_back(LandmarksInPicture(box, answer.landmarks));
      passed.Add(ApplyRegression(box, answer.offsets, BoxExtent::kInclusive),
                 answer.score);
    }
  }
  std::vector<Detection> faces;
  for (const int i : SuppressNonMaxima(passed.boxes, passed.scores, kFaceNms)) {
    const auto at = static_cast<std::size_t>(i);
    faces.push_back({.box = passed.boxes[at],
                     .score = passed.scores[at],
                     .landmarks = landmarks[at]});
  }
  return faces;
}

Result<std::vector<Detection>> Mtcnn::Find(const Image& image) const {
  const std::vector<Box> proposed = ProposeBoxes(image);
  MIEN_ASSIGN_OR_RETURN(const std::vector<Box> refined,
                        RefineBoxes(image, proposed));
  return DescribeFaces(image, refined);
}

}  // namespace mien
