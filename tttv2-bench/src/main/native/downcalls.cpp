// SPDX-License-Identifier: Apache-2.0
//
// What the calls of DowncallBenchmark cost in C: downcalls LIBRARY SECONDS prints nanoseconds as JSON. The functions are found
// at run time, as Java finds them.
#include <dlfcn.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "ttnn_c.h"

namespace {

void *library;

template <typename F>
F *find(const char *name) {
  void *symbol = dlsym(library, name);
  if (symbol == nullptr) {
    std::fprintf(stderr, "%s\n", dlerror());
    std::exit(1);
  }
  return reinterpret_cast<F *>(symbol);
}

void check(ttnn_status status) {
  if (status != TTNN_STATUS_OK) std::exit(2);
}

// The mean over so many seconds, as JMH's.
template <typename Call>
double nanoseconds(double seconds, Call call) {
  using Clock = std::chrono::steady_clock;
  constexpr int kCalls = 100'000;
  int64_t stretches = 0;
  const auto begin = Clock::now();
  std::chrono::duration<double> took{};
  while (took.count() < seconds) {
    for (int i = 0; i < kCalls; ++i) call();
    ++stretches;
    took = Clock::now() - begin;
  }
  return took.count() * 1e9 / (static_cast<double>(stretches) * kCalls);
}

}  // namespace

int main(int count, char **arguments) {
  if (count != 3) return 3;
  library = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    std::fprintf(stderr, "%s\n", dlerror());
    return 1;
  }
  const double seconds = std::atof(arguments[2]);
  const auto extension_count = find<decltype(ttnn_extension_count)>("ttnn_extension_count");
  const auto is_allocated = find<decltype(ttnn_tensor_is_allocated)>("ttnn_tensor_is_allocated");
  const auto get_spec = find<decltype(ttnn_tensor_get_spec)>("ttnn_tensor_get_spec");

  ttnn_device_options options{};
  options.struct_size = sizeof options;
  ttnn_device *device = nullptr;
  check(find<decltype(ttnn_device_open)>("ttnn_device_open")(&options, &device));
  ttnn_tensor_spec spec{};
  spec.struct_size = sizeof spec;
  spec.dtype = TTNN_DTYPE_BFLOAT16;
  spec.layout = TTNN_LAYOUT_TILE;
  spec.rank = 4;
  spec.shape[0] = spec.shape[1] = 1;
  spec.shape[2] = spec.shape[3] = TTNN_TILE_SIZE;
  ttnn_tensor *tensor = nullptr;
  check(find<decltype(ttnn_tensor_create)>("ttnn_tensor_create")(device, &spec, &tensor));

  volatile int32_t sink = 0;
  const double trivial = nanoseconds(seconds, [&] { sink = extension_count(); });
  const double allocated = nanoseconds(seconds, [&] { sink = is_allocated(tensor); });
  const double described = nanoseconds(seconds, [&] { sink = static_cast<int32_t>(get_spec(tensor, &spec)); });
  std::printf("{\"extensionCount\":%.2f,\"tensorIsAllocated\":%.2f,\"tensorGetSpec\":%.2f}\n", trivial, allocated, described);
  return 0;
}
