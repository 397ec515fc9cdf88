// SPDX-License-Identifier: Apache-2.0
#include "runtime/net_cache.h"

#include <algorithm>
#include <condition_variable>
#include <list>
#include <mutex>
#include <utility>

#include "core/cpu.h"
#include "graph/opset.h"
#include "runtime/onednn/weight_store.h"
#include "runtime/passes/pass.h"
#include "runtime/resolve_precision.h"

namespace mien {
namespace {

using InputShapes = std::map<std::string, Shape>;

/// A net and its idle workspaces. Guarded by the cache's mutex.
struct CachedNet {
  InputShapes input_shapes;
  std::shared_ptr<const CompiledNet> net;
  std::vector<Workspace> idle;
};

}  // namespace

struct NetCache::State {
  using Nets = std::list<std::shared_ptr<CachedNet>>;

  /// The net for `input_shapes`, moved to the front, or null.
  std::shared_ptr<CachedNet> Find(const InputShapes& input_shapes);

  /// Waits until nobody else compiles for `input_shapes`, then looks again.
  std::shared_ptr<CachedNet> FindOrClaim(const InputShapes& input_shapes);
  void Add(std::shared_ptr<CachedNet> cached);
  void EndClaim(const InputShapes& input_shapes);
  void GiveBack(CachedNet& cached, Workspace workspace);
  std::optional<Workspace> TakeIdle(CachedNet& cached);

  Graph graph;
  NetCacheOptions options;
  Precision precision = Precision::kFloat32;
  onednn::WeightStore weights;

  std::mutex mutex;
  std::condition_variable compiled;
  Nets nets;  // the most recently used first
  std::vector<InputShapes> claims;
  std::size_t idle_bytes = 0;
};

/// The right to compile for `input_shapes`, until it goes.
struct NetCache::Claim {
  State& state;
  const InputShapes& input_shapes;

  ~Claim() { state.EndClaim(input_shapes); }
};

struct NetCache::Lease::State {
  NetCache::State& cache;
  std::shared_ptr<CachedNet> cached;
  Workspace workspace;
};

NetCache::Lease::Lease(std::unique_ptr<State> state)
    : state_(std::move(state)) {}

NetCache::Lease::Lease(Lease&&) noexcept = default;

NetCache::Lease& NetCache::Lease::operator=(Lease&& other) noexcept {
  std::swap(state_, other.state_);
  return *this;
}

NetCache::Lease::~Lease() {
  if (state_) {
    state_->cache.GiveBack(*state_->cached, std::move(state_->workspace));
  }
}

const CompiledNet& NetCache::Lease::net() const { return *state_->cached->net; }

Workspace& NetCache::Lease::workspace() { return state_->workspace; }

void NetCache::Lease::Run() { net().Run(workspace()); }

std::shared_ptr<CachedNet> NetCache::State::Find(
    const InputShapes& input_shapes) {
  const auto found = std::ranges::find_if(nets, [&](const auto& cached) {
    return cached->input_shapes == input_shapes;
  });
  if (found == nets.end()) {
    return nullptr;
  }
  nets.splice(nets.begin(), nets, found);
  return nets.front();
}

std::shared_ptr<CachedNet> NetCache::State::FindOrClaim(
    const InputShapes& input_shapes) {
  std::unique_lock lock(mutex);
  compiled.wait(lock, [&] {
    return std::ranges::find(claims, input_shapes) == claims.end();
  });
  if (auto cached = Find(input_shapes)) {
    return cached;
  }
  claims.push_back(input_shapes);
  return nullptr;
}

void NetCache::State::EndClaim(const InputShapes& input_shapes) {
  {
    const std::scoped_lock lock(mutex);
    std::erase(claims, input_shapes);
  }
  compiled.notify_all();
}

void NetCache::State::Add(std::shared_ptr<CachedNet> cached) {
  const std::scoped_lock lock(mutex);
  nets.push_front(std::move(cached));
  while (nets.size() > options.max_nets) {
    CachedNet& oldest = *nets.back();
    idle_bytes -= oldest.idle.size() * oldest.net->workspace_bytes();
    oldest.idle.clear();
    nets.pop_back();
  }
}

std::optional<Workspace> NetCache::State::TakeIdle(CachedNet& cached) {
  const std::scoped_lock lock(mutex);
  if (cached.idle.empty()) {
    return std::nullopt;
  }
  Workspace workspace = std::move(cached.idle.back());
  cached.idle.pop_back();
  idle_bytes -= cached.net->workspace_bytes();
  return workspace;
}

void NetCache::State::GiveBack(CachedNet& cached, Workspace workspace) {
  const std::scoped_lock lock(mutex);
  const bool is_kept = std::ranges::any_of(
      nets, [&](const auto& kept) { return kept.get() == &cached; });
  const std::size_t bytes = cached.net->workspace_bytes();
  if (!is_kept || bytes > options.max_idle_workspace_bytes) {
    return;
  }
  // Room is made at the expense of those unused for longest.
  for (auto other = nets.rbegin(); other != nets.rend(); ++other) {
    while (idle_bytes + bytes > options.max_idle_workspace_bytes &&
           !(*other)->idle.empty()) {
      (*other)->idle.pop_back();
      idle_bytes -= (*other)->net->workspace_bytes();
    }
  }
  cached.idle.push_back(std::move(workspace));
  idle_bytes += bytes;
}

NetCache::NetCache(std::unique_ptr<State> state) : state_(std::move(state)) {}

NetCache::~NetCache() = default;

Result<std::unique_ptr<NetCache>> NetCache::Create(
    const Graph& graph, const NetCacheOptions& options) {
  if (options.num_threads < 1 || options.max_nets < 1) {
    return Error{ErrorCode::kInvalidArgument,
                 "num_threads is " + std::to_string(options.num_threads) +
                     " and max_nets " + std::to_string(options.max_nets) +
                     "; both must be >= 1"};
  }
  auto state = std::make_unique<State>();
  state->options = options;
  MIEN_ASSIGN_OR_RETURN(
      state->precision,
      ResolvePrecision(options.precision, HostCpu(), IsQuantized(graph)));
  MIEN_ASSIGN_OR_RETURN(const Graph canonical, Canonicalize(graph));
  MIEN_ASSIGN_OR_RETURN(state->graph, Optimize(canonical));
  return std::unique_ptr<NetCache>(new NetCache(std::move(state)));
}

Result<NetCache::Lease> NetCache::Acquire(const InputShapes& input_shapes) {
  std::shared_ptr<CachedNet> cached = state_->FindOrClaim(input_shapes);
  if (!cached) {
    const Claim claim{*state_, input_shapes};
    MIEN_ASSIGN_OR_RETURN(
        auto net,
        (CompiledNet::CompileOptimized(
            state_->graph,
            {input_shapes, state_->precision, state_->options.num_threads},
            state_->weights)));
    cached = std::make_shared<CachedNet>(
        CachedNet{input_shapes, std::move(net), {}});
    state_->Add(cached);
  }
  std::optional<Workspace> idle = state_->TakeIdle(*cached);
  Workspace workspace =
      idle ? *std::move(idle) : cached->net->CreateWorkspace();
  return Lease(std::make_unique<Lease::State>(
      Lease::State{*state_, std::move(cached), std::move(workspace)}));
}

Precision NetCache::precision() const { return state_->precision; }

const std::vector<ValueInfo>& NetCache::inputs() const {
  return state_->graph.inputs;
}

const std::vector<ValueInfo>& NetCache::outputs() const {
  return state_->graph.outputs;
}

}  // namespace mien
