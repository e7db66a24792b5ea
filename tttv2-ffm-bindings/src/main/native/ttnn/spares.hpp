// SPDX-License-Identifier: Apache-2.0
//
// Buffers that have become free, for results to come: TTNN takes longer to allocate a buffer and to free it than for most of
// what else an operation costs the host.
#pragma once

#include <cstdint>
#include <vector>

#include "common/spec.hpp"
#include "ttnn/python.hpp"

namespace tttv2::ttnn {

// A device's, in DRAM and interleaved. Everything is called under a Gil.
class Spares {
 public:
  Spares();
  ~Spares() { close(); }
  Spares(const Spares &) = delete;
  Spares &operator=(const Spares &) = delete;

  // Takes over a tensor whose memory no other one has; the oldest ones go where there are too many.
  void keep(const Spec &spec, Object tensor);
  // The tensor that was kept last of those of this spec; empty: there is none.
  Object take(const Spec &spec);
  // Frees all. Returns whether there were any.
  bool clear();
  // Frees all and leaves the list of `clear_all`; what comes later is freed at once.
  void close();

  // Frees those of all devices: for an allocation that has failed.
  static bool clear_all();

 private:
  struct Spare {
    Spec spec;
    uint64_t bytes;
    Object tensor;
  };

  std::vector<Spare> spares_;  // oldest first
  uint64_t bytes_ = 0;
  bool open_ = true;
};

}  // namespace tttv2::ttnn
