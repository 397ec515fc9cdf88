// SPDX-License-Identifier: Apache-2.0
#include "gallery_options.h"

#include <cstdlib>

#include "core/file.h"

namespace mien::cli {
namespace {

Result<std::string> ReadKey(const std::string& key_file) {
  if (key_file.empty()) {
    const char* key = std::getenv("MIEN_GALLERY_KEY");
    return std::string(key == nullptr ? "" : key);
  }
  MIEN_ASSIGN_OR_RETURN(std::string key, ReadTextFile(key_file, 4096));
  // Editors end a file with a line break that is no part of the key.
  while (!key.empty() && (key.back() == '\n' || key.back() == '\r')) {
    key.pop_back();
  }
  if (key.empty()) {
    return Error{ErrorCode::kInvalidArgument, key_file + ": no key in it"};
  }
  return key;
}

}  // namespace

void AddGalleryFlags(CLI::App& command, GalleryArguments& arguments) {
  command.add_option("--gallery", arguments.path, "The gallery's file")
      ->required()
      ->type_name("FILE");
  command
      .add_option("--collection",
                  arguments.collection,
                  "People kept apart from others in the same file")
      ->capture_default_str()
      ->type_name("NAME");
  command
      .add_option("--key-file",
                  arguments.key_file,
                  "File with the key of an encrypted gallery; default: "
                  "$MIEN_GALLERY_KEY")
      ->type_name("FILE");
}

Result<std::unique_ptr<Gallery>> OpenGallery(const GalleryArguments& arguments,
                                             GalleryUse use) {
  GalleryOptions options;
  options.must_exist = use != GalleryUse::kCreate;
  options.read_only = use == GalleryUse::kRead;
  MIEN_ASSIGN_OR_RETURN(options.key, ReadKey(arguments.key_file));
  auto gallery = Gallery::Open(arguments.path, options);
  if (!gallery && options.read_only &&
      gallery.error().code == ErrorCode::kUnsupported) {
    // Perhaps of an older schema: opening it for writing brings it up to date.
    options.read_only = false;
    if (Gallery::Open(arguments.path, options)) {
      options.read_only = true;
      return Gallery::Open(arguments.path, options);
    }
  }
  return gallery;
}

Result<std::filesystem::path> IndexFilesBeside(
    const GalleryArguments& arguments) {
  MIEN_ASSIGN_OR_RETURN(const std::string key, ReadKey(arguments.key_file));
  return key.empty() ? std::filesystem::path(arguments.path)
                     : std::filesystem::path();
}

}  // namespace mien::cli
