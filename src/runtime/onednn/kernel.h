// SPDX-License-Identifier: Apache-2.0
//
// What a step of a compiled net does, and the same bound to the memory of one
// workspace so that running it prepares nothing.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "runtime/onednn/operand.h"

namespace mien::onednn {

/// A kernel with its addresses. Belongs to one workspace.
class BoundKernel {
 public:
  virtual ~BoundKernel() = default;
  virtual void Run() = 0;
};

/// Where a workspace computes.
struct Binding {
  const dnnl::engine& engine;
  const dnnl::stream& stream;

  /// One per operand of the step.
  std::span<std::byte* const> addresses;
};

/// Immutable, shared by all workspaces.
class Kernel {
 public:
  virtual ~Kernel() = default;
  virtual std::unique_ptr<BoundKernel> Bind(const Binding& binding) const = 0;
};

/// A oneDNN primitive; `arguments[i]` says what operand i is (DNNL_ARG_SRC ...)
/// and `descs[i]` its layout.
std::unique_ptr<const Kernel> MakePrimitiveKernel(
    const dnnl::primitive& primitive,
    std::vector<int> arguments,
    std::vector<MemoryDesc> descs);

/// Calls `body(addresses)`; `body` must not allocate.
template <typename Body>
class LoopKernel final : public Kernel {
 public:
  explicit LoopKernel(Body body) : body_(std::move(body)) {}

  std::unique_ptr<BoundKernel> Bind(const Binding& binding) const override {
    return std::make_unique<Bound>(body_, binding.addresses);
  }

 private:
  class Bound final : public BoundKernel {
   public:
    Bound(const Body& body, std::span<std::byte* const> addresses)
        : body_(body), addresses_(addresses.begin(), addresses.end()) {}

    void Run() override { body_(std::span<std::byte* const>(addresses_)); }

   private:
    const Body& body_;
    std::vector<std::byte*> addresses_;
  };

  Body body_;
};

template <typename Body>
std::unique_ptr<const Kernel> MakeLoopKernel(Body body) {
  return std::make_unique<LoopKernel<Body>>(std::move(body));
}

}  // namespace mien::onednn
