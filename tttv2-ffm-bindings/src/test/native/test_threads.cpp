// SPDX-License-Identifier: Apache-2.0
//
// Several threads on one device.
#include <atomic>
#include <string>
#include <thread>

#include "fixture.hpp"

using namespace fixture;

namespace {

template <typename Body>
void on_threads(int count, Body body) {
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) threads.emplace_back(body, i);
  for (std::thread &thread : threads) thread.join();
}

}  // namespace

TEST(threads, share_a_device) {
  const Device d;
  Tensor weight = d.make(random({64, 64}, 1), BF16);
  const Array x = random({4, 64}, 2);
  Tensor reference;
  OK(ttnn_matmul(d.make(x, BF16), weight, nullptr, reference.out()));
  const std::vector<float> expected = reference.read().values;
  on_threads(6, [&](int) {
    for (int i = 0; i < 200; ++i) {
      Tensor input = d.make(x, BF16);
      Tensor out;
      OK(ttnn_matmul(input, weight, nullptr, out.out()));
      CHECK_VALUES(out.read().values == expected);
    }
  });
  CHECK_EQ(d.stats().live_tensors, 2);
}

TEST(threads, errors_belong_to_a_thread) {
  const Device d;
  Tensor x = d.make(zeros({4, 64}), BF16);
  on_threads(4, [&](int thread) {
    for (int i = 0; i < 200; ++i) {
      Tensor out;
      const int32_t dim = 10 + thread;
      REFUSED(ttnn_softmax(x, dim, nullptr, out.out()), TTNN_STATUS_INVALID_ARGUMENT, "dimension " + std::to_string(dim));
    }
  });
}

TEST(threads, destroy_while_used) {
  const Device d;
  for (int round = 0; round < 100; ++round) {
    ttnn_tensor *shared = d.make(random({8, 64}, 1), BF16).release();
    std::atomic<int> destroyed = 0;
    on_threads(4, [&](int thread) {
      for (int i = 0; i < 5; ++i) {
        ttnn_tensor *out = nullptr;
        const int32_t status = ttnn_silu(shared, nullptr, &out);
        CHECK(status == TTNN_STATUS_OK || status == TTNN_STATUS_INVALID_ARGUMENT);
        if (status == TTNN_STATUS_OK) OK(ttnn_tensor_destroy(out));
        ttnn_tensor_is_allocated(shared);
        if (thread % 2 == 1 && i == 2 && ttnn_tensor_destroy(shared) == TTNN_STATUS_OK) ++destroyed;
      }
    });
    CHECK_EQ(destroyed.load(), 1);
  }
  CHECK_EQ(d.stats().live_tensors, 0);
  CHECK_EQ(d.stats().allocated_bytes, uint64_t{0});
}

TEST(threads, close_while_used) {
  for (int round = 0; round < 40; ++round) {
    Device d(64 << 20);
    ttnn_device *device = d.release();
    std::atomic<int> closed = 0;
    const ttnn_tensor_spec spec = make_spec(BF16, TILE, {8, 64});
    on_threads(4, [&](int thread) {
      for (int i = 0; i < 20; ++i) {
        ttnn_tensor *x = nullptr;
        if (ttnn_tensor_create(device, &spec, &x) != TTNN_STATUS_OK) continue;
        ttnn_tensor *y = nullptr;
        if (ttnn_silu(x, nullptr, &y) == TTNN_STATUS_OK) OK(ttnn_tensor_destroy(y));
        if (thread == 0 && i == round % 20 && ttnn_device_close(device) == TTNN_STATUS_OK) ++closed;
        OK(ttnn_tensor_destroy(x));
      }
    });
    if (closed == 0) OK(ttnn_device_close(device));
  }
}
