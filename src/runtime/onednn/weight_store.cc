// SPDX-License-Identifier: Apache-2.0
#include "runtime/onednn/weight_store.h"

#include <utility>

#include "core/file.h"
#include "runtime/onednn/pack_weights.h"
#include "runtime/onednn/winograd_kernel.h"

namespace mien::onednn {
namespace {

/// Once packed, weights need not stay in memory as in their file beside.
void GiveFileBack(const Tensor& weights) {
  const StoredElements stored = weights.stored();
  ReleasePages({stored.owner, stored.bytes});
}

}  // namespace

std::shared_ptr<const PackedConstant> WeightStore::PackNow(
    const dnnl::engine& engine,
    const Tensor& tensor,
    const MemoryDesc& plain,
    const MemoryDesc& wanted) {
  if (SameLayout(plain, wanted)) {
    return std::make_shared<PackedConstant>(PackedConstant{nullptr, tensor});
  }
  std::shared_ptr<std::byte> bytes;
  {
    const std::scoped_lock lock(mutex_);
    bytes = arena_.Allocate(wanted.get_size());
  }
  if (!IsPlain(plain) || !PackWeights(tensor.stored(), wanted, bytes.get())) {
    // Floats are made for this alone; others lie somewhere as they are, and
    // oneDNN only reads from the source of a reorder.
    const bool is_float = tensor.type() == DataType::kFloat32;
    std::vector<float> floats =
        is_float ? tensor.ToFloats() : std::vector<float>();
    void* source = is_float ? static_cast<void*>(floats.data())
                            : const_cast<std::byte*>(tensor.bytes().data());
    dnnl::memory from(plain, engine, source);
    dnnl::memory to(wanted, engine, bytes.get());
    dnnl::stream stream(engine);
    dnnl::reorder(from, to).execute(stream, from, to);
    stream.wait();
  }
  GiveFileBack(tensor);
  return std::make_shared<PackedConstant>(
      PackedConstant{std::move(bytes), Tensor()});
}

std::shared_ptr<const PackedConstant> WeightStore::Find(
    const Tensor& tensor, const MemoryDesc& plain, const MemoryDesc& wanted) {
  const std::scoped_lock lock(mutex_);
  for (const Entry& entry : entries_[tensor.identity()]) {
    if (entry.plain == plain && entry.wanted == wanted) {
      return entry.packed;
    }
  }
  return nullptr;
}

std::shared_ptr<const PackedConstant> WeightStore::Pack(
    const dnnl::engine& engine,
    const Tensor& tensor,
    const MemoryDesc& plain,
    const MemoryDesc& wanted) {
  if (auto found = Find(tensor, plain, wanted)) {
    return found;
  }
  // Packed outside of the lock; should two threads pack the same constant, the
  // second result is dropped with the net that made it.
  auto packed = PackNow(engine, tensor, plain, wanted);
  const std::scoped_lock lock(mutex_);
  entries_[tensor.identity()].push_back({tensor, plain, wanted, packed});
  return packed;
}

const ByteWeights& WeightStore::ToBytes(const Tensor& weights) {
  {
    const std::scoped_lock lock(mutex_);
    const auto found = bytes_.find(KeyOf(weights));
    if (found != bytes_.end()) {
      return found->second->bytes;
    }
  }
  auto entry = std::make_unique<const ByteEntry>(
      ByteEntry{weights, ToByteWeights(weights)});
  const std::scoped_lock lock(mutex_);
  return bytes_.try_emplace(KeyOf(weights), std::move(entry))
      .first->second->bytes;
}

std::shared_ptr<const std::vector<float>> WeightStore::ToWinograd(
    const Tensor& weights, std::int64_t lanes) {
  const std::pair key(KeyOf(weights), lanes);
  {
    const std::scoped_lock lock(mutex_);
    const auto found = transformed_.find(key);
    if (found != transformed_.end()) {
      return found->second.transformed;
    }
  }
  const Shape& shape = weights.shape();
  auto transformed = std::make_shared<const std::vector<float>>(
      TransformWeights(weights.ToFloats(), shape[0], shape[1], lanes));
  GiveFileBack(weights);
  const std::scoped_lock lock(mutex_);
  return transformed_
      .try_emplace(key, WinogradEntry{weights, std::move(transformed)})
      .first->second.transformed;
}

}  // namespace mien::onednn
