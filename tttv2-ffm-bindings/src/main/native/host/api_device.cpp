// SPDX-License-Identifier: Apache-2.0
//
// Devices and traces.
#include <unistd.h>

#include <algorithm>
#include <cinttypes>
#include <fstream>
#include <string>
#include <vector>

#include "common/device_options.hpp"
#include "common/processors.hpp"
#include "common/spec.hpp"
#include "common/structs.hpp"
#include "host/call.hpp"

using namespace tttv2;
using namespace tttv2::host;

namespace {

constexpr uint64_t kCores = uint64_t{kGrid.x} * kGrid.y;

uint64_t machine_memory() {
  return static_cast<uint64_t>(std::max(0L, sysconf(_SC_PHYS_PAGES))) *
         static_cast<uint64_t>(std::max(0L, sysconf(_SC_PAGESIZE)));
}

// "model name" of /proc/cpuinfo.
std::string processor_name() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.starts_with("model name")) {
      const size_t start = line.find(": ");
      if (start != std::string::npos) return line.substr(start + 2);
    }
  }
  return "x86-64";
}

DeviceOptions device_options(const ttnn_device_options *source) {
  const ttnn_device_options c = read_device_options(source);
  if (c.device_id != 0) fail(TTNN_STATUS_DEVICE, "device_id is %d: the host has device 0 only", c.device_id);
  if (c.l1_small_size > kL1BytesPerCore) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "l1_small_size is %" PRIu64 ", a core has %" PRIu64 " bytes", c.l1_small_size,
         kL1BytesPerCore);
  }
  DeviceOptions options{};
  options.mesh = read_mesh(c.mesh_rows, c.mesh_cols);
  options.num_threads = c.num_threads == 0 ? available_processors() : c.num_threads;
  if (c.pin_threads == 1) {
    options.processors = processors();
    if (options.processors.size() < static_cast<size_t>(options.num_threads)) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "pin_threads is 1 and num_threads %d, this process may use %zu processors",
           options.num_threads, options.processors.size());
    }
  }
  options.num_command_queues = std::max(1, c.num_command_queues);
  options.dram_bytes = c.dram_bytes == 0 ? machine_memory() / 4 * 3 / static_cast<uint64_t>(options.mesh.size()) : c.dram_bytes;
  options.l1_bytes = (kL1BytesPerCore - c.l1_small_size) * kCores;
  if (c.trace_region_size > options.dram_bytes) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "trace_region_size is %" PRIu64 ", the device has %" PRIu64 " bytes of DRAM",
         c.trace_region_size, options.dram_bytes);
  }
  return options;
}

}  // namespace

ttnn_status ttnn_device_open(const ttnn_device_options *options, ttnn_device **out) {
  return guard("device_open", [&] {
    check_out(out, "out");
    *out = registry().add(std::make_shared<Device>(device_options(options)));
  });
}

ttnn_status ttnn_device_open_groups(const ttnn_device_options *options, int32_t rows, int32_t cols, ttnn_device **out,
                                    int32_t count) {
  return guard("device_open_groups", [&] {
    check_out(out, "out");
    const DeviceOptions whole = device_options(options);
    std::vector<std::shared_ptr<Device>> groups;
    for (const MeshPart &part : divide(whole.mesh, rows, cols, count)) {
      DeviceOptions of_group = whole;
      of_group.device_id = part.number;
      of_group.mesh = part.shape;
      groups.push_back(std::make_shared<Device>(of_group));
    }
    registry().add(groups, out);
  });
}

ttnn_status ttnn_device_close(ttnn_device *handle) {
  return guard("device_close", [&] {
    if (handle == nullptr) return;
    const std::shared_ptr<Device> device = registry().remove(handle);
    const std::lock_guard lock(device->mutex());
    device->close();
  });
}

ttnn_status ttnn_device_get_info(ttnn_device *handle, ttnn_device_info *out) {
  return guard("device_get_info", [&] {
    check_out_struct("out", out);
    Call call(handle);
    const Device &device = call.device();
    ttnn_device_info info{};
    info.device_id = device.options().device_id;
    set_text(info.arch, "host");
    set_text(info.name, processor_name());
    set_text(info.isa, device.kernels().isa);
    info.num_threads = device.options().num_threads;
    info.grid_x = kGrid.x;
    info.grid_y = kGrid.y;
    info.dram_banks = kGrid.dram_banks;
    info.mesh_rows = device.mesh().rows;
    info.mesh_cols = device.mesh().cols;
    info.num_command_queues = device.options().num_command_queues;
    info.dram_bytes = device.options().dram_bytes;
    info.l1_bytes_per_core = device.options().l1_bytes / kCores;
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
    const Account &account = *call.device().account(buffer_type);
    ttnn_memory_stats stats{};
    stats.live_tensors = call.device().live_tensors();
    stats.total_bytes = account.total;
    stats.allocated_bytes = account.allocated;
    stats.peak_allocated_bytes = account.peak;
    stats.largest_free_bytes = account.total - std::min(account.total, stats.allocated_bytes);
    stats.borrowed_bytes = account.borrowed;
    write_struct(out, stats);
  });
}

ttnn_status ttnn_synchronize_device(ttnn_device *handle) {
  // Operations are done when their calls return: it is enough to have had a turn.
  return guard("synchronize_device", [&] { Call call(handle); });
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
    flag("blocking", blocking);
    Call(handle).device().execute(trace_id);
  });
}

ttnn_status ttnn_release_trace(ttnn_device *handle, uint32_t trace_id) {
  return guard("release_trace", [&] { Call(handle).device().release_trace(trace_id); });
}
