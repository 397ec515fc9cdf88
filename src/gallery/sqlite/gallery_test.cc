// SPDX-License-Identifier: Apache-2.0
//
// What every gallery must do; a second store would run the same tests.
#include "mien/gallery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <random>
#include <thread>
#include <vector>

#include "core/file.h"
#include "core/temp_dir.h"
#include "gallery/sqlite/database.h"

namespace mien {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

/// A template whose vector depends on `seed` alone.
Template Face(unsigned seed, std::size_t dimension = 128) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  Template entry;
  entry.embedding.model_id = "sha256:0123456789abcdef";
  entry.embedding.values.resize(dimension);
  double squared = 0.0;
  for (float& value : entry.embedding.values) {
    value = normal(random);
    squared += static_cast<double>(value) * value;
  }
  for (float& value : entry.embedding.values) {
    value = static_cast<float>(value / std::sqrt(squared));
  }
  entry.source = "picture " + std::to_string(seed);
  return entry;
}

class GalleryTest : public testing::Test {
 protected:
  std::unique_ptr<Gallery> Open(const GalleryOptions& options = {}) {
    auto gallery = Gallery::Open(path_, options);
    EXPECT_TRUE(gallery) << gallery.error().message;
    return std::move(gallery).value();
  }

  /// Everything in the file and its journals.
  std::string AllBytes() {
    std::string all;
    for (const auto& entry :
         std::filesystem::directory_iterator(folder_.path())) {
      all += ReadTextFile(entry.path()).value();
    }
    return all;
  }

  TempDir folder_;
  std::filesystem::path path_ = folder_ / "people.db";
};

TEST_F(GalleryTest, KeepsATemplateWhole) {
  Template face = Face(1);
  face.polarity = Polarity::kNegative;
  face.quality = 0.75F;
  face.digest = "d1";
  face.thumbnail = {std::byte{1}, std::byte{2}};
  const auto added = Open()->AddTemplate("staff", "Ada", face);
  ASSERT_TRUE(added) << added.error().message;
  EXPECT_TRUE(added->is_new);

  const auto templates = ReadTemplates(
      *Open(), {.subject_id = added->subject_id, .with_thumbnails = true});
  ASSERT_TRUE(templates);
  ASSERT_EQ(templates->size(), 1U);
  const Template& back = templates->front();
  EXPECT_EQ(back.id, added->template_id);
  EXPECT_EQ(back.subject_id, added->subject_id);
  EXPECT_EQ(back.embedding.values, face.embedding.values);
  EXPECT_EQ(back.embedding.model_id, face.embedding.model_id);
  EXPECT_EQ(back.polarity, Polarity::kNegative);
  EXPECT_EQ(back.quality, 0.75F);
  EXPECT_EQ(back.source, "picture 1");
  EXPECT_EQ(back.digest, "d1");
  EXPECT_EQ(back.thumbnail, face.thumbnail);
  EXPECT_LE(std::chrono::abs(std::chrono::system_clock::now() - back.enrolled),
            std::chrono::seconds(60));
}

TEST_F(GalleryTest, AddsManyTemplatesAtOnce) {
  const auto gallery = Open();
  const auto added = gallery->AddTemplates({{{"staff", "Ada", Face(1)},
                                             {"guests", "Bo", Face(2)},
                                             {"staff", "Ada", Face(1)}}});
  ASSERT_TRUE(added) << added.error().message;
  ASSERT_EQ(added->size(), 3U);
  EXPECT_TRUE((*added)[1].is_new);
  EXPECT_FALSE((*added)[2].is_new);
  EXPECT_EQ((*added)[2].template_id, (*added)[0].template_id);
  EXPECT_THAT(gallery->Collections().value(), ElementsAre("guests", "staff"));
  EXPECT_EQ(gallery->Verify()->num_templates, 2);
}

TEST_F(GalleryTest, OneBadTemplateOfManyKeepsAllOut) {
  const auto gallery = Open();
  const auto added = gallery->AddTemplates(
      {{{"staff", "Ada", Face(1)}, {"staff", "", Face(2)}}});
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(gallery->Collections().value(), IsEmpty());
  EXPECT_EQ(gallery->Verify()->num_templates, 0);
}

TEST_F(GalleryTest, FindsATemplateByItsId) {
  const auto gallery = Open();
  Template face = Face(1);
  face.thumbnail = {std::byte{7}};
  const auto added = gallery->AddTemplate("staff", "Ada", face);
  ASSERT_TRUE(added);
  const auto found = ReadTemplates(
      *gallery, {.template_id = added->template_id, .with_thumbnails = true});
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ(found->front().subject_id, added->subject_id);
  EXPECT_EQ(found->front().embedding.values, face.embedding.values);
  EXPECT_EQ(found->front().thumbnail, face.thumbnail);
}

TEST_F(GalleryTest, ThumbnailsAreReadWhenAskedFor) {
  const auto gallery = Open();
  Template face = Face(1);
  face.thumbnail = {std::byte{7}};
  ASSERT_TRUE(gallery->AddTemplate("staff", "Ada", face));
  const auto without = ReadTemplates(*gallery, {});
  const auto with = ReadTemplates(*gallery, {.with_thumbnails = true});
  ASSERT_TRUE(without && with);
  EXPECT_THAT(without->front().thumbnail, IsEmpty());
  EXPECT_EQ(with->front().thumbnail, face.thumbnail);
}

TEST_F(GalleryTest, EveryConditionOfAQueryHolds) {
  const auto gallery = Open();
  const auto ada = *gallery->AddTemplate("a", "Ada", Face(1));
  const auto bob = *gallery->AddTemplate("a", "Bob", Face(2));
  Template other_model = Face(3);
  other_model.embedding.model_id = "sha256:fedcba9876543210";
  const auto third = *gallery->AddTemplate("b", "Ada", other_model);
  const auto ids = [&](const TemplateQuery& query) {
    std::vector<std::int64_t> found;
    const auto templates = ReadTemplates(*gallery, query).value();
    for (const Template& entry : templates) {
      found.push_back(entry.id);
    }
    return found;
  };
  const auto first_id = ada.template_id;
  const auto second_id = bob.template_id;
  const auto third_id = third.template_id;
  EXPECT_THAT(ids({}), ElementsAre(first_id, second_id, third_id));
  EXPECT_THAT(ids({.after_template_id = first_id}),
              ElementsAre(second_id, third_id));
  EXPECT_THAT(ids({.collection = "a"}), ElementsAre(first_id, second_id));
  EXPECT_THAT(ids({.collection = ""}), IsEmpty());
  EXPECT_THAT(ids({.model_id = "sha256:fedcba9876543210"}),
              ElementsAre(third_id));
  EXPECT_THAT(ids({.subject_id = bob.subject_id}), ElementsAre(second_id));
  EXPECT_THAT(ids({.subject_id = bob.subject_id, .template_id = second_id}),
              ElementsAre(second_id));
  EXPECT_THAT(ids({.subject_id = bob.subject_id, .template_id = first_id}),
              IsEmpty());
  EXPECT_THAT(ids({.template_id = 0}), IsEmpty());
  EXPECT_THAT(ids({.subject_id = 0}), IsEmpty());
}

TEST_F(GalleryTest, VisitingEndsWhenTheVisitorSaysSo) {
  const auto gallery = Open();
  ASSERT_TRUE(gallery->AddTemplate("a", "Ada", Face(1)));
  ASSERT_TRUE(gallery->AddTemplate("a", "Ada", Face(2)));
  int num_visited = 0;
  ASSERT_TRUE(gallery->ForEachTemplate({}, [&](const Template&) {
    ++num_visited;
    return false;
  }));
  EXPECT_EQ(num_visited, 1);
}

TEST_F(GalleryTest, ASubjectCanBeAddedBeforeItsTemplates) {
  const auto gallery = Open();
  const auto added = gallery->AddSubject("staff", "Ada");
  ASSERT_TRUE(added) << added.error().message;
  EXPECT_EQ(added->name, "Ada");
  EXPECT_EQ(added->num_templates, 0);
  EXPECT_EQ(gallery->AddTemplate("staff", "Ada", Face(1))->subject_id,
            added->id);
  EXPECT_EQ(gallery->AddSubject("visitors", "Ada")->num_templates, 0);
}

TEST_F(GalleryTest, ASubjectIsAddedOnce) {
  const auto gallery = Open();
  ASSERT_TRUE(gallery->AddTemplate("staff", "Ada", Face(1)));
  const auto again = gallery->AddSubject("staff", "Ada");
  EXPECT_EQ(again.error().code, ErrorCode::kAlreadyExists);
  EXPECT_EQ(again.error().message, "a subject \"Ada\" exists already");
}

TEST_F(GalleryTest, TheSamePictureTwiceIsOneTemplate) {
  const auto gallery = Open();
  const auto first = gallery->AddTemplate("staff", "Ada", Face(1));
  const auto again = gallery->AddTemplate("staff", "Ada", Face(1));
  ASSERT_TRUE(first && again);
  EXPECT_FALSE(again->is_new);
  EXPECT_EQ(again->template_id, first->template_id);
  EXPECT_EQ(gallery->FindSubject(SubjectName{"staff", "Ada"})->num_templates,
            1);
}

TEST_F(GalleryTest, CollectionsDoNotSeeOneAnother) {
  const auto gallery = Open();
  ASSERT_TRUE(gallery->AddTemplate("a", "Ada", Face(1)));
  ASSERT_TRUE(gallery->AddTemplate("b", "Ada", Face(2)));
  ASSERT_TRUE(gallery->AddTemplate("b", "Bob", Face(3)));
  EXPECT_THAT(gallery->Collections().value(), ElementsAre("a", "b"));
  EXPECT_THAT(
      gallery->Subjects("b").value(),
      ElementsAre(Field(&Subject::name, "Ada"), Field(&Subject::name, "Bob")));
  EXPECT_THAT(gallery->Subjects("c").value(), IsEmpty());
  std::vector<std::string> sources;
  ASSERT_TRUE(
      gallery->ForEachTemplate({.collection = "b"}, [&](const Template& entry) {
        sources.push_back(entry.source);
        return true;
      }));
  EXPECT_THAT(sources, ElementsAre("picture 2", "picture 3"));
}

TEST_F(GalleryTest, RefusesWhatIsNoTemplate) {
  const auto gallery = Open();
  const auto message = [&](std::string_view collection,
                           std::string_view subject,
                           const Template& face) {
    return gallery->AddTemplate(collection, subject, face).error().message;
  };
  EXPECT_THAT(message("", "Ada", Face(1)), HasSubstr("collection name"));
  EXPECT_THAT(message("a", "", Face(1)), HasSubstr("subject name is empty"));
  EXPECT_THAT(message("a", "\xFF", Face(1)), HasSubstr("UTF-8"));
  EXPECT_THAT(message("a", std::string(257, 'x'), Face(1)),
              HasSubstr("257 bytes"));
  Template face = Face(1);
  face.embedding.model_id.clear();
  EXPECT_THAT(message("a", "Ada", face), HasSubstr("model id"));
  face = Face(1);
  face.embedding.values.clear();
  EXPECT_THAT(message("a", "Ada", face), HasSubstr("length 0"));
  EXPECT_THAT(gallery->Collections().value(), IsEmpty());
}

TEST_F(GalleryTest, RenamesAndDescribes) {
  const auto gallery = Open();
  const auto id = gallery->AddTemplate("a", "Ada", Face(1))->subject_id;
  ASSERT_TRUE(gallery->AddTemplate("a", "Bob", Face(2)));
  ASSERT_TRUE(gallery->UpdateSubject(id, {.name = "Ada Lovelace"}));
  const auto updated =
      gallery->UpdateSubject(id, {.metadata = R"({"born": 1815})"});
  ASSERT_TRUE(updated);
  EXPECT_EQ(updated->name, "Ada Lovelace");
  const auto ada = gallery->FindSubject(SubjectName{"a", "Ada Lovelace"});
  ASSERT_TRUE(ada);
  EXPECT_EQ(ada->metadata, R"({"born": 1815})");
  EXPECT_EQ(gallery->FindSubject(id)->name, "Ada Lovelace");
  EXPECT_EQ(gallery->FindSubject(99).error().message, "no subject with id 99");
  EXPECT_EQ(gallery->FindSubject(SubjectName{"a", "Ada"}).error().message,
            "no subject \"Ada\" in collection \"a\"");
  EXPECT_EQ(gallery->UpdateSubject(99, {.name = "Eve"}).error().code,
            ErrorCode::kNotFound);
}

TEST_F(GalleryTest, AnUpdateThatFailsChangesNothing) {
  const auto gallery = Open();
  const auto id = gallery->AddTemplate("a", "Ada", Face(1))->subject_id;
  ASSERT_TRUE(gallery->AddTemplate("a", "Bob", Face(2)));
  EXPECT_EQ(
      gallery->UpdateSubject(id, {.name = "Bob", .metadata = R"({"a": 1})"})
          .error()
          .code,
      ErrorCode::kAlreadyExists);
  EXPECT_EQ(gallery->UpdateSubject(id, {.name = "Eve", .metadata = "[1]"})
                .error()
                .code,
            ErrorCode::kInvalidArgument);
  const auto ada = gallery->FindSubject(id);
  EXPECT_EQ(ada->name, "Ada");
  EXPECT_EQ(ada->metadata, "{}");
}

TEST_F(GalleryTest, MergingKeepsEachTemplateOnce) {
  const auto gallery = Open();
  const auto ada = gallery->AddTemplate("a", "Ada", Face(1))->subject_id;
  const auto double_ada = gallery->AddTemplate("a", "ada", Face(1))->subject_id;
  ASSERT_TRUE(gallery->AddTemplate("a", "ada", Face(2)));
  const auto other = gallery->AddTemplate("b", "Bob", Face(3))->subject_id;
  ASSERT_TRUE(gallery->MergeSubjects(ada, double_ada));
  EXPECT_THAT(ReadTemplates(*gallery, {.subject_id = ada}).value(),
              ElementsAre(Field(&Template::source, "picture 1"),
                          Field(&Template::source, "picture 2")));
  EXPECT_THAT(gallery->Subjects("a").value(), testing::SizeIs(1));
  EXPECT_FALSE(gallery->MergeSubjects(ada, ada));
  EXPECT_FALSE(gallery->MergeSubjects(ada, other));
  EXPECT_EQ(gallery->MergeSubjects(ada, double_ada).error().code,
            ErrorCode::kNotFound);
}

TEST_F(GalleryTest, NothingOfADeletedPersonStaysInTheFile) {
  const auto gallery = Open();
  std::vector<std::int64_t> subjects;
  for (unsigned i = 0; i < 50; ++i) {
    Template face = Face(i, 512);
    face.source = "secret source " + std::to_string(i);
    face.thumbnail.assign(3000, std::byte(i + 1));
    subjects.push_back(
        gallery->AddTemplate("a", "secret name " + std::to_string(i), face)
            ->subject_id);
  }
  const auto vector = Face(7, 512).embedding.values;
  const std::string vector_bytes(
      reinterpret_cast<const char*>(vector.data() + 100), 64);
  const std::string thumbnail_bytes(64, '\x08');
  EXPECT_THAT(AllBytes(), HasSubstr(vector_bytes));
  EXPECT_THAT(AllBytes(), HasSubstr(thumbnail_bytes));

  ASSERT_TRUE(gallery->DeleteSubject(subjects[7]));
  const std::string left = AllBytes();
  EXPECT_EQ(left.find(vector_bytes), std::string::npos);
  EXPECT_EQ(left.find(thumbnail_bytes), std::string::npos);
  EXPECT_EQ(left.find("secret source 7"), std::string::npos);
  EXPECT_EQ(left.find("secret name 7"), std::string::npos);
  EXPECT_NE(left.find("secret name 8"), std::string::npos);

  const auto doomed =
      ReadTemplates(*gallery, {.subject_id = subjects[8]})->front();
  ASSERT_TRUE(gallery->DeleteTemplate(doomed.id));
  EXPECT_EQ(AllBytes().find("secret source 8"), std::string::npos);
  EXPECT_EQ(gallery->DeleteTemplate(doomed.id).error().code,
            ErrorCode::kNotFound);
  EXPECT_EQ(gallery->Verify()->num_templates, 48);
}

TEST_F(GalleryTest, TellsItsHistory) {
  const auto gallery = Open();
  const auto ada = *gallery->AddTemplate("a", "Ada", Face(1));
  const auto bob = *gallery->AddTemplate("a", "Bob", Face(2));
  const auto start = gallery->ChangesSince(0);
  ASSERT_TRUE(start);
  ASSERT_EQ(start->size(), 2U);

  ASSERT_TRUE(gallery->MergeSubjects(bob.subject_id, ada.subject_id));
  ASSERT_TRUE(gallery->DeleteSubject(bob.subject_id));
  const auto later = gallery->ChangesSince(start->back().position.sequence);
  ASSERT_TRUE(later);
  ASSERT_EQ(later->size(), 3U);
  EXPECT_EQ((*later)[0].kind, GalleryChange::Kind::kMoved);
  EXPECT_EQ((*later)[0].template_id, ada.template_id);
  EXPECT_EQ((*start)[1].subject_id, bob.subject_id);
  EXPECT_EQ((*later)[0].subject_id, 0);
  EXPECT_EQ((*later)[1].kind, GalleryChange::Kind::kRemoved);
  EXPECT_EQ((*later)[2].kind, GalleryChange::Kind::kRemoved);
}

TEST_F(GalleryTest, TellsTheMomentThatTemplatesWereReadAt) {
  const auto gallery = Open();
  const auto position = [&] {
    return gallery
        ->ForEachTemplate({.collection = "a"},
                          [](const Template&) { return true; })
        .value();
  };
  EXPECT_EQ(position(), GalleryPosition{});
  ASSERT_TRUE(gallery->AddTemplate("a", "Ada", Face(1)));
  ASSERT_TRUE(gallery->AddTemplate("b", "Bob", Face(2)));
  const GalleryPosition last = position();
  EXPECT_EQ(last, gallery->ChangesSince(0)->back().position);
  EXPECT_NE(last.token, gallery->ChangesSince(0)->front().position.token);
  EXPECT_THAT(gallery->ChangesSince(last.sequence).value(), IsEmpty());
}

TEST_F(GalleryTest, CopiesThatGoTheirOwnWayHaveOtherTokens) {
  const auto gallery = Open();
  ASSERT_TRUE(gallery->AddTemplate("a", "Ada", Face(1)));
  ASSERT_TRUE(gallery->Backup(folder_ / "copy.db"));
  const auto copy = Gallery::Open(folder_ / "copy.db").value();
  EXPECT_EQ(gallery->ChangesSince(0)->back().position,
            copy->ChangesSince(0)->back().position);
  ASSERT_TRUE(gallery->AddTemplate("a", "Ada", Face(2)));
  ASSERT_TRUE(copy->AddTemplate("a", "Ada", Face(2)));
  EXPECT_NE(gallery->ChangesSince(0)->back().position,
            copy->ChangesSince(0)->back().position);
}

TEST_F(GalleryTest, ReadsEmbeddingsByTheirIds) {
  const auto gallery = Open();
  std::vector<std::int64_t> ids;
  for (unsigned i = 0; i < 3; ++i) {
    ids.push_back(gallery->AddTemplate("a", "Ada", Face(i))->template_id);
  }
  std::vector<std::int64_t> order;
  ASSERT_TRUE(gallery->ReadEmbeddings(
      std::vector<std::int64_t>{ids[2], 99, ids[0]},
      [&](std::int64_t id, std::span<const float> embedding) {
        EXPECT_THAT(embedding,
                    testing::ElementsAreArray(
                        Face(id == ids[2] ? 2 : 0).embedding.values));
        order.push_back(id);
      }));
  EXPECT_THAT(order, ElementsAre(ids[2], ids[0]));
}

TEST_F(GalleryTest, TwoConnectionsUseOneFile) {
  const auto one = Open();
  const auto two = Open();
  const auto enroll = [](Gallery& gallery, unsigned first) {
    for (unsigned i = first; i < first + 40; ++i) {
      const auto added =
          gallery.AddTemplate("a", "Person " + std::to_string(i % 7), Face(i));
      ASSERT_TRUE(added) << added.error().message;
    }
  };
  std::thread other([&] { enroll(*two, 1000); });
  enroll(*one, 0);
  other.join();
  EXPECT_EQ(one->Verify()->num_templates, 80);
  EXPECT_EQ(two->Verify()->num_subjects, 7);
}

TEST_F(GalleryTest, RefusesANewerFileByName) {
  Open();
  {
    auto database = sqlite::Database::Open(path_, {});
    ASSERT_TRUE(database && database->Execute("PRAGMA user_version = 7"));
  }
  const auto refused = Gallery::Open(path_);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(refused.error().message, HasSubstr("people.db"));
  EXPECT_THAT(refused.error().message, HasSubstr("version 7"));
}

TEST_F(GalleryTest, RefusesAnotherProgramsDatabase) {
  {
    auto database = sqlite::Database::Open(path_, {});
    ASSERT_TRUE(database && database->Execute("CREATE TABLE t (i)"));
  }
  EXPECT_EQ(Gallery::Open(path_).error().code, ErrorCode::kCorruptData);
}

TEST_F(GalleryTest, AFileThatMustExistIsNotMade) {
  EXPECT_EQ(Gallery::Open(path_, {.must_exist = true}).error().code,
            ErrorCode::kNotFound);
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(GalleryTest, ReadsWithoutWriting) {
  ASSERT_TRUE(Open()->AddTemplate("a", "Ada", Face(1)));
  const auto gallery = Open({.read_only = true});
  EXPECT_EQ(gallery->FindSubject(SubjectName{"a", "Ada"})->num_templates, 1);
  const auto refused = gallery->AddTemplate("a", "Bob", Face(2));
  EXPECT_EQ(refused.error().code, ErrorCode::kIo);
  EXPECT_THAT(refused.error().message, HasSubstr("readonly"));
}

TEST_F(GalleryTest, BackupIsAGalleryOfItsOwn) {
  const auto gallery = Open();
  ASSERT_TRUE(gallery->AddTemplate("a", "Ada", Face(1)));
  ASSERT_TRUE(gallery->Backup(folder_ / "copy.db"));
  EXPECT_EQ(gallery->Backup(folder_ / "copy.db").error().code,
            ErrorCode::kAlreadyExists);
  const auto copy = Gallery::Open(folder_ / "copy.db");
  ASSERT_TRUE(copy);
  EXPECT_EQ((*copy)->Verify()->num_templates, 1);
}

TEST_F(GalleryTest, FindsADamagedVector) {
  ASSERT_TRUE(Open()->AddTemplate("a", "Ada", Face(1)));
  {
    auto database = sqlite::Database::Open(path_, {});
    ASSERT_TRUE(
        database &&
        database->Execute("UPDATE templates SET embedding = x'00000000'"));
  }
  const auto found = Open()->Verify();
  EXPECT_EQ(found.error().code, ErrorCode::kCorruptData);
  EXPECT_THAT(found.error().message, HasSubstr("template 1"));
}

TEST_F(GalleryTest, AFullDiskIsAnErrorAndLosesNothing) {
  ASSERT_TRUE(Open()->AddTemplate("a", "Ada", Face(1)));
  const pid_t child = ::fork();
  if (child == 0) {
    // Files may not grow past 300 kB; writing more fails with EFBIG.
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{300'000, 300'000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    auto gallery = Gallery::Open(path_);
    for (unsigned i = 0; gallery && i < 1000; ++i) {
      const auto added = (*gallery)->AddTemplate("a", "Bob", Face(i, 512));
      if (!added) {
        ::_exit(added.error().code == ErrorCode::kIo ? 0 : 1);
      }
    }
    ::_exit(2);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  const auto gallery = Open();
  ASSERT_TRUE(gallery->Verify());
  EXPECT_EQ(gallery->FindSubject(SubjectName{"a", "Ada"})->num_templates, 1);
  EXPECT_TRUE(gallery->AddTemplate("a", "Bob", Face(5000)));
}

/// Enrols until killed, writing a byte to `acknowledged` after every success.
[[noreturn]] void EnrollForever(const std::filesystem::path& path,
                                int acknowledged,
                                unsigned first) {
  auto gallery = Gallery::Open(path);
  for (unsigned i = first; gallery; ++i) {
    if (!(*gallery)->AddTemplate("a", "Person", Face(i)) ||
        ::write(acknowledged, "x", 1) != 1) {
      break;
    }
  }
  ::_exit(1);
}

TEST_F(GalleryTest, AKilledProcessLosesNothingAcknowledged) {
  std::mt19937 random(5);
  std::int64_t num_acknowledged = 0;
  constexpr int kKills = 200;
  for (int kill = 0; kill < kKills; ++kill) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      EnrollForever(path_, ends[1], static_cast<unsigned>(kill) * 10'000U);
    }
    ::close(ends[1]);
    // Kill at a random moment after the first acknowledgement.
    char byte = 0;
    ASSERT_EQ(::read(ends[0], &byte, 1), 1);
    ++num_acknowledged;
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 10'000U));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    while (::read(ends[0], &byte, 1) == 1) {
      ++num_acknowledged;
    }
    ::close(ends[0]);
  }
  const auto stats = Open()->Verify();
  ASSERT_TRUE(stats) << stats.error().message;
  // A template may have been stored when the kill came before the byte.
  EXPECT_GE(stats->num_templates, num_acknowledged);
  EXPECT_LE(stats->num_templates, num_acknowledged + kKills);
}

}  // namespace
}  // namespace mien
