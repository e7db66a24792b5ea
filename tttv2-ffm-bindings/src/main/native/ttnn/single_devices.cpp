// SPDX-License-Identifier: Apache-2.0
#include "ttnn/single_devices.hpp"

#include <algorithm>
#include <cinttypes>
#include <utility>

#include "common/error.hpp"

namespace tttv2::ttnn {

namespace {

int32_t queues(const ttnn_device_options &options) { return std::max(1, options.num_command_queues); }

// Whether TTNN was asked for the same.
bool same(const ttnn_device_options &a, const ttnn_device_options &b) {
  return a.l1_small_size == b.l1_small_size && a.trace_region_size == b.trace_region_size && queues(a) == queues(b);
}

}  // namespace

Object SingleDevices::take(const ttnn_device_options &options) {
  for (const auto &[id, entry] : entries_) {
    const ttnn_device_options &there = entry.options;
    if (!entry.taken || same(there, options)) continue;
    fail(TTNN_STATUS_DEVICE,
         "device %d is open with l1_small_size %" PRIu64 ", trace_region_size %" PRIu64
         " and %d command queues: open device %d with the same, or close all others first",
         id, there.l1_small_size, there.trace_region_size, queues(there), options.device_id);
  }
  const auto found = entries_.find(options.device_id);
  if (found == entries_.end()) return {};
  found->second.taken = true;
  return Object::share(found->second.device.get());
}

void SingleDevices::opened(const ttnn_device_options &options, PyObject *device) {
  entries_[options.device_id] = {options, Object::share(device), true};
}

std::vector<Object> SingleDevices::give_back(PyObject *device) {
  for (auto &[id, entry] : entries_) {
    if (entry.device.get() == device) entry.taken = false;
  }
  std::vector<Object> unused;
  if (std::ranges::any_of(entries_, [](const auto &each) { return each.second.taken; })) return unused;
  for (auto &[id, entry] : entries_) unused.push_back(std::move(entry.device));
  entries_.clear();
  return unused;
}

}  // namespace tttv2::ttnn
