// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "core/pipeline.h"
#include "exit_code.h"
#include "json.h"
#include "progress.h"

namespace mien::cli {

using Pictures = std::span<const std::filesystem::path>;

struct PictureLoopOptions {
  int workers = 1;

  /// Pictures that one worker takes at once.
  int pictures_per_step = 1;

  /// Whether a picture's error becomes a line on stdout too.
  bool json = false;

  /// Whether `emit` prints.
  Progress::Stdout lines = Progress::Stdout::kLines;
};

/// What goes on with each picture of a command: `work` turns some pictures into
/// a result each, side by side; `emit` gets the results in order, one at a
/// time. An error in one picture is reported, and the others go on.
///
/// Returns kDone, or the largest code of all the errors.
template <typename T>
ExitCode ForEachPicture(
    Pictures pictures,
    const PictureLoopOptions& options,
    const std::function<std::vector<Result<T>>(Pictures)>& work,
    const std::function<Result<void>(const std::filesystem::path&, T)>& emit) {
  const std::size_t step = static_cast<std::size_t>(options.pictures_per_step);
  const auto part = [&](int i) {
    const std::size_t first = static_cast<std::size_t>(i) * step;
    return pictures.subspan(first, std::min(step, pictures.size() - first));
  };
  ExitCode exit = ExitCode::kDone;
  const auto report = [&](const std::filesystem::path& picture,
                          const Error& error) {
    if (options.json) {
      PrintLine(ErrorJson(picture, error));
    }
    PrintError(error);
    exit = std::max(exit, ExitCodeOfInput(error));
  };
  Progress progress(static_cast<int>(pictures.size()), options.lines);
  int done = 0;
  const int num_steps = static_cast<int>((pictures.size() + step - 1) / step);
  RunInOrder<std::vector<Result<T>>>(
      num_steps,
      options.workers,
      [&](int i) { return work(part(i)); },
      [&](int i, std::vector<Result<T>> results) {
        const Pictures those = part(i);
        for (std::size_t k = 0; k < results.size(); ++k) {
          if (!results[k]) {
            report(those[k], results[k].error());
          } else if (const Result<void> emitted =
                         emit(those[k], std::move(results[k]).value());
                     !emitted) {
            report(those[k], emitted.error());
          }
          progress.Update(++done);
        }
      });
  return exit;
}

/// ForEachPicture() with work that takes one picture at a time.
template <typename T>
ExitCode ForEachPicture(
    Pictures pictures,
    const PictureLoopOptions& options,
    const std::function<Result<T>(const std::filesystem::path&)>& work,
    const std::function<Result<void>(const std::filesystem::path&, T)>& emit) {
  return ForEachPicture<T>(
      pictures,
      options,
      [&](Pictures some) {
        std::vector<Result<T>> results;
        for (const std::filesystem::path& picture : some) {
          results.push_back(work(picture));
        }
        return results;
      },
      emit);
}

}  // namespace mien::cli
