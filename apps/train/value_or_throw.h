// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <type_traits>
#include <utility>

#include "mien/result.h"
#include "train/train_error.h"

namespace mien::train {

/// The border between the library, whose failures are values, and the trainer,
/// which throws: the value, or a TrainError with the error's message.
template <typename T>
T ValueOrThrow(Result<T> result) {
  if (!result) {
    throw TrainError(result.error().message);
  }
  if constexpr (!std::is_void_v<T>) {
    return std::move(result).value();
  }
}

}  // namespace mien::train
