// SPDX-License-Identifier: Apache-2.0
//
// Writing to caches of keys and values.
#include "common/rules.hpp"
#include "common/structs.hpp"
#include "ttnn/call.hpp"

using namespace tttv2;
using namespace tttv2::ttnn;

namespace {

Tensor &target(Call &call, const Operation &operation, ttnn_tensor *cache) {
  Tensor &tensor = call.input(operation, cache, "cache");
  check_writable(tensor, "cache");
  return tensor;
}

}  // namespace

ttnn_status ttnn_paged_fill_cache(ttnn_tensor *cache, ttnn_tensor *x, ttnn_tensor *page_table, int32_t batch_idx) {
  return guard(ops::kPagedFillCache, [&] {
    Call call(cache, "cache");
    Tensor &to = target(call, ops::kPagedFillCache, cache);
    Tensor &values = call.tensor(x, "x");
    Tensor &table = call.tensor(page_table, "page_table");
    check_page_table(table.plain());
    const Shape &pages = table.shape();
    if (batch_idx < 0 || batch_idx >= pages[0]) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "batch_idx is %d, page_table has shape %s", batch_idx, pages.str().c_str());
    }
    // TTNN compares padded extents.
    const int64_t positions = values.shape().rank() == 4 ? values.shape()[2] : 0;
    const int64_t block = to.shape().rank() == 4 ? to.shape()[2] : 0;
    if (positions > pages.back() * block && block > 0) {
      fail(TTNN_STATUS_SHAPE, "x has %lld positions, the page table %lld blocks of %lld", static_cast<long long>(positions),
           static_cast<long long>(pages.back()), static_cast<long long>(block));
    }
    Arguments(bound::kPagedFillCache)
        .add(to.object.get())
        .add(values.object.get())
        .add(table.object.get())
        .key(Key::kBatchIdx, integer(batch_idx))
        .call();
    call.record_inputs();
  });
}

ttnn_status ttnn_paged_update_cache(ttnn_tensor *cache, ttnn_tensor *x, ttnn_tensor *update_idxs,
                                    ttnn_tensor *page_table) {
  return guard(ops::kPagedUpdateCache, [&] {
    Call call(cache, "cache");
    Tensor &to = target(call, ops::kPagedUpdateCache, cache);
    Tensor &values = call.tensor(x, "x");
    Tensor &positions = call.tensor(update_idxs, "update_idxs");
    Tensor *table = call.optional(page_table, "page_table");
    const Shape &shape = values.shape();
    check_cache(to.plain(), "cache", shape.back(1), shape.back());
    check_positions(positions.plain(), "update_idxs", shape.back(2));
    if (table != nullptr) check_page_table(table->plain());
    check_users(table == nullptr ? to.plain() : table->plain(), table == nullptr ? "cache" : "page_table", shape.back(2));
    Arguments(bound::kPagedUpdateCache)
        .add(to.object.get())
        .add(values.object.get())
        .key(Key::kUpdateIdxsTensor, positions.object.get())
        .key(Key::kPageTable, table == nullptr ? nullptr : table->object.get())
        .call();
    call.record_inputs();
  });
}

ttnn_status ttnn_fill_cache(ttnn_tensor *cache, ttnn_tensor *x, int32_t batch_idx, int64_t update_idx) {
  return guard(ops::kFillCache, [&] {
    Call call(cache, "cache");
    Tensor &to = target(call, ops::kFillCache, cache);
    Tensor &values = call.tensor(x, "x");
    const Shape &shape = to.shape();
    if (batch_idx < 0 || batch_idx >= shape[0]) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "batch_idx is %d, cache has shape %s", batch_idx, shape.str().c_str());
    }
    check_filled_positions(to.plain(), update_idx, values.shape().back(1));
    Arguments(bound::kFillCache)
        .add(to.object.get())
        .add(values.object.get())
        .add(integer(batch_idx))
        .key(Key::kUpdateIdx, integer(update_idx))
        .call();
    call.record_inputs();
  });
}
