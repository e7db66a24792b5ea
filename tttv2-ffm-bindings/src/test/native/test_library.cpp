// SPDX-License-Identifier: Apache-2.0
//
// Versions, capabilities, packing, devices, struct sizes, handles.
#include <algorithm>
#include <cstring>
#include <set>

#include "fixture.hpp"

using namespace fixture;

namespace {

constexpr auto kInvalid = TTNN_STATUS_INVALID_ARGUMENT;

// A handle of a tensor that was destroyed.
ttnn_tensor *stale(const Device &d) {
  ttnn_tensor *handle = d.make(zeros({1, 32}), BF16).release();
  OK(ttnn_tensor_destroy(handle));
  return handle;
}

}  // namespace

TEST(library, versions) {
  CHECK_EQ(ttnn_abi_version(), uint32_t{TTNN_ABI_MAJOR * 1000 + TTNN_ABI_MINOR});
  const bool host = check::on_host();
  CHECK(std::strcmp(ttnn_backend_name(), host ? "host" : "ttnn") == 0);
  CHECK(std::strcmp(ttnn_backend_version(), host ? "0.1.0" : "0.81.1") == 0);
  const std::string form = ttnn_storage_format();
  CHECK(host ? form == "host-rows-1" || form == "host-panels-1" : form == "ttnn-packed-1");
  CHECK(ttnn_last_error_message() != nullptr);
}

TEST(library, supports) {
  const auto supports = [](const char *operation, int32_t dtype, int32_t layout) {
    int32_t out = -1;
    OK(ttnn_supports(operation, dtype, layout, &out));
    return out;
  };
  CHECK_EQ(supports("linear", BF8, TILE), 1);
  CHECK_EQ(supports("linear", BF16, ROW), 0);
  CHECK_EQ(supports("linear", I32, TILE), 0);
  CHECK_EQ(supports("add", I32, ROW), 1);
  CHECK_EQ(supports("add", BF8, ROW), 0);
  CHECK_EQ(supports("argmax", BF8, TILE), 0);
  CHECK_EQ(supports("rms_norm", F32, TILE), 1);
  int32_t out = 77;
  REFUSED(ttnn_supports("conv9d", BF16, TILE, &out), kInvalid, "conv9d");
  REFUSED(ttnn_supports(nullptr, BF16, TILE, &out), kInvalid, "NULL");
  REFUSED(ttnn_supports("add", 99, TILE, &out), kInvalid, "99");
  REFUSED(ttnn_supports("add", BF16, 3, &out), kInvalid, "3");
  REFUSED(ttnn_supports("add", BF16, TILE, nullptr), kInvalid, "NULL");
  CHECK_EQ(out, 77);
}

TEST(library, extensions) {
  CHECK_EQ(ttnn_extension_count() > 0, check::on_host());
  for (int32_t i = 0; i < ttnn_extension_count(); ++i) {
    auto info = options<ttnn_extension_info>();
    OK(ttnn_extension(i, &info));
    int32_t out = 0;
    OK(ttnn_supports(info.operation, F32, TILE, &out));
    CHECK(std::strlen(info.rule) > 10 && std::strlen(info.reason) > 10);
  }
  auto info = options<ttnn_extension_info>();
  REFUSED(ttnn_extension(-1, &info), kInvalid, "-1");
  REFUSED(ttnn_extension(ttnn_extension_count(), &info), kInvalid, "expected 0 to");
}

TEST(library, tiles) {
  uint64_t size = 0;
  OK(ttnn_tiled_size(BF16, 1, 1, &size));
  CHECK_EQ(size, uint64_t{2048});
  OK(ttnn_tiled_size(BF8, 33, 64, &size));
  CHECK_EQ(size, uint64_t{4 * 1088});
  OK(ttnn_tiled_size(BF4, 32, 32, &size));
  CHECK_EQ(size, uint64_t{576});
  OK(ttnn_tiled_size(U32, 32, 33, &size));
  CHECK_EQ(size, uint64_t{2 * 4096});
  OK(ttnn_tiled_size(U8, 1, 32, &size));
  CHECK_EQ(size, uint64_t{1024});
  for (const int32_t dtype : {F32, BF16, BF8, BF4}) {
    const Array array = random({35, 70}, 3);
    NEAR(rounded(array, dtype), array, tolerance(dtype));
  }
  // The faces of a FLOAT32 tile.
  Array counted = zeros({32, 32});
  for (size_t i = 0; i < counted.values.size(); ++i) counted.values[i] = static_cast<float>(i);
  float tile[1024];
  OK(ttnn_pack_tiles(F32, 32, 32, counted.values.data(), tile, sizeof tile));
  CHECK_EQ(tile[1], 1.0F);
  CHECK_EQ(tile[16], 32.0F);    // the second row of the first face
  CHECK_EQ(tile[256], 16.0F);   // upper right
  CHECK_EQ(tile[512], 512.0F);  // lower left
  CHECK_EQ(tile[768], 528.0F);
  float value = 1;
  REFUSED(ttnn_pack_tiles(BF16, 1, 1, &value, tile, 2047), kInvalid, "2048");
  REFUSED(ttnn_unpack_tiles(BF16, 1, 1, tile, 2049, &value), kInvalid, "2049");
  REFUSED(ttnn_pack_tiles(U32, 1, 1, &value, tile, sizeof tile), TTNN_STATUS_DTYPE, "UINT32");
  REFUSED(ttnn_pack_tiles(BF16, 0, 1, &value, tile, sizeof tile), kInvalid, "0 x 1");
  REFUSED(ttnn_pack_tiles(BF16, 1, 1, nullptr, tile, sizeof tile), kInvalid, "src is NULL");
  REFUSED(ttnn_tiled_size(BF16, int64_t{1} << 39, 4, &size), kInvalid, "2^40");
  REFUSED(ttnn_tiled_size(TTNN_DTYPE_FLOAT16, 1, 1, &size), kInvalid, "100");
}

TEST(device, info) {
  const Device d(123456789, 3);
  auto info = options<ttnn_device_info>();
  OK(ttnn_device_get_info(d, &info));
  CHECK(std::strlen(info.arch) > 0 && std::strlen(info.name) > 0);
  CHECK_EQ(std::strcmp(info.arch, "host") == 0, check::on_host());
  CHECK_EQ(std::strlen(info.isa) > 0, check::on_host());
  CHECK_EQ(info.num_threads, 3);
  CHECK(info.grid_x * info.grid_y >= 64);
  CHECK_EQ(info.mesh_rows * info.mesh_cols, 1);
  CHECK_EQ(info.num_command_queues, 1);
  CHECK_EQ(info.dram_bytes == 123456789, check::on_host());
  CHECK(info.dram_banks > 0 && info.dram_bytes > 0);
  CHECK(info.l1_bytes_per_core > 1'000'000);
  OK(ttnn_synchronize_device(d));
}

TEST(device, options) {
  ttnn_device *handle = nullptr;
  OK(ttnn_device_open(nullptr, &handle));
  auto info = options<ttnn_device_info>();
  OK(ttnn_device_get_info(handle, &info));
  CHECK(info.num_threads >= 1 && info.dram_bytes > 0);
  OK(ttnn_device_close(handle));
  auto pinned = options<ttnn_device_options>();
  pinned.pin_threads = 1;
  OK(ttnn_device_open(&pinned, &handle));
  OK(ttnn_device_close(handle));
  const auto refused = [&](auto set, int32_t status, const char *words) {
    auto o = options<ttnn_device_options>();
    set(o);
    ttnn_device *out = nullptr;
    REFUSED(ttnn_device_open(&o, &out), status, words);
    CHECK(out == nullptr);
  };
  refused([](auto &o) { o.device_id = 5; }, TTNN_STATUS_DEVICE, "device_id is 5");
  refused([](auto &o) { o.device_id = -1; }, kInvalid, "device_id is -1");
  refused([](auto &o) { o.num_threads = 1025; }, kInvalid, "1025");
  refused([](auto &o) { o.num_threads = -1; }, kInvalid, "num_threads is -1");
  refused([](auto &o) { o.pin_threads = 2; }, kInvalid, "pin_threads is 2");
  if (check::on_host()) {
    refused([](auto &o) { o.pin_threads = 1, o.num_threads = 1024; }, kInvalid, "num_threads 1024, this process may use");
  }
  refused([](auto &o) { o.num_command_queues = 3; }, kInvalid, "num_command_queues is 3");
  refused([](auto &o) { o.l1_small_size = 1 << 30; }, kInvalid, "l1_small_size");
  refused([](auto &o) { o.dram_bytes = 10, o.trace_region_size = 11; }, kInvalid, "trace_region_size");
  REFUSED(ttnn_device_open(nullptr, nullptr), kInvalid, "out is NULL");
}

TEST(device, close) {
  Device d;
  Tensor x = d.make(random({4, 32}, 1), BF16);
  Tensor y;
  OK(ttnn_silu(x, nullptr, y.out()));
  uint32_t trace = 0;
  OK(ttnn_begin_trace_capture(d, &trace));
  ttnn_device *handle = d.release();
  OK(ttnn_device_close(handle));
  REFUSED(ttnn_device_close(handle), kInvalid, "closed");
  REFUSED(ttnn_synchronize_device(handle), kInvalid, "closed");
  CHECK_EQ(ttnn_tensor_is_allocated(x), 0);
  float values[128];
  Tensor out;
  REFUSED(ttnn_tensor_read(x, F32, values, sizeof values), TTNN_STATUS_DEVICE, "closed");
  REFUSED(ttnn_add(x, y, nullptr, out.out()), TTNN_STATUS_DEVICE, "closed");
  auto spec = options<ttnn_tensor_spec>();
  REFUSED(ttnn_tensor_get_spec(x, &spec), TTNN_STATUS_DEVICE, "closed");
  REFUSED(ttnn_deallocate(x), TTNN_STATUS_DEVICE, "closed");
  OK(ttnn_device_close(nullptr));
  // x and y are destroyed after the device: fine.
}

TEST(handles, stale) {
  const Device d;
  ttnn_tensor *gone = stale(d);
  Tensor x = d.make(zeros({1, 32}), BF16);  // in the same slot
  CHECK(x.get() != gone);
  Tensor out;
  REFUSED(ttnn_silu(gone, nullptr, out.out()), kInvalid, "destroyed");
  REFUSED(ttnn_add(x, gone, nullptr, out.out()), kInvalid, "b 0x");
  REFUSED(ttnn_tensor_destroy(gone), kInvalid, "destroyed");
  CHECK_EQ(ttnn_tensor_is_allocated(gone), 0);
  CHECK_EQ(ttnn_tensor_is_allocated(nullptr), 0);
  CHECK_EQ(ttnn_tensor_is_allocated(x), 1);
  OK(ttnn_tensor_destroy(nullptr));
  // Never made: small numbers, addresses, a device, flipped bits.
  const auto bits = reinterpret_cast<uint64_t>(x.get());
  for (const uint64_t bogus : {uint64_t{1}, reinterpret_cast<uint64_t>(&d), reinterpret_cast<uint64_t>(d.get()),
                               bits ^ 1 << 20, bits ^ uint64_t{1} << 40, bits ^ uint64_t{1} << 60, ~uint64_t{0}}) {
    REFUSED(ttnn_silu(reinterpret_cast<ttnn_tensor *>(bogus), nullptr, out.out()), kInvalid, "no tensor handle");
    REFUSED(ttnn_tensor_destroy(reinterpret_cast<ttnn_tensor *>(bogus)), kInvalid, "no tensor handle");
  }
  REFUSED(ttnn_synchronize_device(reinterpret_cast<ttnn_device *>(x.get())), kInvalid, "no device handle");
  REFUSED(ttnn_synchronize_device(nullptr), kInvalid, "device is NULL");
  REFUSED(ttnn_silu(nullptr, nullptr, out.out()), kInvalid, "x is NULL");
  REFUSED(ttnn_silu(x, nullptr, nullptr), kInvalid, "out is NULL");
}

TEST(handles, deallocated) {
  const Device d;
  Tensor x = d.make(random({2, 32}, 1), BF16);
  const int64_t shape[] = {64};
  Tensor view;
  OK(ttnn_reshape(x, 1, shape, view.out()));
  const Array before = x.read();
  OK(ttnn_deallocate(x));
  OK(ttnn_deallocate(x));
  CHECK_EQ(ttnn_tensor_is_allocated(x), 0);
  CHECK_EQ(ttnn_tensor_is_allocated(view), 1);
  CHECK_VALUES(view.read().values == before.values);
  Tensor out;
  float values[64];
  REFUSED(ttnn_add(view, x, nullptr, out.out()), kInvalid, "Input Tensor b is not allocated");
  REFUSED(ttnn_tensor_read(x, F32, values, sizeof values), kInvalid, "not allocated");
  CHECK_EQ(x.spec().shape[1], int64_t{32});
}

TEST(handles, two_devices) {
  if (check::host_only("a second device")) return;
  const Device one;
  const Device two;
  Tensor a = one.make(zeros({1, 32}), BF16);
  Tensor b = two.make(zeros({1, 32}), BF16);
  Tensor out;
  REFUSED(ttnn_add(a, b, nullptr, out.out()), kInvalid, "another device");
}

TEST(structs, sizes) {
  const Device d;
  Tensor x = d.make(random({1, 64}, 1), BF16);
  Tensor out;
  // A caller who knows only the first field, one who knows more than we do, and garbage.
  struct {
    ttnn_op_options options;
    uint8_t more[64];
  } larger{};
  for (const uint32_t size : {0U, 1U, 4U, 12U, 21U, 65537U, 65544U, ~0U}) {
    larger.options.struct_size = size;
    REFUSED(ttnn_silu(x, &larger.options, out.out()), kInvalid, "struct_size");
  }
  larger.options.struct_size = 8;
  larger.options.memory_config = reinterpret_cast<ttnn_memory_config *>(8);  // beyond the caller's struct: not read
  OK(ttnn_silu(x, &larger.options, out.out()));
  larger.options = options<ttnn_op_options>();
  larger.options.struct_size = sizeof larger;
  OK(ttnn_silu(x, &larger.options, out.out()));
  larger.more[63] = 1;
  REFUSED(ttnn_silu(x, &larger.options, out.out()), kInvalid, "does not know");
  // Info structs are written as far as the caller knows them.
  struct {
    ttnn_memory_stats stats;
    uint64_t guard;
  } info{};
  std::memset(&info, 0x55, sizeof info);
  info.stats.struct_size = 16;
  OK(ttnn_device_get_memory_stats(d, TTNN_BUFFER_TYPE_DRAM, &info.stats));
  CHECK_EQ(info.stats.struct_size, 16U);
  CHECK_EQ(info.stats.live_tensors, 1);
  if (check::on_host()) CHECK_EQ(info.stats.total_bytes, uint64_t{256 << 20});
  CHECK_EQ(info.stats.allocated_bytes, uint64_t{0x5555555555555555});
  info.stats.struct_size = sizeof info;
  OK(ttnn_device_get_memory_stats(d, TTNN_BUFFER_TYPE_DRAM, &info.stats));
  CHECK_EQ(info.guard, uint64_t{0x5555555555555555});
  info.stats.struct_size = 0;
  REFUSED(ttnn_device_get_memory_stats(d, TTNN_BUFFER_TYPE_DRAM, &info.stats), kInvalid, "struct_size is 0");
  REFUSED(ttnn_device_get_memory_stats(d, 2, &info.stats), kInvalid, "struct_size");
  info.stats.struct_size = sizeof info.stats;
  REFUSED(ttnn_device_get_memory_stats(d, 2, &info.stats), kInvalid, "buffer_type");
}

TEST(structs, embedded_memory_config) {
  const Device d;
  Tensor out;
  ttnn_tensor_spec spec = make_spec(BF16, TILE, {64, 64});
  OK(ttnn_tensor_create(d, &spec, out.out()));  // all zero: DRAM interleaved
  spec.memory_config.buffer_type = TTNN_BUFFER_TYPE_L1;
  REFUSED(ttnn_tensor_create(d, &spec, out.out()), kInvalid, "memory_config.struct_size is 0");
  spec.memory_config.struct_size = sizeof spec.memory_config;
  OK(ttnn_tensor_create(d, &spec, out.out()));
  CHECK_EQ(out.spec().memory_config.buffer_type, int32_t{TTNN_BUFFER_TYPE_L1});
  spec.memory_config.struct_size = sizeof spec;
  REFUSED(ttnn_tensor_create(d, &spec, out.out()), kInvalid, "holds");
  spec.struct_size = offsetof(ttnn_tensor_spec, memory_config);
  spec.memory_config.struct_size = 0;
  OK(ttnn_tensor_create(d, &spec, out.out()));
  REFUSED(ttnn_tensor_create(d, nullptr, out.out()), kInvalid, "spec is NULL");
}

TEST(structs, enums) {
  const Device d;
  Tensor x = d.make(random({32, 64}, 1), BF16);
  Tensor out;
  auto o = options<ttnn_op_options>();
  auto compute = options<ttnn_compute_config>();
  o.compute_config = &compute;
  compute.math_fidelity = 5;
  REFUSED(ttnn_softmax(x, -1, &o, out.out()), kInvalid, "math_fidelity is 5");
  compute.math_fidelity = TTNN_MATH_FIDELITY_HIFI4;
  compute.packer_l1_acc = 3;
  REFUSED(ttnn_softmax(x, -1, &o, out.out()), kInvalid, "packer_l1_acc is 3");
  compute.packer_l1_acc = TTNN_SWITCH_ON;
  OK(ttnn_softmax(x, -1, &o, out.out()));
  o.dtype = F32;
  REFUSED(ttnn_softmax(x, -1, &o, out.out()), TTNN_STATUS_DTYPE, "FLOAT32");
  o.dtype = BF16;
  OK(ttnn_softmax(x, -1, &o, out.out()));
  auto b = options<ttnn_binary_options>();
  b.activation = 7;
  REFUSED(ttnn_add(x, x, &b, out.out()), kInvalid, "Unknown unary op");
  auto m = options<ttnn_matmul_options>();
  m.transpose_b = 2;
  REFUSED(ttnn_matmul(x, x, &m, out.out()), kInvalid, "transpose_b is 2");
}
