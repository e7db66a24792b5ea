// SPDX-License-Identifier: Apache-2.0
//
// TTNN's tensors in host memory, whose bytes are written and read in place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "ttnn/device.hpp"

namespace tttv2::ttnn {

class Staging {
 public:
  // Empty, of this spec, for the device.
  Staging(const Device &device, const Spec &spec);
  // A copy of a device tensor; waits for it.
  Staging(const Device &device, Tensor &tensor);
  // A tensor of TTNN's in host memory.
  Staging(const Device &device, const Spec &spec, Object object);

  PyObject *object() const { return object_.get(); }
  // What a device of the mesh has.
  std::span<std::byte> bytes(int32_t device = 0) const { return bytes_[static_cast<size_t>(device)]; }

 private:
  void map(const Device &device, const Spec &spec);

  Object object_;
  std::vector<Object> capsules_;  // keep the bytes
  std::vector<std::span<std::byte>> bytes_;
};

// A copy of a device tensor that is complete after an event.
class Arrival {
 public:
  // Begins the copy.
  Arrival(const Device &device, Tensor &tensor);

  // Waits.
  void await();
  // What has arrived.
  Staging staging(const Device &device, const Spec &spec) const {
    return Staging(device, spec, Object::share(object_.get()));
  }

 private:
  Object object_;
  Object event_;  // empty: it has been waited for
};

// Values on their way to the caller. All but the constants is under the device's lock, and empty before the last reference
// goes, which may be without a Gil.
struct Read {
  Read(std::shared_ptr<Device> device, const Spec &spec, const Mapping &mapping, const Shape &whole, DType type)
      : device(std::move(device)), spec(spec), mapping(mapping), whole(whole), type(type) {}

  const std::shared_ptr<Device> device;
  const Spec spec;
  const Mapping mapping;
  const Shape whole;
  const DType type;
  std::optional<Arrival> arrival;
};

// A device tensor of this spec, its values left open.
Object allocate_on_device(const Device &device, const Spec &spec);
// Overwrites a device tensor.
void send(const Staging &staging, PyObject *tensor);

}  // namespace tttv2::ttnn
