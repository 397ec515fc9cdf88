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
  auto found = ReadTemplates(gallery,
                             {.collection = *collection,
                              .template_id = *template_id,
                              .with_thumbnails = true});
  if (!found || found->empty()) {
    return std::nullopt;
  }
  auto subject = gallery.FindSubject(found->front().subject_id);
  if (!subject) {
    return std::nullopt;
  }
  return StoredImage{std::move(found->front()), *std::move(subject)};
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
                          ReadTemplates(gallery, {.subject_id = subject.id}));
    for (const Template& entry : templates) {
      entries.push_back(Entry(entry.id, subject.name));
    }
  }
  return entries;
}

}  // namespace mien::server::compreface
