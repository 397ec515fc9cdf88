// SPDX-License-Identifier: Apache-2.0
#include "import_command.h"

#include <cmath>
#include <cstdio>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api_keys.h"
#include "compreface_dump.h"
#include "gallery_options.h"
#include "mien/model.h"
#include "serve_options.h"

namespace mien::server {
namespace {

using cli::ExitCode;

struct ImportArguments {
  ServeOptions place;
  std::string dump;
  std::string embedder;
  std::string profile;
};

/// Brings `values` to length 1; false when that cannot be.
bool Normalize(std::vector<float>& values) {
  double squares = 0.0;
  for (const float value : values) {
    squares += static_cast<double>(value) * static_cast<double>(value);
  }
  if (!(squares > 0.0) || !std::isfinite(squares)) {
    return false;
  }
  for (float& value : values) {
    value = static_cast<float>(static_cast<double>(value) / std::sqrt(squares));
  }
  return true;
}

struct Counts {
  int faces = 0;
  int skipped = 0;
  std::map<std::string, int> of_calculator;
};

// More at once would be hardly quicker and hold more memory.
constexpr std::size_t kFacesAtOnce = 1000;

/// `face` for the gallery, or nothing when it is not of that embedder.
std::optional<NewTemplate> TemplateOf(const CompreFaceFace& face,
                                      const ModelContract& contract) {
  Template entry;
  entry.embedding = {face.embedding, contract.id};
  entry.source = "compreface " + face.id;
  entry.digest = "compreface:" + face.id;
  if (static_cast<int>(face.embedding.size()) != contract.embedding_size ||
      !Normalize(entry.embedding.values)) {
    return std::nullopt;
  }
  return NewTemplate{face.api_key, face.subject, std::move(entry)};
}

Result<Counts> ImportFaces(std::istream& dump,
                           const ModelContract& contract,
                           Gallery& gallery) {
  Counts counts;
  std::vector<NewTemplate> waiting;
  const auto take = [&](const CompreFaceFace& face) -> Result<void> {
    auto entry = TemplateOf(face, contract);
    if (!entry) {
      ++counts.skipped;
      return {};
    }
    ++counts.faces;
    ++counts.of_calculator[face.calculator];
    waiting.push_back(*std::move(entry));
    if (waiting.size() == kFacesAtOnce) {
      MIEN_RETURN_IF_ERROR(gallery.AddTemplates(waiting));
      waiting.clear();
    }
    return {};
  };
  const Result<void> read = ForEachFace(dump, take);
  // What stands before a fault in the dump is imported, too.
  MIEN_RETURN_IF_ERROR(gallery.AddTemplates(waiting));
  if (!read) {
    return read.error();
  }
  return counts;
}

/// Makes the services' keys valid here, each for the collection of its own.
Result<int> ImportKeys(std::istream& dump, ApiKeys& keys) {
  MIEN_ASSIGN_OR_RETURN(const std::vector<CompreFaceService> services,
                        ReadServices(dump));
  int num_new = 0;
  for (const CompreFaceService& service : services) {
    if (!keys.Find(service.api_key)) {
      MIEN_RETURN_IF_ERROR(keys.Add(service.api_key,
                                    "CompreFace " + service.name,
                                    Role::kAdminister,
                                    service.api_key));
      ++num_new;
    }
  }
  return num_new;
}

Result<ExitCode> Import(const ImportArguments& arguments) {
  std::ifstream dump(arguments.dump, std::ios::binary);
  if (!dump) {
    return Error{ErrorCode::kNotFound, arguments.dump + ": cannot be read"};
  }
  MIEN_ASSIGN_OR_RETURN(
      const ModelContract contract,
      ReadModelContract(arguments.embedder, arguments.profile));
  MIEN_ASSIGN_OR_RETURN(const std::unique_ptr<Gallery> gallery,
                        cli::OpenGallery({.path = arguments.place.GalleryPath(),
                                          .key_file = arguments.place.key_file},
                                         cli::GalleryUse::kCreate));
  const auto imported = ImportFaces(dump, contract, *gallery);
  if (!imported) {
    return imported.error().WithContext(arguments.dump);
  }
  const Counts& counts = *imported;
  ApiKeys keys(arguments.place.ApiKeysPath());
  MIEN_ASSIGN_OR_RETURN(const int num_keys, ImportKeys(dump, keys));
  std::printf("%d faces, %d skipped, %d new API keys\n",
              counts.faces,
              counts.skipped,
              num_keys);
  for (const auto& [calculator, count] : counts.of_calculator) {
    std::printf("%d faces of %s as %s\n",
                count,
                calculator.c_str(),
                contract.id.c_str());
  }
  return ExitCode::kDone;
}

}  // namespace

void AddImportCommand(CLI::App& app, ExitCode& exit) {
  CLI::App* command = app.add_subcommand(
      "import-compreface",
      "Take over faces and API keys from a dump of CompreFace's database");
  command->footer(
      "Each service becomes a collection named by its key, which stays valid. "
      "The embedder\nmust be the network that CompreFace used. Example:\n"
      "  pg_dump frs > dump.sql\n"
      "  mien serve import-compreface --gallery people.db --embedder "
      "20180402.onnx dump.sql");
  const auto arguments = std::make_shared<ImportArguments>();
  AddKeyPlaceFlags(*command, arguments->place);
  command->add_option("DUMP", arguments->dump, "What pg_dump wrote")
      ->required();
  command
      ->add_option("--embedder",
                   arguments->embedder,
                   "The network that made CompreFace's embeddings")
      ->required()
      ->type_name("FILE.onnx");
  command
      ->add_option("--profile",
                   arguments->profile,
                   "How to use it, if its file does not say")
      ->type_name("NAME");
  command->callback(
      [arguments, &exit] { exit = cli::Report(Import(*arguments)); });
}

}  // namespace mien::server
