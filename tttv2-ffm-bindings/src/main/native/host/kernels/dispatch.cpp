// SPDX-License-Identifier: Apache-2.0
#include "dispatch.hpp"

#include <cstdlib>
#include <stdexcept>
#include <string>

#include "isa.hpp"

#if defined(__x86_64__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace tttv2::host {

namespace {

#if defined(__x86_64__)

// The register state that the operating system saves: XCR0.
uint64_t saved_state() {
  uint32_t low = 0, high = 0;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return static_cast<uint64_t>(high) << 32 | low;
}

bool has(uint32_t word, int bit) { return (word >> bit & 1) != 0; }

struct Processor {
  bool avx2 = false;    // with FMA and F16C
  bool avx512 = false;  // F, BW, DQ and VL besides
  bool vnni = false;    // AVX-512's VNNI besides
  bool bf16 = false;    // AVX-512's BF16 and VBMI besides
  bool amx = false;     // VNNI, and TILE, BF16 and AVX-512's VBMI besides
};

// Linux gives a process the tiles' registers when it asks.
bool may_use_tiles() {
  constexpr int kRequestPermission = 0x1023;  // ARCH_REQ_XCOMP_PERM
  constexpr int kTileData = 18;               // XFEATURE_XTILEDATA
  return syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
}

Processor detect() {
  Processor found;
  uint32_t a, b, c, d;
  if (__get_cpuid(1, &a, &b, &c, &d) == 0) return found;
  const bool fma = has(c, 12), xsave = has(c, 27), avx = has(c, 28), f16c = has(c, 29);
  uint32_t b7 = 0, c7 = 0, d7 = 0;
  if (__get_cpuid_count(7, 0, &a, &b7, &c7, &d7) == 0) return found;
  if (__get_cpuid_count(7, 1, &a, &b, &c, &d) == 0) a = 0;
  if (!xsave || !avx || !fma || !f16c) return found;
  const uint64_t state = saved_state();
  found.avx2 = has(b7, 5) && (state & 0x6) == 0x6;  // XMM, YMM
  found.avx512 =
      found.avx2 && has(b7, 16) && has(b7, 17) && has(b7, 30) && has(b7, 31) && (state & 0xe0) == 0xe0;  // masks, ZMM
  found.vnni = found.avx512 && has(c7, 11);
  found.bf16 = found.vnni && has(c7, 1) && has(a, 5);
  found.amx = found.vnni && has(c7, 1) && has(d7, 22) && has(d7, 24) && (state & 0x60000) == 0x60000 && may_use_tiles();  // tiles
  return found;
}

#endif

const Kernels &choose() {
  const char *wanted = std::getenv("TTTV2_ISA");
  std::string names;
  for (const Kernels *candidate : runnable_kernels()) {
    if (wanted == nullptr || *wanted == '\0' || std::string(wanted) == candidate->isa) return *candidate;
    names += std::string(names.empty() ? "" : ", ") + candidate->isa;
  }
  throw std::runtime_error("TTTV2_ISA=" + std::string(wanted) + ": this processor runs " + names);
}

}  // namespace

[[noreturn]] void refuse_dtype(DType dtype);
void refuse_dtype(DType dtype) {
  throw std::invalid_argument("dtype " + std::to_string(static_cast<int32_t>(dtype)) + " is not a float dtype");
}

std::vector<const Kernels *> runnable_kernels() {
  std::vector<const Kernels *> found;
#if defined(__x86_64__)
  const Processor processor = detect();
  if (processor.amx) found.push_back(&amx_kernels());
  // Intel's processors multiply bfloat16 in vectors half as fast as float32 (Sapphire Rapids), AMD's nearly twice as fast (Zen 5).
  const bool fast_bf16 = processor.bf16 && !__builtin_cpu_is("intel");
  if (fast_bf16) found.push_back(&avx512bf16_kernels());
  if (processor.vnni) found.push_back(&avx512vnni_kernels());
  if (processor.bf16 && !fast_bf16) found.push_back(&avx512bf16_kernels());
  if (processor.avx512) found.push_back(&avx512_kernels());
  if (processor.avx2) found.push_back(&avx2_kernels());
#endif
  found.push_back(&portable_kernels());
  return found;
}

const Kernels &kernels() {
  static const Kernels &chosen = choose();
  return chosen;
}

int64_t row_bytes(DType dtype, int64_t cols) {
  switch (dtype) {
    case DType::kFloat32:
    case DType::kUInt32:
    case DType::kInt32: return 4 * cols;
    case DType::kBFloat16:
    case DType::kFloat16:
    case DType::kUInt16: return 2 * cols;
    case DType::kUInt8: return cols;
    case DType::kBFloat8B: return round_up(cols, kPanelCols) / 16 * 17;
    case DType::kBFloat4B: return round_up(cols, kPanelCols) / 16 * 9;
  }
  throw std::invalid_argument("unknown dtype " + std::to_string(static_cast<int32_t>(dtype)));
}

}  // namespace tttv2::host
