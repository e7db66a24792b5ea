// SPDX-License-Identifier: Apache-2.0
//
// What needs no device and is the same for every backend: the interface version, errors, capabilities, packing.
#include <cinttypes>

#include "common/block_float.hpp"
#include "common/error.hpp"
#include "common/operations.hpp"
#include "common/spec.hpp"
#include "common/structs.hpp"

using namespace tttv2;

uint32_t ttnn_abi_version(void) { return TTNN_ABI_MAJOR * 1000 + TTNN_ABI_MINOR; }

const char *ttnn_last_error_message(void) { return last_error(); }

ttnn_status ttnn_supports(const char *operation, int32_t dtype, int32_t layout, int32_t *out) {
  return guard("supports", [&] {
    check_out(out, "out");
    if (operation == nullptr) fail(TTNN_STATUS_INVALID_ARGUMENT, "operation is NULL");
    const Operation *found = find_operation(operation);
    if (found == nullptr) fail(TTNN_STATUS_INVALID_ARGUMENT, "there is no operation \"%.64s\"", operation);
    const DType type = tensor_dtype(dtype);
    const Layout form = tensor_layout(layout);
    *out = (dtypes(*found) & takes::bit(type)) != 0 && (found->layouts & static_cast<uint32_t>(form)) != 0 &&
                   (form == Layout::kTile || !is_block_float(type))
               ? 1
               : 0;
  });
}

int32_t ttnn_extension_count(void) { return static_cast<int32_t>(extensions().size()); }

ttnn_status ttnn_extension(int32_t index, ttnn_extension_info *out) {
  return guard("extension", [&] {
    check_out_struct("out", out);
    if (index < 0 || index >= ttnn_extension_count()) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "index is %d, expected 0 to %d", index, ttnn_extension_count() - 1);
    }
    const Extension &extension = extensions()[static_cast<size_t>(index)];
    ttnn_extension_info info{};
    info.operation = extension.operation;
    info.rule = extension.rule;
    info.reason = extension.reason;
    write_struct(out, info);
  });
}

namespace {

// The rows and columns of a packing call.
void check_matrix(int64_t rows, int64_t cols) {
  constexpr int64_t kLimit = int64_t{1} << 40;
  if (rows < 1 || cols < 1 || rows >= kLimit || cols >= kLimit || rows > (kLimit - 1) / cols) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "%" PRId64 " x %" PRId64 " values: expected 1 to 2^40 - 1 of them", rows, cols);
  }
}

uint64_t size_in_tiles(DType dtype, int64_t rows, int64_t cols) {
  if (is_float(dtype)) return static_cast<uint64_t>(tiled_size(static_cast<int32_t>(dtype), rows, cols));
  return static_cast<uint64_t>(tile_up(rows) * tile_up(cols) * element_size(dtype));
}

DType packed_dtype(int32_t dtype) {
  const DType type = tensor_dtype(dtype);
  if (!is_float(type)) fail(TTNN_STATUS_DTYPE, "%s is not packed: expected a float dtype", name(type));
  return type;
}

}  // namespace

ttnn_status ttnn_tiled_size(int32_t dtype, int64_t rows, int64_t cols, uint64_t *out) {
  return guard("tiled_size", [&] {
    check_out(out, "out");
    const DType type = tensor_dtype(dtype);
    check_matrix(rows, cols);
    *out = size_in_tiles(type, rows, cols);
  });
}

ttnn_status ttnn_pack_tiles(int32_t dtype, int64_t rows, int64_t cols, const float *src, void *dst, uint64_t dst_size) {
  return guard("pack_tiles", [&] {
    check_out(src, "src");
    check_out(dst, "dst");
    const DType type = packed_dtype(dtype);
    check_matrix(rows, cols);
    if (dst_size < size_in_tiles(type, rows, cols)) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "dst has %" PRIu64 " bytes, %" PRId64 " x %" PRId64 " %s needs %" PRIu64,
           dst_size, rows, cols, name(type), size_in_tiles(type, rows, cols));
    }
    pack_tiles(dtype, rows, cols, src, dst);
  });
}

ttnn_status ttnn_unpack_tiles(int32_t dtype, int64_t rows, int64_t cols, const void *src, uint64_t src_size,
                              float *dst) {
  return guard("unpack_tiles", [&] {
    check_out(src, "src");
    check_out(dst, "dst");
    const DType type = packed_dtype(dtype);
    check_matrix(rows, cols);
    if (src_size != size_in_tiles(type, rows, cols)) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "src has %" PRIu64 " bytes, %" PRId64 " x %" PRId64 " %s has %" PRIu64,
           src_size, rows, cols, name(type), size_in_tiles(type, rows, cols));
    }
    unpack_tiles(dtype, rows, cols, src, dst);
  });
}
