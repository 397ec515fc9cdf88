// SPDX-License-Identifier: Apache-2.0
//
// Matrices of the minimal filtering algorithms F(m, 3) (Lavin and Gray 2016,
// section 4, and their wincnn for F(3, 3) on the points 0, 1, -1, 2):
//   y = output ((filter g) * (input d))
#pragma once

#include <array>

namespace mien {

template <int kRows, int kColumns>
using WinogradMatrix = std::array<std::array<float, kColumns>, kRows>;

inline constexpr WinogradMatrix<4, 4> kWinogradInput2 = {
    {{1, 0, -1, 0}, {0, 1, 1, 0}, {0, -1, 1, 0}, {0, 1, 0, -1}}};
inline constexpr WinogradMatrix<4, 3> kWinogradFilter2 = {
    {{1, 0, 0}, {0.5F, 0.5F, 0.5F}, {0.5F, -0.5F, 0.5F}, {0, 0, 1}}};
inline constexpr WinogradMatrix<2, 4> kWinogradOutput2 = {
    {{1, 1, 1, 0}, {0, 1, -1, -1}}};

inline constexpr WinogradMatrix<5, 5> kWinogradInput3 = {{{2, -1, -2, 1, 0},
                                                          {0, -2, -1, 1, 0},
                                                          {0, 2, -3, 1, 0},
                                                          {0, -1, 0, 1, 0},
                                                          {0, 2, -1, -2, 1}}};
inline constexpr WinogradMatrix<5, 3> kWinogradFilter3 = {
    {{1.0F / 2, 0, 0},
     {-1.0F / 2, -1.0F / 2, -1.0F / 2},
     {-1.0F / 6, 1.0F / 6, -1.0F / 6},
     {1.0F / 6, 1.0F / 3, 2.0F / 3},
     {0, 0, 1}}};
inline constexpr WinogradMatrix<3, 5> kWinogradOutput3 = {
    {{1, 1, 1, 1, 0}, {0, 1, -1, 2, 0}, {0, 1, 1, 4, 1}}};

}  // namespace mien
