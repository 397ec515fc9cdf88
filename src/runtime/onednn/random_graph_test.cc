// SPDX-License-Identifier: Apache-2.0
//
// Small random networks: whatever the passes fuse and however values share
// memory, the answers are those of the reference executor.
#include "runtime/onednn/compare_executors.h"

namespace mien::onednn {
namespace {

/// Grows a network on values that all are [2, c, 8, 8].
class RandomNetwork {
 public:
  explicit RandomNetwork(unsigned seed)
      : random_(seed), net_("random", RandomSource(seed)) {
    values_.push_back(net_.Input("x", {2, 6, 8, 8}));
  }

  Graph Build(int num_layers) && {
    for (int i = 0; i < num_layers; ++i) {
      values_.push_back(Layer("layer" + std::to_string(i)));
    }
    net_.Output(values_.back(), "y");
    if (Pick(2) == 0) {
      net_.Output(Any(), "z");
    }
    return std::move(net_).Build();
  }

 private:
  int Pick(int count) { return static_cast<int>(random_() % unsigned(count)); }

  /// The last value or, less often, an earlier one.
  const Value& Any() {
    const int last = static_cast<int>(values_.size()) - 1;
    return values_[static_cast<std::size_t>(Pick(2) == 0 ? last
                                                         : Pick(last + 1))];
  }

  Value Convolution(const std::string& name) {
    const Value x = Any();
    const int channels = net_.Channels(x);
    const bool depthwise = Pick(4) == 0;
    const int side = Pick(2) == 0 ? 1 : 3;
    return net_.Conv(x,
                     name,
                     {.out = depthwise ? channels : 1 + Pick(40),
                      .kernel = {side, side},
                      .pad = {side / 2, side / 2},
                      .groups = depthwise ? channels : 1,
                      .bias = Pick(2) == 0});
  }

  /// Two values of equal channels joined.
  Value Join() {
    const Value& a = Any();
    for (std::size_t i = values_.size(); i-- > 0;) {
      if (net_.Channels(values_[i]) == net_.Channels(a) &&
          values_[i].name != a.name) {
        return Pick(3) == 0   ? net_.Mul(a, values_[i])
               : Pick(2) == 0 ? net_.AddScaled(a, values_[i], 0.3F)
                              : net_.Add(a, values_[i]);
      }
    }
    return net_.Add(a, a);
  }

  Value Layer(const std::string& name) {
    switch (Pick(11)) {
      case 0:
        return net_.Relu(Any());
      case 1:
        return net_.Prelu(Any(), name);
      case 2:
        return net_.BatchNorm(Any(), name, 1e-3F);
      case 3:
        return net_.Concat({Any(), Any()});
      case 4:
      case 5:
        return Join();
      case 6:
        return net_.Sigmoid(Any());
      case 7:
        return net_.BatchNorm(Convolution(name), name + ".bn", 1e-3F);
      case 8:
        return net_.Relu(Convolution(name));
      default:
        return Convolution(name);
    }
  }

  std::mt19937 random_;
  GraphBuilder net_;
  std::vector<Value> values_;
};

class RandomGraph : public testing::TestWithParam<unsigned> {};

TEST_P(RandomGraph, EqualsReference) {
  ExpectEqualsReference(RandomNetwork(GetParam()).Build(14), {}, 3e-5);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomGraph, testing::Range(1U, 61U));

}  // namespace
}  // namespace mien::onednn
