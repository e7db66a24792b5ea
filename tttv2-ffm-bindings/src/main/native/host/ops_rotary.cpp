// SPDX-License-Identifier: Apache-2.0
//
// Rotary position embedding.
#include <cinttypes>

#include "common/rules.hpp"
#include "common/structs.hpp"
#include "host/call.hpp"
#include "host/output.hpp"
#include "host/rows.hpp"
#include "common/spec.hpp"

using namespace tttv2;
using namespace tttv2::host;

namespace {

constexpr int64_t kMaxLlamaHeadSize = 256;

void check_sharded(const Tensor &tensor, const char *argument) {
  if (tensor.spec.memory.memory_layout != TTNN_MEMORY_LAYOUT_HEIGHT_SHARDED) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "Sharded inputs for RoPE must be HEIGHT_SHARDED: %s is not", argument);
  }
}

void check_prefill_angles(const Tensor &angles, const char *argument) {
  const int32_t layout = angles.spec.memory.memory_layout;
  if (layout != TTNN_MEMORY_LAYOUT_INTERLEAVED && layout != TTNN_MEMORY_LAYOUT_HEIGHT_SHARDED) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "%s tensor must be either INTERLEAVED or HEIGHT_SHARDED for prefill RoPE", argument);
  }
}

// Where the output of rotary_embedding_llama lies: laid out as x is.
MemoryConfig llama_memory(const ttnn_memory_config *wish, const Spec &x) {
  const MemoryConfig wanted = output_memory(wish, x.memory);
  if (wanted.memory_layout != x.memory.memory_layout) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "Input tensor and output tensor must have same memory layout");
  }
  if (wanted.sharded() && wanted.num_ranges == 0) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "memory_config is sharded and names no shards");
  }
  return wanted;
}

// Where the output of rotary_embedding_hf lies: shards are those of x, or of one height on as many cores as share its tiles out
// evenly, whatever is asked for. In decode mode a core writes its shard to the output's part on itself.
MemoryConfig hf_memory(const ttnn_memory_config *wish, const Spec &x, bool decode) {
  const MemoryConfig wanted = output_memory(wish, x.memory);
  const int64_t tiles_down = x.physical_height() / TTNN_TILE_SIZE;
  const int64_t tiles_across = x.padded_shape().back() / TTNN_TILE_SIZE;
  constexpr int64_t kCores = int64_t{kGrid.x} * kGrid.y;
  if (!wanted.sharded()) {
    const int64_t shard = int64_t{x.memory.shard_height} * x.memory.shard_width / (TTNN_TILE_SIZE * TTNN_TILE_SIZE);
    const int64_t part = (tiles_down * tiles_across + kCores - 1) / kCores;
    if (decode && (wanted.buffer_type != TTNN_BUFFER_TYPE_L1 || shard > part)) {
      fail(TTNN_STATUS_INVALID_ARGUMENT,
           "Only L1 buffers can have an associated circular buffer: in decode mode a core's %" PRId64
           " tiles must fit its part of an output in L1, INTERLEAVED it has %" PRId64,
           shard, part);
    }
    return wanted;
  }
  if (wanted.memory_layout == TTNN_MEMORY_LAYOUT_WIDTH_SHARDED) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "Output cannot be WIDTH_SHARDED");
  }
  MemoryConfig config = x.memory;
  if (!x.memory.sharded()) {
    int64_t cores = kCores;
    while (tiles_down % cores != 0) --cores;
    config = sharded(wanted.memory_layout, cores, tiles_down / cores * TTNN_TILE_SIZE, x.padded_shape().back(), kGrid);
  }
  config.memory_layout = wanted.memory_layout;
  config.buffer_type = wanted.buffer_type;
  return config;
}

// The rotation is built in; a matrix that means another one is refused.
void check_trans_mat(Device &d, const Rows &matrix) {
  for (int64_t i = 0; i < TTNN_TILE_SIZE; ++i) {
    const float *row = load(d.kernels(), matrix, i, d.scratch(0, 5, matrix.cols));
    for (int64_t j = 0; j < TTNN_TILE_SIZE; ++j) {
      const float expected = i % 2 == 0 ? (j == i + 1 ? 1.0F : 0.0F) : (j == i - 1 ? -1.0F : 0.0F);
      if (row[j] != expected) {
        fail(TTNN_STATUS_INVALID_ARGUMENT, "trans_mat[%" PRId64 "][%" PRId64 "] is %g, expected %g", i, j,
             static_cast<double>(row[j]), static_cast<double>(expected));
      }
    }
  }
}

void rotary(Call &call, const Operation &operation, ttnn_tensor *x_handle, ttnn_tensor *cos_handle, ttnn_tensor *sin_handle,
            ttnn_tensor *trans_handle, const ttnn_rotary_options *options, ttnn_tensor **out) {
  const bool llama = &operation == &ops::kRotaryLlama;
  check_out(out, "out");
  const auto o = read_struct("options", options);
  const bool decode = flag("is_decode_mode", o.is_decode_mode);
  check_compute_config(o.compute_config);
  const Tensor &x_tensor = call.tensor(x_handle, "x");
  const Tensor &cos_tensor = call.tensor(cos_handle, "cos");
  const Tensor &sin_tensor = call.tensor(sin_handle, "sin");
  const Tensor *trans = llama ? &call.tensor(trans_handle, "trans_mat") : nullptr;
  check_input(operation, x_tensor.spec, "x");
  check_input(operation, cos_tensor.spec, "cos");
  check_input(operation, sin_tensor.spec, "sin");
  check_rotary(x_tensor.spec, cos_tensor.spec, sin_tensor.spec, decode);
  const Shape &shape = x_tensor.spec.shape;
  const int64_t size = shape[3];
  if (size % 2 != 0 || (llama && size > kMaxLlamaHeadSize)) {
    fail(TTNN_STATUS_SHAPE, "head size is %" PRId64 ", expected an even number%s", size, llama ? ", at most 256" : "");
  }
  if (decode) {
    check_sharded(x_tensor, "x");
    check_sharded(cos_tensor, "cos");
    check_sharded(sin_tensor, "sin");
  } else if (llama) {
    if (x_tensor.spec.memory.sharded()) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "Input tensor must be interleaved in prefill mode");
    }
    check_prefill_angles(cos_tensor, "Cos");
    check_prefill_angles(sin_tensor, "Sin");
    if (cos_tensor.spec.memory.memory_layout != sin_tensor.spec.memory.memory_layout) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "Cos and sin must both be HEIGHT_SHARDED or both be INTERLEAVED for prefill RoPE");
    }
  } else if (x_tensor.spec.memory.memory_layout == TTNN_MEMORY_LAYOUT_WIDTH_SHARDED) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "Input cannot be WIDTH_SHARDED");
  }
  if (trans != nullptr) {
    check_input(operation, trans->spec, "trans_mat");
    if (trans->spec.dtype != x_tensor.spec.dtype) {
      fail(TTNN_STATUS_DTYPE, "trans_mat is %s, x is %s", name(trans->spec.dtype), name(x_tensor.spec.dtype));
    }
    const Shape expected{1, 1, decode ? TTNN_TILE_SIZE * shape[1] : TTNN_TILE_SIZE, TTNN_TILE_SIZE};
    if (!(trans->spec.shape == expected)) {
      fail(TTNN_STATUS_SHAPE, "trans_mat has shape %s, expected %s", trans->spec.shape.str().c_str(),
           expected.str().c_str());
    }
    if (decode) check_sharded(*trans, "trans_mat");
  }
  Spec spec = x_tensor.spec;
  spec.memory = llama ? llama_memory(o.memory_config, spec) : hf_memory(o.memory_config, spec, decode);
  const auto output = make_output(call.device(), spec);
  // A row's angles: those of its user in decode, of its position in prefill.
  const int64_t divisor = decode ? shape[2] : 1;
  const int64_t period = shape[decode ? 1 : 2];
  call.device().run(operation.name, [=, x = Rows(x_tensor), cos = Rows(cos_tensor), sin = Rows(sin_tensor),
                                     y = Rows(*output), matrix = trans == nullptr ? Rows() : Rows(*trans)](Device &d) {
    const Kernels &kernels = d.kernels();
    if (llama) check_trans_mat(d, matrix);
    const auto rotate = llama ? kernels.rotate_pairs : kernels.rotate_half;
    d.parallel(x.rows, x.cols * 2, [&](int64_t begin, int64_t end, int worker) {
      for (int64_t i = begin; i < end; ++i) {
        const int64_t angle = i / divisor % period;
        const float *values = load(kernels, x, i, d.scratch(worker, 0, size));
        const float *cosines = load(kernels, cos, angle, d.scratch(worker, 1, size));
        const float *sines = load(kernels, sin, angle, d.scratch(worker, 2, size));
        float *result = target(y, i, d.scratch(worker, 3, size));
        rotate(values, cosines, sines, result, size);
        store(kernels, y, i, result);
      }
    });
  });
  call.publish(output, out);
}

}  // namespace

ttnn_status ttnn_rotary_embedding_hf(ttnn_tensor *x, ttnn_tensor *cos, ttnn_tensor *sin,
                                     const ttnn_rotary_options *options, ttnn_tensor **out) {
  return run(ops::kRotaryHf, x, "x", [&](Call &call) { rotary(call, ops::kRotaryHf, x, cos, sin, nullptr, options, out); });
}

ttnn_status ttnn_rotary_embedding_llama(ttnn_tensor *x, ttnn_tensor *cos, ttnn_tensor *sin, ttnn_tensor *trans_mat,
                                        const ttnn_rotary_options *options, ttnn_tensor **out) {
  return run(ops::kRotaryLlama, x, "x", [&](Call &call) { rotary(call, ops::kRotaryLlama, x, cos, sin, trans_mat, options, out); });
}
