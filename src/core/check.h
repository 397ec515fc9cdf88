// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>

/// Guards against bugs of mien's own, never against a caller's input. Throws
/// std::logic_error, which no code catches but the outermost edge.
#define MIEN_CHECK(condition)                                            \
  do {                                                                   \
    if (!(condition)) {                                                  \
      throw std::logic_error("bug in mien, please report: " #condition); \
    }                                                                    \
  } while (false)
