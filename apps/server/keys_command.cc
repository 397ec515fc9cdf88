// SPDX-License-Identifier: Apache-2.0
#include "keys_command.h"

#include <cstdio>
#include <memory>
#include <string>

#include "api_keys.h"
#include "json.h"
#include "serve_options.h"

namespace mien::server {
namespace {

using cli::ExitCode;

struct KeysArguments {
  ServeOptions place;
  std::string role = "read";
  std::string collection;
  std::string note;
  std::string id;
  bool json = false;
};

Result<ExitCode> Add(const KeysArguments& arguments) {
  MIEN_ASSIGN_OR_RETURN(const Role role, ParseRole(arguments.role));
  ApiKeys keys(arguments.place.ApiKeysPath());
  MIEN_ASSIGN_OR_RETURN(
      const std::string key,
      keys.Create(arguments.note, role, arguments.collection));
  std::printf("%s\n", key.c_str());
  std::fprintf(stderr,
               "mien: this is the only time that the key is shown; %s holds "
               "its hash\n",
               arguments.place.ApiKeysPath().c_str());
  return ExitCode::kDone;
}

Result<ExitCode> List(const KeysArguments& arguments) {
  ApiKeys keys(arguments.place.ApiKeysPath());
  MIEN_ASSIGN_OR_RETURN(const std::vector<ApiKey> all, keys.List());
  for (const ApiKey& key : all) {
    const std::string role(RoleName(key.role));
    if (arguments.json) {
      cli::PrintLine({{"id", key.id},
                      {"role", role},
                      {"collection", key.collection},
                      {"created", key.created},
                      {"note", key.note}});
    } else {
      std::printf("%s  %-10s  %-12s  %s  %s\n",
                  key.id.c_str(),
                  role.c_str(),
                  key.collection.empty() ? "all" : key.collection.c_str(),
                  key.created.c_str(),
                  key.note.c_str());
    }
  }
  return ExitCode::kDone;
}

Result<ExitCode> Revoke(const KeysArguments& arguments) {
  ApiKeys keys(arguments.place.ApiKeysPath());
  MIEN_RETURN_IF_ERROR(keys.Revoke(arguments.id));
  return ExitCode::kDone;
}

}  // namespace

void AddKeysCommand(CLI::App& app, ExitCode& exit) {
  CLI::App* keys = app.add_subcommand(
      "keys", "Make, list and revoke the API keys of a server");
  keys->require_subcommand(1);
  keys->footer(
      "A running server sees changes at once. Example:\n"
      "  mien serve keys add --gallery people.db --role enrol --note 'front "
      "door'");
  const auto arguments = std::make_shared<KeysArguments>();
  const auto subcommand = [&](const char* name,
                              const char* help,
                              Result<ExitCode> (*run)(const KeysArguments&)) {
    CLI::App* command = keys->add_subcommand(name, help);
    AddKeyPlaceFlags(*command, arguments->place);
    command->callback(
        [arguments, run, &exit] { exit = cli::Report(run(*arguments)); });
    return command;
  };

  CLI::App* add = subcommand("add", "Make a key and print it", Add);
  add->add_option("--role",
                  arguments->role,
                  "read; enrol: add people too; administer: rename, merge and "
                  "delete them too")
      ->check(CLI::IsMember({"read", "enrol", "administer"}))
      ->capture_default_str()
      ->type_name("ROLE");
  add->add_option("--collection",
                  arguments->collection,
                  "The only collection it may use; default: all")
      ->type_name("NAME");
  add->add_option("--note", arguments->note, "Whose key it is")
      ->type_name("TEXT");

  CLI::App* list = subcommand("list", "List the keys, without the keys", List);
  list->add_flag("--json", arguments->json, "One JSON object per line");

  CLI::App* revoke = subcommand("revoke", "Make a key useless", Revoke);
  revoke->add_option("ID", arguments->id, "As list shows it")->required();
}

}  // namespace mien::server
