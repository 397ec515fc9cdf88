// SPDX-License-Identifier: Apache-2.0
//
// Families of single-shot detectors: what their inputs want and how their
// outputs become faces. One file decode_<family>.cc each. Depends on nets.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "graph/graph.h"
#include "mien/detector.h"
#include "mien/model.h"
#include "mien/result.h"

namespace mien {

/// One output of a net: rows of `columns` numbers.
struct NetOutput {
  std::string_view name;
  std::size_t columns = 1;
  std::span<const float> values;

  [[nodiscard]] std::size_t rows() const { return values.size() / columns; }

  /// Row `i`, `columns` numbers.
  [[nodiscard]] std::span<const float> row(std::size_t i) const {
    return values.subspan(i * columns, columns);
  }
};

/// What a net was shown and what is wanted of it.
struct SsdQuery {
  int width = 0;  ///< of the net's input, in pixels
  int height = 0;
  float threshold = 0.5F;  ///< faces scoring less are left out
};

/// Faces in pixels of the net's input, overlapping ones included, in no order.
///
/// Errors:
/// - kUnsupported: an output is missing or has another size than the input
///   asks for; says which.
using SsdDecoder = Result<std::vector<Detection>> (*)(
    std::span<const NetOutput> outputs, const SsdQuery& query);

struct SsdFamily {
  std::string_view name;
  SsdDecoder decode = nullptr;

  /// Whether outputs of these names and shapes are this family's.
  bool (*matches)(std::span<const ValueInfo> outputs) = nullptr;

  bool has_landmarks = true;
  float default_threshold = 0.5F;

  /// Overlap (of the union) above which the lower of two scores goes.
  float max_overlap = 0.4F;

  /// See SuppressDetections().
  bool blend = false;

  /// Faces larger than this in the input give their landmarks at a second look
  /// (second_look.h); 0 for none.
  float second_look_above_px = 0.0F;

  /// Whether it computes in bfloat16 where the CPU is faster at that. Networks
  /// of others answer in float32, as their projects' code does.
  bool may_round = false;

  /// Input of files without a contract: (level - mean) / deviation, in the
  /// order of the planes.
  ColorOrder color_order = ColorOrder::kRgb;
  std::array<float, 3> mean = {127.5F, 127.5F, 127.5F};
  std::array<float, 3> deviation = {128.0F, 128.0F, 128.0F};
};

/// All families. A contract tells mien's own; the others are told by their
/// outputs.
std::span<const SsdFamily> SsdFamilies();

/// The family called `name`, or, when that is empty, the one whose outputs
/// these are.
///
/// Errors:
/// - kUnsupported: none; lists the families.
Result<const SsdFamily*> FindSsdFamily(std::string_view name,
                                       std::span<const ValueInfo> outputs);

/// The index of the only output that has a row of `columns` numbers for each of
/// many priors, or -1.
int OnlyOutputOverPriors(std::span<const ValueInfo> outputs,
                         std::int64_t columns);

/// The first output with `columns` columns, which must have `rows` rows.
///
/// Errors:
/// - kUnsupported: none, or another number of rows.
Result<const NetOutput*> OutputWithColumns(std::span<const NetOutput> outputs,
                                           std::size_t columns,
                                           std::size_t rows);

/// Checks the rows of `output`.
///
/// Errors:
/// - kUnsupported: names the output and both numbers.
Result<void> ExpectRows(const NetOutput& output, std::size_t rows);

/// Where an average face has its landmarks inside `box`.
Landmarks AverageLandmarks(const Box& box);

Result<std::vector<Detection>> DecodeMienSsd(std::span<const NetOutput> outputs,
                                             const SsdQuery& query);
Result<std::vector<Detection>> DecodeUltraFace(
    std::span<const NetOutput> outputs, const SsdQuery& query);
Result<std::vector<Detection>> DecodeYunet(std::span<const NetOutput> outputs,
                                           const SsdQuery& query);
Result<std::vector<Detection>> DecodeScrfd(std::span<const NetOutput> outputs,
                                           const SsdQuery& query);
Result<std::vector<Detection>> DecodeRetinaFace(
    std::span<const NetOutput> outputs, const SsdQuery& query);

bool IsUltraFace(std::span<const ValueInfo> outputs);
bool IsYunet(std::span<const ValueInfo> outputs);
bool IsScrfd(std::span<const ValueInfo> outputs);
bool IsRetinaFace(std::span<const ValueInfo> outputs);

}  // namespace mien
