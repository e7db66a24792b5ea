// SPDX-License-Identifier: Apache-2.0
//
// Bytes become a sequence of calls on two small devices, with every kind of wrong argument. Nothing may crash, hang or
// leak; calls that fail must leave their out-parameters alone. The bytes beyond the end are zeros.
//   fuzz_api --runs N --seed S [--all]    seeded inputs, some of them mutations of earlier ones; --all: a function of the
//                                         header that none of them called is a failure
//   fuzz_api FILE..                       inputs from files
// fuzz_api_ttnn does the same with the other library, on a machine, or a mocked board, of two devices and more.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <new>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ttnn_c.h"
// The header's functions, each under a macro that counts its calls.
#include "counted_calls.hpp"

namespace {

// TTNN takes long to open a device: few inputs of many calls.
const bool on_host = std::strcmp(ttnn_backend_name(), "host") == 0;
const int kMaxCalls = on_host ? 24 : 400;
const size_t kMaxBytes = on_host ? 1400 : 13000;
// Small devices: running out of memory is an everyday thing, and nothing takes long.
constexpr int kMaxMeshSide = 3;
constexpr uint64_t kDramBytes = 192 << 10;
constexpr uint64_t kL1BytesPerCore = 4096;
constexpr uint64_t kAllL1BytesPerCore = 1393312;
constexpr uint64_t kMaxElements = 1 << 14;  // of host data

[[noreturn]] void broken(const char *what) {
  std::fprintf(stderr, "fuzz_api: %s; the last error is \"%s\"\n", what, ttnn_last_error_message());
  std::abort();
}

uint64_t calls = 0;
uint64_t successes = 0;

class Input {
 public:
  Input(const uint8_t *data, size_t size) : data_(data), size_(size) {}
  bool empty() const { return next_ >= size_; }
  uint8_t byte() { return next_ < size_ ? data_[next_++] : 0; }
  // One of n.
  int below(int n) { return byte() % n; }
  // True in one of n cases.
  bool rarely(int n) { return byte() % n == n - 1; }
  uint64_t word() {
    uint64_t value = 0;
    for (int i = 0; i < 8; ++i) value = value << 8 | byte();
    return value;
  }

 private:
  const uint8_t *data_;
  size_t size_;
  size_t next_ = 0;
};

// An option struct in a room of the largest accepted size, so that a lying struct_size reads no foreign memory.
template <typename T>
struct Room {
  union {
    T value;
    uint8_t bytes[64 * 1024];
  };
  size_t stained;  // the byte behind the struct that is set
};

template <typename T>
void clear(Room<T> &room) {
  std::memset(&room.value, 0, sizeof room.value);
  if (room.stained != 0) room.bytes[room.stained] = 0;
}

// Bytes that integer tensors (numbers of one byte, or 0 and 1) and float tensors are made from.
const std::vector<uint8_t> &pattern(bool integer, uint8_t mask) {
  static std::map<std::pair<bool, uint8_t>, std::vector<uint8_t>> all;
  std::vector<uint8_t> &bytes = all[{integer, mask}];
  if (bytes.empty()) {
    bytes.resize(4 * kMaxElements + 1);
    uint32_t state = mask;
    for (size_t i = 0; i < bytes.size(); i += integer ? 4 : 1) {
      bytes[i] = static_cast<uint8_t>((state = state * 1664525 + 1013904223) >> 24) & mask;
    }
  }
  return bytes;
}

class Session {
 public:
  Session(const uint8_t *data, size_t size) : in_(data, size) {}

  void run() {
    for (int i = 0; i < 2; ++i) devices_[i] = open(i);
    for (int i = 0; i < 6; ++i) make_tensor();
    for (int i = 0; i < kMaxCalls && !in_.empty(); ++i) call();
    for (const uint32_t trace : traces_) ttnn_release_trace(devices_[0], trace);
    check_stats();
    for (size_t i = 0; i < tensors_.size(); ++i) {
      if (i % 2 == 0) ttnn_tensor_destroy(tensors_[i]);
    }
    for (size_t i = 0; i < reads_.size(); ++i) {
      if (i % 2 == 0) ttnn_read_destroy(reads_[i].first);
    }
    for (ttnn_device *device : devices_) ttnn_device_close(device);
    for (size_t i = 1; i < reads_.size(); i += 2) ttnn_read_destroy(reads_[i].first);
    for (size_t i = 1; i < tensors_.size(); i += 2) ttnn_tensor_destroy(tensors_[i]);
  }

 private:
  // A small device, or a board's.
  ttnn_device *open(int32_t number) {
    ttnn_device_options options{};
    options.struct_size = sizeof options;
    if (!on_host) {
      options.device_id = number;
      options.trace_region_size = uint64_t{1} << 20;
      return open(options);
    }
    options.num_threads = in_.rarely(4) ? 2 + in_.below(3) : 1;
    options.num_command_queues = in_.below(3);
    options.dram_bytes = in_.rarely(4) ? kDramBytes / 2 : kDramBytes;
    options.l1_small_size = kAllL1BytesPerCore - (in_.rarely(4) ? kL1BytesPerCore / 2 : kL1BytesPerCore);
    options.trace_region_size = in_.rarely(4) ? in_.word() % (kDramBytes / 2) : 0;
    options.mesh_rows = in_.rarely(6) ? 2 : 0;
    options.mesh_cols = in_.rarely(4) ? 1 + in_.below(kMaxMeshSide) : 0;
    return open(options);
  }

  static ttnn_device *open(const ttnn_device_options &options) {
    ttnn_device *device = nullptr;
    if (ttnn_device_open(&options, &device) != TTNN_STATUS_OK) broken("a device does not open");
    return device;
  }

  // ---- Arguments

  int64_t extent() {
    static constexpr int64_t kOdd[] = {0, -1, 31, 33, 96, 128, 4096, int64_t{1} << 20, int64_t{1} << 40, INT64_MAX, INT64_MIN};
    static constexpr int64_t kUsual[] = {1, 1, 1, 2, 2, 3, 4, 5, 8, 16, 32, 32};
    if (in_.rarely(24)) return kOdd[in_.below(std::size(kOdd))];
    return kUsual[in_.below(std::size(kUsual))];
  }
  int32_t rank() {
    static constexpr int32_t kRanks[] = {4, 4, 4, 4, 2, 2, 1, 3, 5, 8};
    return in_.rarely(40) ? static_cast<int32_t>(in_.word()) : kRanks[in_.below(std::size(kRanks))];
  }
  int32_t small() { return in_.rarely(20) ? static_cast<int32_t>(in_.word()) : in_.below(9); }
  int32_t dim() { return in_.rarely(20) ? static_cast<int32_t>(in_.word()) : in_.below(9) - 4; }
  int32_t dtype() {
    if (in_.rarely(30)) return static_cast<int32_t>(in_.word());
    static constexpr int32_t kDtypes[] = {1, 2, 2, 2, 3, 4, 5, 6, 6, 7, 8};
    return kDtypes[in_.below(std::size(kDtypes))];
  }
  int32_t layout() { return in_.rarely(30) ? static_cast<int32_t>(in_.word()) : 1 + in_.below(2) % 2; }
  int32_t option(int32_t largest) {
    if (in_.rarely(30)) return static_cast<int32_t>(in_.word());
    return in_.rarely(4) ? in_.below(largest + 2) : 0;
  }

  ttnn_tensor *tensor() {
    if (in_.rarely(32)) {
      switch (in_.below(4)) {
        case 0:
          return nullptr;
        case 1:
          return reinterpret_cast<ttnn_tensor *>(in_.word());
        case 2:
          return reinterpret_cast<ttnn_tensor *>(devices_[0]);
        default:
          return gone_;
      }
    }
    return tensors_.empty() ? nullptr : tensors_[in_.byte() % tensors_.size()];
  }
  // One of the rank, so that more calls go through.
  ttnn_tensor *optional() { return in_.rarely(4) ? tensor() : nullptr; }

  ttnn_device *device() {
    if (in_.rarely(40)) return reinterpret_cast<ttnn_device *>(in_.below(2) == 0 ? uint64_t{0} : in_.word());
    return devices_[in_.rarely(8) ? 1 : 0];
  }

  template <typename T>
  T *sized(Room<T> &room) {
    room.value.struct_size = sizeof(T);
    if (in_.rarely(24)) {
      room.value.struct_size = in_.below(2) == 0 ? static_cast<uint32_t>(in_.word()) : static_cast<uint32_t>(in_.byte());
    }
    if (in_.rarely(64)) {
      room.stained = sizeof(T) + in_.word() % (sizeof room.bytes - sizeof(T));
      room.bytes[room.stained] = in_.byte();
    }
    return in_.rarely(64) ? nullptr : &room.value;
  }

  void fill(ttnn_memory_config &config) {
    config.struct_size = sizeof config;
    config.memory_layout = option(3);
    config.buffer_type = in_.below(2);
    if (in_.rarely(8)) {
      config.shard_orientation = option(1);
      config.shard_height = in_.rarely(4) ? static_cast<int32_t>(in_.word()) : 32 * in_.below(4);
      config.shard_width = in_.rarely(4) ? static_cast<int32_t>(in_.word()) : 32 * in_.below(4);
      config.num_core_ranges = in_.rarely(8) ? static_cast<int32_t>(in_.word()) : in_.below(4);
      for (ttnn_core_range &range : config.core_ranges) {
        range = {in_.below(4), in_.below(4), in_.below(9), in_.below(9)};
        if (in_.rarely(16)) range.end_x = static_cast<int32_t>(in_.word());
      }
    }
  }
  const ttnn_memory_config *memory_config() {
    if (!in_.rarely(6)) return nullptr;
    clear(memory_);
    fill(memory_.value);
    const uint32_t size = memory_.value.struct_size;
    const ttnn_memory_config *config = sized(memory_);
    if (in_.rarely(2)) memory_.value.struct_size = size;
    return config;
  }
  const ttnn_compute_config *compute_config() {
    if (!in_.rarely(8)) return nullptr;
    clear(compute_);
    compute_.value.math_fidelity = option(4);
    compute_.value.math_approx_mode = option(2);
    return sized(compute_);
  }

  const ttnn_tensor_spec *spec() {
    clear(spec_);
    ttnn_tensor_spec &s = spec_.value;
    s.dtype = dtype();
    s.layout = in_.rarely(4) ? 1 : 2;
    if (in_.rarely(30)) s.layout = layout();
    s.rank = rank();
    // A few shapes that fit each other make the deeper parts of operations reachable.
    static constexpr int64_t kShapes[][4] = {{1, 2, 4, 32},  {4, 2, 32, 32}, {1, 4, 2, 32}, {1, 1, 32, 32},
                                             {1, 1, 2, 128}, {1, 1, 4, 32},  {32, 32, 1, 1}, {1, 4, 32, 32},
                                             {2, 4, 1, 1},   {1, 2, 1, 32},  {1, 1, 64, 32}, {1, 2, 2, 64}};
    const bool usual = !in_.rarely(4);
    const int64_t *shape = kShapes[in_.below(std::size(kShapes))];
    for (int i = 0; i < TTNN_MAX_RANK; ++i) s.shape[i] = usual && i < 4 ? shape[i] : extent();
    if (in_.rarely(5)) fill(s.memory_config);
    // In a spec the memory config ends what the library knows: a larger size is checked with the room around it.
    return sized(spec_);
  }

  // The elements of the shape if it is reasonable, else 0.
  static uint64_t volume(const ttnn_tensor_spec &s) {
    if (s.rank < 1 || s.rank > TTNN_MAX_RANK) return 0;
    uint64_t product = 1;
    for (int32_t i = 0; i < s.rank; ++i) {
      if (s.shape[i] < 1 || s.shape[i] > 1 << 20) return 0;
      product *= static_cast<uint64_t>(s.shape[i]);
      if (product > kMaxElements) return 0;
    }
    return product;
  }
  static uint64_t size_of(int32_t type) { return type == 8 ? 1 : type == 2 || type == 7 || type == 100 ? 2 : 4; }

  // Host data of small values: positions and pages among them are often valid.
  const ttnn_host_data *host_data(int32_t tensor_type, uint64_t elements) {
    clear(data_);
    ttnn_host_data &d = data_.value;
    const bool integer = tensor_type >= 5;
    d.dtype = in_.rarely(8) ? dtype() : integer ? (in_.below(2) == 0 ? 6 : tensor_type) : (in_.below(2) == 0 ? 1 : 2);
    if (in_.rarely(8)) d.dtype = TTNN_DTYPE_FLOAT16;
    d.transposed = option(1);
    d.size = elements * size_of(d.dtype);
    if (in_.rarely(30)) d.size = in_.word() % (4 * kMaxElements);
    // At the end of its bytes, so that a read beyond it is seen.
    const std::vector<uint8_t> &bytes = pattern(integer, !integer ? 0x3f : in_.rarely(4) ? 0xff : 1);
    if (in_.rarely(6)) {
      d.mapping = mesh_mapping();
      const uint64_t whole = d.size * static_cast<uint64_t>(1 + in_.below(kMaxMeshSide));
      if (whole < bytes.size()) d.size = whole;
    }
    d.data = in_.rarely(40) ? nullptr : bytes.data() + bytes.size() - d.size - (in_.rarely(4) ? 1 : 0);
    return sized(data_);
  }

  const ttnn_mesh_mapping *mesh_mapping() {
    if (in_.rarely(4)) return nullptr;
    clear(mapping_);
    for (int axis = 0; axis < TTNN_MESH_AXES; ++axis) {
      mapping_.value.placements[axis] = option(1);
      mapping_.value.dims[axis] = dim();
    }
    return sized(mapping_);
  }
  const ttnn_collective_options *collective_options() {
    if (in_.rarely(4)) return nullptr;
    clear(collective_);
    collective_.value.cluster_axis = option(2);
    collective_.value.memory_config = memory_config();
    return sized(collective_);
  }

  const ttnn_op_options *op_options() {
    if (!in_.rarely(4)) return nullptr;
    clear(op_);
    op_.value.dtype = option(8);
    op_.value.memory_config = memory_config();
    op_.value.compute_config = compute_config();
    return sized(op_);
  }
  const ttnn_binary_options *binary_options() {
    if (!in_.rarely(3)) return nullptr;
    clear(binary_);
    ttnn_binary_options &o = binary_.value;
    o.dtype = option(8);
    o.a_activation = option(6);
    o.b_activation = option(6);
    o.activation = option(6);
    o.memory_config = memory_config();
    o.output_tensor = optional();
    return sized(binary_);
  }
  const ttnn_matmul_options *matmul_options() {
    if (in_.rarely(3)) return nullptr;
    clear(matmul_);
    ttnn_matmul_options &o = matmul_.value;
    o.transpose_a = option(1);
    o.transpose_b = in_.below(2);
    o.dtype = option(8);
    o.activation = option(6);
    o.bias = optional();
    o.memory_config = memory_config();
    o.compute_config = compute_config();
    o.output_tensor = optional();
    o.program_config = matmul_program();
    return sized(matmul_);
  }
  const ttnn_matmul_program_config *matmul_program() {
    if (!in_.rarely(8)) return nullptr;
    clear(program_);
    ttnn_matmul_program_config &p = program_.value;
    p.program = option(3);
    for (int32_t *count : {&p.grid_x, &p.grid_y, &p.in0_block_w, &p.out_subblock_h, &p.out_subblock_w, &p.out_block_h,
                           &p.out_block_w, &p.per_core_m, &p.per_core_n}) {
      *count = option(4);
    }
    return sized(program_);
  }
  const ttnn_norm_options *norm_options() {
    if (in_.rarely(3)) return nullptr;
    clear(norm_);
    ttnn_norm_options &o = norm_.value;
    o.epsilon = in_.rarely(8) ? number() : 1e-5F;
    o.weight = optional();
    o.bias = optional();
    o.residual_input_tensor = optional();
    o.memory_config = memory_config();
    o.compute_config = compute_config();
    return sized(norm_);
  }
  const ttnn_group_norm_options *group_norm_options() {
    clear(group_norm_);
    ttnn_group_norm_options &o = group_norm_.value;
    o.num_groups = in_.rarely(4) ? small() : 4;
    o.epsilon = in_.rarely(8) ? number() : 1e-5F;
    o.dtype = option(2);
    o.weight = optional();
    o.bias = optional();
    o.memory_config = memory_config();
    o.compute_config = compute_config();
    return sized(group_norm_);
  }
  const ttnn_sparse_matmul_options *sparse_matmul_options(int32_t a_sparse, int32_t b_sparse) {
    clear(sparse_matmul_);
    ttnn_sparse_matmul_options &o = sparse_matmul_.value;
    o.is_input_a_sparse = in_.rarely(8) ? option(2) : a_sparse;
    o.is_input_b_sparse = in_.rarely(8) ? option(2) : b_sparse;
    o.dtype = option(4);
    o.memory_config = memory_config();
    o.compute_config = compute_config();
    return sized(sparse_matmul_);
  }
  const ttnn_heads_options *heads_options() {
    clear(heads_);
    ttnn_heads_options &o = heads_.value;
    o.num_heads = in_.rarely(4) ? small() : 2;
    o.num_kv_heads = in_.rarely(4) ? small() : 1;
    o.transpose_k_heads = option(2);
    o.memory_config = memory_config();
    return sized(heads_);
  }
  const ttnn_rotary_options *rotary_options() {
    clear(rotary_);
    rotary_.value.is_decode_mode = in_.rarely(8) ? small() : in_.below(2);
    rotary_.value.memory_config = memory_config();
    rotary_.value.compute_config = compute_config();
    return sized(rotary_);
  }
  const ttnn_sdpa_options *sdpa_options(bool decode) {
    clear(sdpa_);
    ttnn_sdpa_options &o = sdpa_.value;
    o.is_causal = in_.rarely(3) ? in_.below(4) : 0;
    o.scale = in_.rarely(8) ? number() : 0;
    o.sliding_window_size = in_.rarely(4) ? small() : 0;
    o.attn_mask = optional();
    o.attention_sink = optional();
    o.logit_softcap = in_.rarely(4) ? number() : 0;
    if (in_.rarely(4)) o.q_chunk_size = o.k_chunk_size = 32 << in_.below(4);
    if (in_.rarely(16)) o.k_chunk_size = small();
    if (decode || in_.rarely(8)) o.cur_pos_tensor = tensor();
    o.memory_config = memory_config();
    o.compute_config = compute_config();
    return sized(sdpa_);
  }
  float number() {
    const auto bits = static_cast<uint32_t>(in_.word());
    float value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
  }

  const int64_t *extents(bool shape) {
    if (in_.rarely(60)) return nullptr;
    auto &list = lists_[list_++ % lists_.size()];
    for (int64_t &value : list) value = shape ? extent() : in_.rarely(8) ? extent() : in_.below(3);
    return list.data();
  }

  // ---- Results

  template <typename Call>
  void expect(Call call) {
    ttnn_tensor *out = kUntouched;
    const ttnn_status status = call(in_.rarely(100) ? nullptr : &out);
    check_status(status);
    if (status != TTNN_STATUS_OK) {
      if (out != kUntouched) broken("a call that failed wrote its out-parameter");
    } else {
      if (out == kUntouched || ttnn_tensor_is_allocated(out) != 1) broken("a call succeeded without a result");
      tensors_.push_back(out);
    }
  }

  static void check_status(ttnn_status status) {
    ++calls;
    if (status == TTNN_STATUS_OK) ++successes;
    if (status > 0 || status <= TTNN_STATUS_INTERNAL) broken("a status that must not happen");
    if (status != TTNN_STATUS_OK && ttnn_last_error_message()[0] == '\0') broken("no text");
  }

  void check_stats() {
    for (const int32_t type : {0, 1}) {
      ttnn_memory_stats stats{};
      stats.struct_size = sizeof stats;
      if (ttnn_device_get_memory_stats(devices_[0], type, &stats) != TTNN_STATUS_OK) return;
      if (stats.allocated_bytes > stats.total_bytes || stats.peak_allocated_bytes < stats.allocated_bytes ||
          stats.live_tensors < 0) {
        broken("the memory statistics are wrong");
      }
    }
  }

  void make_tensor() {
    const ttnn_tensor_spec *s = spec();
    const uint64_t elements = volume(spec_.value);
    const ttnn_host_data *data = host_data(spec_.value.dtype, elements);
    ttnn_device *where = device();
    expect([&](ttnn_tensor **out) { return ttnn_tensor_from_host(where, s, data, out); });
  }

  // A tensor that fits, mostly; values from the pattern.
  ttnn_tensor *fitting(int32_t type, int32_t form, const std::vector<int64_t> &shape, bool sharded = false) {
    if (in_.rarely(12)) return tensor();
    ttnn_tensor_spec s{};
    s.struct_size = sizeof s;
    s.dtype = type;
    s.layout = form;
    s.rank = static_cast<int32_t>(shape.size());
    std::copy(shape.begin(), shape.end(), s.shape);
    if (sharded) {
      s.memory_config.struct_size = sizeof s.memory_config;
      s.memory_config.memory_layout = TTNN_MEMORY_LAYOUT_HEIGHT_SHARDED;
      s.memory_config.buffer_type = TTNN_BUFFER_TYPE_L1;
    }
    ttnn_host_data d{};
    d.struct_size = sizeof d;
    d.dtype = type >= 5 ? 6 : 1;
    d.size = volume(s) * 4;
    // Positions up to 255 and small page numbers, or -1 and 0.
    const uint8_t masks[] = {1, 3, 0x3f, 0xff};
    const std::vector<uint8_t> &bytes = pattern(type >= 5, type >= 5 ? masks[in_.below(4)] : 0x3f);
    const uint64_t from_end = d.size + 1 + 4 * static_cast<uint64_t>(in_.byte());
    if (from_end > bytes.size()) return tensor();  // larger than what tensors are made from
    d.data = bytes.data() + bytes.size() - from_end;
    const std::vector<int32_t> idle(volume(s), -1);
    if (type == 6 && in_.rarely(12)) d.data = idle.data();
    ttnn_tensor *made = nullptr;
    const ttnn_status status = ttnn_tensor_from_host(devices_[0], &s, &d, &made);
    check_status(status);
    if (status != TTNN_STATUS_OK) return tensor();
    tensors_.push_back(made);
    return made;
  }

  // ---- The calls

  void call();
  void ask_library();
  void ask_device(ttnn_device *device);
  void open_another();
  void open_groups(const ttnn_device_options *options);
  void attention();
  void experts();
  void reduce();
  void exchange();
  void shared_norm();
  void aggregate();
  void read_under_way();

  static inline ttnn_tensor *const kUntouched = reinterpret_cast<ttnn_tensor *>(0x11);

  Input in_;
  std::array<ttnn_device *, 2> devices_{};
  std::vector<ttnn_tensor *> tensors_;
  std::vector<uint32_t> traces_;
  std::vector<std::pair<ttnn_read *, uint64_t>> reads_;  // with the bytes of a device's part
  ttnn_tensor *gone_ = nullptr;
  std::vector<uint8_t> host_;
  alignas(64) uint8_t storage_[64 * 1024] = {};
  std::array<std::array<int64_t, TTNN_MAX_RANK>, 4> lists_{};
  size_t list_ = 0;
  Room<ttnn_memory_config> memory_{};
  Room<ttnn_compute_config> compute_{};
  Room<ttnn_tensor_spec> spec_{};
  Room<ttnn_host_data> data_{};
  Room<ttnn_mesh_mapping> mapping_{};
  Room<ttnn_collective_options> collective_{};
  Room<ttnn_op_options> op_{};
  Room<ttnn_binary_options> binary_{};
  Room<ttnn_matmul_options> matmul_{};
  Room<ttnn_matmul_program_config> program_{};
  Room<ttnn_norm_options> norm_{};
  Room<ttnn_group_norm_options> group_norm_{};
  Room<ttnn_sparse_matmul_options> sparse_matmul_{};
  Room<ttnn_heads_options> heads_{};
  Room<ttnn_rotary_options> rotary_{};
  Room<ttnn_sdpa_options> sdpa_{};
  Room<ttnn_embedding_options> embedding_{};
  Room<ttnn_memory_stats> stats_{};
  Room<ttnn_extension_info> extension_{};
  Room<ttnn_device_info> info_{};
  Room<ttnn_device_options> device_options_{};
};

void Session::call() {
  // Arguments are evaluated in a fixed order, whatever the compiler does with those of a function.
  switch (in_.below(82)) {
    case 74:
    case 75:
    case 76:
      return exchange();
    case 77:
    case 78:
      return shared_norm();
    case 79:
      return aggregate();
    case 80:
    case 81:
      return read_under_way();
    case 70:
      return ask_library();
    case 71:
    case 72:
      return ask_device(device());
    case 73:
      return open_another();
    case 64:
    case 65:
    case 66:
      return experts();
    case 67:
    case 68:
    case 69:
      return reduce();
    case 0:
    case 1:
    case 2:
      return make_tensor();
    case 3: {
      const auto *s = spec();
      auto *where = device();
      return expect([&](auto **out) { return ttnn_tensor_create(where, s, out); });
    }
    case 4: {
      const auto *s = spec();
      const int32_t borrow = option(1);
      const uint64_t size = in_.rarely(3) ? in_.word() % sizeof storage_
                                          : std::min(volume(spec_.value) * size_of(spec_.value.dtype), sizeof storage_);
      const void *from = in_.rarely(30) ? nullptr : storage_;
      return expect([&](auto **out) { return ttnn_tensor_from_storage(devices_[0], s, from, size, borrow, out); });
    }
    case 5: {
      ttnn_tensor *x = tensor();
      ttnn_tensor_spec s{};
      s.struct_size = sizeof s;
      const bool known = ttnn_tensor_get_spec(x, &s) == TTNN_STATUS_OK;
      const auto *data = host_data(known ? s.dtype : dtype(), known ? volume(s) : 4);
      return check_status(ttnn_tensor_write(x, data));
    }
    case 6: {
      ttnn_tensor *x = tensor();
      ttnn_tensor_spec s{};
      s.struct_size = sizeof s;
      check_status(ttnn_tensor_get_spec(x, &s));
      const int32_t as = in_.rarely(4) ? dtype() : s.dtype >= 5 ? 6 : 1;
      host_.assign(volume(s) * 4 + 1, 0);
      const uint64_t size = in_.rarely(16) ? std::min<uint64_t>(in_.word(), host_.size()) : volume(s) * size_of(as);
      return check_status(ttnn_tensor_read(x, as, in_.rarely(40) ? nullptr : host_.data(), size));
    }
    case 7: {
      ttnn_tensor *x = tensor();
      uint64_t size = 0;
      check_status(ttnn_tensor_storage_size(x, &size));
      const uint64_t most = 2 * kMaxMeshSide * std::max(kDramBytes, 64 * kL1BytesPerCore);
      if (on_host && size > most) broken("a tensor larger than its device");
      host_.assign(size + 1, 0);
      return check_status(ttnn_tensor_read_storage(x, host_.data(), in_.rarely(16) ? size + 1 : size));
    }
    case 8: {
      if (tensors_.empty()) return;
      const size_t index = in_.byte() % tensors_.size();
      gone_ = tensors_[index];
      check_status(ttnn_tensor_destroy(gone_));
      tensors_.erase(tensors_.begin() + static_cast<ptrdiff_t>(index));
      if (ttnn_tensor_destroy(gone_) != TTNN_STATUS_INVALID_ARGUMENT) broken("destroyed twice");
      return;
    }
    case 9:
      return in_.rarely(3) ? check_status(ttnn_deallocate(tensor())) : void(ttnn_tensor_is_allocated(tensor()));
    case 10: {
      clear(stats_);
      ttnn_memory_stats *to = sized(stats_);
      const int32_t type = small();
      return check_status(ttnn_device_get_memory_stats(device(), type, to));
    }
    case 11: {
      uint32_t id = 0;
      const ttnn_status status = ttnn_begin_trace_capture(devices_[0], &id);
      check_status(status);
      if (status == TTNN_STATUS_OK) traces_.push_back(id);
      return;
    }
    case 12:
    case 13:
    case 14:
    case 15: {
      const uint32_t id = traces_.empty() || in_.rarely(8) ? static_cast<uint32_t>(in_.below(4)) : traces_.back();
      switch (in_.below(8)) {
        case 0:
          return check_status(ttnn_release_trace(devices_[0], id));
        case 1:
        case 2:
        case 3:
          return check_status(ttnn_end_trace_capture(devices_[0], id));
        default:
          return check_status(ttnn_execute_trace(devices_[0], id, option(1)));
      }
    }
    case 16: {
      if (!in_.rarely(8)) return check_status(ttnn_synchronize_device(device()));
      check_status(ttnn_device_close(devices_[1]));
      devices_[1] = open(1);
      return;
    }
    case 17: {
      char name[64] = "add";
      if (in_.rarely(2)) {
        for (char &c : name) c = static_cast<char>(in_.byte());
        name[sizeof name - 1] = '\0';
      }
      int32_t out = 0;
      const int32_t type = dtype();
      return check_status(ttnn_supports(name, type, layout(), &out));
    }
    case 18: {
      const int64_t rows = extent() % 128;
      const int64_t cols = extent() % 128;
      const int32_t type = dtype();
      uint64_t size = 0;
      const ttnn_status status = ttnn_tiled_size(type, rows, cols, &size);
      check_status(status);
      if (status != TTNN_STATUS_OK) return;
      std::vector<float> values(static_cast<size_t>(rows * cols), number());
      std::vector<uint8_t> tiles(size);
      check_status(ttnn_pack_tiles(type, rows, cols, values.data(), tiles.data(), size));
      for (uint8_t &byte : tiles) byte = static_cast<uint8_t>(byte * 7 + 13);
      return check_status(ttnn_unpack_tiles(type, rows, cols, tiles.data(), size, values.data()));
    }
    case 19:
    case 20: {
      clear(embedding_);
      embedding_.value.layout = option(2);
      embedding_.value.dtype = option(8);
      embedding_.value.memory_config = memory_config();
      const auto *o = sized(embedding_);
      ttnn_tensor *ids = tensor();
      ttnn_tensor *weight = tensor();
      return expect([&](auto **out) { return ttnn_embedding(ids, weight, o, out); });
    }
    case 21:
    case 22:
    case 23: {
      const auto *o = matmul_options();
      ttnn_tensor *a = tensor();
      ttnn_tensor *b = tensor();
      return expect([&](auto **out) { return in_.below(2) == 0 ? ttnn_matmul(a, b, o, out) : ttnn_linear(a, b, o, out); });
    }
    case 24: {
      const auto *o = norm_options();
      ttnn_tensor *x = tensor();
      return expect([&](auto **out) { return in_.below(2) == 0 ? ttnn_rms_norm(x, o, out) : ttnn_layer_norm(x, o, out); });
    }
    case 25:
    case 26: {
      const auto *o = binary_options();
      ttnn_tensor *a = tensor();
      ttnn_tensor *b = tensor();
      const int operation = in_.below(3);
      return expect([&](auto **out) {
        return operation == 0   ? ttnn_add(a, b, o, out)
               : operation == 1 ? ttnn_subtract(a, b, o, out)
                                : ttnn_multiply(a, b, o, out);
      });
    }
    case 27: {
      const auto *o = binary_options();
      ttnn_tensor *a = tensor();
      const float b = in_.rarely(2) ? number() : static_cast<float>(small());
      return expect([&](auto **out) {
        return in_.below(2) == 0 ? ttnn_add_scalar(a, b, o, out) : ttnn_multiply_scalar(a, b, o, out);
      });
    }
    case 28: {
      const auto *o = op_options();
      ttnn_tensor *x = tensor();
      const int operation = in_.below(6);
      return expect([&](auto **out) {
        switch (operation) {
          case 0:
            return ttnn_silu(x, o, out);
          case 1:
            return ttnn_gelu(x, o, out);
          case 2:
            return ttnn_gelu_tanh(x, o, out);
          case 3:
            return ttnn_relu(x, o, out);
          case 4:
            return ttnn_tanh(x, o, out);
          default:
            return ttnn_sigmoid(x, o, out);
        }
      });
    }
    case 29: {
      const auto *o = op_options();
      ttnn_tensor *x = tensor();
      const int32_t over = dim();
      return expect([&](auto **out) { return ttnn_softmax(x, over, o, out); });
    }
    case 30:
      return check_status(ttnn_plus_one(tensor()));
    case 31:
    case 32: {
      const auto *o = heads_options();
      ttnn_tensor *x = tensor();
      std::array<ttnn_tensor *, 3> outs{kUntouched, kUntouched, kUntouched};
      const ttnn_status status = in_.below(2) == 0
                                     ? ttnn_nlp_create_qkv_heads(x, o, &outs[0], &outs[1], &outs[2])
                                     : ttnn_nlp_create_qkv_heads_decode(x, o, &outs[0], &outs[1], &outs[2]);
      check_status(status);
      for (ttnn_tensor *out : outs) {
        if ((status == TTNN_STATUS_OK) == (out == kUntouched)) broken("three outputs");
        if (status == TTNN_STATUS_OK) tensors_.push_back(out);
      }
      return;
    }
    case 33: {
      const auto *o = op_options();
      ttnn_tensor *x = tensor();
      const int32_t heads = small();
      return expect([&](auto **out) {
        return in_.below(2) == 0 ? ttnn_nlp_concat_heads(x, o, out) : ttnn_nlp_concat_heads_decode(x, heads, o, out);
      });
    }
    case 34:
    case 35: {
      const auto *o = rotary_options();
      ttnn_tensor *x = tensor();
      ttnn_tensor *cos = tensor();
      ttnn_tensor *sin = in_.rarely(4) ? tensor() : cos;
      ttnn_tensor *trans = tensor();
      return expect([&](auto **out) {
        return in_.below(2) == 0 ? ttnn_rotary_embedding_hf(x, cos, sin, o, out)
                                 : ttnn_rotary_embedding_llama(x, cos, sin, trans, o, out);
      });
    }
    case 36:
    case 37: {
      const auto *o = sdpa_options(false);
      ttnn_tensor *q = tensor();
      ttnn_tensor *k = in_.rarely(2) ? tensor() : q;
      ttnn_tensor *v = in_.rarely(8) ? tensor() : k;
      return expect([&](auto **out) { return ttnn_scaled_dot_product_attention(q, k, v, o, out); });
    }
    case 38:
    case 39: {
      const auto *o = sdpa_options(false);
      ttnn_tensor *q = tensor();
      ttnn_tensor *k = tensor();
      ttnn_tensor *v = in_.rarely(8) ? tensor() : k;
      ttnn_tensor *pages = tensor();
      const int64_t start = in_.rarely(8) ? static_cast<int64_t>(in_.word()) : in_.below(40);
      return expect(
          [&](auto **out) { return ttnn_chunked_scaled_dot_product_attention(q, k, v, pages, start, o, out); });
    }
    case 40:
    case 41:
    case 42: {
      const auto *o = sdpa_options(true);
      ttnn_tensor *q = tensor();
      ttnn_tensor *k = tensor();
      ttnn_tensor *v = in_.rarely(8) ? tensor() : k;
      ttnn_tensor *pages = tensor();
      return expect([&](auto **out) {
        return in_.below(2) == 0 ? ttnn_scaled_dot_product_attention_decode(q, k, v, o, out)
                                 : ttnn_paged_scaled_dot_product_attention_decode(q, k, v, pages, o, out);
      });
    }
    case 43:
    case 44: {
      ttnn_tensor *cache = tensor();
      ttnn_tensor *x = tensor();
      ttnn_tensor *pages = tensor();
      return check_status(ttnn_paged_fill_cache(cache, x, pages, small()));
    }
    case 45:
    case 46: {
      ttnn_tensor *cache = tensor();
      ttnn_tensor *x = tensor();
      ttnn_tensor *positions = tensor();
      return check_status(ttnn_paged_update_cache(cache, x, positions, optional()));
    }
    case 47: {
      ttnn_tensor *cache = tensor();
      ttnn_tensor *x = tensor();
      const int32_t user = small();
      return check_status(ttnn_fill_cache(cache, x, user, in_.rarely(8) ? static_cast<int64_t>(in_.word()) : in_.below(40)));
    }
    case 48: {
      std::array<ttnn_tensor *, 4> parts{};
      for (ttnn_tensor *&part : parts) part = tensor();
      if (in_.rarely(2)) parts.fill(parts[0]);
      const int32_t count = in_.rarely(8) ? std::min(small(), 4) : 2;
      const int32_t over = dim();
      const auto *config = memory_config();
      return expect([&](auto **out) { return ttnn_concat(parts.data(), count, over, config, out); });
    }
    case 49: {
      ttnn_tensor *x = tensor();
      const int32_t r = rank();
      const int64_t *starts = extents(false);
      const int64_t *ends = extents(true);
      const int64_t *steps = in_.rarely(2) ? extents(true) : nullptr;
      const auto *config = memory_config();
      return expect([&](auto **out) { return ttnn_slice(x, r, starts, ends, steps, config, out); });
    }
    case 50: {
      ttnn_tensor *x = tensor();
      const int32_t r = rank();
      const int64_t *shape = extents(true);
      if (shape != nullptr && in_.rarely(2)) lists_[(list_ - 1) % lists_.size()][static_cast<size_t>(in_.below(4))] = -1;
      return expect([&](auto **out) { return ttnn_reshape(x, r, shape, out); });
    }
    case 51: {
      ttnn_tensor *x = tensor();
      std::array<int32_t, TTNN_MAX_RANK> dims{0, 1, 2, 3, 4, 5, 6, 7};
      const int32_t r = rank();
      if (r > 0 && r <= TTNN_MAX_RANK) {
        for (int i = 0; i < 3; ++i) std::swap(dims[static_cast<size_t>(in_.below(r))], dims[static_cast<size_t>(in_.below(r))]);
      }
      if (in_.rarely(8)) dims[static_cast<size_t>(in_.below(8))] = dim();
      const auto *config = memory_config();
      return expect([&](auto **out) { return ttnn_permute(x, r, dims.data(), config, out); });
    }
    case 52: {
      ttnn_tensor *x = tensor();
      const int32_t one = dim();
      const int32_t two = dim();
      const auto *config = memory_config();
      return expect([&](auto **out) { return ttnn_transpose(x, one, two, config, out); });
    }
    case 53: {
      ttnn_tensor *x = tensor();
      const int32_t r = rank();
      const int64_t *low = extents(false);
      const int64_t *high = extents(false);
      if (low != nullptr && in_.rarely(2)) lists_[0] = lists_[1] = lists_[2] = lists_[3] = {};
      const float value = in_.rarely(4) ? number() : 1;
      const auto *config = memory_config();
      return expect([&](auto **out) { return ttnn_pad(x, r, low, high, value, config, out); });
    }
    case 54: {
      ttnn_tensor *x = tensor();
      const int32_t to = dtype();
      if (in_.below(2) == 0) return expect([&](auto **out) { return ttnn_typecast(x, to, out); });
      const int32_t form = layout();
      return expect([&](auto **out) { return ttnn_to_layout(x, form, in_.rarely(2) ? to : 0, out); });
    }
    case 55: {
      ttnn_tensor *x = tensor();
      if (in_.rarely(3)) return check_status(ttnn_copy(x, tensor()));
      clear(memory_);
      fill(memory_.value);
      const ttnn_memory_config *config = sized(memory_);
      return expect([&](auto **out) { return ttnn_to_memory_config(x, config, out); });
    }
    case 57:
    case 58:
    case 59:
    case 60:
    case 61:
    case 62:
      return attention();
    case 56: {
      ttnn_tensor *x = tensor();
      const int32_t over = dim();
      const int32_t keep = option(1);
      return expect([&](auto **out) { return ttnn_argmax(x, over, keep, out); });
    }
    default: {
      ttnn_tensor *x = tensor();
      const int32_t k = in_.rarely(4) ? small() : 2;
      ttnn_tensor *values = kUntouched;
      ttnn_tensor *indices = kUntouched;
      const ttnn_status status = ttnn_topk(x, k, &values, &indices);
      check_status(status);
      if (status != TTNN_STATUS_OK) return;
      tensors_.push_back(values);
      tensors_.push_back(indices);
      return;
    }
  }
}

// What needs no device.
void Session::ask_library() {
  if (ttnn_abi_version() != TTNN_ABI_MAJOR * 1000 + TTNN_ABI_MINOR) broken("another version");
  for (const char *text : {ttnn_backend_name(), ttnn_backend_version(), ttnn_storage_format()}) {
    if (text == nullptr || text[0] == '\0') broken("a text of the library's is missing");
  }
  const int32_t count = ttnn_extension_count();
  if (count < 0) broken("a negative number of extensions");
  const int32_t index = count == 0 || in_.rarely(4) ? small() : in_.byte() % count;
  clear(extension_);
  ttnn_extension_info *to = sized(extension_);
  const uint32_t size = extension_.value.struct_size;
  const ttnn_status status = ttnn_extension(index, to);
  check_status(status);
  if (status != TTNN_STATUS_OK || size < sizeof *to) return;
  if (to->operation[0] == '\0' || to->rule[0] == '\0' || to->reason[0] == '\0') broken("an extension without its text");
}

void Session::ask_device(ttnn_device *device) {
  clear(info_);
  ttnn_device_info *to = sized(info_);
  const uint32_t size = info_.value.struct_size;
  const ttnn_status status = ttnn_device_get_info(device, to);
  check_status(status);
  if (status != TTNN_STATUS_OK || size < sizeof *to) return;
  if (to->num_threads < 1 || to->num_command_queues < 1 || to->dram_bytes == 0 || to->grid_x < 1 || to->grid_y < 1 ||
      std::memchr(to->arch, 0, sizeof to->arch) == nullptr || std::memchr(to->name, 0, sizeof to->name) == nullptr ||
      std::memchr(to->isa, 0, sizeof to->isa) == nullptr) {
    broken("the device's information is wrong");
  }
}

// Any options. What opens may be large: it is asked about itself and closed.
void Session::open_another() {
  clear(device_options_);
  ttnn_device_options &o = device_options_.value;
  o.device_id = in_.rarely(8) ? small() : 0;
  o.num_threads = in_.rarely(8) ? small() : in_.rarely(16) ? 1024 : in_.below(4);
  o.num_command_queues = in_.rarely(8) ? small() : in_.below(3);
  o.dram_bytes = in_.rarely(3) ? in_.word() : 0;
  o.l1_small_size = in_.rarely(4) ? in_.word() : in_.word() % kAllL1BytesPerCore;
  o.trace_region_size = in_.rarely(4) ? in_.word() : 0;
  o.mesh_rows = in_.rarely(4) ? small() : 0;
  o.mesh_cols = in_.rarely(4) ? small() : 0;
  o.pin_threads = in_.rarely(16) ? small() : in_.below(2);
  const ttnn_device_options *options = sized(device_options_);
  auto *const untouched = reinterpret_cast<ttnn_device *>(kUntouched);
  ttnn_device *opened = untouched;
  if (in_.rarely(4)) return open_groups(options);
  const ttnn_status status = ttnn_device_open(options, in_.rarely(40) ? nullptr : &opened);
  check_status(status);
  if ((status == TTNN_STATUS_OK) == (opened == untouched)) broken("an opened device");
  if (status != TTNN_STATUS_OK) return;
  ask_device(opened);
  check_status(ttnn_synchronize_device(opened));
  check_status(ttnn_device_close(opened));
  if (ttnn_device_close(opened) != TTNN_STATUS_INVALID_ARGUMENT) broken("closed twice");
}

void Session::open_groups(const ttnn_device_options *options) {
  constexpr int32_t kRoom = 8;
  ttnn_device *groups[kRoom] = {};
  const int32_t rows = in_.rarely(4) ? small() : 1;
  const int32_t cols = in_.rarely(4) ? small() : 1;
  const int32_t count = in_.below(kRoom + 1);
  const ttnn_status status = ttnn_device_open_groups(options, rows, cols, in_.rarely(40) ? nullptr : groups, count);
  check_status(status);
  for (int32_t i = 0; i < kRoom; ++i) {
    if ((groups[i] != nullptr) != (status == TTNN_STATUS_OK && i < count)) broken("an opened group");
    if (groups[i] == nullptr) continue;
    ask_device(groups[i]);
    check_status(ttnn_device_close(groups[i]));
  }
}

// Products with experts, and scattering: tensors that mostly fit each other.
void Session::experts() {
  const int32_t type = 1 + in_.below(4);
  const int64_t batch = 1 + in_.below(4);
  const int64_t count = 1 + in_.below(4);
  const int64_t rows = 1 + in_.below(3);
  const int64_t depth = in_.rarely(3) ? 7 : 32;
  if (in_.below(2) == 0) {
    const int form = in_.below(3);  // shared, batches of experts, experts
    const int64_t outer = form == 2 ? 1 : batch;
    ttnn_tensor *a = fitting(1 + in_.below(3), 2, {outer, form == 0 ? 2 : count, rows, depth});
    ttnn_tensor *b = fitting(type, 2, {1, count, depth, 1 + in_.below(40)});
    ttnn_tensor *sparsity = fitting(2, 1, {outer, form == 0 ? 2 : 1, 1, count});
    const auto *o = sparse_matmul_options(form == 0 ? 0 : 1, form == 1 ? 2 : 0);
    return expect([&](auto **out) { return ttnn_sparse_matmul(a, b, sparsity, o, out); });
  }
  static constexpr int32_t kValues[] = {1, 2, 3, 6, 5, 7};
  const int32_t values = kValues[in_.below(6)];
  const int32_t over = in_.rarely(8) ? dim() : in_.below(3);
  ttnn_tensor *x = fitting(values, values == 3 ? 2 : 1 + in_.below(2), {batch, 64, depth});
  ttnn_tensor *index = fitting(5 + in_.below(4), 1, {batch, rows, in_.below(2) == 0 ? depth : 3});
  ttnn_tensor *src = fitting(values, 2, {batch, rows + in_.below(2), depth});
  const auto *config = memory_config();
  return expect([&](auto **out) { return ttnn_scatter(x, over, index, src, config, out); });
}

void Session::reduce() {
  if (in_.below(2) == 0) {
    const auto *o = op_options();
    ttnn_tensor *x = tensor();
    const int32_t over = dim();
    const int32_t keep = option(1);
    return expect([&](auto **out) { return ttnn_sum(x, over, keep, o, out); });
  }
  const int64_t channels = in_.rarely(2) ? 12 : 32;
  const int32_t form = channels % 32 == 0 ? 1 : 2;
  ttnn_tensor *x = fitting(1 + in_.below(2), in_.rarely(4) ? 1 : 2, {1 + in_.below(2), 1, 1 + in_.below(70), channels});
  const auto *o = group_norm_options();
  if (in_.below(2) == 0) group_norm_.value.weight = fitting(1, form, {1, 1, 1, channels});
  return expect([&](auto **out) { return ttnn_group_norm(x, o, out); });
}

// What the devices of a mesh exchange; on one device alike.
void Session::exchange() {
  const auto *o = collective_options();
  ttnn_tensor *x = tensor();
  const int32_t along = dim();
  const int operation = in_.below(4);
  return expect([&](auto **out) {
    return operation == 0   ? ttnn_all_gather(x, along, o, out)
           : operation == 1 ? ttnn_reduce_scatter(x, along, o, out)
           : operation == 2 ? ttnn_mesh_partition(x, along, o, out)
                            : ttnn_all_reduce(x, o, out);
  });
}

// Norms in two parts.
void Session::shared_norm() {
  const bool layer = in_.below(2) == 0;
  const int64_t rows = 1 + in_.below(40);
  ttnn_tensor *x = fitting(1 + in_.below(3), 2, {1 + in_.below(2), 1, rows, 1 + in_.below(70)});
  if (in_.below(2) == 0) {
    const auto *o = op_options();
    return expect([&](auto **out) {
      return layer ? ttnn_layer_norm_pre_all_gather(x, o, out) : ttnn_rms_norm_pre_all_gather(x, o, out);
    });
  }
  ttnn_tensor *stats = fitting(1 + in_.below(3), 2, {1 + in_.below(2), 1, rows, 32 * (1 + in_.below(4))});
  const auto *o = norm_options();
  return expect([&](auto **out) {
    return layer ? ttnn_layer_norm_post_all_gather(x, stats, o, out) : ttnn_rms_norm_post_all_gather(x, stats, o, out);
  });
}

void Session::aggregate() {
  ttnn_tensor *x = tensor();
  ttnn_tensor_spec s{};
  s.struct_size = sizeof s;
  check_status(ttnn_tensor_get_spec(x, &s));
  const auto *mapping = mesh_mapping();
  const int32_t as = in_.rarely(4) ? dtype() : s.dtype >= 5 ? 6 : 1;
  const uint64_t size = volume(s) * size_of(as) * static_cast<uint64_t>(1 + in_.below(2 * kMaxMeshSide));
  host_.assign(size + 1, 0);
  check_status(ttnn_aggregate_tensor(x, mapping, as, in_.rarely(40) ? nullptr : host_.data(), size));
}

void Session::read_under_way() {
  if (reads_.empty() || in_.below(2) == 0) {
    ttnn_tensor *x = tensor();
    ttnn_tensor_spec s{};
    s.struct_size = sizeof s;
    check_status(ttnn_tensor_get_spec(x, &s));
    const auto *mapping = in_.below(2) == 0 ? nullptr : mesh_mapping();
    const int32_t as = in_.rarely(4) ? dtype() : s.dtype >= 5 ? 6 : 1;
    ttnn_read *read = nullptr;
    check_status(ttnn_tensor_read_begin(x, mapping, as, &read));
    if (read != nullptr) reads_.emplace_back(read, volume(s) * size_of(as));
    return;
  }
  const auto &[read, part] = reads_[static_cast<size_t>(in_.below(static_cast<int>(reads_.size())))];
  if (in_.rarely(4)) {
    check_status(ttnn_read_destroy(read));  // sooner or later for the second time
    return;
  }
  const uint64_t size = part * static_cast<uint64_t>(1 + in_.below(2 * kMaxMeshSide));
  host_.assign(size + 1, 0);
  check_status(ttnn_read_finish(read, in_.rarely(40) ? nullptr : host_.data(), size));
}

// Attention over a cache: tensors that mostly fit each other.
void Session::attention() {
  const int32_t type = 1 + in_.below(4);
  const int64_t users = 1 + in_.below(3);
  const int64_t kv = 1 + in_.below(2);
  const int64_t heads = kv * (1 + in_.below(3));
  const int64_t size = in_.rarely(3) ? 6 : 32;
  const int64_t block = in_.rarely(3) ? 5 : 32;
  const int64_t pages = 1 + in_.below(3);
  const bool paged = in_.below(3) != 0;
  ttnn_tensor *cache = fitting(type, 2, {paged ? 4 : users, kv, block, size});
  ttnn_tensor *pages_of = fitting(6, 1, {users, pages});
  ttnn_tensor *positions = fitting(6, 1, {users});
  const auto options = [&](int64_t queries, int64_t keys, bool decode) {
    clear(sdpa_);
    ttnn_sdpa_options &o = sdpa_.value;
    const bool masked = in_.rarely(4);
    o.is_causal = masked ? TTNN_SWITCH_OFF : TTNN_SWITCH_DEFAULT;
    if (masked) {
      o.attn_mask = fitting(type, 2, {in_.below(2) == 0 ? 1 : users, in_.below(2) == 0 ? 1 : heads, queries, keys});
    }
    if (decode && (!masked || in_.below(2) == 0)) o.cur_pos_tensor = positions;
    o.logit_softcap = in_.rarely(4) ? 1.5F : 0;
    if (in_.rarely(3)) {
      o.attention_sink = decode ? fitting(type, 2, {heads, 32}) : fitting(type, 2, {1, heads, 1, 1});
    }
    o.sliding_window_size = in_.rarely(3) && !masked ? in_.below(40) : 0;
    if (!decode && in_.rarely(4)) o.is_causal = TTNN_SWITCH_OFF;
    o.memory_config = memory_config();
    return sized(sdpa_);
  };
  switch (in_.below(8)) {
    case 0:
    case 1: {
      ttnn_tensor *q = fitting(type, 2, {1, users, heads, size});
      const auto *o = options(1, paged ? pages * block : block, true);
      return expect([&](auto **out) {
        return paged ? ttnn_paged_scaled_dot_product_attention_decode(q, cache, cache, pages_of, o, out)
                     : ttnn_scaled_dot_product_attention_decode(q, cache, cache, o, out);
      });
    }
    case 2: {
      const int64_t queries = 1 + in_.below(20);
      ttnn_tensor *q = fitting(type, 2, {1, heads, queries, size});
      ttnn_tensor *row = fitting(6, 1, {1, pages});
      const int64_t start = in_.below(40);
      const auto *o = options(queries, start + queries + in_.below(3), false);
      return expect([&](auto **out) {
        return ttnn_chunked_scaled_dot_product_attention(q, cache, cache, row, start, o, out);
      });
    }
    case 3: {
      const int64_t queries = 1 + in_.below(40);
      const int64_t keys = in_.rarely(3) ? 1 + in_.below(40) : queries;
      ttnn_tensor *q = fitting(type, 2, {users, heads, queries, size});
      ttnn_tensor *k = fitting(type, 2, {users, kv, keys, size});
      const auto *o = options(queries, keys, false);
      return expect([&](auto **out) { return ttnn_scaled_dot_product_attention(q, k, k, o, out); });
    }
    case 4: {
      ttnn_tensor *x = fitting(type, 2, {1, kv, 1 + in_.below(70), size});
      return check_status(ttnn_paged_fill_cache(cache, x, pages_of, in_.below(4)));
    }
    case 5:
    case 6: {
      ttnn_tensor *x = fitting(1 + in_.below(2), 2, {1, users, kv, size}, true);
      return check_status(ttnn_paged_update_cache(cache, x, positions, paged ? pages_of : nullptr));
    }
    default: {
      ttnn_tensor *x = fitting(type, 2, {1, kv, 1 + in_.below(32), size});
      return check_status(ttnn_fill_cache(cache, x, in_.below(4), in_.below(32)));
    }
  }
}

std::vector<uint8_t> next_input(std::mt19937_64 &generator, std::vector<std::vector<uint8_t>> &kept) {
  std::vector<uint8_t> bytes;
  if (!kept.empty() && generator() % 2 == 0) {
    bytes = kept[generator() % kept.size()];
    for (uint64_t i = 0, n = 1 + generator() % 8; i < n; ++i) bytes[generator() % bytes.size()] = static_cast<uint8_t>(generator());
  } else {
    bytes.resize(kMaxBytes / 7 + generator() % (kMaxBytes * 6 / 7));
    for (uint8_t &byte : bytes) byte = static_cast<uint8_t>(generator() >> 32);
  }
  if (kept.size() < 256) {
    kept.push_back(bytes);
  } else if (generator() % 16 == 0) {
    kept[generator() % kept.size()] = bytes;
  }
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static auto *room = static_cast<unsigned char *>(std::malloc(sizeof(Session)));
  if (room == nullptr) return 0;
  auto *session = new (room) Session(data, size);  // too large for a stack
  session->run();
  session->~Session();
  return 0;
}

#ifndef TTTV2_LIBFUZZER
int main(int argc, char **argv) {
  uint64_t runs = 1000;
  uint64_t seed = 1;
  bool all = false;
  std::vector<const char *> files;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--runs" && i + 1 < argc) {
      runs = std::strtoull(argv[++i], nullptr, 10);
    } else if (argument == "--seed" && i + 1 < argc) {
      seed = std::strtoull(argv[++i], nullptr, 10);
    } else if (argument == "--all") {
      all = true;
    } else {
      files.push_back(argv[i]);
    }
  }
  for (const char *file : files) {
    std::ifstream stream(file, std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(stream), {}};
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size());
  }
  if (!files.empty()) return 0;
  std::mt19937_64 generator(seed);
  std::vector<std::vector<uint8_t>> kept;
  for (uint64_t i = 0; i < runs; ++i) {
    const std::vector<uint8_t> bytes = next_input(generator, kept);
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
  }
  std::printf("%llu inputs, seed %llu: %llu calls, %llu succeeded\n", static_cast<unsigned long long>(runs),
              static_cast<unsigned long long>(seed), static_cast<unsigned long long>(calls),
              static_cast<unsigned long long>(successes));
  const size_t rarest = static_cast<size_t>(std::ranges::min_element(call_counts) - std::begin(call_counts));
  std::printf("%zu functions, of which %s was called least: %llu times\n", std::size(kFunctions), kFunctions[rarest],
              static_cast<unsigned long long>(call_counts[rarest]));
  bool complete = true;
  for (size_t i = 0; i < std::size(kFunctions); ++i) {
    if (call_counts[i] != 0) continue;
    complete = false;
    std::fprintf(stderr, "fuzz_api: never called: %s\n", kFunctions[i]);
  }
  return all && !complete ? 1 : 0;
}
#endif
