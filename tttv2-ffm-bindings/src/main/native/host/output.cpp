// SPDX-License-Identifier: Apache-2.0
#include "host/output.hpp"

#include "common/rules.hpp"
#include "common/structs.hpp"

namespace tttv2::host {

MemoryConfig output_memory(const ttnn_memory_config *wish, const MemoryConfig &by_default) {
  if (wish == nullptr) return by_default;
  return make_memory_config("memory_config", read_struct("memory_config", wish), kGrid);
}

void check_shards_named(const Spec &output) {
  if (output.memory.sharded() && output.memory.num_ranges == 0) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "memory_config is sharded and names no shards");
  }
}

DType output_dtype(Call &call, const OutputWish &wish, DType by_default) {
  if (wish.output_tensor == nullptr) return float_output("dtype", wish.dtype, by_default);
  const DType given = call.tensor(wish.output_tensor, "output_tensor").spec.dtype;
  return float_output("dtype", wish.dtype, is_float(given) ? given : by_default);
}

std::shared_ptr<Tensor> make_output(Device &device, Spec spec) {
  place(spec, kGrid);
  return device.make_output(spec);
}

std::shared_ptr<Tensor> make_or_reuse_output(Call &call, const Spec &wanted, DType input, const OutputWish &wish) {
  if (wish.output_tensor == nullptr) return make_output(call.device(), wanted);
  const Tensor &given = call.tensor(wish.output_tensor, "output_tensor");
  check_writable(given, "output_tensor");
  const MemoryConfig memory = output_memory(wish.memory_config, MemoryConfig{});
  check_output_tensor(given.spec, wanted.shape, wanted.layout, input, wish.memory_config == nullptr ? nullptr : &memory);
  if (given.spec.dtype != wanted.dtype) {
    fail(TTNN_STATUS_DTYPE, "output_tensor is %s, the output is %s", name(given.spec.dtype), name(wanted.dtype));
  }
  return call.device().make_tensor(given.spec, given.buffer);
}

}  // namespace tttv2::host
