// SPDX-License-Identifier: Apache-2.0
//
// What a machine can do at most with a number of threads: reading memory, and multiplying and adding
// in registers. machine_peaks THREADS MEGABYTES... reads a buffer of each size, shared out over the
// threads, and prints JSON: GB/s for each size (the median of several passes), GFLOP/s in float32 and
// bfloat16, with vectors and with tiles (the best of several passes: others' work only takes away).
// What the processor lacks is null.

#include <immintrin.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <thread>
#include <vector>

namespace {

constexpr int kPasses = 15;
constexpr size_t kMegabyte = 1000 * 1000;
constexpr size_t kUnit = 512;  // bytes of one turn of a reading loop

// Keeps a result that nothing else needs.
volatile float sink;

double seconds_of(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// `amount` of each thread by the time until the last one is done; passes in order of their rates.
std::vector<double> rates_of(int threads, double amount, const std::function<void(int)>& work) {
  std::vector<double> rates;
  for (int pass = 0; pass <= kPasses; ++pass) {
    const double seconds = seconds_of([&] {
      std::vector<std::thread> others;
      for (int i = 1; i < threads; ++i) others.emplace_back(work, i);
      work(0);
      for (auto& other : others) other.join();
    });
    if (pass > 0) rates.push_back(amount * threads / seconds);
  }
  std::sort(rates.begin(), rates.end());
  return rates;
}

// --- reading ------------------------------------------------------------------------------------

// Every sum is a variable of its own, and so in a register: GCC keeps arrays in memory.

__attribute__((target("avx512f"))) void read_avx512(const char* data, size_t bytes) {
  __m512i s0{}, s1{}, s2{}, s3{}, s4{}, s5{}, s6{}, s7{};
  for (size_t i = 0; i < bytes; i += kUnit) {
    const char* at = data + i;
    s0 = _mm512_xor_si512(s0, _mm512_load_si512(at));
    s1 = _mm512_xor_si512(s1, _mm512_load_si512(at + 64));
    s2 = _mm512_xor_si512(s2, _mm512_load_si512(at + 128));
    s3 = _mm512_xor_si512(s3, _mm512_load_si512(at + 192));
    s4 = _mm512_xor_si512(s4, _mm512_load_si512(at + 256));
    s5 = _mm512_xor_si512(s5, _mm512_load_si512(at + 320));
    s6 = _mm512_xor_si512(s6, _mm512_load_si512(at + 384));
    s7 = _mm512_xor_si512(s7, _mm512_load_si512(at + 448));
  }
  s0 = _mm512_xor_si512(_mm512_xor_si512(s0, s1), _mm512_xor_si512(s2, s3));
  s4 = _mm512_xor_si512(_mm512_xor_si512(s4, s5), _mm512_xor_si512(s6, s7));
  sink = static_cast<float>(_mm512_reduce_add_epi64(_mm512_xor_si512(s0, s4)));
}

__attribute__((target("avx2"))) void read_avx2(const char* data, size_t bytes) {
  __m256i s0{}, s1{}, s2{}, s3{};
  for (size_t i = 0; i < bytes; i += kUnit / 4) {
    const auto* at = reinterpret_cast<const __m256i*>(data + i);
    s0 = _mm256_xor_si256(s0, _mm256_load_si256(at));
    s1 = _mm256_xor_si256(s1, _mm256_load_si256(at + 1));
    s2 = _mm256_xor_si256(s2, _mm256_load_si256(at + 2));
    s3 = _mm256_xor_si256(s3, _mm256_load_si256(at + 3));
  }
  s0 = _mm256_xor_si256(_mm256_xor_si256(s0, s1), _mm256_xor_si256(s2, s3));
  sink = static_cast<float>(_mm256_extract_epi64(s0, 0));
}

void read_portable(const char* data, size_t bytes) {
  uint64_t sum = 0;
  for (size_t i = 0; i < bytes; i += sizeof sum) {
    uint64_t word;
    std::memcpy(&word, data + i, sizeof word);
    sum ^= word;
  }
  sink = static_cast<float>(sum);
}

double read_rate(int threads, size_t megabytes) {
  const size_t each = megabytes * kMegabyte / threads / kUnit * kUnit;
  const size_t total = each * threads;
  void* memory =
      mmap(nullptr, total, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    std::fprintf(stderr, "machine_peaks: no memory for %zu MB\n", megabytes);
    std::exit(1);
  }
  madvise(memory, total, MADV_HUGEPAGE);
  std::memset(memory, 1, total);
  auto* data = static_cast<const char*>(memory);
  auto* read = __builtin_cpu_supports("avx512f") ? read_avx512
               : __builtin_cpu_supports("avx2")  ? read_avx2
                                                 : read_portable;
  const auto rates = rates_of(threads, static_cast<double>(each),
                              [&](int i) { read(data + i * each, each); });
  munmap(memory, total);
  return rates[kPasses / 2] / 1e9;
}

// --- multiplying --------------------------------------------------------------------------------

constexpr int kTurns = 400'000;
constexpr int kChains = 10;  // at least latency x units of any of them

// Repeats an instruction with ten sums, which do not wait for each other; what it adds is zero.
template <typename Vector, typename Add>
inline __attribute__((always_inline)) void chains(Add add) {
  Vector s0{}, s1{}, s2{}, s3{}, s4{}, s5{}, s6{}, s7{}, s8{}, s9{};
  for (int i = 0; i < kTurns; ++i) {
    add(s0);
    add(s1);
    add(s2);
    add(s3);
    add(s4);
    add(s5);
    add(s6);
    add(s7);
    add(s8);
    add(s9);
  }
}

__attribute__((target("avx512f"))) void multiply_avx512() {
  const __m512 factor{};
  chains<__m512>([&](__m512& sum) {
    asm volatile("vfmadd231ps %1, %1, %0" : "+v"(sum) : "v"(factor));
  });
}

__attribute__((target("avx2,fma"))) void multiply_avx2() {
  const __m256 factor{};
  chains<__m256>([&](__m256& sum) {
    asm volatile("vfmadd231ps %1, %1, %0" : "+x"(sum) : "x"(factor));
  });
}

__attribute__((target("avx512f,avx512bf16"))) void multiply_bf16() {
  const __m512 factor{};
  chains<__m512>([&](__m512& sum) {
    asm volatile("vdpbf16ps %1, %1, %0" : "+v"(sum) : "v"(factor));
  });
}

struct alignas(64) TileConfig {
  uint8_t palette = 1;
  uint8_t start_row = 0;
  uint8_t reserved[14] = {};
  uint16_t row_bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
  uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
};

// Tiles 0 to 3 are sums, 4 to 7 factors, all of 16 rows of 64 bytes.
__attribute__((target("amx-tile,amx-bf16"))) void multiply_tiles() {
  static const TileConfig config;  // in memory: the compiler sees 8 bytes of it used
  _tile_loadconfig(&config);
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
  _tile_zero(4);
  _tile_zero(5);
  _tile_zero(6);
  _tile_zero(7);
  for (int i = 0; i < kTurns / 16; ++i) {
    _tile_dpbf16ps(0, 4, 6);
    _tile_dpbf16ps(1, 4, 7);
    _tile_dpbf16ps(2, 5, 6);
    _tile_dpbf16ps(3, 5, 7);
  }
  _tile_release();
}

// Tiles must be asked of the kernel, which may keep them from a virtual machine.
bool has_tiles() {
  constexpr long kRequest = 0x1023;  // ARCH_REQ_XCOMP_PERM
  constexpr long kTileData = 18;
  return __builtin_cpu_supports("amx-bf16") && syscall(SYS_arch_prctl, kRequest, kTileData) == 0;
}

void print(const char* name, double value) {
  if (value > 0) {
    std::printf(",\"%s\":%.1f", name, value);
  } else {
    std::printf(",\"%s\":null", name);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const int threads = argc > 1 ? std::atoi(argv[1]) : 0;
  if (threads < 1 || argc < 3) {
    std::fprintf(stderr, "usage: machine_peaks THREADS MEGABYTES...\n");
    return 2;
  }
  std::printf("{\"threads\":%d,\"read_gb_s\":{", threads);
  for (int i = 2; i < argc; ++i) {
    const int megabytes = std::atoi(argv[i]);
    if (megabytes < 1) {
      std::fprintf(stderr, "machine_peaks: \"%s\" is no number of megabytes\n", argv[i]);
      return 2;
    }
    std::printf("%s\"%d\":%.2f", i > 2 ? "," : "", megabytes, read_rate(threads, megabytes));
  }
  std::printf("}");
  const auto peak = [&](double flops_a_turn, void (*multiply)()) {
    return rates_of(threads, flops_a_turn * kTurns, [&](int) { multiply(); }).back() / 1e9;
  };
  print("fp32_gflops", __builtin_cpu_supports("avx512f") ? peak(kChains * 16 * 2, multiply_avx512)
                       : __builtin_cpu_supports("fma")   ? peak(kChains * 8 * 2, multiply_avx2)
                                                         : 0);
  print("bf16_gflops",
        __builtin_cpu_supports("avx512bf16") ? peak(kChains * 32 * 2, multiply_bf16) : 0);
  print("bf16_tiles_gflops", has_tiles() ? peak(4 * 16 * 16 * 32 * 2 / 16, multiply_tiles) : 0);
  std::printf("}\n");
}
