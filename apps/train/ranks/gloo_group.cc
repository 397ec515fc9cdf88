// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <string>

#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include "train/ranks/address.h"
#include "train/ranks/group.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

std::chrono::milliseconds Timeout(const RanksSetting& setting) {
  return std::chrono::milliseconds(
      static_cast<std::int64_t>(setting.timeout_seconds * 1e3));
}

/// The first line of what c10d says, which goes on with a stack trace.
std::string FirstLine(const std::exception& error) {
  const std::string text = error.what();
  return text.substr(0, text.find('\n'));
}

class GlooGroup : public Group {
 public:
  explicit GlooGroup(const RanksSetting& setting) : setting_(setting) {
    const Address master = ParseAddress(setting.master);
    c10d::TCPStoreOptions options;
    options.port = master.port;
    options.isServer = setting.rank == 0;
    options.numWorkers = static_cast<std::size_t>(setting.size);
    options.timeout = Timeout(setting);
    store_ = c10::make_intrusive<c10d::TCPStore>(master.host, options);
    const auto gloo = c10d::ProcessGroupGloo::Options::create(Timeout(setting));
    gloo->devices.push_back(c10d::ProcessGroupGloo::createDeviceForHostname(
        OwnAddressTowards(master)));
    gloo_ = c10::make_intrusive<c10d::ProcessGroupGloo>(
        store_, setting.rank, setting.size, gloo);
  }

  void Add(const Tensor& tensor) override {
    std::vector<Tensor> tensors = {tensor};
    Wait([&] { return gloo_->allreduce(tensors); });
  }

  std::vector<Tensor> Gather(const Tensor& tensor) override {
    std::vector<Tensor> own = {tensor};
    std::vector<std::vector<Tensor>> parts(1);
    for (int i = 0; i < setting_.size; ++i) {
      parts[0].push_back(at::empty_like(tensor));
    }
    Wait([&] { return gloo_->allgather(parts, own); });
    return parts[0];
  }

  void TakeFirst(const Tensor& tensor) override {
    std::vector<Tensor> tensors = {tensor};
    Wait([&] { return gloo_->broadcast(tensors); });
  }

 private:
  template <typename Start>
  void Wait(const Start& start) const {
    try {
      start()->wait();
    } catch (const std::exception& error) {
      throw TrainError(RankName(setting_) + " lost another one: " +
                       FirstLine(error) + "; start all again with --resume");
    }
  }

  RanksSetting setting_;
  c10::intrusive_ptr<c10d::TCPStore> store_;
  c10::intrusive_ptr<c10d::ProcessGroupGloo> gloo_;
};

}  // namespace

std::unique_ptr<Group> MakeGroup(const RanksSetting& setting) {
  try {
    return std::make_unique<GlooGroup>(setting);
  } catch (const std::exception& error) {
    throw TrainError(RankName(setting) + " cannot meet the others at " +
                     setting.master + ": " + FirstLine(error));
  }
}

}  // namespace mien::train
