// SPDX-License-Identifier: Apache-2.0
//
// Counts what Run() allocates. oneDNN builds a small map of arguments for each
// primitive that it executes; everything else must be nothing.
#include <dlfcn.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "runtime/onednn/compare_executors.h"
#include "runtime/onednn/winograd_kernel.h"

namespace {

std::atomic<bool> counting = false;
std::atomic<int> num_ours = 0;
std::atomic<int> num_onednn = 0;

void CountFrom(const void* caller) {
  Dl_info info;
  const bool is_onednn =
      dladdr(caller, &info) != 0 && info.dli_fname != nullptr &&
      std::string_view(info.dli_fname).find("dnnl") != std::string_view::npos;
  ++(is_onednn ? num_onednn : num_ours);
}

void* Allocate(std::size_t size, const void* caller) {
  if (counting) {
    CountFrom(caller);
  }
  void* memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) {
    throw std::bad_alloc();
  }
  return memory;
}

}  // namespace

// Out of line, so that GCC sees neither half of a pair alone.
[[gnu::noinline]] void* operator new(std::size_t size) {
  return Allocate(size, __builtin_return_address(0));
}

[[gnu::noinline]] void* operator new[](std::size_t size) {
  return Allocate(size, __builtin_return_address(0));
}

[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}

[[gnu::noinline]] void operator delete[](void* memory) noexcept {
  std::free(memory);
}

[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

[[gnu::noinline]] void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace mien::onednn {
namespace {

/// A detector's net in small: convolutions (one by Winograd's algorithm, one
/// depthwise), residual, pooling, concatenation, and a decoding tail.
Graph DetectorNet() {
  GraphBuilder net("detector", RandomSource(2));
  const Value x = net.Input("x", {1, 3, 24, 24});
  Value y = net.Prelu(net.Conv(x, "a", {.out = 32, .pad = {1, 1}}), "p");
  y = net.MaxPool(y, {});
  y = net.Relu(net.Add(y, net.Conv(y, "b", {.out = 32, .pad = {1, 1}})));
  y = net.Conv(y, "d", {.out = 32, .pad = {1, 1}, .groups = 32});
  y = net.Concat({y, net.Conv(y, "c", {.out = 6, .pad = {1, 1}})});
  const Value head = net.Conv(y, "head", {.out = 8, .kernel = {1, 1}});
  const Value rows = net.Reshape(net.Transpose(head, {0, 2, 3, 1}), {1, -1, 4});
  const Value priors = net.Constant("priors", RandomTensor({1, 288, 4}, 4));
  net.Output(net.Add(net.Mul(net.Op("Exp", {rows}, {}, 0), priors), priors),
             "boxes");
  net.Output(
      net.L2Normalize(net.Linear(net.Flatten(net.GlobalAveragePool(y), 38),
                                 "fc",
                                 5,
                                 GraphBuilder::Bias::kNo)),
      "embedding");
  return std::move(net).Build();
}

TEST(Run, AllocatesNothingOfOurs) {
  const auto net = CompiledNet::Compile(DetectorNet(), {});
  ASSERT_TRUE(net) << net.error().message;
  std::string implementations;
  for (const LayerInfo& layer : (*net)->layers()) {
    ASSERT_NE(layer.implementation, "reference") << layer.name;
    implementations += layer.implementation + " ";
  }
  if (!UsableWinogradKernels().empty()) {
    EXPECT_NE(implementations.find("winograd:"), std::string::npos);
    EXPECT_NE(implementations.find("depthwise:"), std::string::npos);
  }
  Workspace workspace = (*net)->CreateWorkspace();
  std::ranges::fill(workspace.input(0), 0.25F);
  (*net)->Run(workspace);
  counting = true;
  for (int i = 0; i < 10; ++i) {
    (*net)->Run(workspace);
  }
  counting = false;
  EXPECT_EQ(num_ours, 0);
  RecordProperty("onednn_allocations_per_run", num_onednn / 10);
  // About six per primitive with oneDNN 2.6.
  EXPECT_LE(num_onednn / 10, 12 * static_cast<int>((*net)->layers().size()));
}

}  // namespace
}  // namespace mien::onednn
