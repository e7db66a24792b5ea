// SPDX-License-Identifier: Apache-2.0
//
// Page tables: which block of a paged cache holds a position. Their values are known only when an operation runs.
#pragma once

#include <cstdint>
#include <vector>

#include "host/call.hpp"
#include "host/tensor.hpp"

namespace tttv2::host {

// Some operations read rows of a page table in units of DRAM, also from L1.
void check_table_rows(const Spec &table);

// When an operation runs: the entries first_page .. last_page of a user must be blocks of the cache.
void check_pages(const Rows &table, int64_t user, int64_t first_page, int64_t last_page, int64_t blocks);

// The table with the pages before each user's first one standing for that one: the kernel reads whole groups of keys,
// also where they begin before a window, and pages that no window reaches need not exist. An idle user's first page is 0.
std::vector<int32_t> readable_pages(const Rows &table, const std::vector<int64_t> &first_pages);

}  // namespace tttv2::host
