// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "compat_compreface.h"

namespace mien::server::compreface {

Json Entry(std::int64_t template_id, const std::string& subject) {
  return {{"image_id", ImageId(template_id)}, {"subject", subject}};
}

std::optional<StoredImage> FindImage(Call& call,
                                     const Services& services,
                                     const std::string& id) {
  Gallery& gallery = services.collections->gallery();
  const auto template_id = compreface::TemplateId(id);
  const auto collection = CollectionOf(call);
  if (!template_id || !collection) {
    return std::nullopt;
  }
  auto entry = gallery.GetTemplate(*template_id);
  auto subject = entry ? gallery.GetSubject(entry->subject_id)
                       : Result<Subject>(entry.error());
  if (!subject) {
    return std::nullopt;
  }
  const auto own = gallery.FindSubject(*collection, subject->name);
  if (!own || own->id != subject->id) {
    return std::nullopt;  // of another collection
  }
  return StoredImage{*std::move(entry), *std::move(subject)};
}

Result<Json> Entries(Call& call,
                     const Services& services,
                     const std::optional<std::string>& only) {
  Gallery& gallery = services.collections->gallery();
  MIEN_ASSIGN_OR_RETURN(const std::string collection, CollectionOf(call));
  MIEN_ASSIGN_OR_RETURN(const std::vector<Subject> subjects,
                        gallery.Subjects(collection));
  Json entries = Json::array();
  for (const Subject& subject : subjects) {
    if (only && subject.name != *only) {
      continue;
    }
    MIEN_ASSIGN_OR_RETURN(const std::vector<Template> templates,
                          gallery.Templates(subject.id));
    for (const Template& entry : templates) {
      entries.push_back(Entry(entry.id, subject.name));
    }
  }
  return entries;
}

}  // namespace mien::server::compreface
