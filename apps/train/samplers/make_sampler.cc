// SPDX-License-Identifier: Apache-2.0
//
// All samplers by name: "pk:chips=4".
#include <array>
#include <numeric>

#include "train/samplers/instance.h"
#include "train/samplers/mixed.h"
#include "train/samplers/pairs.h"
#include "train/samplers/pk.h"
#include "train/samplers/sampler.h"
#include "train/samplers/triplets.h"
#include "train/spec/spec_options.h"
#include "train/train_error.h"

namespace mien::train {
namespace {

using LabelSpan = std::span<const std::int64_t>;

PkOptions ReadPkOptions(SpecOptions& options) {
  constexpr SpecOptions::Range kCount{.min = 1, .max = 1e6};
  PkOptions parsed;
  parsed.chips = options.WholeNumber("chips", 4, kCount);
  parsed.min_chips = options.WholeNumber("min-chips", 2, kCount);
  return parsed;
}

std::unique_ptr<Sampler> MakeInstance(SpecOptions& /*options*/,
                                      LabelSpan labels,
                                      const SamplerSetting& setting) {
  std::vector<std::int64_t> chips(labels.size());
  std::iota(chips.begin(), chips.end(), 0);
  return MakeInstanceSampler(std::move(chips), setting);
}

std::unique_ptr<Sampler> MakeMixed(SpecOptions& options,
                                   LabelSpan labels,
                                   const SamplerSetting& setting) {
  MixedOptions parsed;
  parsed.pk = ReadPkOptions(options);
  parsed.labelled = options.Number("labelled", 0.5, {.min = 0, .max = 1});
  return MakeMixedSampler(labels, parsed, setting);
}

std::unique_ptr<Sampler> MakePairs(SpecOptions& /*options*/,
                                   LabelSpan labels,
                                   const SamplerSetting& setting) {
  return MakePairSampler(labels, setting);
}

std::unique_ptr<Sampler> MakePk(SpecOptions& options,
                                LabelSpan labels,
                                const SamplerSetting& setting) {
  return MakePkSampler(labels, ReadPkOptions(options), setting);
}

std::unique_ptr<Sampler> MakeTriplets(SpecOptions& /*options*/,
                                      LabelSpan labels,
                                      const SamplerSetting& setting) {
  return MakeTripletSampler(labels, setting);
}

struct Entry {
  std::string_view name;
  std::unique_ptr<Sampler> (*make)(SpecOptions&,
                                   LabelSpan,
                                   const SamplerSetting&);
  std::string_view draws;
};

constexpr std::array kSamplers{
    Entry{"instance", MakeInstance, "every chip once per epoch"},
    Entry{"mixed", MakeMixed, "pk, and chips without label"},
    Entry{"pairs", MakePairs, "mated and non-mated pairs by turns"},
    Entry{"pk", MakePk, "K chips of each of P identities"},
    Entry{"triplets", MakeTriplets, "anchor, positive, negative"},
};

const Entry& FindEntry(std::string_view name) {
  std::string known;
  for (const Entry& entry : kSamplers) {
    if (entry.name == name) return entry;
    known += (known.empty() ? "" : ", ") + std::string(entry.name);
  }
  throw TrainError("there is no sampler \"" + std::string(name) +
                   "\"; there are " + known);
}

}  // namespace

std::unique_ptr<Sampler> MakeSampler(std::string_view spec,
                                     LabelSpan labels,
                                     const SamplerSetting& setting) {
  const auto colon = spec.find(':');
  const std::string_view name = Trim(spec.substr(0, colon));
  const Entry& entry = FindEntry(name);
  SpecOptions options(name,
                      colon == std::string_view::npos ? std::string_view()
                                                      : spec.substr(colon + 1));
  auto sampler = entry.make(options, labels, setting);
  options.ExpectAllRead();
  return sampler;
}

std::string SamplerHelp() {
  // Labels from which every sampler can draw: what counts is what they read.
  const std::vector<std::int64_t> labels{0, 0, 1, 1, 2, 2, -1};
  std::string help;
  for (const Entry& entry : kSamplers) {
    SpecOptions options(entry.name, "");
    entry.make(options, labels, {.batch_size = entry.name == "mixed" ? 8 : 12});
    const std::string known = options.Help();
    help += std::string(entry.name) + (known.empty() ? "" : ":") + known +
            "   (" + std::string(entry.draws) + ")\n";
  }
  return help;
}

}  // namespace mien::train
