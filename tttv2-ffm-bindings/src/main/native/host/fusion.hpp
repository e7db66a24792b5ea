// SPDX-License-Identifier: Apache-2.0
//
// Operations of a trace, some of which run as one.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "common/thread_pool.hpp"
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

// How an operation runs.
class Body {
 public:
  virtual ~Body() = default;
  virtual void run(Device &device) = 0;
};

template <typename F>
class BodyOf final : public Body {
 public:
  explicit BodyOf(F function) : function_(std::move(function)) {}
  void run(Device &device) override { function_(device); }

 private:
  F function_;
};

// A step of a trace.
struct TraceStep {
  template <typename F>
  TraceStep(size_t number, const char *operation, F function)
      : number(number), operation(operation), size(sizeof(BodyOf<F>)), body(std::make_unique<BodyOf<F>>(std::move(function))) {}

  // The weights that an operation reads drive the next step out of the near caches.
  void prefetch() const {
    constexpr size_t kLine = 64;
    const auto *bytes = reinterpret_cast<const char *>(body.get());
    for (size_t i = 0; i < size; i += kLine) __builtin_prefetch(bytes + i);
  }

  std::function<Gemm()> product;  // the first one of the step, while the trace is made
  std::optional<Reads> next;      // of a step with products: what the next such step reads
  size_t number;                  // of the operation, the first one of several, among those recorded
  const char *operation;
  size_t size;  // of the body
  std::unique_ptr<Body> body;
};

struct RecordedOperation {
  TraceStep step;
  Part part;
};

// A gated MLP's two projections and their product, one after the other, become one step. All three results are written, as
// they would be one by one.
std::vector<TraceStep> fuse(std::vector<RecordedOperation> operations);

}  // namespace tttv2::host
