// SPDX-License-Identifier: Apache-2.0
//
// TTNN's tensors in host memory, whose bytes are written and read in place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "ttnn/device.hpp"

namespace tttv2::ttnn {

class Staging {
 public:
  // Empty, of this spec, for the device.
  Staging(const Device &device, const Spec &spec);
  // A copy of a device tensor; waits for it.
  Staging(const Device &device, Tensor &tensor);

  PyObject *object() const { return object_.get(); }
  // What a device of the mesh has.
  std::span<std::byte> bytes(int32_t device = 0) const { return bytes_[static_cast<size_t>(device)]; }

 private:
  void map(const Device &device, const Spec &spec);

  Object object_;
  std::vector<Object> capsules_;  // keep the bytes
  std::vector<std::span<std::byte>> bytes_;
};

// A device tensor of this spec, its values left open.
Object allocate_on_device(const Device &device, const Spec &spec);
// Overwrites a device tensor.
void send(const Staging &staging, PyObject *tensor);

}  // namespace tttv2::ttnn
