# SPDX-License-Identifier: Apache-2.0
#
# libtorch's headers and libraries as the target mien_torch. Its own CMake
# package also asks for what it was built with, which using it does not need.
# CMAKE_PREFIX_PATH names a libtorch elsewhere, for example that of a PyTorch
# with CUDA: `python3 -c "import torch; print(torch.__path__[0])"`.

include(FindPackageHandleStandardArgs)
find_path(LIBTORCH_INCLUDE_DIR torch/csrc/api/include/torch/types.h)
find_library(LIBTORCH_LIBRARY torch)
find_library(LIBTORCH_CPU_LIBRARY torch_cpu)
find_library(LIBTORCH_C10_LIBRARY c10)
find_package_handle_standard_args(LibTorch REQUIRED_VARS
  LIBTORCH_LIBRARY LIBTORCH_CPU_LIBRARY LIBTORCH_C10_LIBRARY
  LIBTORCH_INCLUDE_DIR)

if(LibTorch_FOUND AND NOT TARGET mien_torch)
  add_library(mien_torch INTERFACE IMPORTED GLOBAL)
  target_include_directories(mien_torch SYSTEM INTERFACE
    ${LIBTORCH_INCLUDE_DIR} ${LIBTORCH_INCLUDE_DIR}/torch/csrc/api/include)
  target_link_libraries(mien_torch INTERFACE
    ${LIBTORCH_LIBRARY} ${LIBTORCH_CPU_LIBRARY} ${LIBTORCH_C10_LIBRARY})
  # Only libtorch's CUDA library registers the GPU's kernels, when it is there.
  find_library(LIBTORCH_CUDA_LIBRARY torch_cuda)
  if(LIBTORCH_CUDA_LIBRARY)
    target_link_libraries(mien_torch INTERFACE
      -Wl,--no-as-needed ${LIBTORCH_CUDA_LIBRARY})
  endif()
endif()
