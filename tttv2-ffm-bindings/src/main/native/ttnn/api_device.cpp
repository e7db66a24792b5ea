// SPDX-License-Identifier: Apache-2.0
//
// Devices and traces.
#include <algorithm>
#include <cinttypes>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "common/device_options.hpp"
#include "common/mesh.hpp"
#include "common/structs.hpp"
#include "ttnn/call.hpp"
#include "ttnn/mocked_board.hpp"
#include "ttnn/refusal.hpp"
#include "ttnn/runtime.hpp"
#include "ttnn/signals.hpp"

using namespace tttv2;
using namespace tttv2::ttnn;

namespace {

// TTNN takes a second opening of a device for the first one.
std::mutex opening_mutex;
std::set<int32_t> open_ids;
int32_t open_of_mesh = 0;  // a mesh, or groups of one

ttnn_device_options device_options(const ttnn_device_options *source) {
  const ttnn_device_options c = read_device_options(source);
  // No core and no DRAM comes near: what follows is TTNN's to refuse.
  constexpr uint64_t kMostL1 = uint64_t{1} << 21;
  constexpr uint64_t kMostDram = uint64_t{1} << 40;
  if (c.l1_small_size > kMostL1) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "l1_small_size is %" PRIu64 ", a core has less than %" PRIu64 " bytes",
         c.l1_small_size, kMostL1);
  }
  if (c.trace_region_size > kMostDram || (c.dram_bytes != 0 && c.trace_region_size > c.dram_bytes)) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "trace_region_size is %" PRIu64 ", more than the device's DRAM",
         c.trace_region_size);
  }
  const Mesh mesh = read_mesh(c.mesh_rows, c.mesh_cols);
  if (mesh.size() > 1 && c.device_id != 0) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "device_id is %d, a mesh begins with device 0", c.device_id);
  }
  return c;
}

int64_t count_devices() {
  check_mocked_board();
  try {
    return to_integer(Arguments(bound::kGetNumDevices).call().get());
  } catch (const Error &error) {
    const char *todo = mocked_board() != nullptr
                           ? "the description that TT_METAL_MOCK_CLUSTER_DESC_PATH names is not of a board"
                           : "a board needs its driver tt-kmd, which makes /dev/tenstorrent/0";
    fail(TTNN_STATUS_DEVICE, "TTNN finds no device: %s", refusal(error.what(), todo).c_str());
  }
}

std::string devices(int64_t count) { return text("%" PRId64 " device%s", count, count == 1 ? "" : "s"); }

template <typename Make>
auto open(const ttnn_device_options &options, Make &&make) {
  const SignalsAsFound signals;
  start();
  const Gil gil;
  const Mesh mesh = read_mesh(options.mesh_rows, options.mesh_cols);
  try {
    // Asked first: TTNN opens what is not there and takes the process down at its end.
    const int64_t count = count_devices();
    if (options.device_id >= count) {
      fail(TTNN_STATUS_DEVICE, "device_id is %d, this machine has %s, numbered from 0%s", options.device_id,
           devices(count).c_str(), followed_variables().c_str());
    }
    if (mesh.size() > count) {
      fail(TTNN_STATUS_DEVICE, "a mesh of %d x %d needs %d devices, this machine has %s: ask for a smaller one%s", mesh.rows,
           mesh.cols, mesh.size(), devices(count).c_str(), followed_variables().c_str());
    }
    return make();
  } catch (const Error &error) {
    throw Error(TTNN_STATUS_DEVICE, error.what());
  }
}

// Refuses what cannot be open beside what is.
void check_free(const ttnn_device_options &wanted) {
  if (open_ids.contains(wanted.device_id)) fail(TTNN_STATUS_DEVICE, "device %d is open already", wanted.device_id);
  const bool is_mesh = read_mesh(wanted.mesh_rows, wanted.mesh_cols).size() > 1;
  if (open_of_mesh > 0 || (is_mesh && !open_ids.empty())) {
    fail(TTNN_STATUS_DEVICE, "a mesh takes all devices, and %s is open already", open_of_mesh > 0 ? "one" : "a device");
  }
}

void count(const Device &opened) {
  open_ids.insert(opened.options().device_id);
  if (opened.of_mesh()) ++open_of_mesh;
}

// A mesh of one device is its only group.
std::vector<std::shared_ptr<Device>> open_groups(const ttnn_device_options &options, const std::vector<MeshPart> &parts) {
  if (parts.size() == 1) return {std::make_shared<Device>(options)};
  const auto whole = std::make_shared<DividedMesh>(options);
  std::vector<std::shared_ptr<Device>> groups;
  try {
    for (const MeshPart &part : parts) groups.push_back(std::make_shared<Device>(options, whole, part));
  } catch (...) {
    for (const std::shared_ptr<Device> &group : groups) group->close();
    throw;
  }
  return groups;
}

}  // namespace

ttnn_status ttnn_device_open(const ttnn_device_options *options, ttnn_device **out) {
  return guard("device_open", [&] {
    check_out(out, "out");
    const ttnn_device_options wanted = device_options(options);
    const std::lock_guard lock(opening_mutex);
    check_free(wanted);
    const std::shared_ptr<Device> device = open(wanted, [&] { return std::make_shared<Device>(wanted); });
    ttnn_device *handle = registry().add(device);
    count(*device);
    *out = handle;
  });
}

ttnn_status ttnn_device_open_groups(const ttnn_device_options *options, int32_t rows, int32_t cols, ttnn_device **out,
                                    int32_t count_wanted) {
  return guard("device_open_groups", [&] {
    check_out(out, "out");
    const ttnn_device_options wanted = device_options(options);
    const std::vector<MeshPart> parts = divide(read_mesh(wanted.mesh_rows, wanted.mesh_cols), rows, cols, count_wanted);
    const std::lock_guard lock(opening_mutex);
    check_free(wanted);
    const std::vector<std::shared_ptr<Device>> groups = open(wanted, [&] { return open_groups(wanted, parts); });
    registry().add(groups, out);
    for (const std::shared_ptr<Device> &group : groups) count(*group);
  });
}

ttnn_status ttnn_device_close(ttnn_device *handle) {
  return guard("device_close", [&] {
    if (handle == nullptr) return;
    const std::lock_guard opening(opening_mutex);
    const std::shared_ptr<Device> device = registry().remove(handle);
    const std::lock_guard lock(device->mutex());
    open_ids.erase(device->options().device_id);
    if (device->of_mesh()) --open_of_mesh;
    const Gil gil;
    device->close();
  });
}

ttnn_status ttnn_device_get_info(ttnn_device *handle, ttnn_device_info *out) {
  return guard("device_get_info", [&] {
    check_out_struct("out", out);
    Call call(handle);
    Device &device = call.device();
    const MemoryView dram = memory_view(device, TTNN_BUFFER_TYPE_DRAM);
    ttnn_device_info info{};
    info.device_id = device.options().device_id;
    std::string arch = to_text(device.arch());  // "Arch.WORMHOLE_B0"
    arch.erase(0, arch.find('.') + 1);
    std::ranges::transform(arch, arch.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    set_text(info.arch, arch);
    set_text(info.name, cluster_name());
    info.num_threads = device.pool().size();
    info.grid_x = device.grid().x;
    info.grid_y = device.grid().y;
    info.dram_banks = device.grid().dram_banks;
    info.mesh_rows = device.mesh().rows;
    info.mesh_cols = device.mesh().cols;
    info.num_command_queues = std::max(1, device.options().num_command_queues);
    info.dram_bytes = static_cast<uint64_t>(dram.banks * dram.total);
    info.l1_bytes_per_core = static_cast<uint64_t>(memory_view(device, TTNN_BUFFER_TYPE_L1).total);
    write_struct(out, info);
  });
}

ttnn_status ttnn_device_get_memory_stats(ttnn_device *handle, int32_t buffer_type, ttnn_memory_stats *out) {
  return guard("device_get_memory_stats", [&] {
    check_out_struct("out", out);
    if (buffer_type != TTNN_BUFFER_TYPE_DRAM && buffer_type != TTNN_BUFFER_TYPE_L1) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "%d is not an enum ttnn_buffer_type", buffer_type);
    }
    Call call(handle);
    Device &device = call.device();
    device.spares().clear();  // nobody's
    const MemoryView view = memory_view(device, buffer_type);
    ttnn_memory_stats stats{};
    stats.live_tensors = device.live_tensors();
    stats.total_bytes = static_cast<uint64_t>(view.banks * view.total);
    stats.allocated_bytes = static_cast<uint64_t>(view.banks * view.allocated);
    if (buffer_type == TTNN_BUFFER_TYPE_DRAM) stats.allocated_bytes -= static_cast<uint64_t>(view.banks) * device.held();
    // TTNN keeps no such record: the most that was seen when it was asked.
    uint64_t &peak = device.peak(buffer_type);
    peak = std::max(peak, stats.allocated_bytes);
    stats.peak_allocated_bytes = peak;
    stats.largest_free_bytes = static_cast<uint64_t>(view.banks * view.largest_free);
    write_struct(out, stats);
  });
}

ttnn_status ttnn_synchronize_device(ttnn_device *handle) {
  return guard("synchronize_device", [&] {
    Call call(handle);
    call.refuse_during_capture("Waits");
    Arguments(bound::kSynchronizeDevice).add(call.device().object()).call();
  });
}

ttnn_status ttnn_begin_trace_capture(ttnn_device *handle, uint32_t *out_trace_id) {
  return guard("begin_trace_capture", [&] {
    check_out(out_trace_id, "out_trace_id");
    Call call(handle);
    *out_trace_id = call.device().begin_capture();
  });
}

ttnn_status ttnn_end_trace_capture(ttnn_device *handle, uint32_t trace_id) {
  return guard("end_trace_capture", [&] { Call(handle).device().end_capture(trace_id); });
}

ttnn_status ttnn_execute_trace(ttnn_device *handle, uint32_t trace_id, int32_t blocking) {
  return guard("execute_trace", [&] {
    const bool wait = flag("blocking", blocking);
    Call(handle).device().execute(trace_id, wait);
  });
}

ttnn_status ttnn_release_trace(ttnn_device *handle, uint32_t trace_id) {
  return guard("release_trace", [&] { Call(handle).device().release_trace(trace_id); });
}
