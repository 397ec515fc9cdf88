// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "mien/result.h"

namespace mien::cli {

/// A picture to enrol and whom it shows.
struct EnrollItem {
  std::string subject;
  std::filesystem::path picture;
};

/// What the inputs of `mien enroll` mean:
/// - with a `subject`, every picture they stand for (see ExpandInputs()) shows
///   that person;
/// - a folder holds one folder for each person, named after them;
/// - a file ending in .csv has lines `subject,picture`, the picture relative to
///   the file; quotes as in RFC 4180, a first line `subject,picture` is
///   skipped.
///
/// Errors:
/// - kInvalidImage: an input that stands for nothing.
/// - kCorruptData: a malformed line of a .csv file, by file and line.
/// - kInvalidArgument: a picture without a `subject`.
Result<std::vector<EnrollItem>> ListEnrollItems(
    std::span<const std::string> inputs, const std::string& subject);

}  // namespace mien::cli
