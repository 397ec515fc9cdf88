// SPDX-License-Identifier: Apache-2.0
#include "graph/contract.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/temp_dir.h"
#include "graph/onnx_io.h"

namespace mien {
namespace {

using ::testing::HasSubstr;

/// Nothing between input and output; only the interface matters here.
Graph MakeGraph(int side, int embedding_size) {
  Graph graph;
  graph.inputs = {{.name = "x", .shape = {kDynamicDim, 3, side, side}}};
  graph.nodes = {
      {.name = "y", .op_type = "Flatten", .inputs = {"x"}, .outputs = {"y"}}};
  graph.outputs = {{.name = "y", .shape = {kDynamicDim, embedding_size}}};
  return graph;
}

ModelContract FullContract() {
  ModelContract contract;
  contract.name = "net";
  contract.task = ModelTask::kEmbed;
  contract.input_width = 160;
  contract.input_height = 160;
  contract.color_order = ColorOrder::kBgr;
  contract.mean = {123.675F, 116.28F, 103.53F};
  contract.deviation = {58.395F, 57.12F, 57.375F};
  contract.chip_template = ChipTemplate::kFacenetMargin;
  contract.margin_px = 14.0F;
  contract.embedding_size = 512;
  contract.license = "Apache-2.0";
  contract.training_data = "made up";
  contract.notes = "two\nlines";
  contract.calibration = {{0.25F, 1e-2}, {0.5F, 1e-5}};
  contract.default_threshold = 0.4F;
  return contract;
}

TEST(Contract, ComesBackFromAGraph) {
  Graph graph = MakeGraph(160, 512);
  StoreContract(FullContract(), graph);
  const auto contract = ContractFromGraph(graph);
  ASSERT_TRUE(contract) << contract.error().message;
  EXPECT_EQ(contract->id, ModelId(graph));
  EXPECT_EQ(contract->name, "net");
  EXPECT_EQ(contract->task, ModelTask::kEmbed);
  EXPECT_EQ(contract->input_width, 160);
  EXPECT_EQ(contract->color_order, ColorOrder::kBgr);
  EXPECT_EQ(contract->mean, FullContract().mean);
  EXPECT_EQ(contract->deviation, FullContract().deviation);
  EXPECT_EQ(contract->chip_template, ChipTemplate::kFacenetMargin);
  EXPECT_EQ(contract->margin_px, 14.0F);
  EXPECT_EQ(contract->embedding_size, 512);
  EXPECT_EQ(contract->notes, "two\nlines");
  EXPECT_EQ(contract->default_threshold, 0.4F);
  ASSERT_EQ(contract->calibration.size(), 2U);
  EXPECT_EQ(contract->calibration[1].cosine_similarity, 0.5F);
  EXPECT_EQ(contract->calibration[1].fmr, 1e-5);
}

TEST(Contract, IsWrittenAsPlainText) {
  Graph graph = MakeGraph(160, 512);
  graph.metadata["mien.obsolete"] = "x";
  graph.metadata["author"] = "someone";
  StoreContract(FullContract(), graph);
  EXPECT_EQ(graph.metadata.at("mien.contract"), "1");
  EXPECT_EQ(graph.metadata.at("mien.mean"), "123.675 116.28 103.53");
  EXPECT_EQ(graph.metadata.at("mien.chip_template"), "facenet-margin");
  EXPECT_EQ(graph.metadata.at("mien.calibration"), "0.25:0.01 0.5:1e-05");
  EXPECT_EQ(graph.metadata.at("author"), "someone");
  EXPECT_FALSE(graph.metadata.contains("mien.obsolete"));
}

/// The message for FullContract() with `key` set to `value`.
std::string MessageFor(const std::string& key, const std::string& value) {
  Graph graph = MakeGraph(160, 512);
  StoreContract(FullContract(), graph);
  graph.metadata["mien." + key] = value;
  const auto contract = ContractFromGraph(graph);
  if (contract) {
    return "accepted";
  }
  EXPECT_EQ(contract.error().code, ErrorCode::kCorruptModel);
  return contract.error().message;
}

TEST(Contract, NamesAMalformedKey) {
  EXPECT_EQ(MessageFor("contract", "2"),
            "mien.contract is '2'; must be '1', the version that this build "
            "reads");
  EXPECT_EQ(MessageFor("color_order", "gray"),
            "mien.color_order is 'gray'; must be one of rgb, bgr");
  EXPECT_EQ(MessageFor("input_width", "-1"),
            "mien.input_width is '-1'; must be a whole number from 0 to 16384");
  EXPECT_EQ(MessageFor("deviation", "1 0 1"),
            "mien.deviation is '1 0 1'; must be three numbers above 0");
  EXPECT_EQ(MessageFor("deviation", "1 1"),
            "mien.deviation is '1 1'; must be three numbers above 0");
  EXPECT_EQ(MessageFor("margin_px", "nan"),
            "mien.margin_px is 'nan'; must be a number from 0 to 16384");
  EXPECT_EQ(MessageFor("name", "\xFF"), "mien.name is ''; must be UTF-8 text");
  for (const char* calibration : {"0.5",
                                  "0.5:",
                                  ":0.1",
                                  "0.5:2",
                                  "0.5:0.1 0.4:0.01",
                                  "0.1:0.1 0.2:0.3"}) {
    EXPECT_THAT(MessageFor("calibration", calibration),
                HasSubstr("must be pairs similarity:fmr"))
        << calibration;
  }
}

TEST(Contract, NamesAMissingKey) {
  Graph graph = MakeGraph(160, 512);
  StoreContract(FullContract(), graph);
  graph.metadata.erase("mien.mean");
  EXPECT_THAT(ContractFromGraph(graph).error().message,
              HasSubstr("mien.mean is missing; must be"));
}

TEST(Contract, MustFitTheGraph) {
  EXPECT_EQ(MessageFor("input_width", "112"),
            "mien.input_width is 112, but the graph has 160");
  EXPECT_EQ(MessageFor("embedding_size", "128"),
            "mien.embedding_size is 128, but the graph has 512");
}

TEST(Contract, IsNotFoundWithoutKeys) {
  EXPECT_EQ(ContractFromGraph(MakeGraph(160, 512)).error().code,
            ErrorCode::kNotFound);
}

TEST(ProfileContract, KnowsItsProfiles) {
  const auto arcface = ProfileContract("arcface112").value();
  EXPECT_EQ(arcface.input_width, 112);
  EXPECT_EQ(arcface.mean[0], 127.5F);
  EXPECT_EQ(arcface.deviation[0], 127.5F);
  EXPECT_EQ(arcface.chip_template, ChipTemplate::kArcFace);
  const auto imagenet = ProfileContract("arcface112-imagenet").value();
  EXPECT_NEAR(imagenet.mean[2], 103.53, 1e-4);
  EXPECT_NEAR(imagenet.deviation[1], 57.12, 1e-4);
  EXPECT_EQ(imagenet.default_threshold, 0.311F);
  const auto facenet = ProfileContract("facenet160").value();
  EXPECT_EQ(facenet.deviation[2], 128.0F);
  EXPECT_EQ(facenet.margin_px, 14.0F);
  EXPECT_EQ(ProfileContract("facenet160-prewhiten")->margin_px, 44.0F);
  EXPECT_EQ(ProfileContract("compreface")->pixel_scaling,
            PixelScaling::kPrewhiten);
}

TEST(ProfileContract, ListsTheProfilesWhenOneIsUnknown) {
  const auto contract = ProfileContract("arcface");
  ASSERT_FALSE(contract);
  EXPECT_EQ(contract.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(contract.error().message,
            "profile is 'arcface'; must be one of arcface112, "
            "arcface112-imagenet, facenet160, facenet160-prewhiten, "
            "compreface");
}

TEST(ContractOrProfile, TakesExtentsFromTheGraph) {
  const auto contract = ContractOrProfile(MakeGraph(128, 256), "arcface112");
  ASSERT_TRUE(contract) << contract.error().message;
  EXPECT_EQ(contract->input_width, 128);
  EXPECT_EQ(contract->embedding_size, 256);
}

TEST(ContractOrProfile, GivesTheIdThatTheImportedFileWillHave) {
  Graph graph = MakeGraph(112, 512);
  const auto arcface = ContractOrProfile(graph, "arcface112").value();
  const auto imagenet = ContractOrProfile(graph, "arcface112-imagenet").value();
  EXPECT_NE(arcface.id, imagenet.id);
  StoreContract(arcface, graph);
  EXPECT_EQ(ContractFromGraph(graph)->id, arcface.id);
}

TEST(ReadModelContract, ReadsAFile) {
  const TempDir dir;
  Graph graph = MakeGraph(160, 512);
  StoreContract(FullContract(), graph);
  ASSERT_TRUE(SaveOnnx(graph, dir / "net.onnx"));
  EXPECT_EQ(ReadModelContract(dir / "net.onnx")->name, "net");
}

TEST(ReadModelContract, AsksForAProfileWhereTheFileHasNoContract) {
  const TempDir dir;
  ASSERT_TRUE(SaveOnnx(MakeGraph(112, 512), dir / "net.onnx"));
  const auto contract = ReadModelContract(dir / "net.onnx");
  ASSERT_FALSE(contract);
  EXPECT_EQ(contract.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(contract.error().message,
              HasSubstr("net.onnx: no mien.* metadata in the file: profile is "
                        "''; must be one of arcface112"));
}

}  // namespace
}  // namespace mien
