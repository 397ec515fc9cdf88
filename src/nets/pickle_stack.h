// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "nets/pickle.h"

namespace mien::nets {

/// The stack and the memo of the machine that reads a pickle. Marks divide the
/// stack; nothing is taken from below the newest one. Objects belong to others.
class PickleStack {
 public:
  void Push(PickleObject* object) { objects_.push_back(object); }

  void Mark() { marks_.push_back(objects_.size()); }

  /// The newest object, or null when there is none above the mark.
  PickleObject* Pop() {
    if (objects_.size() == Floor()) {
      return nullptr;
    }
    PickleObject* const top = objects_.back();
    objects_.pop_back();
    return top;
  }

  /// The newest `count` objects, oldest first; nothing when there are fewer.
  std::optional<std::vector<PickleRef>> PopMany(std::size_t count) {
    if (objects_.size() - Floor() < count) {
      return std::nullopt;
    }
    std::vector<PickleRef> items(objects_.end() - static_cast<long>(count),
                                 objects_.end());
    objects_.resize(objects_.size() - count);
    return items;
  }

  /// Everything above the newest mark, which goes too; nothing without one.
  std::optional<std::vector<PickleRef>> PopToMark() {
    if (marks_.empty()) {
      return std::nullopt;
    }
    auto items = PopMany(objects_.size() - marks_.back());
    marks_.pop_back();
    return items;
  }

  /// Remembers the newest object; false when there is none.
  bool Memoize(std::uint32_t key) {
    if (objects_.empty()) {
      return false;
    }
    memo_[key] = objects_.back();
    return true;
  }

  /// Remembers the newest object under the number of those remembered.
  bool MemoizeNext() {
    return Memoize(static_cast<std::uint32_t>(memo_.size()));
  }

  /// Pushes what was remembered; false when nothing was.
  bool Recall(std::uint32_t key) {
    const auto found = memo_.find(key);
    if (found == memo_.end()) {
      return false;
    }
    Push(found->second);
    return true;
  }

 private:
  [[nodiscard]] std::size_t Floor() const {
    return marks_.empty() ? 0 : marks_.back();
  }

  std::vector<PickleObject*> objects_;
  std::vector<std::size_t> marks_;  ///< heights of objects_
  std::unordered_map<std::uint32_t, PickleObject*> memo_;
};

}  // namespace mien::nets
