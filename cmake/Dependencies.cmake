# SPDX-License-Identifier: Apache-2.0
#
# Every third-party library, looked up once. docs/dependencies.md says what each
# does here and where it is wrapped. Installed with the library: projects that
# use it need the same libraries, but not those of the program and the tests
# (MIEN_AS_PACKAGE).

include_guard()

find_package(Threads REQUIRED)
find_package(OpenMP REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(Protobuf REQUIRED)
find_package(ZLIB REQUIRED)

# libcurl is loaded when a model is fetched, not linked: only its header.
find_path(CURL_INCLUDE_DIR curl/curl.h REQUIRED)

find_package(JPEG REQUIRED)
find_package(PNG REQUIRED)
find_package(TIFF REQUIRED)
find_package(GIF REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(WebP REQUIRED IMPORTED_TARGET libwebp libwebpdemux)

pkg_check_modules(Heif REQUIRED IMPORTED_TARGET libheif)

# Debian's oneDNN package asks for OpenCL, which the CPU engine does not need.
find_path(DNNL_INCLUDE_DIR dnnl.hpp REQUIRED)
find_library(DNNL_LIBRARY dnnl REQUIRED)
add_library(mien_dnnl INTERFACE IMPORTED GLOBAL)
target_include_directories(mien_dnnl INTERFACE ${DNNL_INCLUDE_DIR})
target_link_libraries(mien_dnnl INTERFACE ${DNNL_LIBRARY})

# Debian's ONNX package exports no target for its protobuf messages alone.
find_library(ONNX_PROTO_LIBRARY onnx_proto REQUIRED)
add_library(mien_onnx_proto INTERFACE IMPORTED GLOBAL)
target_link_libraries(mien_onnx_proto INTERFACE
  ${ONNX_PROTO_LIBRARY} protobuf::libprotobuf)
target_compile_definitions(mien_onnx_proto INTERFACE ONNX_ML=1 ONNX_NAMESPACE=onnx)

if(MIEN_AS_PACKAGE)
  return()
endif()
find_package(CLI11 REQUIRED)
find_package(Boost REQUIRED)  # headers: the server's HTTP
find_package(OpenSSL REQUIRED COMPONENTS SSL Crypto)

# FFmpeg is loaded when a video is opened, not linked: only its headers.
find_path(FFMPEG_INCLUDE_DIR libavformat/avformat.h REQUIRED)

# Approximate search; without faiss everything else builds.
find_library(FAISS_LIBRARY faiss)
find_package(LAPACK QUIET)
if(FAISS_LIBRARY AND LAPACK_FOUND)
  add_library(mien_faiss INTERFACE IMPORTED GLOBAL)
  target_link_libraries(mien_faiss INTERFACE
    ${FAISS_LIBRARY} LAPACK::LAPACK OpenMP::OpenMP_CXX)
endif()
if(MIEN_TESTS)
  find_package(GTest REQUIRED)
endif()
if(MIEN_BENCH)
  find_package(benchmark REQUIRED)
endif()
