// SPDX-License-Identifier: Apache-2.0
//
// Capturing and replaying.
#include "fixture.hpp"

using namespace fixture;

namespace {

constexpr auto kInvalid = TTNN_STATUS_INVALID_ARGUMENT;

// A layer's worth of operations on x [1, 1, 4, 64]; all temporaries are destroyed on the way.
Tensor layer(const Tensor &x, const Tensor &weight, const Tensor &norm) {
  auto n = options<ttnn_norm_options>();
  n.weight = norm;
  n.epsilon = 1e-5F;
  Tensor h;
  OK(ttnn_rms_norm(x, &n, h.out()));
  auto m = options<ttnn_matmul_options>();
  m.activation = TTNN_UNARY_GELU;
  Tensor up;
  OK(ttnn_linear(h, weight, &m, up.out()));
  h = Tensor();
  Tensor soft;
  OK(ttnn_softmax(up, -1, nullptr, soft.out()));
  up = Tensor();
  Tensor out;
  OK(ttnn_add(x, soft, nullptr, out.out()));
  return out;
}

Tensor layers(const Tensor &x, const Tensor &weight, const Tensor &norm) {
  Tensor y = layer(x, weight, norm);
  for (int i = 0; i < 7; ++i) y = layer(y, weight, norm);
  return y;
}

}  // namespace

TEST(trace, replays_what_was_recorded) {
  for (const int32_t dtype : {F32, BF16, BF8}) {
    const Device d;
    Tensor x = d.make(random({1, 1, 4, 64}, 1), dtype);
    Tensor weight = d.make(random({64, 64}, 2), dtype);
    Tensor norm = d.make(random({64}, 3), dtype == BF8 ? BF16 : dtype);
    const uint64_t before = d.stats().allocated_bytes;
    Tensor eager = layers(x, weight, norm);
    const uint64_t eager_peak = d.stats().peak_allocated_bytes - before;
    const std::vector<float> expected = eager.read().values;
    const uint64_t held = d.stats().allocated_bytes;
    uint32_t trace = 0;
    OK(ttnn_begin_trace_capture(d, &trace));
    Tensor out = layers(x, weight, norm);
    OK(ttnn_end_trace_capture(d, trace));
    // Little more than the operations need one by one. TTNN keeps no record of its peak.
    if (check::on_host()) CHECK(d.stats().allocated_bytes - held <= eager_peak + eager_peak / 4);
    OK(ttnn_execute_trace(d, trace, 1));
    CHECK_VALUES(out.read().values == expected);
    // New input, same buffers.
    const Array other = random({1, 1, 4, 64}, 4);
    write(x, other);
    Tensor again = layers(x, weight, norm);
    OK(ttnn_execute_trace(d, trace, 0));
    OK(ttnn_synchronize_device(d));
    CHECK_VALUES(out.read().values == again.read().values);
    CHECK_VALUES(out.read().values != expected);
    // The trace keeps what it uses.
    weight = Tensor();
    norm = Tensor();
    OK(ttnn_execute_trace(d, trace, 1));
    CHECK_VALUES(out.read().values == again.read().values);
    OK(ttnn_release_trace(d, trace));
    CHECK_VALUES(out.read().values == again.read().values);
    REFUSED(ttnn_execute_trace(d, trace, 1), kInvalid, "must exist");
    REFUSED(ttnn_release_trace(d, trace), kInvalid, "must exist");
    REFUSED(ttnn_release_trace(d, 0), kInvalid, "must exist");  // of no trace, and none is being captured
    out = Tensor();
    again = Tensor();
    eager = Tensor();
    x = Tensor();
    CHECK_EQ(d.stats().allocated_bytes, uint64_t{0});
  }
}

// A gated MLP's projections and their product are one operation of a trace; what they write is what they write one by one.
TEST(trace, gated_products) {
  struct Case {
    int64_t rows, inner, hidden;
    int32_t dtype, weights;
    int32_t in_product, in_gate;  // activations
    bool swapped;
  };
  const Case cases[] = {
      {1, 64, 96, BF16, BF8, TTNN_UNARY_SILU, 0, false},   {1, 576, 1536, BF16, BF8, TTNN_UNARY_SILU, 0, false},
      {3, 100, 70, BF16, BF4, 0, TTNN_UNARY_GELU, true},   {8, 128, 2080, F32, BF16, TTNN_UNARY_SILU, 0, false},
      {1, 320, 33, BF8, BF4, TTNN_UNARY_RELU, 0, true},    {9, 64, 96, BF16, BF8, TTNN_UNARY_SILU, 0, false},
      {2, 1024, 512, F32, F32, TTNN_UNARY_GELU, 0, false}, {40, 96, 160, BF16, BF16, TTNN_UNARY_SILU, 0, true},
  };
  for (const Case &c : cases) {
    const Device d;
    Tensor x = d.make(random({1, 1, c.rows, c.inner}, 1), c.dtype);
    const Tensor w1 = d.make(random({c.inner, c.hidden}, 2), c.weights);
    const Tensor w3 = d.make(random({c.inner, c.hidden}, 3), c.weights);
    const auto run = [&](Tensor &gate, Tensor &up, Tensor &out) {
      auto m = options<ttnn_matmul_options>();
      m.activation = c.in_gate;
      OK(ttnn_linear(x, w1, &m, gate.out()));
      OK(ttnn_linear(x, w3, nullptr, up.out()));
      auto b = options<ttnn_binary_options>();
      (c.swapped ? b.b_activation : b.a_activation) = c.in_product;
      OK(ttnn_multiply(c.swapped ? up : gate, c.swapped ? gate : up, &b, out.out()));
    };
    Tensor gate, up, out, gate2, up2, out2;
    run(gate, up, out);
    uint32_t trace = 0;
    OK(ttnn_begin_trace_capture(d, &trace));
    run(gate2, up2, out2);
    OK(ttnn_end_trace_capture(d, trace));
    for (const float scale : {1.0F, 1e-30F, 1e30F}) {  // the last of which are nothing for integers
      write(x, random({1, 1, c.rows, c.inner}, 4, scale));
      run(gate, up, out);
      OK(ttnn_execute_trace(d, trace, 1));
      CHECK_VALUES(gate.storage() == gate2.storage());
      CHECK_VALUES(up.storage() == up2.storage());
      CHECK_VALUES(out.storage() == out2.storage());
    }
    OK(ttnn_release_trace(d, trace));
  }
}

// Products of what is written between, or over what another one still reads, stay by themselves.
TEST(trace, products_that_are_not_of_one_gate) {
  const Device d;
  const Array values = random({1, 1, 4, 64}, 1);
  const Tensor w1 = d.make(random({64, 64}, 2), BF16);
  const Tensor w3 = d.make(random({64, 64}, 3), BF16);
  // The result takes the place of x, or of what lies beside it.
  for (const bool over_weight : {false, true}) {
    Tensor x = d.make(values, BF16);
    Tensor square = d.make(random({64, 64}, 5), BF16);
    Tensor rows = d.make(random({1, 1, 64, 64}, 6), BF16);
    const auto run = [&] {
      Tensor gate, up, out;
      Tensor &a = over_weight ? rows : x;
      OK(ttnn_linear(a, over_weight ? square : w1, nullptr, gate.out()));
      OK(ttnn_linear(a, w3, nullptr, up.out()));
      auto b = options<ttnn_binary_options>();
      b.output_tensor = over_weight ? rows : x;
      OK(ttnn_multiply(gate, up, &b, out.out()));
    };
    const Tensor &result = over_weight ? rows : x;
    const std::vector<float> before = result.read().values;
    run();
    const std::vector<float> expected = result.read().values;
    write(over_weight ? rows : x, {result.shape(), before});
    uint32_t trace = 0;
    OK(ttnn_begin_trace_capture(d, &trace));
    run();
    OK(ttnn_end_trace_capture(d, trace));
    OK(ttnn_execute_trace(d, trace, 1));
    CHECK_VALUES(result.read().values == expected);
    OK(ttnn_release_trace(d, trace));
  }
  // x is freed before the product is made, whose result may take its place.
  Tensor input = d.make(values, BF16);
  const auto run = [&](Tensor &out) {
    Tensor x, gate, up;
    OK(ttnn_relu(input, nullptr, x.out()));
    OK(ttnn_linear(x, w1, nullptr, gate.out()));
    OK(ttnn_linear(x, w3, nullptr, up.out()));
    x = Tensor();
    OK(ttnn_multiply(gate, up, nullptr, out.out()));
  };
  Tensor expected, out;
  run(expected);
  uint32_t trace = 0;
  OK(ttnn_begin_trace_capture(d, &trace));
  run(out);
  OK(ttnn_end_trace_capture(d, trace));
  for (int i = 0; i < 3; ++i) {
    OK(ttnn_execute_trace(d, trace, 1));
    CHECK_VALUES(out.storage() == expected.storage());
  }
  OK(ttnn_release_trace(d, trace));
}

TEST(trace, its_results_share_memory) {
  const Device d;
  const Array values = random({1024, 1024}, 1);
  Tensor x = d.make(values, BF16);
  const uint64_t size = d.stats().allocated_bytes;
  Tensor older = d.make(values, BF16);
  // Pieces of free memory, all of them too small but for one result.
  std::vector<Tensor> small;
  for (int i = 0; i < 20; ++i) small.push_back(d.make(random({64, 1024}, 2), BF16));
  for (int i = 0; i < 20; i += 2) small[i] = Tensor();
  const auto chain = [&] {
    Tensor y;
    OK(ttnn_relu(x, nullptr, y.out()));
    for (int i = 0; i < 15; ++i) {
      Tensor next;
      if (i % 2 == 0) {
        OK(ttnn_tanh(y, nullptr, next.out()));
      } else {
        OK(ttnn_add(y, x, nullptr, next.out()));
      }
      y = std::move(next);
    }
    return y;
  };
  (void)chain();
  const uint64_t before = d.stats().allocated_bytes;
  uint32_t trace = 0;
  OK(ttnn_begin_trace_capture(d, &trace));
  CHECK_EQ(d.stats().allocated_bytes, before);
  older = Tensor();  // its memory is not for the trace
  Tensor y = chain();
  OK(ttnn_end_trace_capture(d, trace));
  const uint64_t with_trace = d.stats().allocated_bytes + size - before;
  CHECK(with_trace >= 2 * size);
  CHECK(with_trace <= 4 * size);
  OK(ttnn_execute_trace(d, trace, 1));
  // A result that has gone stays the trace's.
  y = Tensor();
  CHECK_EQ(d.stats().allocated_bytes + size - before, with_trace);
  OK(ttnn_execute_trace(d, trace, 1));
  OK(ttnn_release_trace(d, trace));
  CHECK_EQ(d.stats().allocated_bytes + size, before);
}

// A board writes a program to its memory when it first runs, which it refuses during a capture. On a mock nothing is written.
TEST(trace, its_programs_ran_before) {
  const Device d;
  Tensor x = d.make(random({96, 160}, 1), BF16);
  const auto capture = [&](uint32_t *trace) {
    OK(ttnn_begin_trace_capture(d, trace));
    Tensor y;
    OK(ttnn_tanh(x, nullptr, y.out()));
    return ttnn_end_trace_capture(d, *trace);
  };
  uint32_t trace = 0;
  if (check::on_host()) {
    OK(capture(&trace));
    return;
  }
  REFUSED(capture(&trace), TTNN_STATUS_DEVICE, "1 programs were compiled during trace capture");
  OK(ttnn_release_trace(d, trace));
  Tensor y;
  OK(ttnn_tanh(x, nullptr, y.out()));
  OK(capture(&trace));
}

TEST(trace, feeds_itself) {
  const Device d;
  Tensor counter = d.ints({-1, 9}, {2});
  Tensor doubled = d.ints({0, 0}, {2});
  const auto step = [&] {
    OK(ttnn_plus_one(counter));
    Tensor sum;
    OK(ttnn_add(counter, counter, nullptr, sum.out()));
    OK(ttnn_copy(sum, doubled));
  };
  step();
  uint32_t trace = 0;
  OK(ttnn_begin_trace_capture(d, &trace));
  step();
  OK(ttnn_end_trace_capture(d, trace));
  CHECK_VALUES((counter.ints() == std::vector<int32_t>{0, 10}));
  for (int i = 0; i < 5; ++i) OK(ttnn_execute_trace(d, trace, 1));
  CHECK_VALUES((counter.ints() == std::vector<int32_t>{5, 15}));
  CHECK_VALUES((doubled.ints() == std::vector<int32_t>{10, 30}));
}

// A trace that TTNN could not end would end the process when it is replayed.
TEST(trace, too_large_for_its_region) {
  if (check::on_host()) return;  // which sets none aside
  auto o = options<ttnn_device_options>();
  o.num_threads = 1;
  o.trace_region_size = 512;
  ttnn_device *d = nullptr;
  OK(ttnn_device_open(&o, &d));
  const ttnn_tensor_spec spec = make_spec(BF16, TILE, {1, 1, 32, 64});
  ttnn_tensor *x = nullptr, *y = nullptr, *z = nullptr;
  OK(ttnn_tensor_create(d, &spec, &x));
  OK(ttnn_silu(x, nullptr, &y));
  uint32_t trace = 0;
  OK(ttnn_begin_trace_capture(d, &trace));
  OK(ttnn_silu(x, nullptr, &z));
  REFUSED(ttnn_end_trace_capture(d, trace), TTNN_STATUS_OUT_OF_MEMORY, "Creating trace buffers of size");
  REFUSED(ttnn_execute_trace(d, trace, 1), kInvalid, "its capture could not be ended");
  OK(ttnn_release_trace(d, trace));
  REFUSED(ttnn_execute_trace(d, trace, 1), kInvalid, "must exist");
  OK(ttnn_device_close(d));
  for (ttnn_tensor *tensor : {x, y, z}) OK(ttnn_tensor_destroy(tensor));
}

// Also of a trace that is released, and of a device that is closed, while another is being captured.
TEST(trace, ends_within_a_capture) {
  for (const bool closed : {false, true}) {
    auto o = options<ttnn_device_options>();
    o.num_threads = 1;
    ttnn_device *d = nullptr;
    OK(ttnn_device_open(&o, &d));
    uint32_t first = 0, second = 0;
    OK(ttnn_begin_trace_capture(d, &first));
    OK(ttnn_end_trace_capture(d, first));
    const ttnn_tensor_spec spec = make_spec(BF16, TILE, {1, 1, 32, 64});
    const Array values = random({1, 1, 32, 64}, 1);
    const ttnn_host_data data = host_data(values);
    ttnn_tensor *x = nullptr;
    OK(ttnn_tensor_from_host(d, &spec, &data, &x));
    OK(ttnn_begin_trace_capture(d, &second));
    OK(ttnn_release_trace(d, first));
    REFUSED(ttnn_release_trace(d, first), kInvalid, "must exist");
    if (!closed) {
      OK(ttnn_end_trace_capture(d, second));
      OK(ttnn_release_trace(d, second));
    }
    OK(ttnn_device_close(d));
    OK(ttnn_tensor_destroy(x));
    OK(ttnn_device_open(&o, &d));
    OK(ttnn_device_close(d));
  }
}

TEST(trace, refusals_during_capture) {
  const Device d;
  Tensor x = d.make(random({4, 64}, 1), BF16);
  const std::vector<uint8_t> bytes = x.storage();
  uint32_t trace = 0;
  REFUSED(ttnn_end_trace_capture(d, 1), kInvalid, "trace 1 is not being captured");
  OK(ttnn_begin_trace_capture(d, &trace));
  uint32_t second = 77;
  REFUSED(ttnn_begin_trace_capture(d, &second), TTNN_STATUS_DEVICE, "CQ 0 is already being used for tracing tid");
  CHECK_EQ(second, 77U);
  float values[256] = {};
  REFUSED(ttnn_tensor_read(x, F32, values, sizeof values), TTNN_STATUS_DEVICE,
          "Reads are not supported during trace capture.");
  std::vector<uint8_t> copy(bytes.size());
  REFUSED(ttnn_tensor_read_storage(x, copy.data(), copy.size()), TTNN_STATUS_DEVICE, "Reads are not supported");
  const ttnn_host_data data = host_data(F32, values, sizeof values);
  REFUSED(ttnn_tensor_write(x, &data), TTNN_STATUS_DEVICE, "Writes are not supported during trace capture.");
  const ttnn_tensor_spec spec = make_spec(BF16, TILE, {4, 64});
  Tensor out;
  REFUSED(ttnn_tensor_create(d, &spec, out.out()), TTNN_STATUS_DEVICE, "Writes");
  REFUSED(ttnn_tensor_from_host(d, &spec, &data, out.out()), TTNN_STATUS_DEVICE, "Writes");
  REFUSED(ttnn_tensor_from_storage(d, &spec, bytes.data(), bytes.size(), 0, out.out()), TTNN_STATUS_DEVICE, "Writes");
  REFUSED(ttnn_execute_trace(d, trace, 1), TTNN_STATUS_DEVICE, "while a trace is being captured");
  REFUSED(ttnn_end_trace_capture(d, trace + 1), kInvalid, "not being captured");
  // A refused operation leaves the capture as it was.
  REFUSED(ttnn_argmax(x, 2, 0, out.out()), kInvalid, "dimension 2");
  OK(ttnn_release_trace(d, trace));  // ends it
  OK(ttnn_tensor_read(x, F32, values, sizeof values));
  OK(ttnn_begin_trace_capture(d, &trace));
  OK(ttnn_end_trace_capture(d, trace));
  OK(ttnn_execute_trace(d, trace, 1));  // empty
  REFUSED(ttnn_execute_trace(d, trace, 2), kInvalid, "blocking is 2");
}

TEST(trace, values_are_checked_at_replay) {
  const Device d;
  Tensor ids = d.ints({1, 2}, {1, 2}, U32);
  Tensor table = d.make(random({4, 64}, 1), BF16, ROW);
  uint32_t trace = 0;
  Tensor out;
  OK(ttnn_embedding(ids, table, nullptr, out.out()));
  out = Tensor();
  OK(ttnn_begin_trace_capture(d, &trace));
  OK(ttnn_embedding(ids, table, nullptr, out.out()));
  OK(ttnn_end_trace_capture(d, trace));
  OK(ttnn_execute_trace(d, trace, 1));
  OK(ttnn_plus_one(ids));
  OK(ttnn_execute_trace(d, trace, 1));
  OK(ttnn_plus_one(ids));
  HOST_REFUSED(ttnn_execute_trace(d, trace, 1), kInvalid, "operation 0 (embedding): id 4 at 1 is not in the table of 4 rows");
}

TEST(trace, memory_runs_out_during_capture) {
  if (check::host_only("a memory of a given size")) return;
  const Device d(1 << 20);
  Tensor x = d.make(random({100, 1000}, 1), F32);  // 400000 bytes
  uint32_t trace = 0;
  OK(ttnn_begin_trace_capture(d, &trace));
  Tensor one;
  Tensor two;
  OK(ttnn_silu(x, nullptr, one.out()));
  REFUSED(ttnn_silu(x, nullptr, two.out()), TTNN_STATUS_OUT_OF_MEMORY, "Out of Memory");
  one = Tensor();
  OK(ttnn_silu(x, nullptr, two.out()));  // in the memory of the first
  OK(ttnn_end_trace_capture(d, trace));
  OK(ttnn_execute_trace(d, trace, 1));
  OK(ttnn_release_trace(d, trace));
  two = Tensor();
  CHECK_EQ(d.stats().allocated_bytes, uint64_t{400000});
}
