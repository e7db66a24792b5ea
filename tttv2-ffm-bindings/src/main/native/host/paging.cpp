// SPDX-License-Identifier: Apache-2.0
#include "host/paging.hpp"

#include <algorithm>
#include <cinttypes>

#include "host/shards.hpp"

namespace tttv2::host {

void check_table_rows(const Spec &table) {
  constexpr int64_t kUnit = 32;
  const MemoryConfig &memory = table.memory;
  const int64_t width = memory.sharded() ? memory.shard_width : table.cols();
  const int64_t bytes = divide_up(width * element_size(table.dtype), row_unit(memory)) * row_unit(memory);
  if (bytes % kUnit != 0) {
    fail(TTNN_STATUS_INVALID_ARGUMENT,
         "page table page size in bytes must be a multiple of %" PRId64 " due to address alignment: in L1 a row takes %" PRId64, kUnit,
         bytes);
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
