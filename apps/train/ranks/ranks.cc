// SPDX-License-Identifier: Apache-2.0
#include "train/ranks/ranks.h"

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "core/file.h"
#include "core/hash.h"
#include "train/ranks/group.h"
#include "train/train_error.h"
#include "train/value_or_throw.h"

namespace mien::train {

std::string RankName(const RanksSetting& setting) {
  return "rank " + std::to_string(setting.rank) + " of " +
         std::to_string(setting.size);
}

Ranks::Ranks() = default;

Ranks::~Ranks() = default;

c10::intrusive_ptr<Ranks> Ranks::Join(const RanksSetting& setting) {
  if (setting.size < 1 || setting.rank < 0 || setting.rank >= setting.size) {
    throw TrainError("there is no " + RankName(setting));
  }
  auto ranks = c10::make_intrusive<Ranks>();
  ranks->setting_ = setting;
  if (setting.size > 1) {
    ranks->group_ = MakeGroup(setting);
  }
  return ranks;
}

void Ranks::Add(const Tensor& tensor) {
  if (group_ != nullptr) {
    group_->Add(tensor);
  }
}

Tensor Ranks::Gather(const Tensor& part) {
  if (group_ == nullptr || !part.defined()) {
    return part;
  }
  std::vector<Tensor> parts = group_->Gather(part.detach().contiguous());
  parts[static_cast<std::size_t>(rank())] = part;
  return at::cat(parts);
}

void Ranks::ShareFile(const std::filesystem::path& path) {
  if (group_ == nullptr) {
    return;
  }
  std::vector<std::byte> bytes;
  if (rank() == 0 && std::filesystem::exists(path)) {
    bytes = ValueOrThrow(ReadFile(path));
  }
  const Tensor size =
      torch::full({1}, static_cast<std::int64_t>(bytes.size()), torch::kInt64);
  group_->TakeFirst(size);
  bytes.resize(static_cast<std::size_t>(size.item<std::int64_t>()));
  if (bytes.empty()) {
    return;
  }
  group_->TakeFirst(torch::from_blob(
      bytes.data(), {static_cast<std::int64_t>(bytes.size())}, torch::kUInt8));
  if (rank() != 0) {
    ValueOrThrow(WriteFileAtomically(path, bytes));
  }
}

bool Ranks::Any(bool flag) {
  const Tensor count = torch::full({1}, flag ? 1 : 0, torch::kInt64);
  Add(count);
  return count.item<std::int64_t>() > 0;
}

void Ranks::ExpectSame(const std::string& name, const std::string& text) {
  const std::string hex = Sha256Hex(std::as_bytes(std::span(text)));
  const auto hash =
      static_cast<std::int64_t>(std::stoull(hex.substr(0, 16), nullptr, 16));
  const Tensor all = Gather(torch::full({1}, hash, torch::kInt64));
  for (std::int64_t i = 1; i < all.size(0); ++i) {
    if (all[i].item<std::int64_t>() != all[0].item<std::int64_t>()) {
      throw TrainError("rank " + std::to_string(i) + " has another " + name +
                       " than rank 0; this one has " + text);
    }
  }
}

}  // namespace mien::train
