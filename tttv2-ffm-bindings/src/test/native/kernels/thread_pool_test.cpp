// SPDX-License-Identifier: Apache-2.0
#include "common/thread_pool.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <ctime>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include "check.hpp"
#include "common/processors.hpp"

using namespace tttv2;
using namespace tttv2::host;
using namespace tttv2::host::test;

namespace {

void every_index_once(int threads) {
  ThreadPool pool(threads);
  CHECK(pool.size() == threads, "%d", pool.size());
  for (const int64_t n : {int64_t{0}, int64_t{1}, int64_t{2}, int64_t{7}, int64_t{64}, int64_t{1001}}) {
    for (const int64_t grain : {int64_t{0}, int64_t{1}, int64_t{5}, int64_t{5000}}) {
      const std::unique_ptr<std::atomic<int>[]> seen(new std::atomic<int>[static_cast<size_t>(n) + 1]());
      std::atomic<bool> good{true};
      pool.parallel_for(n, grain, [&](int64_t begin, int64_t end, int worker) {
        if (begin >= end || worker < 0 || worker >= threads || (end - begin < grain && end != n)) good = false;
        for (int64_t i = begin; i < end; ++i) ++seen[static_cast<size_t>(i)];
      });
      for (int64_t i = 0; i < n; ++i) good = good && seen[static_cast<size_t>(i)] == 1;
      CHECK(good, "%d threads, n %ld, grain %ld", threads, n, grain);
    }
  }
}

void thousands_of_loops(int threads) {
  ThreadPool pool(threads);
  std::atomic<int64_t> sum{0};
  for (int i = 0; i < 20000; ++i) {
    pool.parallel_for(threads, 1, [&](int64_t begin, int64_t end, int) { sum += end - begin; });
  }
  CHECK(sum == int64_t{20000} * threads, "%ld", sum.load());
}

void exceptions_come_back(int threads) {
  ThreadPool pool(threads);
  for (int i = 0; i < 200; ++i) {
    std::string text;
    try {
      pool.parallel_for(100, 1, [&](int64_t begin, int64_t, int) {
        if (begin == i % 100 || begin == 0) throw std::runtime_error("part " + std::to_string(begin));
      });
    } catch (const std::runtime_error &e) {
      text = e.what();
    }
    CHECK(text.rfind("part ", 0) == 0, "loop %d: '%s'", i, text.c_str());
    std::atomic<int64_t> sum{0};
    pool.parallel_for(100, 1, [&](int64_t begin, int64_t end, int) { sum += end - begin; });
    CHECK(sum == 100, "the pool still works: %ld", sum.load());
  }
}

void nesting_is_refused() {
  ThreadPool pool(2);
  bool thrown = false;
  try {
    pool.parallel_for(2, 1, [&](int64_t, int64_t, int) { pool.parallel_for(1, 1, [](int64_t, int64_t, int) {}); });
  } catch (const std::logic_error &) {
    thrown = true;
  }
  CHECK(thrown, "a loop inside a loop");
}

void sizes_are_checked() {
  for (const int threads : {0, -3}) {
    bool thrown = false;
    try {
      ThreadPool pool(threads);
    } catch (const std::invalid_argument &) {
      thrown = true;
    }
    CHECK(thrown, "%d threads", threads);
  }
}

double process_seconds() {
  timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

// What is said to be read soon may be anything, also memory that is gone.
void reading_ahead_harms_nothing() {
  ThreadPool pool(3);
  std::vector<char> memory(1 << 20);
  auto gone = std::make_unique<std::vector<char>>(1 << 16);
  const void *nowhere = gone->data();
  gone.reset();
  const Reads all[] = {{memory.data(), 4096, 12288, 80}, {nowhere, 64, 1 << 15, 2}, {nullptr, 1, 1 << 20, 1000}, {memory.data(), 0, 0, 5}, {}};
  for (int i = 0; i < 500; ++i) {
    pool.read_ahead(all[i % 5]);
    std::atomic<int64_t> sum = 0;
    pool.parallel_for(100, 1, [&](int64_t begin, int64_t end, int) {
      for (int64_t k = begin; k < end; ++k) sum += k;
    });
    CHECK(sum == 4950, "after read_ahead %d the loop's sum is %ld", i % 5, static_cast<long>(sum));
    if (i % 50 == 0) std::this_thread::sleep_for(std::chrono::microseconds(20));
  }
}

void idle_workers_sleep() {
  ThreadPool pool(4);
  pool.parallel_for(4, 1, [](int64_t, int64_t, int) {});
  const double before = process_seconds();
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  const double used = process_seconds() - before;
  CHECK(used < 0.05, "an idle pool used %.3f s in 0.2 s", used);
}

void workers_keep_to_their_processors() {
  const std::vector<int> all = processors();
  const int threads = static_cast<int>(std::min<size_t>(all.size(), 4));
  ThreadPool pool(threads, all);
  std::vector<std::vector<int>> seen(static_cast<size_t>(threads));
  // As many parts as threads, none of which ends before all have begun.
  std::atomic<int> begun = 0;
  pool.parallel_for(threads, 1, [&](int64_t begin, int64_t end, int worker) {
    CHECK(end == begin + 1, "a part of %ld", end - begin);
    seen[static_cast<size_t>(worker)] = processors();
    ++begun;
    while (begun < threads) std::this_thread::yield();
  });
  CHECK(seen[0] == all, "the caller may use %zu processors of %zu", seen[0].size(), all.size());
  for (int worker = 1; worker < threads; ++worker) {
    const std::vector<int> &of = seen[static_cast<size_t>(worker)];
    CHECK(of.size() == 1 && of[0] == all[static_cast<size_t>(worker)], "worker %d may use %zu processors", worker, of.size());
  }
  try {
    ThreadPool more(static_cast<int>(all.size()) + 1, all);
    CHECK(false, "%s", "more threads than processors were taken");
  } catch (const std::invalid_argument &) {
  }
}

}  // namespace

int main() {
  for (const int threads : {1, 2, 3, 7}) {
    every_index_once(threads);
    thousands_of_loops(threads);
    exceptions_come_back(threads);
  }
  nesting_is_refused();
  sizes_are_checked();
  reading_ahead_harms_nothing();
  idle_workers_sleep();
  workers_keep_to_their_processors();
  return report("thread_pool");
}
