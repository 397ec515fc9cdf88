// SPDX-License-Identifier: Apache-2.0
//
// Tables as text (RFC 4180). Depends on nothing.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mien {

/// `fields` as one line with its line feed; those that hold a comma, a quote or
/// a line break are quoted.
std::string CsvLine(std::span<const std::string> fields);

/// Reads a table record by record.
class CsvReader {
 public:
  /// `text` must outlive the reader.
  explicit CsvReader(std::string_view text) : text_(text) {}

  /// Reads the next record into `fields`; false at the end of the text or when
  /// the last record is not ended by a line feed (see offset()). Blank lines
  /// are passed over; a carriage return before the line feed belongs to it.
  bool Next(std::vector<std::string>& fields);

  /// Where the next record begins; the text's size after a well-ended text.
  [[nodiscard]] std::size_t offset() const { return offset_; }

  /// Line of the record that Next() read last, from 1.
  [[nodiscard]] int line() const { return line_; }

 private:
  std::string_view text_;
  std::size_t offset_ = 0;
  int line_ = 0;
  int next_line_ = 1;
};

}  // namespace mien
