// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <stdexcept>

#include "check.hpp"

using namespace tttv2;
using namespace tttv2::host;
using namespace tttv2::host::test;

int main() {
  const auto all = runnable_kernels();
  CHECK(std::string(all.back()->isa) == "portable", "the last resort is %s", all.back()->isa);
#if defined(__x86_64__)
  // What the compiler's own detection says.
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
  const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  const bool vnni = avx512 && __builtin_cpu_supports("avx512vnni");
  const bool bf16 = vnni && __builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("avx512vbmi");
  // It knows no tiles, and whether a process may use them is Linux's to say.
  const bool amx = std::string(all.front()->isa) == "amx";
  CHECK(!amx || vnni, "tiles without AVX-512's products of bytes");
  CHECK(all.size() == 1u + avx2 + avx512 + vnni + bf16 + amx, "%zu instruction sets", all.size());
#endif
  setenv("TTTV2_ISA", "abacus", 1);
  std::string message;
  try {
    kernels();
  } catch (const std::runtime_error &e) {
    message = e.what();
  }
  CHECK(message.find("abacus") != std::string::npos && message.find("portable") != std::string::npos, "'%s'",
        message.c_str());
  setenv("TTTV2_ISA", "portable", 1);
  CHECK(std::string(kernels().isa) == "portable", "%s", kernels().isa);
  return report("dispatch");
}
