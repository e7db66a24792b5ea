// SPDX-License-Identifier: Apache-2.0
//
// usage: kernels_timing [THREADS]       TTTV2_ISA chooses the kernels
#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "check.hpp"
#include "common/thread_pool.hpp"
#include "host/kernels/weight_panels.hpp"
#include "host/kernels/scratch.hpp"

using namespace tttv2;
using namespace tttv2::host;
using namespace tttv2::host::test;

namespace {

template <class Body>
double best_seconds(Body &&body) {
  double best = 1e9;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 200; ++i) {
    const auto from = std::chrono::steady_clock::now();
    body();
    const auto to = std::chrono::steady_clock::now();
    best = std::min(best, std::chrono::duration<double>(to - from).count());
    if (i >= 3 && to - start > std::chrono::milliseconds(600)) break;
  }
  return best;
}

std::vector<uint8_t> packed(DType dtype, int64_t rows, int64_t cols) {
  Random random(1);
  const std::vector<float> line = random.normals(cols);
  const int64_t stride = row_bytes(dtype, cols);
  std::vector<uint8_t> bytes(static_cast<size_t>(rows * stride));
  for (int64_t r = 0; r < rows; ++r) kernels().pack_row(dtype, line.data(), cols, bytes.data() + r * stride);
  return bytes;
}

// The b of products, as the processor likes it best.
struct Weights {
  Weights(DType dtype, int64_t rows, int64_t cols) : form(weight_form(kernels(), dtype, rows, cols)) {
    const std::vector<uint8_t> values = packed(dtype, rows, cols);
    size = static_cast<int64_t>(values.size());
    auto *data = reinterpret_cast<uint8_t *>(bytes.floats((size + 3) / 4));
    std::copy(values.begin(), values.end(), data);
    matrix = {dtype, data, row_bytes(dtype, cols), form};
    ThreadPool pool(2);
    if (form == Form::kPanels) to_panels(pool, dtype, rows, cols, data);
  }
  Form form;
  int64_t size;
  Matrix matrix;
  Scratch bytes;
};

void read_bandwidth(ThreadPool &pool) {
  std::vector<uint64_t> memory(size_t{32} << 20, 1);
  std::vector<uint64_t> sums(static_cast<size_t>(pool.size()) * 8);
  const double s = best_seconds([&] {
    pool.parallel_for(static_cast<int64_t>(memory.size()) / 4096, 64, [&](int64_t begin, int64_t end, int worker) {
      uint64_t a = 0, b = 0, c = 0, d = 0;
      for (int64_t i = begin * 4096; i < end * 4096; i += 8) {
        const uint64_t *p = memory.data() + i;
        a += p[0] ^ p[1], b += p[2] ^ p[3], c += p[4] ^ p[5], d += p[6] ^ p[7];
      }
      sums[static_cast<size_t>(worker) * 8] += a + b + c + d;
    });
  });
  std::printf("reading memory: %.1f GB/s\n", static_cast<double>(memory.size()) * 8e-9 / s);
}

void product(ThreadPool &pool, int64_t m, int64_t n, int64_t k, DType a, DType b, bool b_transposed = false) {
  const std::vector<uint8_t> av = packed(a, m, k);
  const Weights bv = b_transposed ? Weights(b, n, k) : Weights(b, k, n);
  std::vector<float> c(static_cast<size_t>(m * n));
  const Gemm args = {m,
                     n,
                     k,
                     {a, av.data(), row_bytes(a, k)},
                     false,
                     bv.matrix,
                     b_transposed,
                     nullptr,
                     Activation::kNone,
                     DType::kFloat32,
                     c.data(),
                     n * 4};
  const double s = best_seconds([&] { gemm(pool, kernels(), args); });
  std::printf("%4ld x %5ld x %5ld %-9s %-9s%s %9.1f us %7.1f GFLOP/s %6.1f GB/s of b\n", m, n, k, name_of(a),
              name_of(b), b_transposed ? "^T" : "  ", s * 1e6, 2e-9 * static_cast<double>(m * n * k) / s,
              static_cast<double>(bv.size) * 1e-9 / s);
}

// All products of a decode step of SmolLM2-135M, each with weights of its own, which come from beyond the near caches.
void step(ThreadPool &pool, int64_t m, DType dtype) {
  struct Shape {
    int64_t n, k;
  };
  std::vector<Shape> shapes;
  for (int layer = 0; layer < 30; ++layer) {
    for (const Shape shape : {Shape{960, 576}, Shape{576, 576}, Shape{1536, 576}, Shape{1536, 576}, Shape{576, 1536}}) shapes.push_back(shape);
  }
  shapes.push_back({49152, 576});
  std::vector<Weights> weights;
  double size = 0;
  for (const Shape &shape : shapes) {
    weights.emplace_back(dtype, shape.k, shape.n);
    size += static_cast<double>(weights.back().size);
  }
  const std::vector<uint8_t> a = packed(DType::kBFloat16, m, 1536);
  std::vector<float> c(static_cast<size_t>(m * 49152));
  const double s = best_seconds([&] {
    for (size_t i = 0; i < shapes.size(); ++i) {
      const auto [n, k] = shapes[i];
      const Matrix left = {DType::kBFloat16, a.data(), row_bytes(DType::kBFloat16, 1536)};
      gemm(pool, kernels(), {m, n, k, left, false, weights[i].matrix, false, nullptr, Activation::kNone, DType::kFloat32, c.data(), n * 4});
    }
  });
  std::printf("step of %2ld rows          %-9s %9.1f us %6.1f GB/s of weights\n", m, name_of(dtype), s * 1e6, size * 1e-9 / s);
}

// Of heads as SmolLM2-135M has, caches in pages of 32 positions; `layers` times, each with a cache of its own.
void attention(ThreadPool &pool, int64_t users, int64_t queries, int64_t keys, DType dtype, int64_t layers = 1) {
  const int64_t heads = 9, kv_heads = 3, dim = 64, page = 32;
  const int64_t pages = (keys + page - 1) / page;
  const std::vector<uint8_t> q = packed(DType::kBFloat16, users * heads * queries, dim);
  std::vector<std::vector<uint8_t>> caches;
  for (int64_t i = 0; i < 2 * layers; ++i) caches.push_back(packed(dtype, users * kv_heads * pages * page, dim));
  std::vector<int32_t> table(static_cast<size_t>(users * pages));
  for (size_t i = 0; i < table.size(); ++i) table[i] = static_cast<int32_t>(i);
  std::vector<float> out(static_cast<size_t>(users * heads * queries * dim));
  const std::vector<int64_t> first(static_cast<size_t>(users), keys - queries);
  const int64_t qs = row_bytes(DType::kBFloat16, dim), ks = row_bytes(dtype, dim);
  Sdpa args = {};
  args.users = users, args.heads = heads, args.kv_heads = kv_heads, args.queries = queries, args.head_dim = dim;
  args.q_dtype = DType::kBFloat16, args.q = q.data();
  args.q_user_stride = qs * queries * heads, args.q_head_stride = qs * queries, args.q_row_stride = qs;
  args.k = args.v = {dtype, nullptr, ks, ks * page, ks * page * kv_heads, table.data(), pages, page};
  args.first_position = first.data(), args.keys = keys, args.causal = true, args.scale = 0.125f;
  args.out_dtype = DType::kFloat32, args.out = out.data();
  args.out_user_stride = dim * 4 * queries * heads, args.out_head_stride = dim * 4 * queries, args.out_row_stride = dim * 4;
  const double s = best_seconds([&] {
    for (size_t i = 0; i < caches.size(); i += 2) {
      args.k.data = caches[i].data(), args.v.data = caches[i + 1].data();
      sdpa(pool, kernels(), args);
    }
  });
  std::printf("sdpa %2ld users %4ld queries %4ld keys %2ld layers %-9s %9.1f us %6.1f GB/s of cache\n", users, queries, keys, layers,
              name_of(dtype), s * 1e6, 2e-9 * static_cast<double>(layers) * static_cast<double>(caches[0].size()) / s);
}

}  // namespace

int main(int argc, char **argv) {
  ThreadPool pool(argc > 1 ? std::atoi(argv[1]) : 2);
  std::printf("%s, %d threads\n", kernels().isa, pool.size());
  read_bandwidth(pool);
  const double s = best_seconds([&] { pool.parallel_for(2, 1, [](int64_t, int64_t, int) {}); });
  std::printf("empty parallel_for: %.2f us\n", s * 1e6);
  for (const DType b : kTensorDTypes) {
    product(pool, 1, 49152, 576, DType::kBFloat16, b);
    product(pool, 1, 1536, 576, DType::kBFloat16, b);
    product(pool, 1, 576, 1536, DType::kBFloat16, b);
    product(pool, 1, 4096, 14336, DType::kBFloat16, b);
  }
  for (const DType b : kTensorDTypes) step(pool, 1, b);
  product(pool, 1, 49152, 576, DType::kBFloat16, DType::kBFloat16, true);
  for (const int64_t m : {int64_t{4}, int64_t{8}, int64_t{9}, int64_t{16}, int64_t{32}})
    product(pool, m, 1536, 576, DType::kBFloat16, DType::kBFloat8B);
  for (const DType b : kTensorDTypes) {
    product(pool, 128, 576, 1536, DType::kBFloat16, b);
    product(pool, 512, 1536, 576, DType::kBFloat16, b);
    product(pool, 512, 4096, 4096, DType::kBFloat16, b);
  }
  for (const DType b : {DType::kFloat32, DType::kBFloat16, DType::kBFloat8B}) {
    attention(pool, 1, 512, 512, b);
    attention(pool, 1, 1, 128, b);
    attention(pool, 1, 1, 2048, b);
    attention(pool, 1, 1, 8000, b, 30);
    attention(pool, 32, 1, 1024, b);
  }
  return 0;
}
