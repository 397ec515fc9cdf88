// SPDX-License-Identifier: Apache-2.0
#include "runtime/onednn/kernel.h"

#include "core/check.h"

namespace mien::onednn {
namespace {

class BoundPrimitive final : public BoundKernel {
 public:
  BoundPrimitive(const dnnl::primitive& primitive,
                 const dnnl::stream& stream,
                 std::vector<dnnl::memory> memories,
                 std::span<const int> arguments)
      : primitive_(primitive), stream_(stream), memories_(std::move(memories)) {
    for (std::size_t i = 0; i < memories_.size(); ++i) {
      arguments_.push_back({arguments[i], memories_[i].get()});
    }
  }

  void Run() override {
    // The C function takes the arguments as they are; the C++ one would build a
    // map each time.
    const dnnl_status_t status =
        dnnl_primitive_execute(primitive_.get(),
                               stream_.get(),
                               static_cast<int>(arguments_.size()),
                               arguments_.data());
    MIEN_CHECK(status == dnnl_success);
  }

 private:
  dnnl::primitive primitive_;
  dnnl::stream stream_;
  std::vector<dnnl::memory> memories_;
  std::vector<dnnl_exec_arg_t> arguments_;
};

class PrimitiveKernel final : public Kernel {
 public:
  PrimitiveKernel(const dnnl::primitive& primitive,
                  std::vector<int> arguments,
                  std::vector<MemoryDesc> descs)
      : primitive_(primitive),
        arguments_(std::move(arguments)),
        descs_(std::move(descs)) {}

  std::unique_ptr<BoundKernel> Bind(const Binding& binding) const override {
    std::vector<dnnl::memory> memories;
    for (std::size_t i = 0; i < descs_.size(); ++i) {
      memories.emplace_back(descs_[i], binding.engine, binding.addresses[i]);
    }
    return std::make_unique<BoundPrimitive>(
        primitive_, binding.stream, std::move(memories), arguments_);
  }

 private:
  dnnl::primitive primitive_;
  std::vector<int> arguments_;
  std::vector<MemoryDesc> descs_;
};

}  // namespace

std::unique_ptr<const Kernel> MakePrimitiveKernel(
    const dnnl::primitive& primitive,
    std::vector<int> arguments,
    std::vector<MemoryDesc> descs) {
  return std::make_unique<PrimitiveKernel>(
      primitive, std::move(arguments), std::move(descs));
}

}  // namespace mien::onednn
