// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <list>
#include <string>
#include <vector>

#include "detect/ssd_family.h"

namespace mien {

/// Outputs of a net that never ran: all `background` but for the rows that a
/// test sets.
class FakeOutputs {
 public:
  void Add(const std::string& name,
           std::size_t rows,
           std::size_t columns,
           float background = 0.0F) {
    values_.emplace_back(rows * columns, background);
    names_.push_back(name);
    outputs_.push_back(
        {.name = names_.back(), .columns = columns, .values = values_.back()});
    infos_.push_back({.name = name,
                      .type = DataType::kFloat32,
                      .shape = {1,
                                static_cast<std::int64_t>(rows),
                                static_cast<std::int64_t>(columns)},
                      .dim_names = {}});
  }

  /// Fills row `row` of the output `name`.
  void Set(const std::string& name,
           std::size_t row,
           const std::vector<float>& values) {
    auto value = values_.begin();
    for (const NetOutput& output : outputs_) {
      if (output.name == name) {
        std::ranges::copy(
            values,
            value->begin() + static_cast<std::ptrdiff_t>(row * output.columns));
      }
      ++value;
    }
  }

  [[nodiscard]] const std::vector<NetOutput>& outputs() const {
    return outputs_;
  }

  [[nodiscard]] const std::vector<ValueInfo>& infos() const { return infos_; }

 private:
  // Lists, so that what outputs_ points to stays where it is.
  std::list<std::vector<float>> values_;
  std::list<std::string> names_;
  std::vector<NetOutput> outputs_;
  std::vector<ValueInfo> infos_;
};

}  // namespace mien
