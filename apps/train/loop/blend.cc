// SPDX-License-Identifier: Apache-2.0
#include "train/loop/blend.h"

#include <vector>

#include "train/losses/batch.h"
#include "train/samplers/random_stream.h"

namespace mien::train {

Tensor Blend(const Tensor& chips,
             double share,
             std::uint64_t seed,
             std::int64_t step) {
  // libtorch's generator looks at 32 bits of its seed.
  const torch::Generator random =
      SeededGenerator(RandomStream(seed, step).Next() >> 32U);
  const std::int64_t count = chips.size(0);
  const Tensor chosen = at::rand({count}, random).lt(share);
  const Tensor taken = 0.5 * at::rand({count}, random) * chosen;
  std::vector<std::int64_t> shape(static_cast<std::size_t>(chips.dim()), 1);
  shape[0] = count;
  const Tensor whole = chips.to(torch::kFloat32);
  return whole.lerp(whole.roll(1, 0), taken.view(shape).to(chips.device()));
}

}  // namespace mien::train
