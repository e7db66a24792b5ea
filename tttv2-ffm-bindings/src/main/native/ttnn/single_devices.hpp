// SPDX-License-Identifier: Apache-2.0
//
// The devices that are open in TTNN one by one. When TTNN closes one it takes the allocators of the others away, after which
// some operations on them end the process. So one that is given back stays open in TTNN until all of them are.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "ttnn/python.hpp"
#include "ttnn_c.h"

namespace tttv2::ttnn {

// Everything is called under a Gil, by one thread at a time.
class SingleDevices {
 public:
  // The device with this id, if it was given back and is still open; else empty. Refused if others are open with other options:
  // TTNN opens the devices that they are reached by with theirs, and could not close the others any more if this one did not open.
  Object take(const ttnn_device_options &options);
  void opened(const ttnn_device_options &options, PyObject *device);
  // Returns what is to be closed now: all devices, or none.
  std::vector<Object> give_back(PyObject *device);

 private:
  struct Entry {
    ttnn_device_options options;
    Object device;
    bool taken;
  };
  std::map<int32_t, Entry> entries_;  // by id
};

}  // namespace tttv2::ttnn
