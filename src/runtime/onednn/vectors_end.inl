// SPDX-License-Identifier: Apache-2.0
//
// Ends what vectors_avx2.inl or vectors_avx512.inl began.
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#pragma GCC diagnostic pop
