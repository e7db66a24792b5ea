// SPDX-License-Identifier: Apache-2.0
//
// Worker threads that share the loops of one operation at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "common/function_ref.hpp"

namespace tttv2 {

// Bytes of memory: thread n's are `count` pieces of `size` bytes, `stride` apart, of which the first begins at data + n size; none
// if that is no less than the stride.
struct Reads {
  const void *data = nullptr;
  int64_t size = 0, stride = 0, count = 0;
};

class ThreadPool {
 public:
  // `threads`, the calling one included, of which there is at least one. With processors, as many, worker n keeps to the n-th
  // of them; the caller, worker 0, is left alone. Throws std::system_error where the system refuses.
  explicit ThreadPool(int threads, const std::vector<int> &processors = {});
  ~ThreadPool();
  ThreadPool(const ThreadPool &) = delete;
  ThreadPool &operator=(const ThreadPool &) = delete;

  int size() const;

  // What is read in a loop that comes soon, nothing if that is not known: the worker of a pool of two threads fetches the beginning of
  // its part to its caches while it waits for loops. The memory need not be there any more. Not from two threads at a time.
  void read_ahead(const Reads &reads);

  // Calls body(begin, end, worker) for parts of [0, n) of at least `grain` indices, 0 <= worker < size(), and returns
  // when all are done. The caller works too. An exception of a body is rethrown here. Not reentrant.
  void parallel_for(int64_t n, int64_t grain, FunctionRef<void(int64_t begin, int64_t end, int worker)> body);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// memcpy by all threads of the pool.
void copy_bytes(ThreadPool &pool, const void *from, void *to, uint64_t size);

}  // namespace tttv2
