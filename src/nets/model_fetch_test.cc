// SPDX-License-Identifier: Apache-2.0
#include "nets/model_fetch.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "core/file.h"
#include "core/hash.h"
#include "core/temp_dir.h"
#include "nets/http_test_server.h"

namespace mien::nets {
namespace {

/// 300,000 bytes of no pattern that repeats soon.
std::string Content() {
  std::string content(300'000, '\0');
  std::uint32_t x = 7;
  for (char& byte : content) {
    x = 1664525U * x + 1013904223U;
    byte = static_cast<char>(x >> 24U);
  }
  return content;
}

std::string HashOf(const std::string& content) {
  return Sha256Hex(std::as_bytes(std::span(content)));
}

class FetchFileTest : public ::testing::Test {
 protected:
  // The server is here, whatever proxy the environment names.
  void SetUp() override { ::setenv("no_proxy", "127.0.0.1", 1); }

  FetchRequest RequestTo(const HttpTestServer& server) const {
    FetchRequest request;
    request.url = server.Url();
    request.path = dir_ / "model.onnx";
    request.sha256 = HashOf(content_);
    return request;
  }

  [[nodiscard]] std::string Saved() const {
    return ReadTextFile(dir_ / "model.onnx").value_or("nothing");
  }

  [[nodiscard]] bool HasPart() const {
    return std::filesystem::exists(dir_ / "model.onnx.part");
  }

  TempDir dir_;
  std::string content_ = Content();
};

TEST_F(FetchFileTest, DownloadsAndVerifies) {
  const HttpTestServer server(content_, {});
  FetchRequest request = RequestTo(server);
  FetchProgress last;
  request.observer = [&](const FetchProgress& progress) {
    last = progress;
    return true;
  };
  const auto file = FetchFile(request);
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(Saved(), content_);
  EXPECT_FALSE(HasPart());
  EXPECT_EQ(file->bytes, content_.size());
  EXPECT_EQ(file->downloaded_bytes, content_.size());
  EXPECT_EQ(last.done, content_.size());
  EXPECT_EQ(last.total, content_.size());
}

TEST_F(FetchFileTest, LeavesTheRightFileAlone) {
  ASSERT_TRUE(WriteFileAtomically(dir_ / "model.onnx", content_));
  const HttpTestServer server(content_, {});
  const auto file = FetchFile(RequestTo(server));
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->downloaded_bytes, 0U);
  EXPECT_EQ(server.num_requests(), 0);
}

TEST_F(FetchFileTest, NeverReplacesAnotherFile) {
  ASSERT_TRUE(WriteFileAtomically(dir_ / "model.onnx", "mine"));
  const HttpTestServer server(content_, {});
  const auto file = FetchFile(RequestTo(server));
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, ErrorCode::kAlreadyExists);
  EXPECT_EQ(Saved(), "mine");
}

TEST_F(FetchFileTest, ContinuesAnInterruptedDownload) {
  const HttpTestServer server(content_, {.first_answer_ends_after = 100'000});
  const auto interrupted = FetchFile(RequestTo(server));
  ASSERT_FALSE(interrupted);
  EXPECT_EQ(interrupted.error().code, ErrorCode::kIo);
  EXPECT_EQ(Saved(), "nothing");
  EXPECT_TRUE(HasPart());

  const auto file = FetchFile(RequestTo(server));
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(Saved(), content_);
  EXPECT_EQ(file->downloaded_bytes, 200'000U);
}

TEST_F(FetchFileTest, BeginsAnewWhereTheServerKnowsNoRanges) {
  const HttpTestServer server(content_, {.knows_ranges = false});
  ASSERT_TRUE(WriteFileAtomically(dir_ / "model.onnx.part", "something old"));
  const auto file = FetchFile(RequestTo(server));
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(Saved(), content_);
  EXPECT_EQ(file->downloaded_bytes, content_.size());
}

TEST_F(FetchFileTest, BeginsAnewWhenThePartWasOfAnotherFile) {
  const HttpTestServer server(content_, {});
  ASSERT_TRUE(WriteFileAtomically(dir_ / "model.onnx.part", "something old"));
  const auto file = FetchFile(RequestTo(server));
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(Saved(), content_);
}

TEST_F(FetchFileTest, TakesAPartThatIsComplete) {
  const HttpTestServer server(content_, {});
  ASSERT_TRUE(WriteFileAtomically(dir_ / "model.onnx.part", content_));
  const auto file = FetchFile(RequestTo(server));
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->downloaded_bytes, 0U);
}

TEST_F(FetchFileTest, RefusesAndRemovesAWrongFile) {
  const HttpTestServer server("something else", {});
  const auto file = FetchFile(RequestTo(server));
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, ErrorCode::kCorruptData);
  EXPECT_NE(file.error().message.find("must be " + HashOf(content_)),
            std::string::npos);
  EXPECT_EQ(Saved(), "nothing");
  EXPECT_FALSE(HasPart());
}

TEST_F(FetchFileTest, ReportsTheHashWhereNoneWasAsked) {
  const HttpTestServer server(content_, {});
  FetchRequest request = RequestTo(server);
  request.sha256.clear();
  const auto file = FetchFile(request);
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->sha256, HashOf(content_));
}

TEST_F(FetchFileTest, StopsAtTheLimit) {
  const HttpTestServer server(content_, {});
  FetchRequest request = RequestTo(server);
  request.max_bytes = content_.size() - 1;
  const auto file = FetchFile(request);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, ErrorCode::kLimitExceeded);
  EXPECT_EQ(Saved(), "nothing");
}

TEST_F(FetchFileTest, StopsWhenTheObserverSaysSo) {
  const HttpTestServer server(content_, {});
  FetchRequest request = RequestTo(server);
  request.observer = [](const FetchProgress&) { return false; };
  const auto file = FetchFile(request);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, ErrorCode::kCancelled);
}

TEST_F(FetchFileTest, SaysWhatTheServerLacks) {
  const HttpTestServer server(content_, {});
  FetchRequest request = RequestTo(server);
  request.url = server.Url("/missing");
  const auto file = FetchFile(request);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(file.error().message,
            request.url + ": the server answers with HTTP status 404");
}

TEST_F(FetchFileTest, RefusesMalformedRequests) {
  FetchRequest request;
  request.path = dir_ / "model.onnx";
  request.url = "file:///etc/passwd";
  EXPECT_EQ(FetchFile(request).error().code, ErrorCode::kInvalidArgument);
  request.url = "https://example.org/a";
  request.sha256 = "ABC";
  EXPECT_EQ(FetchFile(request).error().code, ErrorCode::kInvalidArgument);
}

TEST(FetchableModels, AreCompleteAndVerifiable) {
  for (const FetchableModel& model : FetchableModels()) {
    EXPECT_FALSE(model.files.empty()) << model.name;
    EXPECT_FALSE(model.license.empty()) << model.name;
    for (const FetchableFile& file : model.files) {
      EXPECT_TRUE(file.url.starts_with("https://")) << model.name;
      EXPECT_EQ(file.sha256.size(), 64U) << model.name;
      EXPECT_GT(file.bytes, 0U) << model.name;
      EXPECT_TRUE(file.saved_as.ends_with(".onnx")) << model.name;
    }
  }
}

TEST(FindFetchableModel, ListsTheNamesForAnUnknownOne) {
  EXPECT_EQ(FindFetchableModel("mtcnn")->files.size(), 3U);
  EXPECT_EQ(FindFetchableModel("nobody").error().message,
            "no model is called nobody; there are: facenet-vggface2, "
            "facenet-casia-webface, mtcnn, yunet");
}

TEST(FetchModel, KeepsWhatIsThere) {
  const HttpTestServer server(Content(), {});
  const TempDir dir;
  const std::string url = server.Url();
  const std::string hash = HashOf(Content());
  const FetchableModel model = {.name = "test",
                                .description = "",
                                .license = "",
                                .files = {{.url = url,
                                           .sha256 = hash,
                                           .bytes = Content().size(),
                                           .kind = FetchedKind::kOnnx,
                                           .saved_as = "test.onnx"}}};
  for (int i = 0; i < 2; ++i) {
    const auto paths = FetchModel(model, dir.path());
    ASSERT_TRUE(paths) << paths.error().message;
    EXPECT_EQ((*paths)[0], dir / "test.onnx");
  }
  EXPECT_EQ(server.num_requests(), 1);
}

}  // namespace
}  // namespace mien::nets
