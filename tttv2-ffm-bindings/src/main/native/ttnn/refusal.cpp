// SPDX-License-Identifier: Apache-2.0
#include "ttnn/refusal.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <string>
#include <system_error>

namespace tttv2::ttnn {

namespace {

constexpr const char *kLinks =
    "the links between this machine's chips are not those of its kind of system: see to their cables, and to tt-topology; "
    "TT_VISIBLE_DEVICES=0 uses the first board by itself";
constexpr const char *kFirmware = "tt-flash brings the boards' firmware up to date; tttv2 doctor says which there is";
constexpr const char *kReset = "tt-smi -r resets the boards, on which another process may have left something";

struct Rule {
  std::string_view words;
  const char *todo;  // NULL: about the directory of kernels
};

// The first line that occurs in the text decides.
constexpr Rule kRules[] = {
    {"filesystem error", nullptr},
    {"build failed", nullptr},
    {"could not fit in the discovered physical topology", kLinks},
    {"did not match expected device connectivity", kLinks},
    {"arvest", "more of the chip is switched off than TTNN takes, or other parts: see to its firmware (tt-flash), else to the board"},
    {"KMD version", "install a newer driver tt-kmd; tttv2 doctor says which there is"},
    {"ugepage", "set huge pages up with tt-system-tools; tttv2 doctor says which there are"},
    {"imed out", kReset},
    {"imeout", kReset},
    {"irmware bundle", kFirmware},
    {"irmware version", kFirmware},
};

// TTNN's variables that decide which chips it finds, as what and with which files. TTNN does not say that it followed one.
constexpr const char *kVariables[] = {"TT_VISIBLE_DEVICES",      "TT_METAL_VISIBLE_DEVICES",    "TT_METAL_RUNTIME_ROOT",
                                      "TT_MESH_GRAPH_DESC_PATH", "TT_METAL_SLOW_DISPATCH_MODE", "TT_METAL_SIMULATOR"};

bool is_root_of_ttnn(const char *directory) {
  std::error_code problem;
  return std::filesystem::is_directory(std::filesystem::path(directory) / "tt_metal" / "soc_descriptors", problem);
}

std::string kernels() {
  const char *directory = std::getenv("TT_METAL_CACHE");
  const std::string place = directory == nullptr ? "~/.cache/tt-metal-cache" : std::string("TT_METAL_CACHE=") + directory;
  return "TTNN keeps the kernels that it compiles in " + place +
         ": see to room and permissions there, or name another place with TT_METAL_CACHE";
}

// Its first line, of a long one the first sentence.
std::string_view shortened(std::string_view said) {
  constexpr size_t kMost = 240;
  said = said.substr(0, said.find('\n'));
  if (said.size() > kMost) said = said.substr(0, said.find(". "));
  return said.substr(0, kMost);
}

}  // namespace

std::string followed_variables() {
  std::string all;
  for (const char *name : kVariables) {
    const char *value = std::getenv(name);
    if (value == nullptr || (name == std::string_view("TT_METAL_RUNTIME_ROOT") && is_root_of_ttnn(value))) continue;
    all.append(all.empty() ? "; TTNN follows " : ", ").append(name).append("=").append(value);
  }
  return all.empty() ? all : all.append(": unset what is not meant");
}

std::string refusal(std::string_view said, const char *otherwise) {
  const auto rule = std::ranges::find_if(kRules, [&](const Rule &each) { return said.find(each.words) != said.npos; });
  const bool understood = rule != std::end(kRules);
  // What is understood needs no place in TTNN's sources.
  std::string line(shortened(understood ? said.substr(0, std::min(said.find(" [TT_"), said.find(" [/project/"))) : said));
  const std::string followed = followed_variables();
  if (understood) {
    line.append("; ").append(rule->todo == nullptr ? kernels() : rule->todo);
  } else if (followed.empty() && otherwise != nullptr) {
    line.append("; ").append(otherwise);
  }
  return line.append(followed);
}

}  // namespace tttv2::ttnn
