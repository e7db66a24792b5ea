// SPDX-License-Identifier: Apache-2.0
#include "host/fusion.hpp"

#include <optional>
#include <utility>

#include "host/device.hpp"

namespace tttv2::host {

namespace {

bool same(const Rows &x, const Rows &y) {
  return x.data == y.data && x.dtype == y.dtype && x.rows == y.rows && x.cols == y.cols && x.stride == y.stride;
}

// A trace's results take the place of earlier ones, also within a block of memory.
bool overlap(const Rows &x, const Rows &y) { return x.data < y.row(y.rows) && y.data < x.row(x.rows); }

bool is_apart(const Rows &result, const Product &gate, const Product &up) {
  for (const Rows *rows : {&gate.a, &gate.b, &gate.c, &up.b, &up.c}) {
    if (overlap(result, *rows)) return false;
  }
  return true;
}

// Whether the second product can be computed together with the first one.
bool is_beside(const Product &first, const Product &second) {
  if (!same(first.a, second.a) || overlap(first.c, second.c) || overlap(first.c, second.b) || overlap(second.c, first.b)) {
    return false;
  }
  const Gemm x = first.gemm();
  const Gemm y = second.gemm();
  return x.m == y.m && x.n == y.n && x.k == y.k && x.a_transposed == y.a_transposed;
}

bool is_result(const Rows &operand, const Product &product) {
  const Gemm gemm = product.gemm();
  return same(operand, product.c) && operand.rows == gemm.m && operand.cols == gemm.n;
}

// Of the operations at [i] to [i + 2], if they are those of a gate.
std::optional<TraceStep> gated(const std::vector<RecordedOperation> &operations, size_t i) {
  if (i + 2 >= operations.size()) return {};
  const auto *first = std::get_if<Product>(&operations[i].part);
  const auto *second = std::get_if<Product>(&operations[i + 1].part);
  const auto *product = std::get_if<Multiplication>(&operations[i + 2].part);
  if (first == nullptr || second == nullptr || product == nullptr) return {};
  const bool in_order = is_result(product->a, *first) && is_result(product->b, *second);
  const bool swapped = is_result(product->a, *second) && is_result(product->b, *first);
  if (!in_order && !swapped) return {};
  if (!is_beside(*first, *second) || !is_apart(product->c, *first, *second)) return {};
  const auto body = [a = in_order ? *first : *second, b = in_order ? *second : *first, c = *product](Device &device) {
    gated_gemm(device.pool(), device.kernels(),
               {a.gemm(), b.gemm(), c.before_a, c.before_b, c.after, c.c.dtype, c.c.data, c.c.stride});
  };
  TraceStep step(operations[i].step.number, "gated linear", body);
  step.product = (in_order ? first : second)->gemm;
  return step;
}

}  // namespace

std::vector<TraceStep> fuse(std::vector<RecordedOperation> operations) {
  std::vector<TraceStep> steps;
  for (size_t i = 0; i < operations.size(); ++i) {
    if (std::optional<TraceStep> step = gated(operations, i)) {
      steps.push_back(std::move(*step));
      i += 2;
    } else {
      steps.push_back(std::move(operations[i].step));
      if (const auto *product = std::get_if<Product>(&operations[i].part)) steps.back().product = product->gemm;
    }
  }
  return steps;
}

}  // namespace tttv2::host
