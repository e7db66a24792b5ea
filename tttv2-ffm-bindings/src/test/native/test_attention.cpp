// SPDX-License-Identifier: Apache-2.0
//
// Heads, rotary embedding, attention, caches.
#include <algorithm>

#include "fixture.hpp"

using namespace fixture;

namespace {

constexpr auto kInvalid = TTNN_STATUS_INVALID_ARGUMENT;

// Attention of one query row over `keys` rows, as plainly as can be. bias(j): what is added to key j's score.
template <typename Key, typename Value, typename Bias>
std::vector<double> attend(const std::vector<double> &q, int64_t keys, double scale, double cap, const double *sink,
                           Key key, Value value, Bias bias) {
  std::vector<double> scores;
  double sum = sink != nullptr ? std::exp(*sink) : 0;
  for (int64_t j = 0; j < keys; ++j) {
    double score = 0;
    for (size_t i = 0; i < q.size(); ++i) score += q[i] * key(j, static_cast<int64_t>(i));
    score *= scale;
    if (cap != 0) score = cap * std::tanh(score / cap);
    scores.push_back(std::exp(score + bias(j)));
    sum += scores.back();
  }
  std::vector<double> result(q.size());
  for (int64_t j = 0; j < keys; ++j) {
    for (size_t i = 0; i < q.size(); ++i) {
      result[i] += scores[static_cast<size_t>(j)] / sum * value(j, static_cast<int64_t>(i));
    }
  }
  return result;
}

constexpr double kMasked = -1e30;

struct Case {
  int64_t users, heads, kv, queries, keys, size;
  bool causal;
  int64_t window;
  bool sink, mask;
  float cap = 0;
};

// q [B, NH, Sq, D], k and v [B, KV, Sk, D]; query i of a causal case is at position first + i.
Array attention(const Array &q, const Array &k, const Array &v, const Case &c, int64_t first, const Array *mask,
                const Array *sink) {
  Array out = zeros(q.shape);
  for (int64_t b = 0; b < c.users; ++b) {
    for (int64_t h = 0; h < c.heads; ++h) {
      const int64_t g = h / (c.heads / c.kv);
      for (int64_t i = 0; i < c.queries; ++i) {
        std::vector<double> query;
        for (int64_t e = 0; e < c.size; ++e) query.push_back(q.at({b, h, i, e}));
        const double raw = sink != nullptr ? sink->values[static_cast<size_t>(h)] : 0;
        const auto bias = [&](int64_t j) {
          const int64_t position = first + i;
          if (c.causal && (j > position || (c.window > 0 && j <= position - c.window))) return kMasked;
          if (!c.causal && c.window > 0 && std::abs(j - position) > c.window / 2) return kMasked;
          return mask == nullptr ? 0.0 : static_cast<double>(mask->at({b % mask->shape[0], h % mask->shape[1], i, j}));
        };
        const std::vector<double> row = attend(
            query, c.keys, 1 / std::sqrt(static_cast<double>(c.size)), static_cast<double>(c.cap), sink != nullptr ? &raw : nullptr,
            [&](int64_t j, int64_t e) { return k.at({b, g, j, e}); },
            [&](int64_t j, int64_t e) { return v.at({b, g, j, e}); }, bias);
        for (int64_t e = 0; e < c.size; ++e) {
          out.values[static_cast<size_t>(((b * c.heads + h) * c.queries + i) * c.size + e)] =
              static_cast<float>(row[static_cast<size_t>(e)]);
        }
      }
    }
  }
  return out;
}

// Blocks of a paged cache that hold what contiguous [B, KV, S, D] holds; page p of user b is block table[b][p].
Array paged(const Array &contiguous, const std::vector<int32_t> &table, int64_t pages, int64_t blocks, int64_t block) {
  const int64_t kv = contiguous.shape[1];
  const int64_t length = contiguous.shape[2];
  const int64_t size = contiguous.shape[3];
  Array cache = random({blocks, kv, block, size}, 99);
  for (int64_t b = 0; b < contiguous.shape[0]; ++b) {
    for (int64_t s = 0; s < length; ++s) {
      const int32_t where = table[static_cast<size_t>(b * pages + s / block)];
      if (where < 0) continue;
      for (int64_t h = 0; h < kv; ++h) {
        for (int64_t e = 0; e < size; ++e) {
          cache.values[static_cast<size_t>(((where * kv + h) * block + s % block) * size + e)] =
              contiguous.at({b, h, s, e});
        }
      }
    }
  }
  return cache;
}

// FLOAT32 in attention, which the host alone takes.
bool is_extension(int32_t dtype) { return dtype == F32 && check::host_only("FLOAT32 in attention"); }

double loose(int32_t dtype) { return dtype == F32 ? 2e-5 : 2 * tolerance(dtype); }

// Height sharded, and interleaved again.
Tensor sharded(const Tensor &x) {
  const ttnn_memory_config config = height_sharded();
  Tensor out;
  OK(ttnn_to_memory_config(x, &config, out.out()));
  return out;
}

Array trans_mat(int64_t tiles) {
  Array matrix = zeros({1, 1, 32 * tiles, 32});
  for (int64_t row = 0; row < 32 * tiles; ++row) {
    const int64_t i = row % 32;
    matrix.values[static_cast<size_t>(row * 32 + (i % 2 == 0 ? i + 1 : i - 1))] = i % 2 == 0 ? 1.0F : -1.0F;
  }
  return matrix;
}

}  // namespace

TEST(heads, create_and_concat) {
  const Device d;
  for (const int64_t size : {int64_t{64}, int64_t{80}, int64_t{7}}) {
    if (size % 32 != 0 && check::host_only("heads whose size is no multiple of 32")) continue;
    for (const int32_t dtype : {F32, BF16, BF8}) {
      if (is_extension(dtype)) continue;
      const Array array = rounded(random({2, 1, 5, (9 + 2 * 3) * size}, 1), dtype);
      Tensor x = d.make(array, dtype);
      auto o = options<ttnn_heads_options>();
      o.num_heads = 9;
      o.num_kv_heads = 3;
      for (const bool transpose : {true, false}) {
        o.transpose_k_heads = transpose ? TTNN_SWITCH_DEFAULT : TTNN_SWITCH_OFF;
        Tensor q;
        Tensor k;
        Tensor v;
        OK(ttnn_nlp_create_qkv_heads(x, &o, q.out(), k.out(), v.out()));
        const auto part = [&](int64_t first, int64_t heads, bool swapped) {
          Array result = zeros(swapped ? Extents{2, heads, size, 5} : Extents{2, heads, 5, size});
          for (int64_t i = 0; i < volume(result.shape); ++i) {
            const int64_t s = swapped ? i % 5 : i / size % 5;
            const int64_t e = swapped ? i / 5 % size : i % size;
            const int64_t h = i / size / 5 % heads;
            result.values[static_cast<size_t>(i)] = array.at({i / size / 5 / heads, 0, s, (first + h) * size + e});
          }
          return result;
        };
        const double error = dtype == BF8 && size % 16 != 0 ? tolerance(BF8) : 0;
        NEAR(q.read(), part(0, 9, false), error);
        NEAR(k.read(), part(9, 3, transpose), dtype == BF8 && transpose ? tolerance(BF8) : error);
        NEAR(v.read(), part(12, 3, false), error);
        Tensor joined;
        OK(ttnn_nlp_concat_heads(q, nullptr, joined.out()));
        Array expected = zeros({2, 1, 5, 9 * size});
        for (int64_t i = 0; i < volume(expected.shape); ++i) {
          expected.values[static_cast<size_t>(i)] = array.at({i / (9 * size * 5), 0, i / (9 * size) % 5, i % (9 * size)});
        }
        NEAR(joined.read(), expected, 2 * error);
      }
    }
  }
}

TEST(heads, decode) {
  const Device d;
  for (const int64_t users : {int64_t{1}, int64_t{8}, int64_t{32}}) {
    const Array array = rounded(random({1, 1, users, (9 + 2 * 3) * 64}, 1), BF16);
    Tensor x = d.make(array, BF16);
    auto o = options<ttnn_heads_options>();
    o.num_heads = 9;
    o.num_kv_heads = 3;
    Tensor q;
    Tensor k;
    Tensor v;
    OK(ttnn_nlp_create_qkv_heads_decode(x, &o, q.out(), k.out(), v.out()));
    const ttnn_tensor_spec spec = q.spec();
    CHECK((q.shape() == Extents{1, users, 9, 64}));
    CHECK((k.shape() == Extents{1, users, 3, 64}));
    CHECK_EQ(spec.memory_config.memory_layout, int32_t{TTNN_MEMORY_LAYOUT_HEIGHT_SHARDED});
    CHECK_EQ(spec.memory_config.buffer_type, int32_t{TTNN_BUFFER_TYPE_L1});
    CHECK_EQ(spec.memory_config.shard_height, 32);
    CHECK_EQ(spec.memory_config.shard_width, 64);
    const Array got = v.read();
    for (int64_t b = 0; b < users; ++b) CHECK_VALUES((got.at({0, b, 2, 5}) == array.at({0, 0, b, 14 * 64 + 5})));
    Tensor joined;
    if (spec.memory_config.num_core_ranges > 1) {  // where rows of the grid have another number of cores than 8
      REFUSED(ttnn_nlp_concat_heads_decode(q, 9, nullptr, joined.out()), kInvalid, "one rectangle");
      continue;
    }
    OK(ttnn_nlp_concat_heads_decode(q, 9, nullptr, joined.out()));
    CHECK((joined.shape() == Extents{1, 1, 32, 576}));
    CHECK_EQ(joined.spec().memory_config.memory_layout, int32_t{TTNN_MEMORY_LAYOUT_WIDTH_SHARDED});
    const Array rows = joined.read();
    for (int64_t b = 0; b < 32; ++b) {
      for (int64_t e = 0; e < 576; ++e) CHECK_VALUES((rows.at({b, e}) == (b < users ? array.at({0, 0, b, e}) : 0.0F)));
    }
  }
}

TEST(heads, refusals) {
  const Device d;
  auto o = options<ttnn_heads_options>();
  o.num_heads = 9;
  o.num_kv_heads = 3;
  Tensor q;
  Tensor k;
  Tensor v;
  const auto prefill = [&](const Extents &shape, int32_t status, const char *words) {
    REFUSED(ttnn_nlp_create_qkv_heads(d.make(zeros(shape), BF16), &o, q.out(), k.out(), v.out()), status, words);
  };
  const auto decode = [&](const Extents &shape, int32_t status, const char *words) {
    REFUSED(ttnn_nlp_create_qkv_heads_decode(d.make(zeros(shape), BF16), &o, q.out(), k.out(), v.out()), status, words);
  };
  prefill({1, 5, 960}, TTNN_STATUS_SHAPE, "[1, 5, 960]");
  prefill({1, 2, 5, 960}, TTNN_STATUS_SHAPE, "[1, 2, 5, 960]");
  prefill({1, 1, 5, 961}, TTNN_STATUS_SHAPE, "961 columns");
  decode({1, 1, 33, 960}, TTNN_STATUS_SHAPE, "B <= 32");
  decode({2, 1, 3, 960}, TTNN_STATUS_SHAPE, "[2, 1, 3, 960]");
  o.num_heads = 0;
  prefill({1, 1, 5, 960}, kInvalid, "num_heads is 0");
  o.num_heads = 9;
  o.transpose_k_heads = 3;
  prefill({1, 1, 5, 960}, kInvalid, "transpose_k_heads is 3");
  o.transpose_k_heads = TTNN_SWITCH_ON;
  decode({1, 1, 5, 960}, kInvalid, "prefill only");
  o.transpose_k_heads = TTNN_SWITCH_DEFAULT;
  const ttnn_memory_config dram = interleaved(TTNN_BUFFER_TYPE_DRAM);
  o.memory_config = &dram;
  decode({1, 1, 5, 960}, kInvalid, "HEIGHT_SHARDED");
  Tensor out;
  REFUSED(ttnn_nlp_concat_heads(d.make(zeros({3, 5, 64}), BF16), nullptr, out.out()), TTNN_STATUS_SHAPE, "[3, 5, 64]");
  Tensor flat = d.make(zeros({1, 8, 9, 64}), BF16);
  REFUSED(ttnn_nlp_concat_heads_decode(flat, 9, nullptr, out.out()), kInvalid, "Input tensor must be sharded");
  REFUSED(ttnn_nlp_concat_heads_decode(sharded(flat), 10, nullptr, out.out()), TTNN_STATUS_SHAPE, "num_heads is 10");
  Tensor twelve = d.make(zeros({1, 12, 9, 64}), BF16);
  REFUSED(ttnn_nlp_concat_heads_decode(sharded(twelve), 9, nullptr, out.out()), kInvalid, "one rectangle");
}

TEST(rotary, values) {
  const Device d;
  for (const int64_t size : {int64_t{64}, int64_t{80}, int64_t{32}}) {
    const Array array = random({1, 3, 5, size}, 1);  // prefill: 3 heads of 5 positions; decode: 3 users, 5 heads
    for (const bool decode : {false, true}) {
      const Extents table = decode ? Extents{1, 3, 1, size} : Extents{1, 1, 9, size};
      for (const bool pairs : {false, true}) {
        Array cosines = random(table, 2);
        Array sines = random(table, 3);
        // Each angle stands in both places of its pair.
        for (size_t i = 0; i < cosines.values.size(); ++i) {
          const auto n = static_cast<size_t>(size);
          const size_t col = i % n;
          const size_t first = i - col + (pairs ? col / 2 * 2 : col % (n / 2));
          cosines.values[i] = cosines.values[first];
          sines.values[i] = sines.values[first];
        }
        Array expected = array;
        for (int64_t i = 0; i < volume(array.shape); ++i) {
          const int64_t e = i % size;
          const int64_t angle = decode ? i / size / 5 : i / size % 5;
          const int64_t half = size / 2;
          const int64_t other = pairs ? (e % 2 == 0 ? i + 1 : i - 1) : (e < half ? i + half : i - half);
          const bool lower = pairs ? e % 2 == 0 : e < half;
          const float x = array.values[static_cast<size_t>(i)];
          const float y = array.values[static_cast<size_t>(other)];
          expected.values[static_cast<size_t>(i)] =
              x * cosines.at({angle, e}) + (lower ? -y : y) * sines.at({angle, e});
        }
        for (const int32_t dtype : {F32, BF16}) {
          if (is_extension(dtype)) continue;
          if (size % 64 == 16 && check::host_only("heads whose size is no multiple of 32")) continue;
          Tensor x = d.make(array, dtype);
          Tensor cos = d.make(cosines, dtype);
          Tensor sin = d.make(sines, dtype);
          Tensor trans = d.make(trans_mat(decode ? 3 : 1), dtype);
          auto o = options<ttnn_rotary_options>();
          o.is_decode_mode = decode ? 1 : 0;
          Tensor out;
          if (decode) {
            x = sharded(x);
            cos = sharded(cos);
            sin = sharded(sin);
            trans = sharded(trans);
          }
          if (pairs) {
            OK(ttnn_rotary_embedding_llama(x, cos, sin, trans, &o, out.out()));
          } else {
            OK(ttnn_rotary_embedding_hf(x, cos, sin, &o, out.out()));
          }
          NEAR(out.read(), expected, dtype == F32 ? 1e-6 : 2 * tolerance(BF16));
        }
      }
    }
  }
}

TEST(rotary, refusals) {
  const Device d;
  Tensor x = d.make(zeros({1, 3, 5, 64}), BF16);
  Tensor table = d.make(zeros({1, 1, 5, 64}), BF16);
  Tensor trans = d.make(trans_mat(1), BF16);
  Tensor out;
  const auto llama = [&](const Tensor &a, const Tensor &cos, const Tensor &t, int32_t status, const char *words) {
    REFUSED(ttnn_rotary_embedding_llama(a, cos, cos, t, nullptr, out.out()), status, words);
  };
  OK(ttnn_rotary_embedding_llama(x, table, table, trans, nullptr, out.out()));
  llama(d.make(zeros({1, 3, 5, 64}), BF8), table, trans, TTNN_STATUS_DTYPE, "All input tensors must have dtype = bfloat16");
  llama(x, d.make(zeros({1, 1, 5, 64}), F32), trans, TTNN_STATUS_DTYPE, "All input tensors must have dtype = bfloat16");
  llama(x, d.make(zeros({1, 1, 4, 64}), BF16), trans, TTNN_STATUS_SHAPE, "4 positions, x has 5");
  llama(x, d.make(zeros({1, 2, 5, 64}), BF16), trans, TTNN_STATUS_SHAPE, "Cos must have batch dim = 1 in prefill mode");
  llama(x, d.make(zeros({1, 1, 5, 32}), BF16), trans, TTNN_STATUS_SHAPE, "Cos has shape [1, 1, 5, 32]");
  llama(x, table, d.make(zeros({1, 1, 64, 32}), BF16), TTNN_STATUS_SHAPE, "trans_mat has shape");
  if (!check::host_only("refusal: trans_mat[0][1] is 0, expected 1")) {
    llama(x, table, d.make(zeros({1, 1, 32, 32}), BF16), kInvalid, "trans_mat[0][1] is 0, expected 1");
  }
  llama(d.make(zeros({1, 3, 5, 320}), BF16), d.make(zeros({1, 1, 5, 320}), BF16), trans, TTNN_STATUS_SHAPE, "at most 256");
  llama(d.make(zeros({1, 3, 5, 63}), BF16), d.make(zeros({1, 1, 5, 63}), BF16), trans, TTNN_STATUS_SHAPE, "even");
  if (!check::host_only("refusal: [1, h, S, D]")) {
    llama(d.make(zeros({2, 3, 5, 64}), BF16), table, trans, TTNN_STATUS_SHAPE, "[1, h, S, D]");
  }
  auto o = options<ttnn_rotary_options>();
  o.is_decode_mode = 1;
  Tensor angles = d.make(zeros({1, 3, 1, 64}), BF16);
  REFUSED(ttnn_rotary_embedding_hf(x, angles, angles, &o, out.out()), kInvalid,
          "Sharded inputs for RoPE must be HEIGHT_SHARDED");
  Tensor wrong = sharded(table);
  REFUSED(ttnn_rotary_embedding_hf(sharded(x), wrong, wrong, &o, out.out()), TTNN_STATUS_SHAPE, "decode mode");
  REFUSED(ttnn_rotary_embedding_hf(x, nullptr, table, nullptr, out.out()), kInvalid, "cos is NULL");
  REFUSED(ttnn_rotary_embedding_llama(x, table, table, nullptr, nullptr, out.out()), kInvalid, "trans_mat is NULL");
}

TEST(sdpa, prefill) {
  const Device d;
  const Case cases[] = {
      {1, 9, 3, 37, 37, 64, true, 0, false, false},  {2, 4, 4, 33, 33, 32, true, 7, false, false},
      {1, 12, 3, 40, 40, 80, true, 0, true, false},  {2, 6, 2, 5, 50, 64, false, 0, false, false},
      {2, 6, 2, 5, 50, 64, false, 0, true, true},    {1, 14, 2, 70, 70, 64, true, 20, true, false},
      {1, 1, 1, 1, 1, 1, true, 0, false, false},     {1, 4, 2, 45, 45, 32, false, 8, false, false},
      {2, 4, 2, 45, 45, 48, false, 9, true, false},  {1, 4, 2, 37, 37, 32, true, 9, true, false, 0.75F},
      {2, 6, 2, 5, 50, 64, false, 0, true, true, 1.5F},
  };
  for (const Case &c : cases) {
    if (c.cap != 0 && check::host_only("logit_softcap")) continue;
    if (c.size % 32 != 0 && check::host_only("heads whose size is no multiple of 32")) continue;
    for (const int32_t dtype : {F32, BF16, BF8}) {
      if (is_extension(dtype)) continue;
      const Array q = rounded(random({c.users, c.heads, c.queries, c.size}, 1, 2), dtype);
      const Array k = rounded(random({c.users, c.kv, c.keys, c.size}, 2, 2), dtype);
      const Array v = rounded(random({c.users, c.kv, c.keys, c.size}, 3, 2), dtype);
      const Array sink = rounded(random({1, c.heads, 1, 1}, 4, 2), dtype);
      for (const Extents &form : {Extents{c.users, c.heads}, Extents{1, 1}, Extents{c.users, 1}}) {
        if (!c.mask && form[1] != c.heads) continue;
        const Array mask = rounded(random({form[0], form[1], c.queries, c.keys}, 5, 2), dtype);
        Tensor m = d.make(mask, dtype);
        Tensor s = d.make(sink, dtype);
        auto o = options<ttnn_sdpa_options>();
        o.is_causal = c.causal ? TTNN_SWITCH_DEFAULT : TTNN_SWITCH_OFF;
        o.sliding_window_size = static_cast<int32_t>(c.window);
        o.logit_softcap = c.cap;
        if (c.mask) o.attn_mask = m;
        if (c.sink) o.attention_sink = s;
        Tensor out;
        OK(ttnn_scaled_dot_product_attention(d.make(q, dtype), d.make(k, dtype), d.make(v, dtype), &o, out.out()));
        CHECK_EQ(out.spec().dtype, dtype);
        NEAR(out.read(), attention(q, k, v, c, 0, c.mask ? &mask : nullptr, c.sink ? &sink : nullptr), loose(dtype));
      }
    }
  }
}

TEST(sdpa, chunked) {
  const Device d;
  const int64_t block = 16;
  const std::vector<int32_t> table{4, 0, 6, 2, 5, 1};
  for (const int64_t window : {int64_t{0}, int64_t{11}}) {
    for (const int64_t start : {int64_t{0}, int64_t{7}, int64_t{50}}) {
      for (const int32_t dtype : {F32, BF16, BF8}) {
        if (is_extension(dtype)) continue;
        const Case c{1, 9, 3, 21, start + 21, 64, true, window, true, false, start == 7 ? 1.25F : 0};
        if (c.cap != 0 && check::host_only("logit_softcap")) continue;
        const Array q = rounded(random({1, 9, 21, 64}, 1, 2), dtype);
        const Array k = rounded(random({1, 3, c.keys, 64}, 2, 2), dtype);
        const Array v = rounded(random({1, 3, c.keys, 64}, 3, 2), dtype);
        const Array sink = rounded(random({1, 9, 1, 1}, 4), dtype);
        Tensor s = d.make(sink, dtype);
        auto o = options<ttnn_sdpa_options>();
        o.attention_sink = s;
        o.sliding_window_size = static_cast<int32_t>(window);
        o.logit_softcap = c.cap;
        Tensor out;
        OK(ttnn_chunked_scaled_dot_product_attention(d.make(q, dtype), d.make(paged(k, table, 6, 7, block), dtype),
                                                     d.make(paged(v, table, 6, 7, block), dtype), d.ints(table, {1, 6}),
                                                     start, &o, out.out()));
        NEAR(out.read(), attention(q, k, v, c, start, nullptr, &sink), loose(dtype));
      }
    }
  }
  Tensor q = d.make(zeros({1, 9, 21, 64}), BF16);
  Tensor cache = d.make(zeros({7, 3, 16, 64}), BF16);
  Tensor pages = d.ints(table, {1, 6});
  Tensor out;
  const auto chunked = [&](const Tensor &t, int64_t start, int32_t status, const char *words) {
    REFUSED(ttnn_chunked_scaled_dot_product_attention(q, cache, cache, t, start, nullptr, out.out()), status, words);
  };
  chunked(pages, -1, kInvalid, "chunk_start is -1");
  chunked(pages, 76, kInvalid, "6 blocks of 16");
  chunked(pages, INT64_MAX, kInvalid, "chunk_start");
  if (!check::host_only("refusal: pages that are not in the cache")) {
    chunked(d.ints({4, 7}, {1, 2}), 0, kInvalid, "page_table[0][1] is 7, the cache has blocks 0 to 6");
    chunked(d.ints({-1, 2}, {1, 2}), 0, kInvalid, "page_table[0][0] is -1");
  }
  chunked(d.ints({1, 2, 3, 4}, {2, 2}), 0, TTNN_STATUS_SHAPE, "page_table has shape [2, 2]");
  chunked(d.ints({1, 2}, {1, 2}, U32), 0, TTNN_STATUS_DTYPE, "Expect page_table_tensor to have datatype INT32");
}

TEST(sdpa, chunked_masked) {
  if (check::host_only("attn_mask in chunked attention")) return;
  const Device d;
  const int64_t block = 16;
  const std::vector<int32_t> table{4, 0, 6, 2, 5, -1};
  const int64_t start = 50;
  for (const int32_t dtype : {F32, BF16, BF8}) {
    const Array q = rounded(random({1, 6, 21, 32}, 1, 2), dtype);
    const Array k = rounded(random({1, 2, start + 21, 32}, 2, 2), dtype);
    const Array v = rounded(random({1, 2, start + 21, 32}, 3, 2), dtype);
    for (const int64_t heads : {int64_t{1}, int64_t{6}}) {
      // As wide as what is seen, and as the page table, whose last page is not mapped.
      for (const int64_t width : {start + 21, 6 * block}) {
        const Case c{1, 6, 2, 21, start + 21, 32, false, 0, false, true, 3.0F};
        const Array mask = rounded(random({1, heads, 21, width}, 5, 2), dtype);
        Tensor m = d.make(mask, dtype);
        auto o = options<ttnn_sdpa_options>();
        o.is_causal = TTNN_SWITCH_OFF;
        o.attn_mask = m;
        o.logit_softcap = c.cap;
        Tensor out;
        OK(ttnn_chunked_scaled_dot_product_attention(d.make(q, dtype), d.make(paged(k, table, 6, 7, block), dtype),
                                                     d.make(paged(v, table, 6, 7, block), dtype), d.ints(table, {1, 6}),
                                                     start, &o, out.out()));
        NEAR(out.read(), attention(q, k, v, c, start, &mask, nullptr), loose(dtype));
      }
    }
  }
  Tensor q = d.make(zeros({1, 6, 21, 32}), BF16);
  Tensor cache = d.make(zeros({7, 2, 16, 32}), BF16);
  Tensor pages = d.ints(table, {1, 6});
  Tensor out;
  auto o = options<ttnn_sdpa_options>();
  const auto chunked = [&](const Tensor &mask, int32_t status, const char *words) {
    o.attn_mask = mask;
    REFUSED(ttnn_chunked_scaled_dot_product_attention(q, cache, cache, pages, start, &o, out.out()), status, words);
  };
  o.is_causal = TTNN_SWITCH_OFF;
  chunked(Tensor(), kInvalid, "chunked attention is causal unless attn_mask says what is seen");
  chunked(d.make(zeros({1, 1, 21, 70}), BF16), TTNN_STATUS_SHAPE,
          "attn_mask has shape [1, 1, 21, 70], expected [1 | 1, 6 | 1, 21, >= 71]");
  chunked(d.make(zeros({2, 1, 21, 71}), BF16), TTNN_STATUS_SHAPE, "attn_mask has shape [2, 1, 21, 71]");
  chunked(d.make(zeros({1, 2, 21, 71}), BF16), TTNN_STATUS_SHAPE, "attn_mask has shape [1, 2, 21, 71]");
  chunked(d.make(zeros({1, 1, 21, 71}), BF16, ROW), TTNN_STATUS_DTYPE, "it must be tilized");
  o.sliding_window_size = 4;
  chunked(d.make(zeros({1, 1, 21, 71}), BF16), kInvalid, "sliding_window_size and attn_mask cannot both be present");
  o.sliding_window_size = 0;
  o.is_causal = TTNN_SWITCH_DEFAULT;
  chunked(d.make(zeros({1, 1, 21, 71}), BF16), kInvalid, "is_causal and attn_mask cannot both be present");
}

TEST(sdpa, decode) {
  const Device d;
  const int64_t block = 32;
  const int64_t pages = 3;
  const std::vector<int32_t> table{3, 0, 8, 5, 1, 7, 2, 6, 4};
  const std::vector<int32_t> positions{70, -1, 31};
  for (const int64_t window : {int64_t{0}, int64_t{10}}) {
    const float cap = window == 0 || check::host_only("logit_softcap") ? 0 : 1.25F;
    for (const int32_t dtype : {F32, BF16, BF8}) {
      if (is_extension(dtype)) continue;
      const int32_t q_dtype = dtype == BF8 ? BF16 : dtype;
      const Array q = rounded(random({1, 3, 9, 64}, 1, 2), q_dtype);
      const Array k = rounded(random({3, 3, 96, 64}, 2, 2), dtype);
      const Array v = rounded(random({3, 3, 96, 64}, 3, 2), dtype);
      const Array sink = rounded(random({9, 32}, 4), q_dtype);
      Array expected = zeros({1, 3, 9, 64});
      for (int64_t b = 0; b < 3; ++b) {
        const int64_t position = positions[static_cast<size_t>(b)];
        if (position < 0) continue;
        const auto one = [&](const Array &array, Extents shape) {
          const auto n = volume(shape);
          return Array{shape, {array.values.begin() + b * n, array.values.begin() + (b + 1) * n}};
        };
        Array sinks = zeros({9});
        for (int64_t h = 0; h < 9; ++h) sinks.values[static_cast<size_t>(h)] = sink.at({h, 0});
        const Case c{1, 9, 3, 1, 96, 64, true, window, true, false, cap};
        const Array row = attention(one(q, {1, 9, 1, 64}), one(k, {1, 3, 96, 64}), one(v, {1, 3, 96, 64}), c, position,
                                    nullptr, &sinks);
        std::copy(row.values.begin(), row.values.end(), expected.values.begin() + b * 9 * 64);
      }
      Tensor cur = d.ints(positions, {3});
      Tensor s = d.make(sink, q_dtype);
      auto o = options<ttnn_sdpa_options>();
      o.cur_pos_tensor = cur;
      o.attention_sink = s;
      o.sliding_window_size = static_cast<int32_t>(window);
      o.logit_softcap = cap;
      Tensor out;
      Tensor query = d.make(q, q_dtype);
      OK(ttnn_scaled_dot_product_attention_decode(query, d.make(k, dtype), d.make(v, dtype), &o, out.out()));
      NEAR(out.read(), expected, loose(dtype));
      OK(ttnn_paged_scaled_dot_product_attention_decode(query, d.make(paged(k, table, pages, 9, block), dtype),
                                                        d.make(paged(v, table, pages, 9, block), dtype),
                                                        d.ints(table, {3, pages}), &o, out.out()));
      NEAR(out.read(), expected, loose(dtype));
      CHECK_EQ(out.spec().memory_config.memory_layout, int32_t{TTNN_MEMORY_LAYOUT_INTERLEAVED});
    }
  }
}

TEST(sdpa, decode_masked) {
  const Device d;
  const Case c{2, 6, 2, 1, 64, 32, false, 0, false, true};
  const Array q = random({2, 6, 1, 32}, 1, 2);
  const Array k = random({2, 2, 64, 32}, 2, 2);
  const Array v = random({2, 2, 64, 32}, 3, 2);
  const Array mask = random({2, 6, 1, 64}, 5, 2);
  const int32_t dtype = check::on_host() ? F32 : BF16;
  Tensor query = d.make(Array{{1, 2, 6, 32}, q.values}, dtype);
  Array expected = attention(q, k, v, c, 0, &mask, nullptr);
  expected.shape = {1, 2, 6, 32};
  // The header's form and TTNN's.
  for (const Extents &form : {Extents{2, 6, 1, 64}, Extents{2, 1, 6, 64}}) {
    Tensor m = d.make(Array{form, mask.values}, dtype);
    auto o = options<ttnn_sdpa_options>();
    o.is_causal = TTNN_SWITCH_OFF;
    o.attn_mask = m;
    Tensor out;
    OK(ttnn_scaled_dot_product_attention_decode(query, d.make(k, dtype), d.make(v, dtype), &o, out.out()));
    NEAR(out.read(), expected, loose(dtype));
  }
}

// Positions beside a mask: keys end there, pages behind it need not be mapped, and users can be skipped.
TEST(sdpa, decode_masked_with_positions) {
  if (check::host_only("positions beside a mask")) return;
  const Device d;
  const int64_t block = 32;
  const std::vector<int32_t> table{2, 0, -1, 3, -1, -1, -1, -1, -1};
  const std::vector<int32_t> positions{40, 31, -1};
  const Array q = random({3, 6, 1, 32}, 1, 2);
  const Array k = random({3, 2, 96, 32}, 2, 2);
  const Array v = random({3, 2, 96, 32}, 3, 2);
  const Array sink = random({6, 32}, 4, 2);
  const Array mask = random({1, 6, 1, 96}, 5, 2);
  Array sinks = zeros({6});
  for (int64_t h = 0; h < 6; ++h) sinks.values[static_cast<size_t>(h)] = sink.at({h, 0});
  Array expected = zeros({1, 3, 6, 32});
  for (int64_t b = 0; b < 2; ++b) {
    const auto one = [&](const Array &array, Extents shape) {
      const auto n = volume(shape);
      return Array{shape, {array.values.begin() + b * n, array.values.begin() + (b + 1) * n}};
    };
    // Causal is what the positions make of it.
    Array seen = mask;
    for (int64_t i = 0; i < volume(seen.shape); ++i) {
      if (i % 96 > positions[static_cast<size_t>(b)]) seen.values[static_cast<size_t>(i)] = -1e30F;
    }
    const Case c{1, 6, 2, 1, 96, 32, false, 0, true, true, 2.0F};
    const Array row = attention(one(q, {1, 6, 1, 32}), one(k, {1, 2, 96, 32}), one(v, {1, 2, 96, 32}), c, 0, &seen, &sinks);
    std::copy(row.values.begin(), row.values.end(), expected.values.begin() + b * 6 * 32);
  }
  Tensor query = d.make(Array{{1, 3, 6, 32}, q.values}, F32);
  Tensor cur = d.ints(positions, {3});
  Tensor s = d.make(sink, F32);
  Tensor m = d.make(mask, F32);
  auto o = options<ttnn_sdpa_options>();
  o.is_causal = TTNN_SWITCH_OFF;
  o.attn_mask = m;
  o.attention_sink = s;
  o.cur_pos_tensor = cur;
  o.logit_softcap = 2.0F;
  Tensor out;
  OK(ttnn_scaled_dot_product_attention_decode(query, d.make(k, F32), d.make(v, F32), &o, out.out()));
  NEAR(out.read(), expected, 2e-5);
  Tensor k_cache = d.make(paged(k, table, 3, 4, block), F32);
  Tensor v_cache = d.make(paged(v, table, 3, 4, block), F32);
  Tensor pages = d.ints(table, {3, 3});
  OK(ttnn_paged_scaled_dot_product_attention_decode(query, k_cache, v_cache, pages, &o, out.out()));
  NEAR(out.read(), expected, 2e-5);
  // Without positions all pages are read.
  o.cur_pos_tensor = nullptr;
  REFUSED(ttnn_paged_scaled_dot_product_attention_decode(query, k_cache, v_cache, pages, &o, out.out()), kInvalid,
          "page_table[0][2] is -1");
}

TEST(sdpa, refusals) {
  const Device d;
  Tensor q = d.make(zeros({1, 10, 32, 64}), BF16);
  Tensor k = d.make(zeros({1, 3, 32, 64}), BF16);
  Tensor out;
  const auto prefill = [&](const Tensor &a, const Tensor &b, const ttnn_sdpa_options *o, int32_t status,
                           const char *words) {
    REFUSED(ttnn_scaled_dot_product_attention(a, b, b, o, out.out()), status, words);
  };
  prefill(q, k, nullptr, TTNN_STATUS_SHAPE, "Q num_heads must be >= K num_heads and divisible: 10 and 3");
  Tensor nine = d.make(zeros({1, 9, 32, 64}), BF16);
  prefill(nine, d.make(zeros({1, 3, 40, 64}), BF16), nullptr, TTNN_STATUS_SHAPE,
          "Causal SDPA requires Q and K to have the same sequence length: 32 and 40");
  prefill(nine, d.make(zeros({1, 3, 32, 32}), BF16), nullptr, TTNN_STATUS_SHAPE, "k [1, 3, 32, 32]");
  prefill(d.make(zeros({9, 32, 64}), BF16), k, nullptr, TTNN_STATUS_SHAPE, "expected rank 4");
  prefill(d.make(zeros({1, 9, 32, 64}), BF16, ROW), k, nullptr, TTNN_STATUS_DTYPE, "ROW_MAJOR");
  auto o = options<ttnn_sdpa_options>();
  Tensor mask = d.make(zeros({1, 1, 32, 32}), BF16);
  o.attn_mask = mask;
  prefill(nine, k, &o, kInvalid, "is_causal and attn_mask cannot both be present");
  o.is_causal = TTNN_SWITCH_OFF;
  OK(ttnn_scaled_dot_product_attention(nine, k, k, &o, out.out()));
  Tensor row = d.make(zeros({1, 1, 32, 32}), BF16, ROW);
  o.attn_mask = row;
  prefill(nine, k, &o, TTNN_STATUS_DTYPE, "it must be tilized");
  Tensor narrow = d.make(zeros({1, 1, 32, 31}), BF16);
  o.attn_mask = narrow;
  prefill(nine, k, &o, TTNN_STATUS_SHAPE, "attn_mask has shape [1, 1, 32, 31]");
  o = options<ttnn_sdpa_options>();
  Tensor sink = d.make(zeros({1, 9, 2, 1}), BF16);
  o.attention_sink = sink;
  prefill(nine, k, &o, TTNN_STATUS_SHAPE, "Attention sink sequence dimension must be 1");
  o = options<ttnn_sdpa_options>();
  o.scale = INFINITY;
  prefill(nine, k, &o, kInvalid, "scale is inf");
  o = options<ttnn_sdpa_options>();
  o.sliding_window_size = -1;
  prefill(nine, k, &o, kInvalid, "sliding_window_size is -1");
  o.sliding_window_size = 4;
  o.is_causal = TTNN_SWITCH_OFF;
  o.attn_mask = mask;
  prefill(nine, k, &o, kInvalid, "sliding_window_size and attn_mask cannot both be present");
  o = options<ttnn_sdpa_options>();
  for (const float cap : {-1.0F, NAN, INFINITY}) {
    o.logit_softcap = cap;
    prefill(nine, k, &o, kInvalid, "logit_softcap is");
  }

  Tensor one = d.make(zeros({1, 1, 9, 64}), BF16);
  Tensor cache = d.make(zeros({4, 3, 32, 64}), BF16);
  Tensor pages = d.ints({0, 1}, {1, 2});
  Tensor position = d.ints({40}, {1});
  o = options<ttnn_sdpa_options>();
  const auto decode = [&](const Tensor &table, int32_t status, const char *words) {
    REFUSED(ttnn_paged_scaled_dot_product_attention_decode(one, cache, cache, table, &o, out.out()), status, words);
  };
  decode(pages, kInvalid, "Must have cur_pos tensor for paged attention in causal mode");
  o.cur_pos_tensor = position;
  o.is_causal = TTNN_SWITCH_OFF;
  decode(pages, kInvalid, "cur_pos_tensor is for causal mode or beside attn_mask");
  o.cur_pos_tensor = nullptr;
  o.sliding_window_size = 4;
  decode(pages, TTNN_STATUS_UNSUPPORTED, "sliding_window_size 4 without is_causal in decode");
  o = options<ttnn_sdpa_options>();
  o.cur_pos_tensor = position;
  OK(ttnn_paged_scaled_dot_product_attention_decode(one, cache, cache, pages, &o, out.out()));
  const bool by_value = !check::host_only("refusal: pages that are not in the cache");
  if (by_value) {
    decode(d.ints({0, 4}, {1, 2}), kInvalid, "page_table[0][1] is 4, the cache has blocks 0 to 3");
    decode(d.ints({0, -1}, {1, 2}), kInvalid, "page_table[0][1] is -1");
    decode(d.ints({0}, {1, 1}), kInvalid, "cur_pos_tensor[0] is 40, the cache has 32 positions");
  }
  OK(ttnn_paged_scaled_dot_product_attention_decode(one, cache, cache, d.ints({0, 1, -1}, {1, 3}), &o, out.out()));
  decode(d.ints({0, 1}, {2, 1}), TTNN_STATUS_SHAPE, "there are 1 users");
  decode(d.ints({0, 1}, {1, 2}, U32), TTNN_STATUS_DTYPE, "Expect page_table_tensor to have datatype INT32");
  // What lies before the window may be unmapped.
  o.sliding_window_size = 4;
  OK(ttnn_paged_scaled_dot_product_attention_decode(one, cache, cache, d.ints({-1, 1}, {1, 2}), &o, out.out()));
  OK(ttnn_paged_scaled_dot_product_attention_decode(one, cache, cache, d.ints({1 << 30, 1}, {1, 2}), &o, out.out()));
  if (by_value) decode(d.ints({0, -1}, {1, 2}), kInvalid, "page_table[0][1] is -1");
  o.sliding_window_size = 0;
  const ttnn_memory_config l1 = height_sharded();
  o.memory_config = &l1;
  decode(pages, kInvalid, "Sharded output not supported for GQA");
  o.memory_config = nullptr;
  Tensor two = d.ints({1, 2}, {2});
  o.cur_pos_tensor = two;
  decode(pages, TTNN_STATUS_SHAPE, "cur_pos_tensor has shape [2], expected [1]");
  o.cur_pos_tensor = position;
  Tensor ten = d.make(zeros({1, 1, 10, 64}), BF16);
  REFUSED(ttnn_paged_scaled_dot_product_attention_decode(ten, cache, cache, pages, &o, out.out()), TTNN_STATUS_SHAPE,
          "GQA expects Q to have a multiple of K heads");
  Tensor odd = d.make(zeros({1, 3, 1000, 64}), BF16);
  REFUSED(ttnn_scaled_dot_product_attention_decode(one, odd, odd, &o, out.out()), TTNN_STATUS_SHAPE,
          "Chunk size must be multiple of 32");
  REFUSED(ttnn_scaled_dot_product_attention_decode(one, cache, cache, &o, out.out()), TTNN_STATUS_SHAPE, "there are 1 users");
}

TEST(cache, fill_and_update) {
  const Device d;
  for (const int32_t dtype : {F32, BF16, BF8, BF4}) {
    if (is_extension(dtype)) continue;
    const Array x = rounded(random({1, 2, 40, 48}, 1), dtype);
    Tensor cache = d.make(zeros({5, 2, 16, 48}), dtype);
    Tensor table = d.ints({0, 1, 2, 4, -1, 3}, {2, 3});
    OK(ttnn_paged_fill_cache(cache, d.make(x, dtype), table, 1));
    const Array got = cache.read();
    for (int64_t h = 0; h < 2; ++h) {
      for (int64_t s = 0; s < 40; ++s) {
        const int64_t block = s < 16 ? 4 : s < 32 ? 0 : 3;  // the page at -1 is skipped
        CHECK_VALUES((got.at({block, h, s % 16, 7}) == (s >= 16 && s < 32 ? 0.0F : x.at({h, s, 7}))));
      }
    }
    const Array step = random({1, 2, 2, 48}, 2);
    for (const int32_t from : {F32, BF16}) {
      OK(ttnn_paged_update_cache(cache, sharded(d.make(step, from)), d.ints({20, -1}, {2}), table));
      const Array updated = cache.read();
      const Array expected = rounded(rounded(step, from), dtype);
      CHECK_VALUES((updated.at({1, 0, 4, 9}) == expected.at({0, 0, 9})));
      CHECK_VALUES((updated.at({1, 1, 4, 9}) == expected.at({0, 1, 9})));
      CHECK_VALUES((updated.at({4, 1, 0, 9}) == got.at({4, 1, 0, 9})));
    }
    Tensor contiguous = d.make(zeros({2, 2, 96, 48}), dtype);
    OK(ttnn_paged_update_cache(contiguous, sharded(d.make(step, F32)), d.ints({63, 0}, {2}), nullptr));
    const Array written = contiguous.read();
    CHECK_VALUES((written.at({0, 1, 63, 3}) == rounded(step, dtype).at({0, 1, 3})));
    CHECK_VALUES((written.at({1, 0, 0, 3}) == rounded(step, dtype).at({1, 0, 3})));
    if (dtype == BF4) continue;  // fill_cache doesn't take it
    OK(ttnn_fill_cache(contiguous, d.make(x, dtype), 1, 32));
    CHECK_VALUES((contiguous.read().at({1, 1, 71, 5}) == x.at({1, 39, 5})));
    CHECK_VALUES((contiguous.read().at({1, 0, 32, 5}) == x.at({0, 0, 5})));
  }
}

TEST(cache, refusals) {
  const Device d;
  Tensor cache = d.make(zeros({5, 2, 16, 64}), BF8);
  Tensor table = d.ints({0, 1, 2, 4, 9, 3}, {2, 3});
  Tensor x = d.make(zeros({1, 2, 40, 64}), BF8);
  const auto fill = [&](const Tensor &a, const Tensor &t, int32_t user, int32_t status, const char *words) {
    REFUSED(ttnn_paged_fill_cache(cache, a, t, user), status, words);
  };
  fill(d.make(zeros({1, 2, 40, 64}), BF16), table, 0, TTNN_STATUS_DTYPE,
       "cast prefill K/V to the cache dtype before filling");
  fill(x, d.ints({0, 1, 2}, {1, 3}, U32), 0, TTNN_STATUS_DTYPE, "Expect page_table_tensor to have datatype INT32");
  fill(x, table, 2, kInvalid, "batch_idx is 2");
  fill(x, table, -1, kInvalid, "batch_idx is -1");
  const bool by_value = !check::host_only("refusal: positions and pages that are not in the cache");
  if (by_value) fill(x, table, 1, kInvalid, "page_table[1][1] is 9, the cache has blocks 0 to 4");
  fill(d.make(zeros({1, 2, 49, 64}), BF8), table, 0, TTNN_STATUS_SHAPE, "49 positions, the page table 3 blocks of 16");
  fill(d.make(zeros({1, 3, 40, 64}), BF8), table, 0, TTNN_STATUS_SHAPE, "expected 3 heads of 64");
  fill(d.make(zeros({2, 40, 64}), BF8), table, 0, TTNN_STATUS_SHAPE, "expected rank 4");
  Tensor step = d.make(zeros({1, 2, 2, 64}), BF16);
  Tensor positions = d.ints({20, 48}, {2});
  REFUSED(ttnn_paged_update_cache(cache, step, positions, table), kInvalid, "Expect input_tensor to be sharded");
  if (by_value) {
    REFUSED(ttnn_paged_update_cache(cache, sharded(step), positions, table), kInvalid,
            "update_idxs[1] is 48, the cache has 48 positions");
    REFUSED(ttnn_paged_update_cache(cache, sharded(step), d.ints({20, 20}, {2}), table), kInvalid,
            "page_table[1][1] is 9");
  }
  REFUSED(ttnn_paged_update_cache(cache, sharded(d.make(zeros({1, 2, 2, 64}), BF8)), positions, table),
          TTNN_STATUS_DTYPE, "expected BFLOAT16 or FLOAT32");
  REFUSED(ttnn_paged_update_cache(cache, sharded(step), positions, nullptr), TTNN_STATUS_SHAPE, "there are 2 users");
  REFUSED(ttnn_paged_update_cache(cache, sharded(step), d.ints({1}, {1}), table), TTNN_STATUS_SHAPE, "update_idxs");
  REFUSED(ttnn_fill_cache(cache, x, 0, 0), kInvalid, "do not fit the cache of 16");
  REFUSED(ttnn_fill_cache(cache, d.make(zeros({1, 2, 16, 64}), BF8), 0, 1), kInvalid, "must be a multiple of TILE_HEIGHT (32)");
  REFUSED(ttnn_fill_cache(cache, d.make(zeros({1, 2, 16, 64}), BF8), 5, 0), kInvalid, "batch_idx is 5");
  // A cache in borrowed memory, and one that is written from itself.
  const std::vector<uint8_t> bytes = cache.storage();
  const ttnn_tensor_spec spec = make_spec(BF8, TILE, {5, 2, 16, 64});
  alignas(64) static uint8_t room[32 * 1024];
  std::copy(bytes.begin(), bytes.end(), room);
  Tensor borrowed;
  OK(ttnn_tensor_from_storage(d, &spec, room, bytes.size(), 1, borrowed.out()));
  REFUSED(ttnn_paged_fill_cache(borrowed, x, table, 0), kInvalid, "read-only");
  Tensor small = d.make(zeros({1, 2, 16, 64}), BF8);
  HOST_REFUSED(ttnn_fill_cache(small, small, 0, 0), kInvalid, "shares its buffer");
}
