// SPDX-License-Identifier: Apache-2.0
//
// For tests: a dataset of people who differ in colour, and a network that is
// trained on it in a second.
#pragma once

#include <cstdint>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "core/check.h"
#include "data/dataset_writer.h"
#include "data/embedding_file.h"
#include "data/sample_dataset.h"
#include "graph/builder.h"
#include "graph/contract.h"
#include "nets/nets.h"

namespace mien::train {

inline constexpr int kToyPx = 16;
inline constexpr int kToyEmbedding = 6;
inline constexpr int kToyTeacher = 3;

/// A chip of one colour, no two alike: identity `person` of 8.
inline NewChip ToyChip(int person, int number, std::mt19937& random) {
  Image image(kSampleGeometry.chip_px(), kSampleGeometry.chip_px());
  const auto pixels = image.pixels();
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    const bool bright = (person >> (i % 3)) % 2 == 1;
    pixels[i] = static_cast<std::uint8_t>((bright ? 150 : 60) + random() % 50);
  }
  NewChip chip;
  chip.record.identity = "person" + std::to_string(person);
  chip.record.source = chip.record.identity + "/" + chip.record.identity +
                       "_000" + std::to_string(number) + ".jpg";
  chip.record.digest = "digest of " + chip.record.source;
  chip.jpeg = EncodeJpeg(image, 95).value();
  return chip;
}

/// 8 people with `per_person` chips each, and a teacher that tells them apart.
inline void MakeToyPeople(const std::filesystem::path& folder,
                          int per_person,
                          unsigned seed = 1) {
  std::mt19937 random(seed);
  DatasetWriter writer = OpenWriter(folder);
  auto teacher = EmbeddingFileWriter::Open(
      folder / kTeacherFile, kToyTeacher, "sha256:toy", SIZE_MAX);
  MIEN_CHECK(teacher);
  for (int person = 0; person < 8; ++person) {
    for (int number = 1; number <= per_person; ++number) {
      const std::vector<NewChip> chips = {ToyChip(person, number, random)};
      MIEN_CHECK(writer.Add(chips));
      std::vector<float> row;
      for (int bit = 0; bit < kToyTeacher; ++bit) {
        row.push_back((person >> bit) % 2 == 1 ? 0.57735027F : -0.57735027F);
      }
      MIEN_CHECK(teacher->Append(row));
    }
  }
  MIEN_CHECK(writer.Finish());
  MIEN_CHECK(teacher->Finish());
}

/// A network for chips of kToyPx with embeddings of kToyEmbedding.
inline Graph ToyNet(float dropout = 0.1F, std::uint64_t seed = 5) {
  GraphBuilder net("toy", nets::RandomParameters(seed));
  Value x = net.Input("input", {kDynamicDim, 3, kToyPx, kToyPx});
  x = net.Conv(x, "conv", {.out = 8, .stride = {2, 2}, .pad = {1, 1}});
  x = net.Relu(net.BatchNorm(x, "norm", 1e-3F));
  x = net.Dropout(net.Flatten(net.GlobalAveragePool(x), 8), dropout);
  x = net.Linear(x, "last", kToyEmbedding, GraphBuilder::Bias::kNo);
  net.Output(net.L2Normalize(x), "embedding");
  Graph graph = std::move(net).Build();
  ModelContract contract;
  contract.name = "toy";
  contract.task = ModelTask::kEmbed;
  contract.input_width = kToyPx;
  contract.input_height = kToyPx;
  contract.embedding_size = kToyEmbedding;
  StoreContract(contract, graph);
  return graph;
}

}  // namespace mien::train
