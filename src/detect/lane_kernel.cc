// SPDX-License-Identifier: Apache-2.0
#include "detect/lane_kernel.h"

#include <cstddef>

#include "core/cpu.h"
#include "detect/winograd.h"

namespace mien {
namespace {

// Channels below which a tile's transforms cost more than they save.
constexpr int kMinWinogradChannels = 16;

int TileFor(int in, int kernel, int out_side) {
  if (kernel != 3 || in < kMinWinogradChannels) {
    return 0;
  }
  if (out_side % 3 == 0) {
    return 3;
  }
  return out_side % 2 == 0 ? 2 : 0;
}

// The filter at `g` [3, 3] at point (i, j): filter g filter^T.
template <int kPoints>
float FilterPoint(const WinogradMatrix<kPoints, 3>& filter,
                  const float* g,
                  std::size_t i,
                  std::size_t j) {
  float sum = 0.0F;
  for (std::size_t y = 0; y < 3; ++y) {
    for (std::size_t x = 0; x < 3; ++x) {
      sum += filter[i][y] * filter[j][x] * g[3 * y + x];
    }
  }
  return sum;
}

float PointOf(int tile, const float* g, int point) {
  const auto side = static_cast<std::size_t>(tile + 2);
  const std::size_t i = static_cast<std::size_t>(point) / side;
  const std::size_t j = static_cast<std::size_t>(point) % side;
  return tile == 3 ? FilterPoint<5>(kWinogradFilter3, g, i, j)
                   : FilterPoint<4>(kWinogradFilter2, g, i, j);
}

// `values` with zeros up to a multiple of `group`.
std::vector<float> PadTo(std::vector<float> values, int group) {
  const auto step = static_cast<std::size_t>(group);
  values.resize((values.size() + step - 1) / step * step);
  return values;
}

}  // namespace

LaneConv PackLaneConv(const std::vector<float>& weight,
                      const std::vector<float>& bias,
                      const std::vector<float>& slope,
                      int in,
                      int kernel,
                      int out_side,
                      int group) {
  const int out = static_cast<int>(bias.size());
  const int taps = kernel * kernel;
  LaneConv conv = {.in = in,
                   .out = out,
                   .kernel = kernel,
                   .tile = TileFor(in, kernel, out_side),
                   .weight = {},
                   .bias = PadTo(bias, group),
                   .slope = PadTo(slope, group)};
  // A filter, or zeros past the last one.
  const std::vector<float> nothing(static_cast<std::size_t>(taps));
  const auto filter = [&](int channel, int c) {
    return channel < out
               ? &weight[static_cast<std::size_t>((channel * in + c) * taps)]
               : nothing.data();
  };
  const int points = (conv.tile + 2) * (conv.tile + 2);
  for (int first = 0; first < out; first += group) {
    if (conv.tile == 0) {
      for (int i = 0; i < in * taps; ++i) {
        for (int g = 0; g < group; ++g) {
          conv.weight.push_back(filter(first + g, i / taps)[i % taps]);
        }
      }
      continue;
    }
    for (int i = 0; i < points * in; ++i) {
      for (int g = 0; g < group; ++g) {
        conv.weight.push_back(
            PointOf(conv.tile, filter(first + g, i % in), i / in));
      }
    }
  }
  return conv;
}

LaneDense PackLaneDense(const std::vector<float>& weight,
                        const std::vector<float>& bias,
                        const std::vector<float>& slope,
                        int group) {
  const int out = static_cast<int>(bias.size());
  const int in = static_cast<int>(weight.size()) / out;
  LaneDense dense = {.in = in,
                     .out = out,
                     .weight = {},
                     .bias = PadTo(bias, group),
                     .slope = PadTo(slope, group)};
  for (int first = 0; first < out; first += group) {
    for (int i = 0; i < in; ++i) {
      for (int channel = first; channel < first + group; ++channel) {
        dense.weight.push_back(
            channel < out ? weight[static_cast<std::size_t>(channel * in + i)]
                          : 0.0F);
      }
    }
  }
  return dense;
}

std::vector<const LaneKernel*> UsableLaneKernels() {
  std::vector<const LaneKernel*> usable;
  if (HostCpu().avx512) {
    usable.push_back(&Avx512LaneKernel());
  }
  if (HostCpu().avx2) {
    usable.push_back(&Avx2LaneKernel());
  }
  usable.push_back(&BaselineLaneKernel());
  return usable;
}

}  // namespace mien
