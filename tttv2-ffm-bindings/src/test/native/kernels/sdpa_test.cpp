// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <numeric>
#include <stdexcept>

#include "check.hpp"
#include "common/thread_pool.hpp"
#include "host/kernels/isa.hpp"

using namespace tttv2;
using namespace tttv2::host;
using namespace tttv2::host::test;

namespace {

struct Case {
  int64_t users, heads, kv_heads, queries, dim, positions;  // positions: what a contiguous cache holds
  DType dtype = DType::kFloat32;
  bool causal = true;
  std::vector<int64_t> first = {};  // of each user; empty: 0
  int64_t window = 0;
  int64_t page = 0;  // positions of a page; 0: contiguous
  bool mask = false, sinks = false;
  float softcap = 0;
  int64_t mask_room = 0;  // columns of the mask beyond the last position
  bool bfloat16_queries = false;
  DType q_dtype() const { return bfloat16_queries ? DType::kBFloat16 : dtype; }
};

std::string text(const Case &x) {
  return std::to_string(x.users) + " users " + std::to_string(x.heads) + ":" + std::to_string(x.kv_heads) + " heads " +
         std::to_string(x.queries) + " queries " + std::to_string(x.positions) + " keys dim " + std::to_string(x.dim) +
         " " + name_of(x.q_dtype()) + " " + name_of(x.dtype) + (x.causal ? " causal" : "") + " window " + std::to_string(x.window) + " page " +
         std::to_string(x.page) + (x.mask ? " mask" : "") + (x.sinks ? " sinks" : "") + " softcap " +
         std::to_string(x.softcap);
}

struct Problem {
  explicit Problem(const Case &c)
      : x(c),
        random(static_cast<uint32_t>(c.positions * 131 + c.queries)),
        q(c.q_dtype(), random.normals(c.users * c.heads * c.queries * c.dim), c.users * c.heads * c.queries, c.dim, 2, 2),
        k(c.dtype, random.normals(c.users * c.kv_heads * c.positions * c.dim), c.users * c.kv_heads * c.positions,
          c.dim),
        v(c.dtype, random.normals(c.users * c.kv_heads * c.positions * c.dim), c.users * c.kv_heads * c.positions,
          c.dim),
        mask(c.dtype, mask_values(), c.mask ? c.users * c.queries : 1, mask_cols()),
        sinks(random.normals(c.heads)),
        first(c.first.empty() ? std::vector<int64_t>(static_cast<size_t>(c.users), 0) : c.first) {
    if (x.page > 0) make_pages();
  }

  int64_t mask_cols() const { return x.mask ? x.positions + x.mask_room : 1; }

  std::vector<float> mask_values() {
    std::vector<float> m = random.normals(x.mask ? x.users * x.queries * mask_cols() : 1);
    if (x.dtype == DType::kFloat32 && x.mask) {
      for (size_t i = 0; i < m.size(); i += 3) m[i] = -INFINITY;
    }
    return m;
  }

  // The same rows, in shuffled blocks [block, kv head, position in block].
  void make_pages() {
    pages = (x.positions + x.page - 1) / x.page;
    table.resize(static_cast<size_t>(x.users * pages));
    std::iota(table.begin(), table.end(), 0);
    for (size_t i = table.size(); i > 1; --i)
      std::swap(table[i - 1], table[static_cast<size_t>(random.below(static_cast<int64_t>(i)))]);
    for (const auto &[source, paged] : {std::pair{&k, &paged_k}, std::pair{&v, &paged_v}}) {
      // What no position has is no number.
      paged->resize(table.size() * static_cast<size_t>(x.kv_heads * x.page * source->stride), 0xff);
      for (int64_t user = 0; user < x.users; ++user) {
        for (int64_t head = 0; head < x.kv_heads; ++head) {
          for (int64_t p = 0; p < x.positions; ++p) {
            const int64_t block = table[static_cast<size_t>(user * pages + p / x.page)];
            std::memcpy(paged->data() + ((block * x.kv_heads + head) * x.page + p % x.page) * source->stride,
                        source->bytes.data() + ((user * x.kv_heads + head) * x.positions + p) * source->stride,
                        static_cast<size_t>(source->stride));
          }
        }
      }
    }
  }

  KeyValues cache(const Packed &rows, const std::vector<uint8_t> &paged) const {
    if (x.page > 0) {
      return {x.dtype,      paged.data(), rows.stride, rows.stride * x.page, rows.stride * x.page * x.kv_heads,
              table.data(), pages,        x.page};
    }
    return {x.dtype,
            rows.bytes.data(),
            rows.stride,
            rows.stride * x.positions,
            rows.stride * x.positions * x.kv_heads,
            nullptr,
            0,
            0};
  }

  // Output [users, heads, queries, dim] float32, of queries from..from + count.
  std::vector<float> run(const Kernels &kernels, int threads, int64_t from, int64_t count) const {
    ThreadPool pool(threads);
    std::vector<float> out(static_cast<size_t>(x.users * x.heads * count * x.dim), 123.0f);
    std::vector<int64_t> start = first;
    for (int64_t &p : start) p = p < 0 ? p : p + from;
    Sdpa args = {};
    args.users = x.users, args.heads = x.heads, args.kv_heads = x.kv_heads, args.queries = count, args.head_dim = x.dim;
    args.q_dtype = x.q_dtype();
    args.q = q.bytes.data() + from * q.stride;
    args.q_row_stride = q.stride, args.q_head_stride = q.stride * x.queries,
    args.q_user_stride = q.stride * x.queries * x.heads;
    args.k = cache(k, paged_k), args.v = cache(v, paged_v);
    args.first_position = start.data();
    args.keys = x.positions, args.causal = x.causal, args.window = x.window;
    args.scale = 0.3f, args.softcap = x.softcap;
    if (x.mask) {
      args.mask_dtype = x.dtype, args.mask = mask.bytes.data() + from * mask.stride, args.mask_cols = mask.cols;
      args.mask_row_stride = mask.stride, args.mask_user_stride = mask.stride * x.queries;
    }
    args.sinks = x.sinks ? sinks.data() : nullptr;
    args.out_dtype = DType::kFloat32, args.out = out.data();
    args.out_row_stride = x.dim * 4, args.out_head_stride = count * x.dim * 4,
    args.out_user_stride = x.heads * count * x.dim * 4;
    sdpa(pool, kernels, args);
    return out;
  }

  std::vector<double> naive() const {
    std::vector<double> out;
    for (int64_t user = 0; user < x.users; ++user) {
      for (int64_t head = 0; head < x.heads; ++head) {
        const int64_t kv = user * x.kv_heads + head / (x.heads / x.kv_heads);
        for (int64_t i = 0; i < x.queries; ++i) {
          const int64_t position = first[static_cast<size_t>(user)] + i;
          std::vector<double> sum(static_cast<size_t>(x.dim), 0.0);
          std::vector<double> scores(static_cast<size_t>(x.positions), -HUGE_VAL);
          double top = x.sinks ? sinks[static_cast<size_t>(head)] : -HUGE_VAL;
          for (int64_t j = 0; j < x.positions && first[static_cast<size_t>(user)] >= 0; ++j) {
            if (x.causal && (j > position || (x.window > 0 && j <= position - x.window))) continue;
            if (!x.causal && x.window > 0 && std::abs(j - position) > x.window / 2) continue;
            double s = 0;
            for (int64_t d = 0; d < x.dim; ++d) {
              s += static_cast<double>(
                       q.values[static_cast<size_t>(((user * x.heads + head) * x.queries + i) * x.dim + d)]) *
                   k.values[static_cast<size_t>((kv * x.positions + j) * x.dim + d)];
            }
            s *= 0.3f;
            if (x.softcap != 0) s = x.softcap * std::tanh(s / x.softcap);
            if (x.mask) s += mask.values[static_cast<size_t>((user * x.queries + i) * mask.cols + j)];
            scores[static_cast<size_t>(j)] = s;
            top = std::max(top, s);
          }
          double total =
              x.sinks && first[static_cast<size_t>(user)] >= 0 ? std::exp(sinks[static_cast<size_t>(head)] - top) : 0;
          for (int64_t j = 0; j < x.positions; ++j) {
            if (scores[static_cast<size_t>(j)] == -HUGE_VAL) continue;
            const double p = std::exp(scores[static_cast<size_t>(j)] - top);
            total += p;
            for (int64_t d = 0; d < x.dim; ++d) {
              sum[static_cast<size_t>(d)] += p * v.values[static_cast<size_t>((kv * x.positions + j) * x.dim + d)];
            }
          }
          for (const double s : sum) out.push_back(total > 0 ? s / total : 0.0);
        }
      }
    }
    return out;
  }

  Case x;
  Random random;
  Packed q, k, v, mask;
  std::vector<float> sinks;
  std::vector<int64_t> first;
  int64_t pages = 0;
  std::vector<int32_t> table;
  std::vector<uint8_t> paged_k, paged_v;
};

void check_case(const Kernels &kernels, const Case &c) {
  const Problem problem(c);
  const std::vector<float> got = problem.run(kernels, 1, 0, c.queries);
  const std::vector<double> expected = problem.naive();
  // In tiles weights have 17 bits.
  const bool in_tiles = kernels.micro->tiles != nullptr && c.q_dtype() == DType::kBFloat16 && c.dtype != DType::kFloat32 &&
                        c.dim % kTileDepth == 0 && c.page % kPanelCols == 0;
  const double tolerance = in_tiles ? 2e-5 : 5e-6;
  double worst = 0;
  for (size_t i = 0; i < got.size(); ++i) {
    const double error = std::fabs(got[i] - expected[i]);
    if (!(error <= worst)) worst = error;
  }
  CHECK(worst < tolerance, "%s: %s is off by %g", kernels.isa, text(c).c_str(), worst);
  CHECK(same_bits(got, problem.run(kernels, 3, 0, c.queries)), "%s: %s depends on the threads", kernels.isa,
        text(c).c_str());
  if (c.queries > 1) {  // each query alone has the bits that it has among the others
    const int64_t positions = c.causal ? problem.first[0] + c.queries : c.positions;
    if (positions > 512) return;  // longer ones are merged from parts
    for (const int64_t i : {int64_t{0}, c.queries / 2, c.queries - 1}) {
      const std::vector<float> alone = problem.run(kernels, 2, i, 1);
      bool same = true;
      for (int64_t row = 0; row < c.users * c.heads; ++row) {
        same &=
            std::memcmp(&alone[static_cast<size_t>(row * c.dim)],
                        &got[static_cast<size_t>((row * c.queries + i) * c.dim)], static_cast<size_t>(c.dim) * 4) == 0;
      }
      CHECK(same, "%s: %s: query %ld alone differs", kernels.isa, text(c).c_str(), i);
    }
  }
}

// A user's output does not depend on the others of its batch.
void users_are_independent(const Kernels &kernels) {
  Case c = {.users = 3,
            .heads = 6,
            .kv_heads = 2,
            .queries = 1,
            .dim = 64,
            .positions = 1500,
            .dtype = DType::kBFloat8B,
            .first = {1400, 77, 600},
            .page = 32};
  Problem problem(c);
  const std::vector<float> all = problem.run(kernels, 2, 0, 1);
  for (int64_t user = 0; user < 3; ++user) {
    Problem alone(c);
    for (int64_t other = 0; other < 3; ++other) {
      if (other != user) alone.first[static_cast<size_t>(other)] = -1;
    }
    const std::vector<float> one = alone.run(kernels, 2, 0, 1);
    const size_t size = 6 * 64;
    CHECK(std::equal(one.begin() + static_cast<long>(size) * user, one.begin() + static_cast<long>(size) * (user + 1),
                     all.begin() + static_cast<long>(size) * user),
          "%s: user %ld alone differs", kernels.isa, user);
    CHECK(one[(static_cast<size_t>(user) + 1) % 3 * size] == 0.0f, "%s: an idle user's output is zero", kernels.isa);
  }
}

// What is no number in a query or in a key that it sees makes its output none, and no other.
void nans_are_not_hidden(const Kernels &kernels) {
  for (const DType dtype : {DType::kFloat32, DType::kBFloat16}) {
    for (const int64_t queries : {int64_t{1}, int64_t{70}}) {
      for (const bool in_key : {false, true}) {
        Case c = {.users = 1, .heads = 4, .kv_heads = 2, .queries = queries, .dim = 64, .positions = 700, .dtype = dtype};
        c.first = {queries == 1 ? 640 : 0};
        Problem problem(c);
        // Query 0 of head 0, or the key at position 5 of kv head 0.
        Packed &rows = in_key ? problem.k : problem.q;
        std::vector<float> values(rows.values.begin() + (in_key ? 5 * 64 : 0), rows.values.begin() + (in_key ? 6 * 64 : 64));
        for (float &x : values) x = NAN;
        kernels.pack_row(dtype, values.data(), 64, rows.bytes.data() + (in_key ? 5 : 0) * rows.stride);
        const std::vector<float> out = problem.run(kernels, 2, 0, queries);
        for (int64_t head = 0; head < 4; ++head) {
          for (int64_t query = 0; query < queries; ++query) {
            const bool expected = in_key ? head < 2 && (queries == 1 || query >= 5) : head == 0 && query == 0;
            bool all = true, none = true;
            for (int64_t d = 0; d < 64; ++d) {
              const bool nan = std::isnan(out[static_cast<size_t>((head * queries + query) * 64 + d)]);
              all &= nan, none &= !nan;
            }
            CHECK(expected ? all : none, "%s: %s, %ld queries, a NaN in a %s: head %ld, query %ld", kernels.isa, name_of(dtype),
                  queries, in_key ? "key" : "query", head, query);
          }
        }
      }
    }
  }
}

void short_page_tables_are_refused(const Kernels &kernels) {
  Case c = {.users = 1, .heads = 2, .kv_heads = 2, .queries = 1, .dim = 32, .positions = 64, .first = {63}, .page = 32};
  Problem problem(c);
  problem.first[0] = 64;
  bool thrown = false;
  try {
    problem.run(kernels, 1, 0, 1);
  } catch (const std::invalid_argument &) {
    thrown = true;
  }
  CHECK(thrown, "%s: position 64 of 2 pages of 32", kernels.isa);
}

}  // namespace

int main() {
  for (const Kernels *kernels : runnable_kernels()) {
    const std::pair<DType, bool> dtypes[] = {{DType::kFloat32, false}, {DType::kBFloat16, false},
                                             {DType::kBFloat8B, false}, {DType::kBFloat4B, false},
                                             {DType::kBFloat8B, true}, {DType::kBFloat4B, true}};
    for (const auto &[dtype, bfloat16_queries] : dtypes) {
      const auto check_case = [&](const Kernels &which, Case c) {
        c.bfloat16_queries = bfloat16_queries;
        ::check_case(which, c);
      };
      // Prefill: ragged lengths, grouped heads, dims beyond a panel and not whole ones.
      for (const int64_t s :
           {int64_t{1}, int64_t{2}, int64_t{31}, int64_t{64}, int64_t{65}, int64_t{100}, int64_t{197}}) {
        check_case(*kernels,
                   {.users = 1, .heads = 9, .kv_heads = 3, .queries = s, .dim = 64, .positions = s, .dtype = dtype});
      }
      check_case(*kernels, {.users = 2,
                            .heads = 4,
                            .kv_heads = 1,
                            .queries = 70,
                            .dim = 80,
                            .positions = 70,
                            .dtype = dtype,
                            .window = 33});
      check_case(*kernels, {.users = 1,
                            .heads = 2,
                            .kv_heads = 2,
                            .queries = 37,
                            .dim = 128,
                            .positions = 150,
                            .dtype = dtype,
                            .causal = false});
      check_case(*kernels, {.users = 2,
                            .heads = 4,
                            .kv_heads = 2,
                            .queries = 37,
                            .dim = 32,
                            .positions = 129,
                            .dtype = dtype,
                            .causal = false,
                            .mask = true});
      check_case(*kernels, {.users = 1,
                            .heads = 4,
                            .kv_heads = 2,
                            .queries = 40,
                            .dim = 20,
                            .positions = 40,
                            .dtype = dtype,
                            .sinks = true});
      // Windows to both sides, even and odd, the last one with more queries than keys.
      for (const int64_t window : {int64_t{1}, int64_t{8}, int64_t{67}}) {
        check_case(*kernels, {.users = 1,
                              .heads = 6,
                              .kv_heads = 2,
                              .queries = 150,
                              .dim = 40,
                              .positions = window == 67 ? 101 : 150,
                              .dtype = dtype,
                              .causal = false,
                              .window = window});
      }
      // Capped scores, where the cap matters, with all else that there is.
      check_case(*kernels, {.users = 2,
                            .heads = 4,
                            .kv_heads = 2,
                            .queries = 70,
                            .dim = 48,
                            .positions = 70,
                            .dtype = dtype,
                            .window = 33,
                            .sinks = true,
                            .softcap = 1.5f});
      check_case(*kernels, {.users = 2,
                            .heads = 4,
                            .kv_heads = 1,
                            .queries = 13,
                            .dim = 32,
                            .positions = 90,
                            .dtype = dtype,
                            .causal = false,
                            .mask = true,
                            .softcap = 0.7f,
                            .mask_room = 37});
      check_case(*kernels, {.users = 3,
                            .heads = 4,
                            .kv_heads = 2,
                            .queries = 1,
                            .dim = 64,
                            .positions = 700,
                            .dtype = dtype,
                            .first = {650, 12, -1},
                            .page = 32,
                            .mask = true,
                            .sinks = true,
                            .softcap = 2.0f});
      // A later chunk of a prompt over a paged cache.
      check_case(*kernels, {.users = 1,
                            .heads = 9,
                            .kv_heads = 3,
                            .queries = 45,
                            .dim = 64,
                            .positions = 200,
                            .dtype = dtype,
                            .first = {96},
                            .page = 32});
      // Decode.
      check_case(*kernels, {.users = 4,
                            .heads = 9,
                            .kv_heads = 3,
                            .queries = 1,
                            .dim = 64,
                            .positions = 160,
                            .dtype = dtype,
                            .first = {0, 159, -1, 63},
                            .page = 32});
      check_case(*kernels, {.users = 2,
                            .heads = 4,
                            .kv_heads = 4,
                            .queries = 1,
                            .dim = 96,
                            .positions = 1300,
                            .dtype = dtype,
                            .first = {1299, 513},
                            .page = 64,
                            .sinks = true});
      check_case(*kernels, {.users = 2,
                            .heads = 8,
                            .kv_heads = 2,
                            .queries = 1,
                            .dim = 64,
                            .positions = 1300,
                            .dtype = dtype,
                            .first = {1200, 640},
                            .window = 100,
                            .page = 16});
      check_case(*kernels, {.users = 2,
                            .heads = 4,
                            .kv_heads = 2,
                            .queries = 1,
                            .dim = 64,
                            .positions = 700,
                            .dtype = dtype,
                            .causal = false,
                            .mask = true});
    }
    // Few rows read values as they are stored, more make panels of them: any number of either, in tiles of which the last one is short.
    for (int64_t group = 1; group <= 14; ++group) {
      for (const DType dtype : {DType::kFloat32, DType::kBFloat16}) {
        const Case c = {.users = 2, .heads = 2 * group, .kv_heads = 2, .queries = 2, .dim = 32 * (1 + group % 4), .positions = 197, .dtype = dtype};
        check_case(*kernels, c);
        Case decode = c;
        decode.queries = 1, decode.positions = 600 + group, decode.first = {599 + group, 511 + group}, decode.page = 16 * (1 + group % 3);
        check_case(*kernels, decode);
      }
    }
    check_case(*kernels, {.users = 1, .heads = 2, .kv_heads = 1, .queries = 3, .dim = 1, .positions = 3});
    check_case(*kernels, {.users = 1, .heads = 130, .kv_heads = 1, .queries = 5, .dim = 33, .positions = 5});
    users_are_independent(*kernels);
    nans_are_not_hidden(*kernels);
    short_page_tables_are_refused(*kernels);
  }
  return report("sdpa");
}
