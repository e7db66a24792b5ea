// SPDX-License-Identifier: Apache-2.0
//
// Recorded operations that run as one.
#pragma once

#include <cstddef>
#include <functional>
#include <variant>
#include <vector>

#include "host/kernels/kernels.hpp"
#include "host/tensor.hpp"

namespace tttv2::host {

// One product of matrices without a bias. Weights may be turned to rows before it runs: its arguments are made then.
struct Product {
  Rows a, b, c;
  std::function<Gemm()> gemm;
};

// after(before_a(a) * before_b(b)) in float, element by element, of one shape, in memory of its own.
struct Multiplication {
  Rows a, b, c;
  Activation before_a, before_b, after;
};

// What is known of an operation beyond how it runs.
using Part = std::variant<std::monostate, Product, Multiplication>;

struct RecordedOperation {
  size_t number;  // of those recorded
  const char *operation;
  std::function<void(Device &)> body;
  Part part;
};

// A gated MLP's two projections and their product, one after the other, become one operation. All three results are written,
// as they would be one by one.
void fuse(std::vector<RecordedOperation> &records);

}  // namespace tttv2::host
