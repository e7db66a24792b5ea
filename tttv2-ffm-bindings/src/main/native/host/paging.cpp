// SPDX-License-Identifier: Apache-2.0
#include "host/paging.hpp"

#include <algorithm>
#include <cinttypes>

namespace tttv2::host {

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
