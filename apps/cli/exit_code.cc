// SPDX-License-Identifier: Apache-2.0
#include "exit_code.h"

#include <cstdio>

namespace mien::cli {

ExitCode ExitCodeOfInput(const Error& error) {
  switch (error.code) {
    case ErrorCode::kInvalidArgument:
      return ExitCode::kUsage;
    case ErrorCode::kInternal:
    case ErrorCode::kCancelled:
      return ExitCode::kFailure;
    default:
      return ExitCode::kBadInput;
  }
}

ExitCode ExitCodeOfSetup(const Error& error) {
  switch (error.code) {
    case ErrorCode::kInvalidArgument:
      return ExitCode::kUsage;
    case ErrorCode::kInvalidImage:
    case ErrorCode::kCorruptData:
      return ExitCode::kBadInput;
    default:
      return ExitCode::kFailure;
  }
}

ExitCode Report(const Result<ExitCode>& outcome) {
  if (outcome) {
    return *outcome;
  }
  PrintError(outcome.error());
  return ExitCodeOfSetup(outcome.error());
}

void PrintError(const Error& error) {
  std::fprintf(stderr, "mien: %s\n", error.message.c_str());
}

}  // namespace mien::cli
