// SPDX-License-Identifier: Apache-2.0
//
// Compiled nets of one graph, one per input extents, made when first needed:
// a detector meets pictures of many sizes, an embedder batches of several.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "graph/tensor.h"
#include "mien/precision.h"
#include "mien/result.h"
#include "runtime/compiled_net.h"

namespace mien {

struct NetCacheOptions {
  Precision precision = Precision::kFloat32;

  /// Threads that one CompiledNet::Run() uses, >= 1.
  int num_threads = 1;

  /// Nets kept, >= 1; the one unused for longest goes first. Nets in use live
  /// on until their lease ends.
  std::size_t max_nets = 32;

  /// Bytes of idle workspaces kept. Packed weights are shared by the nets and
  /// do not count.
  std::size_t max_idle_workspace_bytes = std::size_t{256} << 20;
};

/// Compiles `graph` on demand and lends nets with workspaces.
///
/// Thread safety: all methods may run concurrently. Compiling holds up only
/// those who want the same extents.
class NetCache {
 public:
  /// A net and a workspace for the bearer alone; both go back at destruction.
  /// Must not outlive the cache.
  class Lease {
   public:
    Lease(Lease&&) noexcept;
    Lease& operator=(Lease&&) noexcept;
    ~Lease();

    [[nodiscard]] const CompiledNet& net() const;
    [[nodiscard]] Workspace& workspace();

    /// net().Run(workspace()).
    void Run();

   private:
    friend class NetCache;
    struct State;
    explicit Lease(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
  };

  /// Optimizes `graph` once for all extents.
  ///
  /// Errors:
  /// - kUnsupported: names node, operator and opset; or the precision.
  /// - kInvalidArgument: an option out of its range.
  static Result<std::unique_ptr<NetCache>> Create(
      const Graph& graph, const NetCacheOptions& options = {});

  ~NetCache();

  /// A net for inputs of the given extents (as CompileOptions::input_shapes),
  /// compiled now when there is none.
  ///
  /// Errors: those of CompiledNet::Compile().
  Result<Lease> Acquire(const std::map<std::string, Shape>& input_shapes);

  /// The precision that was asked for became this one.
  [[nodiscard]] Precision precision() const;

  /// Inputs and outputs of the graph, free extents as kDynamicDim.
  [[nodiscard]] const std::vector<ValueInfo>& inputs() const;
  [[nodiscard]] const std::vector<ValueInfo>& outputs() const;

 private:
  struct State;
  struct Claim;
  explicit NetCache(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace mien
