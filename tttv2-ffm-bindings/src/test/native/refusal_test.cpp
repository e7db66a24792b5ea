// SPDX-License-Identifier: Apache-2.0
//
// What is said of the texts with which TTNN opens no device; those that no mocked board gives are from its libraries.
#include "ttnn/refusal.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>

using tttv2::ttnn::refusal;

namespace {

int failures = 0;

void expect(const std::string &said, const std::string &expected) {
  if (said == expected) return;
  ++failures;
  std::fprintf(stderr, "expected: %s\nbut was:  %s\n", expected.c_str(), said.c_str());
}

void expect_todo(const char *said, const std::string &todo) { expect(refusal(said, "something else"), said + ("; " + todo)); }

}  // namespace

int main() {
  for (const char *name : {"TT_VISIBLE_DEVICES", "TT_METAL_VISIBLE_DEVICES", "TT_METAL_RUNTIME_ROOT", "TT_MESH_GRAPH_DESC_PATH",
                           "TT_METAL_SLOW_DISPATCH_MODE", "TT_METAL_SIMULATOR"}) {
    unsetenv(name);
  }
  const std::string firmware = "tt-flash brings the boards' firmware up to date; tttv2 doctor says which there is";
  expect_todo("Firmware bundle version 18.1.0 on device 0 is older than the minimum compatible version 18.3.0 for wormhole_b0 architecture.",
              firmware);
  expect_todo("The expected ETH firmware version 6.0.0 is older than the minimum supported version 6.14.0", firmware);
  expect_todo("Running UMD requires KMD version 1.33.0 or newer.",
              "install a newer driver tt-kmd; tttv2 doctor says which there is");
  expect_todo("Opened hugepage file has zero size, mapping might've failed due to that. Verify that enough hugepages are provided.",
              "set huge pages up with tt-system-tools; tttv2 doctor says which there are");
  const std::string parts = "more of the chip is switched off than TTNN takes, or other parts: see to its firmware (tt-flash), else to the board";
  expect_todo("Exactly 2 or 14 ETH cores should be harvested on full Blackhole.", parts);
  expect(refusal("At most two rows or cols can be harvested, but detected 3 along harvested axis [TT_THROW @ a.cpp:144: tt::exception]",
                 nullptr),
         "At most two rows or cols can be harvested, but detected 3 along harvested axis; " + parts);
  const std::string reset = "tt-smi -r resets the boards, on which another process may have left something";
  expect_todo("Timeout waiting for ARC msg request queue.", reset);
  expect_todo("Device 0: Timed out while waiting for active ethernet core 1-2 to become active again. Try resetting the board. Minimum "
              "tt-firmware version is 18.10.0",
              reset);

  unsetenv("TT_METAL_CACHE");
  const std::string kernels = ": see to room and permissions there, or name another place with TT_METAL_CACHE";
  expect_todo("filesystem error: cannot create directories: Permission denied [/root/.cache/tt-metal-cache/1/firmware/brisc/]",
              "TTNN keeps the kernels that it compiles in ~/.cache/tt-metal-cache" + kernels);
  setenv("TT_METAL_CACHE", "/k", 1);
  expect(refusal("brisc build failed. Log: cannot create /k/1/firmware/brisc.d: No space left on device\ncp: too\n [TT_THROW @ b.cpp:149: x]",
                 nullptr),
         "brisc build failed. Log: cannot create /k/1/firmware/brisc.d: No space left on device; TTNN keeps the kernels that it "
         "compiles in TT_METAL_CACHE=/k" + kernels);

  // What nobody knows keeps its place; what is long is cut.
  expect(refusal("something [TT_FATAL @ c.cpp:1: x]\nbacktrace:", nullptr), "something [TT_FATAL @ c.cpp:1: x]");
  expect(refusal("something", "see to it"), "something; see to it");
  expect(refusal("One sentence. " + std::string(600, 'x'), nullptr), "One sentence");
  expect(refusal(std::string(600, 'x'), nullptr), std::string(240, 'x'));

  // What TTNN was told to do is said beside what its words say, and in place of a guess.
  setenv("TT_VISIBLE_DEVICES", "7", 1);
  setenv("TT_METAL_RUNTIME_ROOT", "/r", 1);
  const std::string set = "; TTNN follows TT_VISIBLE_DEVICES=7, TT_METAL_RUNTIME_ROOT=/r: unset what is not meant";
  expect(refusal("something", "see to it"), "something" + set);
  expect(refusal("something", nullptr), "something" + set);
  expect(refusal("The firmware version", "see to it"), "The firmware version; " + firmware + set);
  return failures == 0 ? 0 : 1;
}
