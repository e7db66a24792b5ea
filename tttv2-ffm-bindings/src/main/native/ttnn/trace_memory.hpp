// SPDX-License-Identifier: Apache-2.0
//
// The memory of a trace. Its replays write to where the results of its operations lay, also of those that were freed during
// the capture: nobody else may have that memory while the trace lives, the trace's own results can share it.
#pragma once

#include <cstdint>
#include <vector>

#include "common/spec.hpp"
#include "ttnn/python.hpp"

namespace tttv2::ttnn {

class Device;

// Of a capture that is under way, in DRAM. Everything is called under a Gil.
class TraceMemory {
 public:
  // Takes all free memory but the largest piece until the end: what is allocated meanwhile lies there, and what is freed there
  // serves again.
  explicit TraceMemory(const Device &device);

  // A result of an operation under capture.
  void saw(PyObject *tensor, const Spec &spec);
  // What was allocated before the capture and is freed during it: not before its end, as the trace is to have no part of it.
  void defer(Object tensor) { deferred_.push_back(std::move(tensor)); }
  // Gives back what the trace has no need of, and returns what it keeps.
  std::vector<Object> end();

  // The bytes of a bank that are allocated to nobody.
  uint64_t held() const;

 private:
  struct Piece {
    Object tensor;
    uint64_t address, bytes;  // of each bank

    uint64_t end() const { return address + bytes; }
  };
  Piece take(uint64_t bytes) const;
  std::vector<Piece> take_all() const;

  const Device &device_;
  std::vector<Piece> others_;
  uint64_t begin_ = 0;
  uint64_t end_ = 0;
  uint64_t used_ = 0;     // the end of what lies highest
  uint64_t largest_ = 0;  // bytes of a bank
  std::vector<Object> deferred_;
};

}  // namespace tttv2::ttnn
