// SPDX-License-Identifier: Apache-2.0
#include "inputs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "core/temp_dir.h"

namespace mien::cli {
namespace {

namespace fs = std::filesystem;

using ::testing::ElementsAre;

void Touch(const fs::path& path) {
  fs::create_directories(path.parent_path());
  std::ofstream{path};
}

std::vector<fs::path> Expand(const std::vector<std::string>& arguments) {
  return ExpandInputs(arguments).value_or({});
}

TEST(ExpandInputs, AFileStandsForItselfWhateverItIsCalled) {
  EXPECT_THAT(Expand({"missing.txt"}), ElementsAre(fs::path("missing.txt")));
}

TEST(ExpandInputs, AFolderStandsForThePicturesBelowIt) {
  const TempDir dir;
  Touch(dir / "b.JPG");
  Touch(dir / "a/c.heic");
  Touch(dir / "notes.txt");
  EXPECT_THAT(Expand({dir.path().string()}),
              ElementsAre(dir / "a/c.heic", dir / "b.JPG"));
}

TEST(ExpandInputs, APatternStandsForItsMatches) {
  const TempDir dir;
  Touch(dir / "1.png");
  Touch(dir / "2.png");
  Touch(dir / "3.jpg");
  EXPECT_THAT(Expand({(dir / "*.png").string()}),
              ElementsAre(dir / "1.png", dir / "2.png"));
}

TEST(ExpandInputs, AnExistingNameIsNoPattern) {
  const TempDir dir;
  Touch(dir / "a[1].png");
  EXPECT_THAT(Expand({(dir / "a[1].png").string()}),
              ElementsAre(dir / "a[1].png"));
}

TEST(ExpandInputs, NamesTheArgumentThatStandsForNothing) {
  const TempDir dir;
  const std::vector<std::string> arguments = {dir.path().string()};
  const auto pictures = ExpandInputs(arguments);
  ASSERT_FALSE(pictures);
  EXPECT_EQ(pictures.error().message,
            dir.path().string() + ": no pictures there");
}

}  // namespace
}  // namespace mien::cli
