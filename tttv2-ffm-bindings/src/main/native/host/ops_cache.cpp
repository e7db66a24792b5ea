// SPDX-License-Identifier: Apache-2.0
//
// Writing keys and values to caches.
#include <algorithm>
#include <cinttypes>
#include <cstring>

#include "host/call.hpp"
#include "common/operations.hpp"
#include "common/rules.hpp"
#include "host/paging.hpp"
#include "host/rows.hpp"
#include "host/shards.hpp"

using namespace tttv2;
using namespace tttv2::host;

namespace {

// A cache and what goes into it; x overlaps the cache only if it is a view of it.
void check_target(const Tensor &cache, const Tensor &x, const Operation &operation) {
  check_input(operation, cache.spec, "cache");
  check_input(operation, x.spec, "x");
  check_writable(cache, "cache");
  if (x.spec.shape.rank() != 4 || x.spec.shape[0] != 1) {
    fail(TTNN_STATUS_SHAPE, "x has shape %s, expected rank 4 and 1 first", x.spec.shape.str().c_str());
  }
  if (Rows(cache).overlaps(Rows(x))) fail(TTNN_STATUS_INVALID_ARGUMENT, "x shares its buffer with the cache");
}

// Shards of rows that fill_cache reads: whole ones of a head each, in L1, on the first cores from (0, 0), row by row.
void check_filling_shards(const Spec &x) {
  const MemoryConfig &memory = x.memory;
  if (!memory.sharded()) return;
  const Shape padded = x.padded_shape();
  if (memory.memory_layout == TTNN_MEMORY_LAYOUT_WIDTH_SHARDED || memory.shard_width != padded.back() ||
      padded.back(1) % memory.shard_height != 0) {
    fail(TTNN_STATUS_SHAPE, "Seq len must be divisible by shard height, and the shards of x as wide as its rows: %d x %d of %s",
         memory.shard_height, memory.shard_width, x.shape.str().c_str());
  }
  if (memory.buffer_type != TTNN_BUFFER_TYPE_L1) fail(TTNN_STATUS_INVALID_ARGUMENT, "the shards of x must be in L1");
  int32_t columns = 0;
  for (int32_t i = 0; i < memory.num_ranges; ++i) columns = std::max(columns, memory.ranges[i].end_x + 1);
  for (int32_t i = 0; i < memory.num_ranges; ++i) {
    const ttnn_core_range &range = memory.ranges[i];
    if (range.end_y * columns + range.end_x >= core_count(memory)) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "the cores of x must be the first ones of %d columns from (0, 0) on", columns);
    }
  }
}

void check_same_dtype(const Tensor &cache, const Tensor &x) {
  if (cache.spec.dtype != x.spec.dtype) {
    fail(TTNN_STATUS_DTYPE, "cast prefill K/V to the cache dtype before filling: x is %s, the cache %s",
         name(x.spec.dtype), name(cache.spec.dtype));
  }
}

}  // namespace

ttnn_status ttnn_paged_fill_cache(ttnn_tensor *cache_handle, ttnn_tensor *x_handle, ttnn_tensor *table_handle,
                                  int32_t batch_idx) {
  return run(ops::kPagedFillCache, cache_handle, "cache", [&](Call &call) {
    const Tensor &cache_tensor = call.tensor(cache_handle, "cache");
    const Tensor &x_tensor = call.tensor(x_handle, "x");
    const Tensor &table_tensor = call.tensor(table_handle, "page_table");
    check_target(cache_tensor, x_tensor, ops::kPagedFillCache);
    check_same_dtype(cache_tensor, x_tensor);
    check_page_table(table_tensor.spec);
    check_interleaved(table_tensor.spec, "page_table");
    check_table_rows(table_tensor.spec);
    check_interleaved(x_tensor.spec, "x");
    const Shape &shape = x_tensor.spec.shape;
    check_cache(cache_tensor.spec, "cache", shape[1], shape[3]);
    const Shape &table_shape = table_tensor.spec.shape;
    if (batch_idx < 0 || batch_idx >= table_shape[0]) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "batch_idx is %d, page_table has shape %s", batch_idx,
           table_shape.str().c_str());
    }
    const int64_t kv_heads = shape[1];
    const int64_t length = shape[2];
    const int64_t blocks = cache_tensor.spec.shape[0];
    const int64_t block = cache_tensor.spec.shape[2];
    if (length > table_shape[1] * block) {
      fail(TTNN_STATUS_SHAPE, "x has %" PRId64 " positions, the page table %" PRId64 " blocks of %" PRId64, length,
           table_shape[1], block);
    }
    call.device().run(ops::kPagedFillCache.name, [=, cache = Rows(cache_tensor), x = Rows(x_tensor),
                                                  table = Rows(table_tensor)](Device &d) {
      const int32_t *entries = table.ints() + batch_idx * table.cols;
      const int64_t pages = (length + block - 1) / block;
      for (int64_t page = 0; page < pages; ++page) {
        if (entries[page] != -1) check_pages(table, batch_idx, page, page, blocks);
      }
      // By heads: pages may name a block twice.
      d.parallel(kv_heads, length * x.stride / 8, [&](int64_t begin, int64_t end, int) {
        for (int64_t head = begin; head < end; ++head) {
          for (int64_t page = 0; page < pages; ++page) {
            if (entries[page] == -1) continue;
            const int64_t first = page * block;
            std::memcpy(cache.row((entries[page] * kv_heads + head) * block), x.row(head * length + first),
                        static_cast<size_t>(std::min(block, length - first) * x.stride));
          }
        }
      });
    });
  });
}

ttnn_status ttnn_paged_update_cache(ttnn_tensor *cache_handle, ttnn_tensor *x_handle, ttnn_tensor *positions_handle,
                                    ttnn_tensor *table_handle) {
  return run(ops::kPagedUpdateCache, cache_handle, "cache", [&](Call &call) {
    const Tensor &cache_tensor = call.tensor(cache_handle, "cache");
    const Tensor &x_tensor = call.tensor(x_handle, "x");
    const Tensor &positions_tensor = call.tensor(positions_handle, "update_idxs");
    const Tensor *table_tensor = call.optional(table_handle, "page_table");
    check_target(cache_tensor, x_tensor, ops::kPagedUpdateCache);
    if (x_tensor.spec.dtype != DType::kBFloat16 && x_tensor.spec.dtype != DType::kFloat32) {
      fail(TTNN_STATUS_DTYPE, "x is %s, expected BFLOAT16 or FLOAT32", name(x_tensor.spec.dtype));
    }
    if (x_tensor.spec.memory.memory_layout != TTNN_MEMORY_LAYOUT_HEIGHT_SHARDED) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "Expect input_tensor to be sharded: x is not HEIGHT_SHARDED");
    }
    if (x_tensor.spec.memory.orientation != TTNN_SHARD_ORIENTATION_ROW_MAJOR) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "Only ROW_MAJOR sharding is supported: the shards of x are COL_MAJOR");
    }
    const Shape &shape = x_tensor.spec.shape;
    const Shape &cache_shape = cache_tensor.spec.shape;
    const int64_t users = shape[1];
    // So TTNN 0.81.1 has it, which takes a shard's height for their number.
    if (x_tensor.spec.physical_height() % x_tensor.spec.memory.shard_height != 0) {
      fail(TTNN_STATUS_SHAPE, "Input tensor's height must be divisible by the height of the shards: height = %" PRId64 ", shards %d",
           x_tensor.spec.physical_height(), x_tensor.spec.memory.shard_height);
    }
    if (core_count(x_tensor.spec.memory) != users) {
      fail(TTNN_STATUS_SHAPE,
           "Input tensor shard grid must have num_cores (%" PRId64 ") equal to the number of users / batch (%" PRId64 ")",
           core_count(x_tensor.spec.memory), users);
    }
    const int64_t kv_heads = shape[2];
    check_cache(cache_tensor.spec, "cache", kv_heads, shape[3]);
    check_interleaved(cache_tensor.spec, "cache");
    check_positions(positions_tensor.spec, "update_idxs", users);
    check_interleaved(positions_tensor.spec, "update_idxs");
    if (positions_tensor.spec.memory.buffer_type != TTNN_BUFFER_TYPE_DRAM) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "Expect update_idxs to have buffer type DRAM");
    }
    if (table_tensor != nullptr) {
      check_page_table(table_tensor->spec);
      check_interleaved(table_tensor->spec, "page_table");
      check_users(table_tensor->spec, "page_table", users);
      if (table_tensor->spec.shape[1] > cache_shape[0]) {
        fail(TTNN_STATUS_INVALID_ARGUMENT,
             "max_num_blocks_per_seq must be less than max_num_blocks: page_table has shape %s, the cache %" PRId64 " blocks",
             table_tensor->spec.shape.str().c_str(), cache_shape[0]);
      }
    } else {
      check_users(cache_tensor.spec, "cache", users);
    }
    const bool paged = table_tensor != nullptr;
    const int64_t block = cache_shape[2];
    const int64_t limit = paged ? table_tensor->spec.shape[1] * block : block;
    call.device().run(ops::kPagedUpdateCache.name,
                      [=, cache = Rows(cache_tensor), x = Rows(x_tensor), positions = Rows(positions_tensor),
                       table = paged ? Rows(*table_tensor) : Rows()](Device &d) {
                        for (int64_t user = 0; user < users; ++user) {
                          const int64_t position = positions.ints()[user];
                          if (position < 0) continue;
                          if (position >= limit) {
                            fail(TTNN_STATUS_INVALID_ARGUMENT,
                                 "update_idxs[%" PRId64 "] is %" PRId64 ", the cache has %" PRId64 " positions for a user",
                                 user, position, limit);
                          }
                          if (paged) check_pages(table, user, position / block, position / block, cache_shape[0]);
                        }
                        for (int64_t user = 0; user < users; ++user) {
                          const int64_t position = positions.ints()[user];
                          if (position < 0) continue;
                          const int64_t page = paged ? table.ints()[user * table.cols + position / block] : user;
                          for (int64_t head = 0; head < kv_heads; ++head) {
                            const float *values =
                                load(d.kernels(), x, user * kv_heads + head, d.scratch(0, 0, x.cols));
                            store(d.kernels(), cache, (page * kv_heads + head) * block + position % block, values);
                          }
                        }
                      });
  });
}

ttnn_status ttnn_fill_cache(ttnn_tensor *cache_handle, ttnn_tensor *x_handle, int32_t batch_idx, int64_t update_idx) {
  return run(ops::kFillCache, cache_handle, "cache", [&](Call &call) {
    const Tensor &cache_tensor = call.tensor(cache_handle, "cache");
    const Tensor &x_tensor = call.tensor(x_handle, "x");
    check_target(cache_tensor, x_tensor, ops::kFillCache);
    check_same_dtype(cache_tensor, x_tensor);
    check_interleaved(cache_tensor.spec, "cache");
    check_filling_shards(x_tensor.spec);
    const Shape &shape = x_tensor.spec.shape;
    check_cache(cache_tensor.spec, "cache", shape[1], shape[3]);
    const Shape &cache_shape = cache_tensor.spec.shape;
    const int64_t capacity = cache_shape[2];
    if (batch_idx < 0 || batch_idx >= cache_shape[0]) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "batch_idx is %d, cache has shape %s", batch_idx, cache_shape.str().c_str());
    }
    if (update_idx % TTNN_TILE_SIZE != 0) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "Fill update_idx (%" PRId64 ") must be a multiple of TILE_HEIGHT (32)", update_idx);
    }
    check_filled_positions(cache_tensor.spec, update_idx, shape[2]);
    const int64_t kv_heads = shape[1];
    const int64_t length = shape[2];
    call.device().run(ops::kFillCache.name, [=, cache = Rows(cache_tensor), x = Rows(x_tensor)](Device &d) {
      d.parallel(kv_heads, length * x.stride / 8, [&](int64_t begin, int64_t end, int) {
        for (int64_t head = begin; head < end; ++head) {
          std::memcpy(cache.row((batch_idx * kv_heads + head) * capacity + update_idx), x.row(head * length),
                      static_cast<size_t>(length * x.stride));
        }
      });
    });
  });
}
