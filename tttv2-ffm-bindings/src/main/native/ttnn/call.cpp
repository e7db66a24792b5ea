// SPDX-License-Identifier: Apache-2.0
#include "ttnn/call.hpp"

#include "common/structs.hpp"
#include "ttnn/runtime.hpp"
#include "ttnn/staging.hpp"

namespace tttv2::ttnn {

// Never destroyed: threads may outlive static destruction.
Registry<Device, Tensor, Read> &registry() {
  static auto *registry = new Registry<Device, Tensor, Read>;
  return *registry;
}

Call::Call(const ttnn_device *device) : device_(registry().device(device)), lock_(device_->mutex()) {
  if (!device_->is_open()) fail(TTNN_STATUS_INVALID_ARGUMENT, "the device was closed");
  gil_.emplace();
}

Call::Call(const ttnn_tensor *handle, const char *argument)
    : device_(registry().tensor(handle, argument)->device), lock_(device_->mutex()) {
  if (!device_->is_open()) fail(TTNN_STATUS_DEVICE, "the device of %s was closed", argument);
  gil_.emplace();
}

Tensor &Call::tensor(const ttnn_tensor *handle, const char *argument) {
  std::shared_ptr<Tensor> tensor = registry().tensor(handle, argument);
  if (tensor->device != device_) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "%s is on another device than the first input", argument);
  }
  if (!tensor->object) fail(TTNN_STATUS_INVALID_ARGUMENT, "Input Tensor %s is not allocated", argument);
  if (count_ == kMaxInputs) fail(TTNN_STATUS_UNSUPPORTED, "more than %zu tensors", kMaxInputs);
  inputs_[count_] = std::move(tensor);
  return *inputs_[count_++];
}

Tensor &Call::input(const Operation &operation, const ttnn_tensor *handle, const char *argument) {
  Tensor &x = tensor(handle, argument);
  Spec kind;
  kind.dtype = x.dtype();
  kind.layout = x.layout();
  check_input(operation, kind, argument);
  return x;
}

MemoryConfig Call::wished_memory(const ttnn_memory_config *config) {
  if (config == nullptr) return {};
  return make_memory_config("memory_config", read_struct("memory_config", config), device_->grid());
}

PyObject *Call::memory_config(const ttnn_memory_config *config) {
  return config == nullptr ? nullptr : to_python(wished_memory(config));
}

void Call::refuse_during_capture(const char *what) {
  if (device_->capturing()) fail(TTNN_STATUS_DEVICE, "%s are not supported during trace capture.", what);
}

PyObject *Call::memory_for(const Spec &spec, size_t number) {
  computed();
  if (spec.shape.rank() < 2 || spec.memory.sharded() || spec.memory.buffer_type != TTNN_BUFFER_TYPE_DRAM) return nullptr;
  Result &result = results_[number];
  result.spec = spec;
  if (!device_->capturing()) result.memory = device_->spares().take(spec);
  if (!result.memory) result.memory = allocate_on_device(*device_, spec);
  return result.memory.get();
}

void Call::expect(const Tensor &x, const Shape &shape, const ttnn_memory_config *wish) {
  const Spec *input = x.known();
  if (input == nullptr || !(input->memory == MemoryConfig{}) || !(wished_memory(wish) == MemoryConfig{})) return;
  Spec spec = *input;
  spec.shape = shape;
  expect(spec);
}

ttnn_tensor *Call::add(Object result, size_t number, bool read_only) {
  const auto tensor = std::make_shared<Tensor>(device_, std::move(result));
  tensor->read_only = read_only;
  if (const Result &there = results_[number]; there.spec) {
    tensor->know(*there.spec);
    if (there.memory) tensor->own = there.spec;
  }
  device_->adopt(tensor);
  try {
    device_->make(*tensor);
    return registry().add(tensor);
  } catch (...) {
    device_->release(*tensor);
    throw;
  }
}

void Call::drop(ttnn_tensor *handle) { device_->release(*registry().remove(handle)); }

void check_writable(const Tensor &tensor, const char *argument) {
  if (tensor.read_only) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "%s is read-only: it was made from borrowed memory", argument);
  }
}

}  // namespace tttv2::ttnn
