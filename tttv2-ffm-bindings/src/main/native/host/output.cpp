// SPDX-License-Identifier: Apache-2.0
#include "host/output.hpp"

#include "common/structs.hpp"

namespace tttv2::host {

MemoryConfig output_memory(const ttnn_memory_config *wish, const MemoryConfig &by_default) {
  if (wish == nullptr) return by_default;
  return make_memory_config("memory_config", read_struct("memory_config", wish), kGrid);
}

std::shared_ptr<Tensor> make_output(Device &device, Spec spec) {
  place(spec, kGrid);
  return device.make_output(spec);
}

std::shared_ptr<Tensor> make_or_reuse_output(Call &call, const Spec &wanted, const ttnn_tensor *output_tensor,
                                             bool memory_config_given) {
  if (output_tensor == nullptr) return make_output(call.device(), wanted);
  const Tensor &given = call.tensor(output_tensor, "output_tensor");
  check_writable(given, "output_tensor");
  if (!(given.spec.shape == wanted.shape)) {
    fail(TTNN_STATUS_SHAPE, "output_tensor has shape %s, the output has %s", given.spec.shape.str().c_str(),
         wanted.shape.str().c_str());
  }
  if (given.spec.dtype != wanted.dtype || given.spec.layout != wanted.layout) {
    fail(TTNN_STATUS_DTYPE, "output_tensor is %s %s, the output is %s %s", name(given.spec.dtype),
         name(given.spec.layout), name(wanted.dtype), name(wanted.layout));
  }
  Spec spec = wanted;
  place(spec, kGrid);
  if (memory_config_given && !(given.spec.memory == spec.memory)) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "memory_config is not that of output_tensor");
  }
  return call.device().make_tensor(given.spec, given.buffer);
}

}  // namespace tttv2::host
