// SPDX-License-Identifier: Apache-2.0
//
// argmax and topk.
#include <algorithm>
#include <cinttypes>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <vector>

#include "common/structs.hpp"
#include "host/call.hpp"
#include "common/integers.hpp"
#include "host/output.hpp"
#include "host/rows.hpp"
#include "host/shards.hpp"
#include "common/spec.hpp"

using namespace tttv2;
using namespace tttv2::host;

namespace {

constexpr int64_t kMaxUInt16Width = 65536;

// Whether a is to be chosen before an earlier b. A NaN is the largest, so that it does not go unnoticed.
bool larger(float a, float b) { return a > b || (std::isnan(a) && !std::isnan(b)); }

// The largest of a piece, in lanes that the processor compares side by side; NaN if there is one.
float largest_of(const float *values, int64_t n) {
  constexpr int kLanes = 4;    // of the baseline's registers
  constexpr int kVectors = 4;  // that do not wait for each other
  using Lanes = float __attribute__((vector_size(kLanes * sizeof(float))));
  using Flags = int32_t __attribute__((vector_size(kLanes * sizeof(int32_t))));
  float best = -std::numeric_limits<float>::infinity();
  Lanes largest[kVectors] = {best - Lanes{}, best - Lanes{}, best - Lanes{}, best - Lanes{}};
  Flags unordered{};
  int64_t i = 0;
  for (; i + kVectors * kLanes <= n; i += kVectors * kLanes) {
    for (int v = 0; v < kVectors; ++v) {
      Lanes lanes;
      std::memcpy(&lanes, values + i + v * kLanes, sizeof lanes);
      largest[v] = lanes > largest[v] ? lanes : largest[v];
      unordered |= lanes != lanes;
    }
  }
  for (int lane = 0; lane < kLanes; ++lane) {
    if (unordered[lane] != 0) return std::numeric_limits<float>::quiet_NaN();
    for (const Lanes &vector : largest) best = std::max(best, static_cast<float>(vector[lane]));
  }
  for (; i < n; ++i) {
    if (larger(values[i], best)) best = values[i];
  }
  return best;
}

// Threads share the pieces of rows out: a row of logits is long, and often the only one.
void argmax_rows(Device &d, const Rows &x, uint32_t *out) {
  constexpr int64_t kPiece = 4096;
  if (x.cols == 0) {
    std::fill_n(out, x.rows, 0);
    return;
  }
  const int64_t pieces = (x.cols + kPiece - 1) / kPiece;
  const auto width = [&](int64_t piece) { return std::min(kPiece, x.cols - piece * kPiece); };
  const auto piece_of = [&](int64_t row, int64_t piece, int worker) {
    float *values = d.scratch(worker, 0, kPiece);
    unpack_columns(d.kernels(), x.dtype, x.row(row), x.cols, piece * kPiece, width(piece), values);
    return values;
  };
  float *largest = d.scratch(0, 1, x.rows * pieces);
  d.parallel(x.rows * pieces, kPiece, [&](int64_t begin, int64_t end, int worker) {
    for (int64_t i = begin; i < end; ++i) largest[i] = largest_of(piece_of(i / pieces, i % pieces, worker), width(i % pieces));
  });
  d.parallel(x.rows, kPiece, [&](int64_t begin, int64_t end, int worker) {
    for (int64_t row = begin; row < end; ++row) {
      const float *of_pieces = largest + row * pieces;
      int64_t piece = 0;
      for (int64_t i = 1; i < pieces; ++i) {
        if (larger(of_pieces[i], of_pieces[piece])) piece = i;
      }
      const float best = of_pieces[piece];
      const float *values = piece_of(row, piece, worker);
      int64_t column = 0;
      while (values[column] != best && !(std::isnan(best) && std::isnan(values[column]))) ++column;
      out[row] = static_cast<uint32_t>(piece * kPiece + column);
    }
  });
}

// The largest of n rows that lie `inner` rows apart, for each column.
void argmax_columns(Device &d, const Rows &x, uint32_t *out, int64_t n, int64_t inner) {
  const int64_t cols = x.cols;
  d.parallel(x.rows / n, n * cols, [&](int64_t begin, int64_t end, int worker) {
    float *best = d.scratch(worker, 0, cols);
    for (int64_t i = begin; i < end; ++i) {
      const int64_t first = i / inner * n * inner + i % inner;
      uint32_t *index = out + i * cols;
      std::fill_n(index, cols, 0);
      std::copy_n(load(d.kernels(), x, first, best), cols, best);
      for (int64_t r = 1; r < n; ++r) {
        const float *row = load(d.kernels(), x, first + r * inner, d.scratch(worker, 1, cols));
        for (int64_t j = 0; j < cols; ++j) {
          if (larger(row[j], best[j])) {
            best[j] = row[j];
            index[j] = static_cast<uint32_t>(r);
          }
        }
      }
    }
  });
}

}  // namespace

ttnn_status ttnn_argmax(ttnn_tensor *handle, int32_t dim, int32_t keepdim, ttnn_tensor **out) {
  return run(ops::kArgmax, handle, "x", [&](Call &call) {
    check_out(out, "out");
    const bool keep = flag("keepdim", keepdim);
    const Tensor &x_tensor = call.tensor(handle, "x");
    check_input(ops::kArgmax, x_tensor.spec, "x");
    const Shape &shape = x_tensor.spec.shape;
    const int32_t over = dimension(dim, shape.rank());
    check_interleaved(x_tensor.spec, "x");
    if (shape[over] > UINT32_MAX) fail(TTNN_STATUS_SHAPE, "x has shape %s: indices are UINT32", shape.str().c_str());
    Spec spec;
    spec.dtype = DType::kUInt32;
    spec.layout = Layout::kRowMajor;
    int64_t inner = 1;
    for (int32_t i = 0; i < shape.rank(); ++i) {
      if (i != over) {
        spec.shape.push_back(shape[i]);
      } else if (keep || shape.rank() == 1) {
        spec.shape.push_back(1);
      }
      if (i > over && i < shape.rank() - 1) inner *= shape[i];
    }
    spec.memory = x_tensor.spec.memory;
    const bool last = over == shape.rank() - 1;
    const auto output = make_output(call.device(), spec);
    call.device().run(ops::kArgmax.name, [=, n = shape[over], x = Rows(x_tensor), y = Rows(*output)](Device &d) {
      auto *indices = reinterpret_cast<uint32_t *>(y.data);
      last ? argmax_rows(d, x, indices) : argmax_columns(d, x, indices, n, inner);
    });
    call.publish(output, out);
  });
}

ttnn_status ttnn_topk(ttnn_tensor *handle, int32_t k, ttnn_tensor **out_values, ttnn_tensor **out_indices) {
  return run(ops::kTopk, handle, "x", [&](Call &call) {
    check_out(out_values, "out_values");
    check_out(out_indices, "out_indices");
    const Tensor &x_tensor = call.tensor(handle, "x");
    check_input(ops::kTopk, x_tensor.spec, "x");
    check_interleaved(x_tensor.spec, "x");
    Spec values_spec = x_tensor.spec;
    const int64_t width = values_spec.cols();
    if (k < 1 || k > width) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "k is %d, x has shape %s", k, values_spec.shape.str().c_str());
    }
    if (width > UINT32_MAX) {
      fail(TTNN_STATUS_SHAPE, "x has shape %s: indices are UINT32", values_spec.shape.str().c_str());
    }
    values_spec.shape[values_spec.shape.rank() - 1] = k;
    Spec indices_spec = values_spec;
    const bool wide = width > kMaxUInt16Width || x_tensor.spec.dtype == DType::kFloat32;
    indices_spec.dtype = wide ? DType::kUInt32 : DType::kUInt16;
    const auto values = make_output(call.device(), values_spec);
    const auto indices = make_output(call.device(), indices_spec);
    call.device().run(ops::kTopk.name, [=, x = Rows(x_tensor), to_values = Rows(*values),
                                        to_indices = Rows(*indices)](Device &d) {
      d.parallel(x.rows, x.cols * 4, [&](int64_t begin, int64_t end, int worker) {
        std::vector<uint32_t> order(static_cast<size_t>(x.cols));
        const int64_t size = element_size(to_indices.dtype);
        for (int64_t i = begin; i < end; ++i) {
          const float *row = load(d.kernels(), x, i, d.scratch(worker, 0, x.cols));
          std::iota(order.begin(), order.end(), 0U);
          std::partial_sort(order.begin(), order.begin() + k, order.end(), [&](uint32_t a, uint32_t b) {
            return larger(row[a], row[b]) || (!larger(row[b], row[a]) && a < b);
          });
          float *best = d.scratch(worker, 1, k);
          for (int32_t j = 0; j < k; ++j) {
            const uint32_t index = order[static_cast<size_t>(j)];
            best[j] = row[index];
            write_integer(to_indices.dtype, to_indices.row(i) + j * size, index);
          }
          store(d.kernels(), to_values, i, best);
        }
      });
    });
    call.publish(std::array{values, indices}, std::array{out_values, out_indices});
  });
}
