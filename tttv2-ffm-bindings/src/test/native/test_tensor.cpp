// SPDX-License-Identifier: Apache-2.0
//
// Tensors: shapes, host data, storage, memory configs, memory.
#include <algorithm>
#include <cstring>
#include <deque>

#include "fixture.hpp"

using namespace fixture;

namespace {

constexpr auto kInvalid = TTNN_STATUS_INVALID_ARGUMENT;

}  // namespace

TEST(tensor, shapes) {
  const Device d;
  for (const Extents &shape : {Extents{1}, Extents{33}, Extents{3, 5}, Extents{2, 1, 33, 31},
                               Extents{1, 2, 1, 2, 1, 2, 1, 3}}) {
    for (const int32_t dtype : {F32, BF16, BF8, BF4}) {
      const Array array = random(shape, 7);
      Tensor tensor = d.make(array, dtype);
      const ttnn_tensor_spec spec = tensor.spec();
      CHECK_EQ(spec.rank, static_cast<int32_t>(shape.size()));
      CHECK_EQ(spec.dtype, dtype);
      CHECK_EQ(spec.layout, TILE);
      const auto last = shape.size() - 1;
      CHECK_EQ(spec.padded_shape[last], (shape[last] + 31) / 32 * 32);
      if (last > 0) CHECK_EQ(spec.padded_shape[last - 1], (shape[last - 1] + 31) / 32 * 32);
      if (last > 1) CHECK_EQ(spec.padded_shape[last - 2], shape[last - 2]);
      CHECK_VALUES(tensor.read().values == rounded(array, dtype).values);
    }
  }
  Tensor out;
  ttnn_tensor_spec spec = make_spec(BF16, TILE, {4});
  const auto refused = [&](int32_t status, const char *words) {
    REFUSED(ttnn_tensor_create(d, &spec, out.out()), status, words);
  };
  spec.rank = 0;
  refused(kInvalid, "rank is 0");
  spec.rank = 9;
  refused(kInvalid, "rank is 9");
  spec = make_spec(BF16, TILE, {4, 0});
  refused(kInvalid, "extent 1 is 0");
  spec = make_spec(BF16, TILE, {-4, 2});
  refused(kInvalid, "-4");
  spec = make_spec(BF16, TILE, {1 << 20, 1 << 20});
  refused(kInvalid, "2^40");
  spec = make_spec(BF16, TILE, {INT64_MAX, INT64_MAX});
  refused(kInvalid, "extent");
  spec = make_spec(TTNN_DTYPE_FLOAT16, TILE, {4});
  refused(kInvalid, "100");
  spec = make_spec(TTNN_DTYPE_DEFAULT, TILE, {4});
  refused(kInvalid, "0 is not a dtype");
  spec = make_spec(BF16, 3, {4});
  refused(kInvalid, "3 is not a layout");
  spec = make_spec(BF8, ROW, {32});
  refused(TTNN_STATUS_DTYPE, "Layout must be Layout::TILE for bfloat8_b or bfloat4_b!");
}

TEST(tensor, host_dtypes) {
  const Device d;
  // BFLOAT16 and FLOAT16 sources, at odd addresses too.
  const Array array = rounded(random({3, 37}, 5), BF16);
  std::vector<uint8_t> bytes(array.values.size() * 2 + 1);
  for (size_t i = 0; i < array.values.size(); ++i) {
    uint32_t bits = 0;
    std::memcpy(&bits, &array.values[i], 4);
    const auto upper = static_cast<uint16_t>(bits >> 16);
    std::memcpy(&bytes[2 * i + 1], &upper, 2);
  }
  for (const int32_t dtype : {F32, BF16, BF8, BF4}) {
    const ttnn_tensor_spec spec = make_spec(dtype, TILE, array.shape);
    const ttnn_host_data data = host_data(BF16, bytes.data() + 1, bytes.size() - 1);
    Tensor tensor;
    OK(ttnn_tensor_from_host(d, &spec, &data, tensor.out()));
    CHECK_VALUES(tensor.read().values == rounded(array, dtype).values);
    // Back as BFLOAT16 at an odd address.
    std::vector<uint8_t> read(bytes.size());
    OK(ttnn_tensor_read(tensor, BF16, read.data() + 1, read.size() - 1));
    if (dtype != BF8 && dtype != BF4) CHECK_VALUES(std::equal(read.begin() + 1, read.end(), bytes.begin() + 1));
  }
  const uint16_t halves[] = {0x3c00, 0xc000, 0x3800, 0x7bff};  // 1, -2, 0.5, 65504
  const ttnn_tensor_spec spec = make_spec(F32, ROW, {4});
  const ttnn_host_data data = host_data(TTNN_DTYPE_FLOAT16, halves, sizeof halves);
  Tensor tensor;
  OK(ttnn_tensor_from_host(d, &spec, &data, tensor.out()));
  CHECK_VALUES((tensor.read().values == std::vector<float>{1, -2, 0.5, 65504}));
  uint16_t back[4];
  OK(ttnn_tensor_read(tensor, TTNN_DTYPE_FLOAT16, back, sizeof back));
  CHECK_VALUES(std::equal(back, back + 4, halves));
}

TEST(tensor, integers) {
  const Device d;
  for (const int32_t dtype : {U32, I32, U16, U8}) {
    Tensor tensor = d.ints({0, 1, 7, 255, 3, 9}, {2, 3}, dtype);
    CHECK_VALUES((tensor.ints() == std::vector<int32_t>{0, 1, 7, 255, 3, 9}));
    CHECK_EQ(tensor.spec().dtype, dtype);
  }
  CHECK_VALUES((d.ints({-1, 5}, {2}, U32).ints() == std::vector<int32_t>{-1, 5}));  // the bits stay
  const int32_t values[] = {1, 256};
  const ttnn_host_data data = host_data(I32, values, sizeof values);
  Tensor out;
  ttnn_tensor_spec spec = make_spec(U8, ROW, {2});
  REFUSED(ttnn_tensor_from_host(d, &spec, &data, out.out()), kInvalid, "element 1 is 256");
  spec.dtype = BF16;
  REFUSED(ttnn_tensor_from_host(d, &spec, &data, out.out()), TTNN_STATUS_DTYPE, "INT32");
  spec.dtype = U32;
  const ttnn_host_data floats = host_data(F32, values, sizeof values);
  REFUSED(ttnn_tensor_from_host(d, &spec, &floats, out.out()), TTNN_STATUS_DTYPE, "FLOAT32");
  // Transposed, with and without another width.
  const int32_t matrix[] = {1, 2, 3, 4, 5, 6};
  ttnn_host_data swapped = host_data(I32, matrix, sizeof matrix);
  swapped.transposed = 1;
  for (const int32_t dtype : {I32, U16}) {
    spec = make_spec(dtype, ROW, {3, 2});
    OK(ttnn_tensor_from_host(d, &spec, &swapped, out.out()));
    CHECK_VALUES((out.ints() == std::vector<int32_t>{1, 4, 2, 5, 3, 6}));
  }
}

TEST(tensor, transposed) {
  const Device d;
  for (const Extents &shape : {Extents{1, 1}, Extents{40, 7}, Extents{2, 33, 70}, Extents{100, 129}}) {
    const Array array = random(shape, 11);  // [.., in, out]
    Array source = array;
    std::swap(source.shape[shape.size() - 1], source.shape[shape.size() - 2]);
    const int64_t in = shape[shape.size() - 2];
    const int64_t out = shape.back();
    for (int64_t m = 0; m < volume(shape) / in / out; ++m) {
      for (int64_t i = 0; i < in; ++i) {
        for (int64_t j = 0; j < out; ++j) {
          source.values[static_cast<size_t>((m * out + j) * in + i)] =
              array.values[static_cast<size_t>((m * in + i) * out + j)];
        }
      }
    }
    for (const int32_t dtype : {F32, BF16, BF8, BF4}) {
      const ttnn_tensor_spec spec = make_spec(dtype, TILE, shape);
      ttnn_host_data data = host_data(F32, source.values.data(), source.values.size() * 4);
      data.transposed = 1;
      Tensor tensor;
      OK(ttnn_tensor_from_host(d, &spec, &data, tensor.out()));
      CHECK_VALUES(tensor.read().values == rounded(array, dtype).values);
      OK(ttnn_tensor_write(tensor, &data));
      CHECK_VALUES(tensor.read().values == rounded(array, dtype).values);
    }
  }
  const float values[4] = {};
  const ttnn_tensor_spec spec = make_spec(F32, TILE, {4});
  ttnn_host_data data = host_data(F32, values, sizeof values);
  data.transposed = 1;
  Tensor out;
  REFUSED(ttnn_tensor_from_host(d, &spec, &data, out.out()), TTNN_STATUS_SHAPE, "rank 2");
  data.transposed = 2;
  REFUSED(ttnn_tensor_from_host(d, &spec, &data, out.out()), kInvalid, "transposed is 2");
}

TEST(tensor, write_and_read) {
  const Device d;
  Tensor tensor = d.make(zeros({2, 3}), BF16);
  const Array array = rounded(random({2, 3}, 2), BF16);
  ttnn_host_data data = host_data(F32, array.values.data(), 24);
  OK(ttnn_tensor_write(tensor, &data));
  CHECK_VALUES(tensor.read().values == array.values);
  data.size = 20;
  REFUSED(ttnn_tensor_write(tensor, &data), kInvalid, "20 bytes");
  data.size = 24;
  data.data = nullptr;
  REFUSED(ttnn_tensor_write(tensor, &data), kInvalid, "data.data is NULL");
  REFUSED(ttnn_tensor_write(tensor, nullptr), kInvalid, "data is NULL");
  float values[6];
  REFUSED(ttnn_tensor_read(tensor, F32, values, 23), kInvalid, "23 bytes");
  REFUSED(ttnn_tensor_read(tensor, F32, nullptr, 24), kInvalid, "dst is NULL");
  REFUSED(ttnn_tensor_read(tensor, I32, values, 24), TTNN_STATUS_DTYPE, "INT32");
  REFUSED(ttnn_tensor_read(tensor, BF8, values, 24), TTNN_STATUS_DTYPE, "BFLOAT8_B");
}

// A read under way keeps the values, whatever becomes of the tensor.
TEST(tensor, read_begun) {
  const Device d;
  const Array array = rounded(random({3, 40}, 7), BF16);
  Tensor tensor = d.make(array, BF16);
  ttnn_read *first = nullptr;
  OK(ttnn_tensor_read_begin(tensor, nullptr, F32, &first));
  const Array other = zeros({3, 40});
  ttnn_host_data data = host_data(F32, other.values.data(), 480);
  OK(ttnn_tensor_write(tensor, &data));
  ttnn_read *second = nullptr;
  OK(ttnn_tensor_read_begin(tensor, nullptr, BF16, &second));
  tensor = Tensor();
  std::vector<float> values(120);
  for (int i = 0; i < 2; ++i) {
    OK(ttnn_read_finish(first, values.data(), 480));
    CHECK_VALUES(values == array.values);
  }
  std::vector<uint16_t> halves(120, 1);
  OK(ttnn_read_finish(second, halves.data(), 240));
  CHECK_VALUES(halves == std::vector<uint16_t>(120));
  REFUSED(ttnn_read_finish(first, values.data(), 240), kInvalid, "dst is 240 bytes");
  REFUSED(ttnn_read_finish(first, nullptr, 480), kInvalid, "dst is NULL");
  OK(ttnn_read_destroy(first));
  REFUSED(ttnn_read_destroy(first), kInvalid, "was destroyed or is no read handle");
  REFUSED(ttnn_read_finish(first, values.data(), 480), kInvalid, "was destroyed or is no read handle");
  REFUSED(ttnn_read_finish(nullptr, values.data(), 480), kInvalid, "read is NULL");
  OK(ttnn_read_destroy(nullptr));
  OK(ttnn_read_destroy(second));
}

TEST(tensor, refused_reads) {
  Device d;
  const Tensor tensor = d.make(random({2, 32}, 7), BF16);
  ttnn_read *read = nullptr;
  REFUSED(ttnn_tensor_read_begin(tensor, nullptr, F32, nullptr), kInvalid, "out is NULL");
  REFUSED(ttnn_tensor_read_begin(tensor, nullptr, I32, &read), TTNN_STATUS_DTYPE, "INT32");
  REFUSED(ttnn_tensor_read_begin(nullptr, nullptr, F32, &read), kInvalid, "tensor is NULL");
  uint32_t trace = 0;
  OK(ttnn_begin_trace_capture(d, &trace));
  REFUSED(ttnn_tensor_read_begin(tensor, nullptr, F32, &read), TTNN_STATUS_DEVICE,
          "Reads are not supported during trace capture.");
  OK(ttnn_release_trace(d, trace));
  CHECK(read == nullptr);
  ttnn_read *finished = nullptr;
  ttnn_read *left = nullptr;
  OK(ttnn_tensor_read_begin(tensor, nullptr, F32, &finished));
  OK(ttnn_tensor_read_begin(tensor, nullptr, F32, &left));
  float values[64];
  OK(ttnn_read_finish(finished, values, sizeof values));
  OK(ttnn_device_close(d.release()));
  for (ttnn_read *each : {finished, left}) {
    REFUSED(ttnn_read_finish(each, values, sizeof values), TTNN_STATUS_DEVICE, "the device of read was closed");
    OK(ttnn_read_destroy(each));
  }
}

TEST(tensor, storage) {
  const Device d;
  for (const int32_t dtype : {F32, BF16, BF8, BF4}) {
    Tensor tensor = d.make(random({3, 40}, 4), dtype);
    std::vector<uint8_t> bytes = tensor.storage();
    const ttnn_tensor_spec spec = make_spec(dtype, TILE, {3, 40});
    for (const int32_t borrow : {0, 1}) {
      // In place (aligned) and copied (odd address), the tensor is the same.
      for (const size_t shift : {size_t{0}, size_t{1}}) {
        alignas(64) static uint8_t room[16 * 1024];
        std::copy(bytes.begin(), bytes.end(), room + shift);
        Tensor copy;
        OK(ttnn_tensor_from_storage(d, &spec, room + shift, bytes.size(), borrow, copy.out()));
        CHECK_VALUES(copy.read().values == tensor.read().values);
        CHECK_VALUES(copy.storage() == bytes);
        const uint64_t expected = borrow == 1 && shift == 0 && check::on_host() ? bytes.size() : 0;
        CHECK_EQ(d.stats().borrowed_bytes, expected);
        const Array array = random({3, 40}, 9);
        const ttnn_host_data data = host_data(F32, array.values.data(), 480);
        if (borrow == 1) {
          REFUSED(ttnn_tensor_write(copy, &data), kInvalid, "read-only");
          REFUSED(ttnn_copy(tensor, copy), kInvalid, "read-only");
          auto o = options<ttnn_binary_options>();
          o.output_tensor = copy;
          Tensor out;
          REFUSED(ttnn_add(copy, copy, &o, out.out()), kInvalid, "read-only");
        } else {
          OK(ttnn_tensor_write(copy, &data));
        }
      }
    }
    Tensor out;
    REFUSED(ttnn_tensor_from_storage(d, &spec, bytes.data(), bytes.size() - 1, 0, out.out()), kInvalid, "bytes");
    REFUSED(ttnn_tensor_from_storage(d, &spec, nullptr, bytes.size(), 0, out.out()), kInvalid, "data is NULL");
    REFUSED(ttnn_tensor_from_storage(d, &spec, bytes.data(), bytes.size(), 2, out.out()), kInvalid, "borrow is 2");
    REFUSED(ttnn_tensor_read_storage(tensor, bytes.data(), bytes.size() + 1), kInvalid, "bytes");
    REFUSED(ttnn_tensor_read_storage(tensor, nullptr, bytes.size()), kInvalid, "NULL");
  }
}

TEST(tensor, memory_configs) {
  const Device d;
  Tensor out;
  ttnn_tensor_spec spec = make_spec(BF16, TILE, {1, 8, 5, 64});
  spec.memory_config = height_sharded();
  OK(ttnn_tensor_create(d, &spec, out.out()));
  ttnn_memory_config config = out.spec().memory_config;
  CHECK_EQ(config.shard_height, 32);  // a user per core
  CHECK_EQ(config.shard_width, 64);
  CHECK_EQ(config.num_core_ranges, 1);
  CHECK_EQ(config.core_ranges[0].end_x, 7);
  CHECK_EQ(config.core_ranges[0].end_y, 0);
  const auto refused = [&](auto set, int32_t status, const char *words) {
    spec.memory_config = config;
    set(spec.memory_config);
    REFUSED(ttnn_tensor_create(d, &spec, out.out()), status, words);
  };
  refused([](auto &c) { c.shard_width = 80; }, TTNN_STATUS_SHAPE, "must be tile {32, 32} sized!");
  refused([](auto &c) { c.core_ranges[0].end_x = 6; }, TTNN_STATUS_SHAPE, "must not exceed number of cores");
  refused([](auto &c) { c.core_ranges[0].end_x = 100; }, kInvalid, "grid of 8 x 8");
  refused([](auto &c) { c.core_ranges[0].end_x = -1; }, kInvalid, "grid");
  refused([](auto &c) { c.num_core_ranges = 9; }, kInvalid, "num_core_ranges is 9");
  refused([](auto &c) { c.num_core_ranges = 2, c.core_ranges[1] = c.core_ranges[0]; }, kInvalid, "overlap");
  refused([](auto &c) { c.memory_layout = 4; }, kInvalid, "memory_layout is 4");
  refused([](auto &c) { c.buffer_type = 2; }, kInvalid, "buffer_type is 2");
  refused([](auto &c) { c.shard_orientation = 2; }, kInvalid, "shard_orientation is 2");
  refused([](auto &c) { c.shard_height = 0; }, kInvalid, "all or none");
  refused([](auto &c) { c.memory_layout = TTNN_MEMORY_LAYOUT_INTERLEAVED; }, kInvalid, "describes shards");
  refused([](auto &c) { c.shard_width = 32; }, TTNN_STATUS_SHAPE, "Shard width 32");
  refused([](auto &c) { c.memory_layout = TTNN_MEMORY_LAYOUT_WIDTH_SHARDED; }, TTNN_STATUS_SHAPE, "Shard height 32");
  for (const int32_t layout : {TTNN_MEMORY_LAYOUT_WIDTH_SHARDED, TTNN_MEMORY_LAYOUT_BLOCK_SHARDED}) {
    spec.memory_config = height_sharded();
    spec.memory_config.memory_layout = layout;
    OK(ttnn_tensor_create(d, &spec, out.out()));
    CHECK(out.spec().memory_config.num_core_ranges > 0);
  }
}

TEST(memory, accounts) {
  if (check::host_only("the bytes of each tensor, without padding")) return;
  const Device d(1 << 20);
  CHECK_EQ(d.stats().total_bytes, uint64_t{1 << 20});
  CHECK_EQ(d.stats().allocated_bytes, uint64_t{0});
  {
    Tensor x = d.make(zeros({100, 100}), BF16);
    CHECK_EQ(d.stats().allocated_bytes, uint64_t{20032});  // 20000 rounded up to 64
    CHECK_EQ(d.stats().live_tensors, 1);
    const int64_t shape[] = {10000};
    Tensor view;
    OK(ttnn_reshape(x, 1, shape, view.out()));
    CHECK_EQ(d.stats().allocated_bytes, uint64_t{20032});
    CHECK_EQ(d.stats().live_tensors, 2);
    const ttnn_memory_config l1 = interleaved(TTNN_BUFFER_TYPE_L1);
    Tensor there;
    OK(ttnn_to_memory_config(x, &l1, there.out()));
    CHECK_EQ(d.stats(TTNN_BUFFER_TYPE_L1).allocated_bytes, uint64_t{20032});
    CHECK_VALUES(there.read().values == x.read().values);
  }
  CHECK_EQ(d.stats().allocated_bytes, uint64_t{0});
  CHECK_EQ(d.stats(TTNN_BUFFER_TYPE_L1).allocated_bytes, uint64_t{0});
  CHECK_EQ(d.stats().peak_allocated_bytes, uint64_t{20032});
  CHECK_EQ(d.stats().live_tensors, 0);
}

// A result may lie where one was that is gone, and nowhere else.
TEST(memory, results_are_apart) {
  const Device d;
  Tensor x = d.make(random({1, 1, 64, 32}, 1), BF16);
  Tensor y = d.make(random({1, 1, 64, 32}, 2), BF16);
  Tensor weight = d.make(random({32, 32}, 3), BF16);
  const std::vector<float> sum = [&] {
    Tensor out;
    OK(ttnn_add(x, y, nullptr, out.out()));
    return out.read().values;
  }();
  const auto product = [&] {
    Tensor out;
    OK(ttnn_linear(x, weight, nullptr, out.out()));
    return out;
  };
  const auto check_sum = [&](const Tensor &kept) {
    Tensor gone = product();
    gone = Tensor();
    Tensor other = product();
    CHECK_VALUES(kept.read().values == sum);
    CHECK_VALUES(other.read().values != sum);
  };
  const uint64_t before = d.stats().allocated_bytes;
  uint64_t size = 0;  // of a result
  {
    Tensor first = product();
    size = d.stats().allocated_bytes - before;
  }
  const auto buffers = [&] { return (d.stats().allocated_bytes - before) / size; };
  CHECK_EQ(buffers(), uint64_t{0});
  for (int i = 0; i < 3; ++i) {
    Tensor gone = product();
    gone = Tensor();
    Tensor kept;
    OK(ttnn_add(x, y, nullptr, kept.out()));
    check_sum(kept);
    gone = product();
    CHECK_EQ(buffers(), uint64_t{2});
    // Another view of its memory, and it itself is gone.
    Tensor view;
    const int64_t shape[] = {64, 32};
    OK(ttnn_reshape(kept, 2, shape, view.out()));
    kept = Tensor();
    gone = Tensor();
    check_sum(view);
    gone = product();
    CHECK_EQ(buffers(), uint64_t{2});
  }
  {
    Tensor kept = product();
    auto into = options<ttnn_binary_options>();
    into.output_tensor = kept;
    Tensor same;
    OK(ttnn_add(x, y, &into, same.out()));
    kept = Tensor();
    check_sum(same);
    Tensor other = product();
    CHECK_EQ(buffers(), uint64_t{2});
  }
  {
    Tensor kept;
    OK(ttnn_add(x, y, nullptr, kept.out()));
    Tensor same;
    OK(ttnn_typecast(kept, BF16, same.out()));
    kept = Tensor();
    check_sum(same);
  }
  CHECK_EQ(buffers(), uint64_t{0});
  {
    Tensor wide = d.make(random({1, 1, 64, 96}, 4), BF16);
    const uint64_t others = d.stats().allocated_bytes;
    auto one = options<ttnn_heads_options>();
    one.num_heads = 1;
    one.num_kv_heads = 1;
    one.transpose_k_heads = TTNN_SWITCH_OFF;
    Tensor q, k, v;
    OK(ttnn_nlp_create_qkv_heads(wide, &one, q.out(), k.out(), v.out()));
    const std::vector<std::vector<float>> heads = {q.read().values, k.read().values, v.read().values};
    for (int freed = 0; freed < 5; ++freed) {
      for (Tensor *head : {&q, &k, &v}) *head = Tensor();
      std::vector<Tensor> gone;
      for (int i = 0; i < freed; ++i) gone.push_back(product());
      gone.clear();
      OK(ttnn_nlp_create_qkv_heads(wide, &one, q.out(), k.out(), v.out()));
      Tensor other = product();
      CHECK_VALUES(q.read().values == heads[0] && k.read().values == heads[1] && v.read().values == heads[2]);
      CHECK_EQ((d.stats().allocated_bytes - others) / size, uint64_t{4});
    }
  }
  CHECK_EQ(buffers(), uint64_t{0});
  uint32_t trace = 0;
  Tensor from;
  OK(ttnn_add(x, y, nullptr, from.out()));
  OK(ttnn_begin_trace_capture(d, &trace));
  Tensor traced = product();
  traced = Tensor();
  OK(ttnn_add(x, y, nullptr, traced.out()));
  Tensor twice;
  OK(ttnn_add(traced, from, nullptr, twice.out()));
  OK(ttnn_end_trace_capture(d, trace));
  OK(ttnn_execute_trace(d, trace, 1));
  const std::vector<float> twice_sum = twice.read().values;
  // What the replays read and write is theirs also when its handles are gone.
  from = Tensor();
  traced = Tensor();
  for (int i = 0; i < 3; ++i) {
    Tensor other;
    OK(ttnn_add(x, y, nullptr, other.out()));
    Tensor another = product();
    // The product, both sums, the first one read and both others. The host library puts a trace's results where they fit.
    if (!check::on_host()) CHECK_EQ(buffers(), uint64_t{6});
    OK(ttnn_execute_trace(d, trace, 1));
    CHECK_VALUES(twice.read().values == twice_sum);
    check_sum(other);
  }
  OK(ttnn_release_trace(d, trace));
  CHECK_VALUES(twice.read().values == twice_sum);
}

// More sizes, and more bytes, than are kept of the results that are gone.
TEST(memory, results_of_many_sizes) {
  if (check::host_only("memory that results leave to others")) return;
  const Device d;
  struct Result {
    Tensor sum;
    std::vector<float> expected;
  };
  std::deque<Result> results;
  for (uint32_t i = 0; i < 150; ++i) {
    const Array values = random({1, 1, 16 + 11 * (i * 37 % 75), 1024}, i);
    Tensor x = d.make(values, F32);
    Result &result = results.emplace_back();
    OK(ttnn_add(x, x, nullptr, result.sum.out()));
    for (const float value : values.values) result.expected.push_back(2 * value);
    if (results.size() > i % 7) {
      CHECK_VALUES(results.front().sum.read().values == results.front().expected);
      results.pop_front();
    }
  }
  for (const Result &result : results) CHECK_VALUES(result.sum.read().values == result.expected);
  results.clear();
  CHECK_EQ(d.stats().allocated_bytes, uint64_t{0});
}

// What was freed does not stand in the way of what needs all memory.
TEST(memory, freed_results_make_room) {
  const Device d(64 << 20);
  Tensor x = d.make(zeros({1, 1, 8192, 32}), BF16);
  // All but some of what the first products take, 3 MB: of the weight and of the result.
  const uint64_t free = d.stats().largest_free_bytes - (uint64_t{2} << 20);
  const auto most = static_cast<int64_t>(free / 2 / (32 + 8192) / 32 * 32);
  const auto weight = [&](int64_t columns) { return d.make(zeros({32, columns}), BF16); };
  const auto multiply = [&](const Tensor &by) {
    Tensor out;
    OK(ttnn_linear(x, by, nullptr, out.out()));
  };
  {
    const Tensor large = weight(most);
    for (const int64_t columns : {32, 64, 96}) multiply(weight(columns));
    multiply(large);
  }
  // What stays is not put behind what was freed.
  for (const int64_t columns : {32, 64, 96}) multiply(weight(columns));
  multiply(weight(most));
}

// More than any board has: nothing of it may be allocated on the host either.
TEST(memory, too_large) {
  const Device d;
  Tensor out;
  for (const Extents &shape : {Extents{(int64_t{1} << 40) - 1, 1}, Extents{1 << 20, 1 << 19}}) {
    for (const int32_t buffer : {TTNN_BUFFER_TYPE_DRAM, TTNN_BUFFER_TYPE_L1}) {
      ttnn_tensor_spec spec = make_spec(BF16, TILE, shape);
      spec.memory_config = interleaved(buffer);
      REFUSED(ttnn_tensor_create(d, &spec, out.out()), TTNN_STATUS_OUT_OF_MEMORY, "Out of Memory");
    }
  }
  CHECK(out.get() == nullptr);
  CHECK_EQ(d.stats().live_tensors, 0);
  CHECK_EQ(d.stats().allocated_bytes, uint64_t{0});
}

TEST(memory, exhausted) {
  if (check::host_only("a memory of a given size")) return;
  const Device d(1 << 20);
  Tensor x = d.make(zeros({300, 500}), F32);  // 600000 bytes
  Tensor out;
  ttnn_tensor_spec spec = make_spec(F32, TILE, {300, 500});
  REFUSED(ttnn_tensor_create(d, &spec, out.out()), TTNN_STATUS_OUT_OF_MEMORY,
          "Not enough space to allocate 600000 B DRAM buffer, total 1048576 B (allocated: 600000 B, free: 448576 B");
  REFUSED(ttnn_silu(x, nullptr, out.out()), TTNN_STATUS_OUT_OF_MEMORY, "Out of Memory");
  CHECK(out.get() == nullptr);
  CHECK_EQ(d.stats().allocated_bytes, uint64_t{600000});
  spec = make_spec(BF8, TILE, {(int64_t{1} << 40) - 1, 1});
  REFUSED(ttnn_tensor_create(d, &spec, out.out()), TTNN_STATUS_OUT_OF_MEMORY, "Out of Memory");
  spec = make_spec(F32, TILE, {64, 400000});
  spec.memory_config = interleaved(TTNN_BUFFER_TYPE_L1);
  REFUSED(ttnn_tensor_create(d, &spec, out.out()), TTNN_STATUS_OUT_OF_MEMORY, "L1 buffer, total 89171968 B");
  OK(ttnn_deallocate(x));
  spec = make_spec(F32, TILE, {300, 500});
  OK(ttnn_tensor_create(d, &spec, out.out()));
  CHECK_VALUES(std::ranges::all_of(out.read().values, [](float value) { return value == 0; }));
}
