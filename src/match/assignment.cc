// SPDX-License-Identifier: Apache-2.0
#include "match/assignment.h"

#include <cstddef>
#include <limits>

namespace mien {
namespace {

/// The Hungarian method with potentials: rows enter one by one, and each takes
/// the cheapest augmenting path. Every row has a column of its own beyond the
/// real ones, at cost 0, which stands for "none"; so there is always a path.
class Matcher {
 public:
  Matcher(std::span<const float> gains, int num_rows, int num_columns)
      : gains_(gains),
        num_real_columns_(static_cast<std::size_t>(num_columns)),
        num_columns_(num_real_columns_ + static_cast<std::size_t>(num_rows)),
        row_potential_(static_cast<std::size_t>(num_rows)),
        column_potential_(num_columns_),
        row_of_column_(num_columns_, kNone) {}

  void AddRow(std::size_t row) {
    std::vector<double> distance(num_columns_,
                                 std::numeric_limits<double>::infinity());
    std::vector<std::size_t> previous_column(num_columns_, kNone);
    std::vector<bool> is_visited(num_columns_);
    std::size_t column = kNone;
    std::vector<std::size_t> visited;
    do {
      const std::size_t from = column == kNone ? row : row_of_column_[column];
      const double so_far = column == kNone ? 0.0 : distance[column];
      Relax(from, column, so_far, is_visited, distance, previous_column);
      column = Nearest(distance, is_visited);
      is_visited[column] = true;
      visited.push_back(column);
    } while (row_of_column_[column] != kNone);
    UpdatePotentials(row, distance, distance[column], visited);
    Augment(row, column, previous_column);
  }

  [[nodiscard]] std::vector<std::optional<int>> Columns() const {
    std::vector<std::optional<int>> columns(row_potential_.size());
    for (std::size_t c = 0; c < num_real_columns_; ++c) {
      const std::size_t row = row_of_column_[c];
      if (row != kNone && Cost(row, c) < 0.0) {
        columns[row] = static_cast<int>(c);
      }
    }
    return columns;
  }

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  [[nodiscard]] double Cost(std::size_t row, std::size_t column) const {
    return column < num_real_columns_
               ? -static_cast<double>(gains_[row * num_real_columns_ + column])
               : 0.0;
  }

  void Relax(std::size_t row,
             std::size_t from_column,
             double so_far,
             const std::vector<bool>& is_visited,
             std::vector<double>& distance,
             std::vector<std::size_t>& previous_column) const {
    for (std::size_t c = 0; c < num_columns_; ++c) {
      const double through =
          so_far + Cost(row, c) - row_potential_[row] - column_potential_[c];
      if (!is_visited[c] && through < distance[c]) {
        distance[c] = through;
        previous_column[c] = from_column;
      }
    }
  }

  [[nodiscard]] std::size_t Nearest(const std::vector<double>& distance,
                                    const std::vector<bool>& is_visited) const {
    std::size_t nearest = kNone;
    for (std::size_t c = 0; c < num_columns_; ++c) {
      if (!is_visited[c] &&
          (nearest == kNone || distance[c] < distance[nearest])) {
        nearest = c;
      }
    }
    return nearest;
  }

  void UpdatePotentials(std::size_t new_row,
                        const std::vector<double>& distance,
                        double total,
                        const std::vector<std::size_t>& visited) {
    row_potential_[new_row] += total;
    for (const std::size_t c : visited) {
      const double slack = total - distance[c];
      column_potential_[c] -= slack;
      if (row_of_column_[c] != kNone) {
        row_potential_[row_of_column_[c]] += slack;
      }
    }
  }

  void Augment(std::size_t row,
               std::size_t column,
               const std::vector<std::size_t>& previous_column) {
    while (column != kNone) {
      const std::size_t previous = previous_column[column];
      row_of_column_[column] =
          previous == kNone ? row : row_of_column_[previous];
      column = previous;
    }
  }

  std::span<const float> gains_;
  std::size_t num_real_columns_;
  std::size_t num_columns_;
  std::vector<double> row_potential_;
  std::vector<double> column_potential_;
  std::vector<std::size_t> row_of_column_;
};

}  // namespace

std::vector<std::optional<int>> BestAssignment(std::span<const float> gains,
                                               int num_rows,
                                               int num_columns) {
  Matcher matcher(gains, num_rows, num_columns);
  for (int row = 0; row < num_rows; ++row) {
    matcher.AddRow(static_cast<std::size_t>(row));
  }
  return matcher.Columns();
}

}  // namespace mien
