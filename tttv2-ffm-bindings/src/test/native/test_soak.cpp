// SPDX-License-Identifier: Apache-2.0
//
// Nothing grows: tensors, the process's memory and, behind the TTNN library, Python's blocks. The environment's
// TTTV2_SOAK_STEPS makes it longer.
#include <dlfcn.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "fixture.hpp"

using namespace fixture;

namespace {

int steps() {
  const char *value = std::getenv("TTTV2_SOAK_STEPS");
  if (value != nullptr) return std::max(1, std::atoi(value));
  return check::on_host() ? 1000 : 10000;
}

// Megabytes that the process holds.
double resident() {
  long total = 0;
  long pages = 0;
  FILE *file = std::fopen("/proc/self/statm", "r");
  if (file != nullptr) {
    if (std::fscanf(file, "%ld %ld", &total, &pages) != 2) pages = 0;
    std::fclose(file);
  }
  return static_cast<double>(pages) * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
}

template <typename Function>
Function *of_python(const char *name) {
  return reinterpret_cast<Function *>(dlsym(RTLD_DEFAULT, name));
}

// Blocks of memory that Python has handed out, by its own count after a collection; 0 where there is no Python.
long python_blocks() {
  const auto ensure = of_python<int()>("PyGILState_Ensure");
  if (ensure == nullptr) return 0;
  const int state = ensure();
  of_python<long()>("PyGC_Collect")();
  void *module = of_python<void *(const char *)>("PyImport_ImportModule")("sys");
  void *count = of_python<void *(void *, const char *, const char *, ...)>("PyObject_CallMethod")(
      module, "getallocatedblocks", nullptr);
  const long blocks = of_python<long(void *)>("PyLong_AsLong")(count);
  const auto release = of_python<void(void *)>("Py_DecRef");
  release(count);
  release(module);
  of_python<void(int)>("PyGILState_Release")(state);
  return blocks;
}

struct Size {
  long blocks = python_blocks();
  double megabytes = resident();
};

void check_no_growth(const char *what, const Size &before, double megabytes) {
  const Size after;
  std::printf("%s: Python's blocks %ld -> %ld, %.1f -> %.1f MB\n", what, before.blocks, after.blocks, before.megabytes,
              after.megabytes);
  // What each step, call or opening keeps is one for each, at least.
  CHECK(after.blocks - before.blocks < 10);
#if !defined(__SANITIZE_ADDRESS__)  // which keeps what was freed for a while
  CHECK(after.megabytes - before.megabytes < megabytes);
#else
  (void)megabytes;
#endif
}

constexpr int64_t kUsers = 8, kHeads = 9, kKv = 3, kSize = 64, kHidden = kHeads * kSize;

// The attention of a decode step over a paged cache, and a gated MLP.
struct Layer {
  const Device &d;
  Tensor x = d.make(random({1, 1, kUsers, kHidden}, 1), BF16);
  Tensor norm = d.make(random({1, 1, kHidden / 32, 32}, 2), BF16, ROW);
  Tensor wqkv = d.make(random({kHidden, (kHeads + 2 * kKv) * kSize}, 3), BF8);
  Tensor wo = d.make(random({kHidden, kHidden}, 4), BF8);
  Tensor w1 = d.make(random({kHidden, 2 * kHidden}, 5), BF8);
  Tensor w2 = d.make(random({2 * kHidden, kHidden}, 6), BF8);
  Tensor angles = d.make(random({1, kUsers, 1, kSize}, 7), BF16);
  Tensor k = d.make(zeros({16, kKv, 32, kSize}), BF8);
  Tensor v = d.make(zeros({16, kKv, 32, kSize}), BF8);
  Tensor pages = d.ints({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {8, 2});
  Tensor positions = d.ints({0, 1, 2, 3, 4, 5, 6, 7}, {8});

  Tensor step() const {
    auto n = options<ttnn_norm_options>();
    n.weight = norm;
    n.epsilon = 1e-5F;
    auto heads = options<ttnn_heads_options>();
    heads.num_heads = kHeads;
    heads.num_kv_heads = kKv;
    auto rotary = options<ttnn_rotary_options>();
    rotary.is_decode_mode = 1;
    auto sdpa = options<ttnn_sdpa_options>();
    sdpa.cur_pos_tensor = positions;
    sdpa.scale = 0.125F;
    auto gate = options<ttnn_binary_options>();
    gate.a_activation = TTNN_UNARY_SILU;
    const ttnn_memory_config sharded = height_sharded();
    Tensor h, qkv, q, key, value, cos, q2, k2, o, flat, out, residual, up, gated, down, result;
    OK(ttnn_rms_norm(x, &n, h.out()));
    OK(ttnn_linear(h, wqkv, nullptr, qkv.out()));
    OK(ttnn_nlp_create_qkv_heads_decode(qkv, &heads, q.out(), key.out(), value.out()));
    OK(ttnn_to_memory_config(angles, &sharded, cos.out()));
    OK(ttnn_rotary_embedding_hf(q, cos, cos, &rotary, q2.out()));
    OK(ttnn_rotary_embedding_hf(key, cos, cos, &rotary, k2.out()));
    OK(ttnn_paged_update_cache(k, k2, positions, pages));
    OK(ttnn_paged_update_cache(v, value, positions, pages));
    OK(ttnn_paged_scaled_dot_product_attention_decode(q2, k, v, pages, &sdpa, o.out()));
    const int64_t shape[] = {1, 1, kUsers, kHidden};
    OK(ttnn_reshape(o, 4, shape, flat.out()));
    OK(ttnn_linear(flat, wo, nullptr, out.out()));
    OK(ttnn_add(x, out, nullptr, residual.out()));
    OK(ttnn_linear(residual, w1, nullptr, up.out()));
    OK(ttnn_multiply(up, up, &gate, gated.out()));
    OK(ttnn_linear(gated, w2, nullptr, down.out()));
    OK(ttnn_add(residual, down, nullptr, result.out()));
    return result;
  }
};

// A mocked device of TTNN 0.81.1 takes some 8,000 reads and then no more.
bool is_read(int step) { return step % 4 == 0; }

}  // namespace

TEST(soak, decode_steps) {
  const Device d;
  const Layer layer{d};
  for (int i = 0; i < 20; ++i) layer.step().read();
  const int32_t tensors = d.stats().live_tensors;
  const uint64_t bytes = d.stats().allocated_bytes;
  {
    const Size before;
    for (int i = 0; i < steps(); ++i) {
      const Tensor out = layer.step();
      if (is_read(i)) out.read();
    }
    check_no_growth("eager steps", before, 8);
  }
  CHECK_EQ(d.stats().live_tensors, tensors);
  CHECK_EQ(d.stats().allocated_bytes, bytes);
  uint32_t trace = 0;
  OK(ttnn_begin_trace_capture(d, &trace));
  const Tensor out = layer.step();
  OK(ttnn_end_trace_capture(d, trace));
  for (int i = 0; i < 20; ++i) OK(ttnn_execute_trace(d, trace, 1));
  std::vector<float> values(static_cast<size_t>(volume(out.shape())));
  const auto replay = [&](int count) {
    ttnn_read *earlier = nullptr;
    for (int i = 0; i < count; ++i) {
      OK(ttnn_execute_trace(d, trace, 0));
      if (!is_read(i)) continue;
      ttnn_read *read = nullptr;
      OK(ttnn_tensor_read_begin(out, nullptr, F32, &read));
      if (earlier != nullptr && i % 3 != 0) OK(ttnn_read_finish(earlier, values.data(), values.size() * sizeof(float)));
      OK(ttnn_read_destroy(earlier));
      earlier = read;
    }
    OK(ttnn_read_destroy(earlier));
  };
  replay(20);
  const Size before;
  replay(steps());
  check_no_growth("replayed steps", before, 8);
}

TEST(soak, failures) {
  const Device d;
  Tensor x = d.make(zeros({1, 9, 32, 64}), BF16);
  Tensor y = d.make(zeros({1, 3, 48, 64}), BF16);
  const auto fail = [&] {
    Tensor out;
    CHECK(ttnn_matmul(x, y, nullptr, out.out()) != TTNN_STATUS_OK);                              // TTNN's refusal
    CHECK(ttnn_scaled_dot_product_attention(x, y, y, nullptr, out.out()) != TTNN_STATUS_OK);     // likewise
    CHECK(ttnn_softmax(x, 7, nullptr, out.out()) != TTNN_STATUS_OK);                             // the library's own
    ttnn_tensor_spec spec = make_spec(BF16, TILE, {1 << 19, 1 << 20});
    CHECK(ttnn_tensor_create(d, &spec, out.out()) == TTNN_STATUS_OUT_OF_MEMORY);
  };
  for (int i = 0; i < 20; ++i) fail();
  const Size before;
  for (int i = 0; i < 1000; ++i) fail();
  check_no_growth("failed calls", before, 8);
  CHECK_EQ(d.stats().live_tensors, 2);
}

TEST(soak, devices) {
  const auto cycle = [] {
    const Device d;
    const Layer layer{d};
    Tensor out = layer.step();
    uint32_t trace = 0;
    OK(ttnn_begin_trace_capture(d, &trace));
    out = layer.step();
    OK(ttnn_end_trace_capture(d, trace));
    OK(ttnn_execute_trace(d, trace, 1));
  };
  for (int i = 0; i < 5; ++i) cycle();
  const Size before;
  for (int i = 0; i < 20; ++i) cycle();
  check_no_growth("devices opened and closed", before, 40);
}
