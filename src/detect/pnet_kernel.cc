// SPDX-License-Identifier: Apache-2.0
#include "detect/pnet_kernel.h"

#include "core/cpu.h"

namespace mien {
namespace {

// Filter side of F(2, 3), with the sign of the last product turned so that the
// kernel only ever adds (G of Lavin and Gray 2016, section 4.1).
constexpr std::array<std::array<float, 3>, 4> kFilter2 = {
    {{1.0F, 0.0F, 0.0F},
     {0.5F, 0.5F, 0.5F},
     {0.5F, -0.5F, 0.5F},
     {0.0F, 0.0F, -1.0F}}};

// Filter side of F(4, 3) (section 4.2).
constexpr std::array<std::array<float, 3>, 6> kFilter4 = {
    {{1.0F / 4, 0.0F, 0.0F},
     {-1.0F / 6, -1.0F / 6, -1.0F / 6},
     {-1.0F / 6, 1.0F / 6, -1.0F / 6},
     {1.0F / 24, 1.0F / 12, 1.0F / 6},
     {1.0F / 24, -1.0F / 12, 1.0F / 6},
     {0.0F, 0.0F, 1.0F}}};

// Column `k` of the filter from channel `in` to `out`, transformed by `row`.
float TransformColumn(const std::vector<float>& weight,
                      int num_in,
                      int out,
                      int in,
                      int k,
                      const std::array<float, 3>& row) {
  const std::size_t first =
      (static_cast<std::size_t>(out) * static_cast<std::size_t>(num_in) +
       static_cast<std::size_t>(in)) *
          9 +
      static_cast<std::size_t>(k);
  return row[0] * weight[first] + row[1] * weight[first + 3] +
         row[2] * weight[first + 6];
}

// [group, phase, in, column, channel of the group, top or bottom]
PackedConv PackConv1(const ConvPreluWeights& conv, int group) {
  constexpr int kPhases[2][2] = {{1, 2}, {0, 3}};
  PackedConv packed{.weight = {}, .bias = conv.bias, .slope = conv.slope};
  for (int first = 0; first < kPnetConv1; first += group) {
    for (const auto& phase : kPhases) {
      for (int tap = 0; tap < 9; ++tap) {
        for (int g = 0; g < group; ++g) {
          for (const int product : phase) {
            packed.weight.push_back(
                TransformColumn(conv.weight,
                                3,
                                first + g,
                                tap / 3,
                                tap % 3,
                                kFilter2[static_cast<std::size_t>(product)]));
          }
        }
      }
    }
  }
  return packed;
}

// [group, product, in, column, channel of the group]
PackedConv PackConv(const ConvPreluWeights& conv,
                    int num_in,
                    int num_out,
                    int group) {
  PackedConv packed{.weight = {}, .bias = conv.bias, .slope = conv.slope};
  for (int first = 0; first < num_out; first += group) {
    for (const auto& row : kFilter4) {
      for (int tap = 0; tap < num_in * 3; ++tap) {
        for (int g = 0; g < group; ++g) {
          packed.weight.push_back(TransformColumn(
              conv.weight, num_in, first + g, tap / 3, tap % 3, row));
        }
      }
    }
  }
  return packed;
}

}  // namespace

PackedPnet PackPnet(const PnetWeights& weights, const PnetKernel& kernel) {
  PackedPnet packed;
  packed.conv1 = PackConv1(weights.conv1, kernel.conv1_group);
  packed.conv2 =
      PackConv(weights.conv2, kPnetConv1, kPnetConv2, kernel.conv_group);
  packed.conv3 =
      PackConv(weights.conv3, kPnetConv2, kPnetConv3, kernel.conv_group);
  for (std::size_t c = 0; c < kPnetConv3; ++c) {
    packed.logit_weight.push_back(weights.score_weight[kPnetConv3 + c] -
                                  weights.score_weight[c]);
  }
  packed.logit_bias = weights.score_bias[1] - weights.score_bias[0];
  return packed;
}

std::vector<const PnetKernel*> UsablePnetKernels() {
  std::vector<const PnetKernel*> usable;
  if (HostCpu().avx512) {
    usable.push_back(&Avx512PnetKernel());
  }
  if (HostCpu().avx2) {
    usable.push_back(&Avx2PnetKernel());
  }
  usable.push_back(&BaselinePnetKernel());
  return usable;
}

}  // namespace mien
