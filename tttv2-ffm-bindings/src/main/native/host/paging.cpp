// SPDX-License-Identifier: Apache-2.0
#include "host/paging.hpp"

#include <algorithm>
#include <cinttypes>

namespace tttv2::host {

namespace {

void check_index_tensor(const Tensor &tensor, const char *argument, const char *text) {
  if (tensor.spec.dtype != DType::kInt32 || tensor.spec.layout != Layout::kRowMajor) {
    fail(TTNN_STATUS_DTYPE, "%s: %s is %s %s, expected INT32 ROW_MAJOR", text, argument, name(tensor.spec.dtype),
         name(tensor.spec.layout));
  }
}

}  // namespace

void check_page_table(const Tensor &table) {
  check_index_tensor(table, "page_table", "Expect page_table_tensor to have datatype INT32");
  if (table.spec.shape.rank() != 2) {
    fail(TTNN_STATUS_SHAPE, "page_table has shape %s, expected [B, P]", table.spec.shape.str().c_str());
  }
}

void check_positions(const Tensor &positions, const char *argument, int64_t users) {
  check_index_tensor(positions, argument, "Expect positions to have datatype INT32");
  if (positions.spec.shape.volume() != users || positions.spec.rows() != 1) {
    fail(TTNN_STATUS_SHAPE, "%s has shape %s, expected [%" PRId64 "]", argument, positions.spec.shape.str().c_str(),
         users);
  }
}

void check_cache(const Tensor &cache, const char *argument, int64_t kv_heads, int64_t size) {
  const Shape &shape = cache.spec.shape;
  if (shape.rank() != 4) {
    fail(TTNN_STATUS_SHAPE, "%s has shape %s, expected rank 4", argument, shape.str().c_str());
  }
  if (shape[1] != kv_heads || shape[3] != size) {
    fail(TTNN_STATUS_SHAPE, "%s has shape %s, expected %" PRId64 " heads of %" PRId64 " values", argument,
         shape.str().c_str(), kv_heads, size);
  }
}

void check_pages(const Rows &table, int64_t user, int64_t first_page, int64_t last_page, int64_t blocks) {
  const int32_t *entries = table.ints() + user * table.cols;
  for (int64_t page = first_page; page <= last_page; ++page) {
    if (entries[page] < 0 || entries[page] >= blocks) {
      fail(TTNN_STATUS_INVALID_ARGUMENT,
           "page_table[%" PRId64 "][%" PRId64 "] is %d, the cache has blocks 0 to %" PRId64, user, page, entries[page],
           blocks - 1);
    }
  }
}

std::vector<int32_t> readable_pages(const Rows &table, const std::vector<int64_t> &first_pages) {
  std::vector<int32_t> pages(table.ints(), table.ints() + table.rows * table.cols);
  for (size_t user = 0; user < first_pages.size(); ++user) {
    int32_t *entries = pages.data() + static_cast<int64_t>(user) * table.cols;
    std::fill_n(entries, first_pages[user], entries[first_pages[user]]);
  }
  return pages;
}

}  // namespace tttv2::host
