// SPDX-License-Identifier: Apache-2.0
//
// Writes the seeds of onnx_fuzz, one small file per operator and form:
//
//   cmake --build --preset release --target write_onnx_corpus
//   build/release/fuzz/write_onnx_corpus fuzz/corpus/onnx_fuzz
#include <cstdio>
#include <filesystem>
#include <string>

#include "graph/contract.h"
#include "graph/onnx_io.h"
#include "graph/operator_samples.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: write_onnx_corpus FOLDER\n");
    return 2;
  }
  int count = 0;
  for (const mien::OperatorSample& sample : mien::OperatorSamples()) {
    mien::Graph graph = mien::SampleGraph(sample);
    if (count == 0) {
      mien::StoreContract({}, graph);
    }
    const std::filesystem::path path =
        std::filesystem::path(argv[1]) /
        (sample.op_type + std::to_string(count++) + ".onnx");
    const auto saved = mien::SaveOnnx(graph, path);
    if (!saved) {
      std::fprintf(stderr, "%s\n", saved.error().message.c_str());
      return 1;
    }
  }
  std::printf("%d files\n", count);
  return 0;
}
