// SPDX-License-Identifier: Apache-2.0
//
// Attention with an online softmax over tiles of keys. The heads that share a kv head share its unpacked tiles. Where the
// processor multiplies bfloat16 (TileKernels), and queries, keys and values are no more than that, both products go
// there; a weight as the sum of two numbers: rounded to one, models choose other tokens.
//
// Tiles begin at multiples of their size and are taken in ascending order, so a row's bits depend on its own query, keys
// and values alone, not on the block of queries, the batch or the threads. A single query (decoding) goes in parts of
// kPartKeys keys, which threads share and which are merged in ascending order.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <string>

#include "common/thread_pool.hpp"
#include "isa.hpp"
#include "scratch.hpp"

namespace tttv2::host {

namespace {

constexpr int64_t kTileKeys = 64;    // a divisor of kPartKeys, as is
constexpr int64_t kTiledKeys = 128;  // the same for products in bfloat16
constexpr int64_t kPartKeys = 512;
constexpr int64_t kBlockRows = 64;    // queries x heads of a group that share a tile, where a group has fewer heads
constexpr int64_t kTiledBlockRows = 128;  // the same for products in bfloat16
constexpr float kLowest = -std::numeric_limits<float>::infinity();

// Memory of one thread, for a head dim of 128 and 64 rows: 32 KB of queries, 64 KB of tiles, 16 KB of scores; and what
// is merged from parts, on the calling thread: users x heads x parts x (head dim + 2) floats.
thread_local Scratch work_scratch, part_scratch;

const uint8_t *bytes(const void *p) { return static_cast<const uint8_t *>(p); }

const void *row_of(const KeyValues &cache, int64_t user, int64_t kv_head, int64_t position) {
  int64_t block = user;
  int64_t row = position;
  if (cache.page_table != nullptr) {
    const int64_t page = position / cache.block_size;
    block = cache.page_table[user * cache.pages + page];
    row = position % cache.block_size;
  }
  return bytes(cache.data) + block * cache.block_stride + kv_head * cache.head_stride + row * cache.row_stride;
}

// The rows of `count` positions from `position` on.
void rows_of(const KeyValues &cache, int64_t user, int64_t kv_head, int64_t position, int64_t count, const void **rows) {
  for (int64_t i = 0; i < count;) {
    const uint8_t *row = bytes(row_of(cache, user, kv_head, position + i));
    const int64_t end = cache.page_table == nullptr ? count : std::min(count, i + cache.block_size - (position + i) % cache.block_size);
    for (; i < end; ++i, row += cache.row_stride) rows[i] = row;
  }
}

// Keys [begin, end) that a query sees.
struct Visible {
  int64_t begin, end;
};

class Attention {
 public:
  Attention(const Kernels &kernels, const Sdpa &args)
      : kernels_(kernels),
        micro_(*kernels.micro),
        args_(args),
        tiles_(fits_tiles(args) ? kernels.micro->tiles : nullptr),
        group_(args.heads / args.kv_heads),
        width_(round_up(args.head_dim, kPanelCols)),
        same_strides_(args.k.row_stride == args.v.row_stride),
        tile_keys_(tiles_ != nullptr ? kTiledKeys : kTileKeys),
        block_queries_(std::max<int64_t>(1, (tiles_ != nullptr ? kTiledBlockRows : kBlockRows) / group_)) {}

  int64_t block_queries() const { return block_queries_; }
  int64_t group() const { return group_; }
  int64_t width() const { return width_; }

  bool idle(int64_t user) const { return args_.first_position != nullptr && args_.first_position[user] < 0; }

  Visible visible(int64_t user, int64_t query) const {
    const int64_t position = (args_.first_position != nullptr ? args_.first_position[user] : 0) + query;
    int64_t begin = 0;
    int64_t end = args_.keys;
    if (args_.causal) {
      end = args_.mask != nullptr ? std::min(args_.keys, position + 1) : position + 1;
      if (args_.window > 0) begin = std::max<int64_t>(0, position - args_.window + 1);
    } else if (args_.window > 0) {
      begin = std::max<int64_t>(0, position - args_.window / 2);
      end = std::min(end, position + args_.window / 2 + 1);
    }
    return {std::min(begin, end), end};
  }

  // Rows of a block: head-major, heads of the group x queries. Attends to keys [part_begin, part_end); sums, one row of
  // `width` floats for each row, and states receive what the online softmax has seen.
  void attend(int64_t user, int64_t kv_head, int64_t first_query, int64_t queries, int64_t part_begin, int64_t part_end,
              float *sums, SoftmaxState *states) const {
    const int64_t rows = group_ * queries;
    const Work work = workspace(rows);
    int64_t begin = std::numeric_limits<int64_t>::max();
    int64_t end = 0;
    for (int64_t r = 0; r < rows; ++r) {
      const int64_t query = first_query + r % queries;
      load_query(query_row(user, kv_head * group_ + r / queries, query), r, work);
      const Visible seen = visible(user, query);
      begin = std::min(begin, seen.begin);
      end = std::max(end, seen.end);
      states[r] = {kLowest, 0.0f};
    }
    std::memset(sums, 0, static_cast<size_t>(rows * width_) * sizeof(float));
    begin = std::max(begin / tile_keys_ * tile_keys_, part_begin);
    const int64_t seen_end = end;
    end = std::min(end, part_end);
    for (int64_t key = begin; key < end; key += tile_keys_) {
      const int64_t count = std::min(tile_keys_, end - key);
      const int64_t stride = round_up(count, kPanelCols);
      const Tile tile = {user, kv_head, key, count, seen_end};
      multiply_keys(tile, rows, work);
      for (int64_t r = 0; r < rows; ++r) {
        const int64_t query = first_query + r % queries;
        const Visible seen = visible(user, query);
        if (args_.mask != nullptr) load_mask(user, kv_head * group_ + r / queries, query, key, count, work.mask);
        micro_.softmax_step(work.scores + r * stride, args_.mask != nullptr ? work.mask : nullptr, args_.scale,
                            args_.softcap, std::clamp<int64_t>(seen.begin - key, 0, count),
                            std::clamp<int64_t>(seen.end - key, 0, count), stride, &states[r], sums + r * width_,
                            width_);
      }
      multiply_values(tile, rows, work, sums);
    }
  }

  // Takes the sink in, divides, and stores one row of the output.
  void finish(int64_t user, int64_t head, int64_t query, float *sums, SoftmaxState state) const {
    if (args_.sinks != nullptr) {
      const float top = std::max(state.max, args_.sinks[head]);
      if (top > kLowest) {
        const float factor = std::exp(state.max - top);
        micro_.scale(sums, factor, width_);
        state.sum = state.sum * factor + std::exp(args_.sinks[head] - top);
      }
    }
    if (state.sum != 0.0f) micro_.scale(sums, 1.0f / state.sum, width_);
    kernels_.pack_row(args_.out_dtype, sums, args_.head_dim, out_row(user, head, query));
  }

  void finish_idle(int64_t user, int64_t head, int64_t query, float *zeros) const {
    std::memset(zeros, 0, static_cast<size_t>(width_) * sizeof(float));
    kernels_.pack_row(args_.out_dtype, zeros, args_.head_dim, out_row(user, head, query));
  }

 private:
  // Keys of one kv head, and where those end that are seen.
  struct Tile {
    int64_t user, kv_head, key, count, end;
  };

  // A thread's memory for `rows` queries and a tile of keys, then values: q and tile hold float32 or, for tiles, bfloat16.
  struct Work {
    float *q, *scores, *tile, *mask;
    uint16_t *weights;  // two of bfloat16 for each score
    uint8_t *copies;    // of some rows of keys or values, in at most two bytes a value
  };

  // A tile's rows lie in one block of the cache.
  static bool fits_tiles(const KeyValues &cache) {
    return fits_bfloat16(cache.dtype) && (cache.page_table == nullptr || cache.block_size % kPanelCols == 0);
  }
  static bool fits_tiles(const Sdpa &args) {
    return args.q_dtype == DType::kBFloat16 && args.head_dim % kTileDepth == 0 && fits_tiles(args.k) && fits_tiles(args.v);
  }

  Work workspace(int64_t rows) const {
    const int64_t q = rows * args_.head_dim, scores = rows * tile_keys_, tile = tile_keys_ * width_;
    const int64_t weights = tiles_ == nullptr ? 0 : scores;
    const int64_t copies = tiles_ == nullptr ? 0 : kTileDepth * width_ / 2;
    Work work{};
    work.q = work_scratch.floats(q + scores + tile + tile_keys_ + weights + copies);
    work.scores = work.q + q;
    work.tile = work.scores + scores;
    work.mask = work.tile + tile;
    work.weights = reinterpret_cast<uint16_t *>(work.mask + tile_keys_);
    work.copies = reinterpret_cast<uint8_t *>(work.mask + tile_keys_ + weights);
    return work;
  }

  void load_query(const void *row, int64_t r, const Work &work) const {
    if (tiles_ == nullptr) {
      kernels_.unpack_row(args_.q_dtype, row, args_.head_dim, work.q + r * args_.head_dim);
    } else {
      std::memcpy(reinterpret_cast<uint16_t *>(work.q) + r * args_.head_dim, row, static_cast<size_t>(args_.head_dim * 2));
    }
  }

  // While a tile's keys are read its values are fetched, and meanwhile with these the next tile's keys: they lie in other pages of memory,
  // where the processor does not look ahead by itself. Null: there are not as many.
  const void *const *next_keys(const Tile &tile, const void **rows) const {
    const int64_t key = tile.key + tile_keys_;
    if (key + tile.count > tile.end) return nullptr;
    rows_of(args_.k, tile.user, tile.kv_head, key, tile.count, rows);
    return rows;
  }
  // The first of those that stand where keys from .. from + count of the tile do; null as well where rows are not as far apart.
  const void *value_row(const Tile &tile, int64_t from) const {
    return same_strides_ ? row_of(args_.v, tile.user, tile.kv_head, tile.key + from) : nullptr;
  }
  const void *next_key_row(const Tile &tile, int64_t from, int64_t count) const {
    const int64_t key = tile.key + tile_keys_ + from;
    return same_strides_ && key + count <= tile.end ? row_of(args_.k, tile.user, tile.kv_head, key) : nullptr;
  }
  static void fetch(const void *row, int64_t size) {
    for (int64_t i = 0; i < size; i += 64) __builtin_prefetch(bytes(row) + i);
  }

  // scores [rows, round_up(count, 32)] = q k^T.
  void multiply_keys(const Tile &tile, int64_t rows, const Work &work) const {
    const int64_t dim = args_.head_dim;
    const int64_t panels = (tile.count + kPanelCols - 1) / kPanelCols;
    if (tiles_ == nullptr) {
      load_keys(tile, work.tile);
      micro_.multiply(work.q, dim, rows, dim, work.tile, panels, work.scores, panels * kPanelCols, false);
    } else {
      tile_keys(tile, work);
      tiles_->multiply(plain_rows(work.q, dim * 2), rows, dim, work.tile, panels, work.scores, panels * kPanelCols, false);
    }
  }

  // sums [rows, width] += weights v; the weights are where the scores were.
  void multiply_values(const Tile &tile, int64_t rows, const Work &work, float *sums) const {
    const int64_t stride = round_up(tile.count, kPanelCols);
    const int64_t panels = width_ / kPanelCols;
    if (tiles_ != nullptr) {
      uint16_t *upper = work.weights;
      uint16_t *lower = upper + rows * stride;
      tiles_->split(work.scores, rows * stride, upper, lower);
      tile_values(tile, work);
      tiles_->multiply(plain_rows(upper, stride * 2), rows, stride, work.tile, panels, sums, width_, true);
      tiles_->multiply(plain_rows(lower, stride * 2), rows, stride, work.tile, panels, sums, width_, true);
      return;
    }
    const void *values[kTileKeys], *later[kTileKeys];
    rows_of(args_.v, tile.user, tile.kv_head, tile.key, tile.count, values);
    const void *const *next = next_keys(tile, later);
    if (rows <= micro_.stored_rows && args_.head_dim == width_ && is_plain_float(args_.v.dtype)) {
      micro_.multiply_stored(work.scores, stride, rows, tile.count, args_.v.dtype, values, width_, next, sums, width_);
    } else {
      const int64_t bytes_of_row = row_bytes(args_.k.dtype, args_.head_dim);
      for (int64_t i = 0; next != nullptr && i < tile.count; ++i) fetch(next[i], bytes_of_row);
      micro_.panels(args_.v.dtype, values, tile.count, args_.head_dim, 0, args_.head_dim, work.tile);
      micro_.multiply(work.scores, stride, rows, tile.count, work.tile, panels, sums, width_, true);
    }
  }

  void load_keys(const Tile &tile, float *panels) const {
    const void *rows[kPanelCols], *values[kPanelCols];
    for (int64_t from = 0; from < tile.count; from += kPanelCols) {
      const int64_t here = std::min(kPanelCols, tile.count - from);
      rows_of(args_.k, tile.user, tile.kv_head, tile.key + from, here, rows);
      rows_of(args_.v, tile.user, tile.kv_head, tile.key + from, here, values);
      micro_.transposed_panel(args_.k.dtype, rows, here, args_.head_dim, 0, args_.head_dim, values, panels + from * args_.head_dim);
    }
  }

  void tile_keys(const Tile &tile, const Work &work) const {
    constexpr int64_t kSide = kPanelCols / 2;
    const int64_t dim = args_.head_dim;
    const int64_t bytes_of_row = dim * 2, stored_bytes = row_bytes(args_.k.dtype, dim);
    auto *tiles = reinterpret_cast<uint8_t *>(work.tile);
    for (int64_t from = 0; from < round_up(tile.count, kPanelCols); from += kSide) {
      const int64_t here = std::clamp<int64_t>(tile.count - from, 0, kSide);
      const void *rows = here > 0 ? row_of(args_.k, tile.user, tile.kv_head, tile.key + from) : nullptr;
      const void *next = here > 0 ? value_row(tile, from) : nullptr;
      int64_t stride = args_.k.row_stride;
      if (here < kSide || args_.k.dtype != DType::kBFloat16 || stride % 4 != 0) {
        for (int64_t i = 0; i < here; ++i) {
          const void *row = static_cast<const uint8_t *>(rows) + i * args_.k.row_stride;
          if (next != nullptr) fetch(bytes(next) + i * args_.k.row_stride, stored_bytes);
          tiles_->unpack_row(args_.k.dtype, row, dim, work.copies + i * bytes_of_row);
        }
        std::memset(work.copies + here * bytes_of_row, 0, static_cast<size_t>((kSide - here) * bytes_of_row));
        rows = work.copies;
        stride = bytes_of_row;
        next = nullptr;
      }
      tiles_->pack_columns(rows, stride, dim, from % kPanelCols != 0, next, tiles + from / kPanelCols * kPanelCols * bytes_of_row);
    }
  }

  void tile_values(const Tile &tile, const Work &work) const {
    const int64_t dim = args_.head_dim;
    const int64_t panel_bytes = round_up(tile.count, kPanelCols) * kPanelCols * 2;
    const int64_t bytes_of_row = row_bytes(args_.v.dtype, dim);
    auto *tiles = reinterpret_cast<uint8_t *>(work.tile);
    for (int64_t from = 0; from < tile.count; from += kTileDepth) {
      const int64_t here = std::min(kTileDepth, tile.count - from);
      const void *rows = row_of(args_.v, tile.user, tile.kv_head, tile.key + from);
      int64_t stride = args_.v.row_stride;
      uint8_t *to = tiles + from * kPanelCols * 2;
      const void *next = next_key_row(tile, from, here);
      if (here < kTileDepth) {  // what stands behind the keys has no weight, but may be no number
        for (int64_t i = 0; i < here; ++i) {
          std::memcpy(work.copies + i * bytes_of_row, static_cast<const uint8_t *>(rows) + i * stride,
                      static_cast<size_t>(bytes_of_row));
        }
        std::memset(work.copies + here * bytes_of_row, 0, static_cast<size_t>((kTileDepth - here) * bytes_of_row));
        rows = work.copies;
        stride = bytes_of_row;
      }
      tiles_->pack_rows(args_.v.dtype, rows, stride, kTileDepth, dim, 0, dim, next, to, panel_bytes);
    }
  }

  const void *query_row(int64_t user, int64_t head, int64_t query) const {
    return bytes(args_.q) + user * args_.q_user_stride + head * args_.q_head_stride + query * args_.q_row_stride;
  }
  void *out_row(int64_t user, int64_t head, int64_t query) const {
    return static_cast<uint8_t *>(args_.out) + user * args_.out_user_stride + head * args_.out_head_stride +
           query * args_.out_row_stride;
  }

  void load_mask(int64_t user, int64_t head, int64_t query, int64_t key, int64_t count, float *mask) const {
    const uint8_t *row = bytes(args_.mask) + user * args_.mask_user_stride + head * args_.mask_head_stride +
                         query * args_.mask_row_stride;
    std::memset(mask, 0, static_cast<size_t>(tile_keys_) * sizeof(float));
    micro_.unpack_columns(args_.mask_dtype, row, args_.mask_cols, key, count, mask);
  }

  const Kernels &kernels_;
  const Microkernels &micro_;
  const Sdpa &args_;
  const TileKernels *tiles_;  // null: in float32
  const int64_t group_;
  const int64_t width_;  // of a row of sums: the head dim in whole panels
  const bool same_strides_;  // of keys and values
  const int64_t tile_keys_;
  const int64_t block_queries_;
};

void many_queries(ThreadPool &pool, const Attention &attention, const Sdpa &args) {
  const int64_t blocks = (args.queries + attention.block_queries() - 1) / attention.block_queries();
  pool.parallel_for(args.users * args.kv_heads * blocks, 1, [&](int64_t from, int64_t to, int) {
    const int64_t most = attention.group() * attention.block_queries();
    float *sums = part_scratch.floats(most * (attention.width() + 2));
    auto *states = reinterpret_cast<SoftmaxState *>(sums + most * attention.width());
    for (int64_t task = from; task < to; ++task) {
      // The last queries of a causal prompt have the most keys: they come first.
      const int64_t block = blocks - 1 - task / (args.users * args.kv_heads);
      const int64_t user = task % (args.users * args.kv_heads) / args.kv_heads;
      const int64_t kv_head = task % args.kv_heads;
      const int64_t first = block * attention.block_queries();
      const int64_t queries = std::min(attention.block_queries(), args.queries - first);
      const bool idle = attention.idle(user);
      if (!idle) attention.attend(user, kv_head, first, queries, 0, std::numeric_limits<int64_t>::max(), sums, states);
      for (int64_t r = 0; r < attention.group() * queries; ++r) {
        const int64_t head = kv_head * attention.group() + r / queries;
        float *row = sums + r * attention.width();
        if (idle) {
          attention.finish_idle(user, head, first + r % queries, row);
        } else {
          attention.finish(user, head, first + r % queries, row, states[r]);
        }
      }
    }
  });
}

void one_query(ThreadPool &pool, const Kernels &kernels, const Attention &attention, const Sdpa &args) {
  int64_t parts = 1;
  for (int64_t user = 0; user < args.users; ++user) {
    if (!attention.idle(user)) parts = std::max(parts, (attention.visible(user, 0).end + kPartKeys - 1) / kPartKeys);
  }
  const int64_t width = attention.width();
  const int64_t group = attention.group();
  const int64_t rows = args.users * args.heads * parts;  // (user, kv head, part, head of the group)
  float *sums = part_scratch.floats(rows * (width + 2));
  auto *states = reinterpret_cast<SoftmaxState *>(sums + rows * width);
  pool.parallel_for(args.users * args.kv_heads * parts, 1, [&](int64_t from, int64_t to, int) {
    for (int64_t task = from; task < to; ++task) {
      const int64_t user = task / (args.kv_heads * parts);
      const int64_t kv_head = task / parts % args.kv_heads;
      const int64_t part = task % parts;
      const Visible seen = attention.idle(user) ? Visible{0, 0} : attention.visible(user, 0);
      const int64_t begin = part * kPartKeys;
      const int64_t end = begin + kPartKeys;
      if (begin >= seen.end || end <= seen.begin) {
        for (int64_t g = 0; g < group; ++g) states[task * group + g] = {kLowest, 0.0f};
      } else {
        attention.attend(user, kv_head, 0, 1, begin, end, sums + task * group * width, states + task * group);
      }
    }
  });
  for (int64_t user = 0; user < args.users; ++user) {
    for (int64_t head = 0; head < args.heads; ++head) {
      const int64_t first = (user * args.kv_heads + head / group) * parts * group + head % group;
      float *total = sums + first * width;
      if (attention.idle(user)) {
        attention.finish_idle(user, head, 0, total);
        continue;
      }
      SoftmaxState &state = states[first];
      if (state.max == kLowest) std::memset(total, 0, static_cast<size_t>(width) * sizeof(float));
      for (int64_t part = 1; part < parts; ++part) {
        const int64_t next = first + part * group;
        const SoftmaxState &other = states[next];
        if (other.max == kLowest) continue;
        const float top = std::max(state.max, other.max);
        const float keep = std::exp(state.max - top);
        const float take = std::exp(other.max - top);
        kernels.micro->scale(total, keep, width);
        kernels.micro->scale(sums + next * width, take, width);
        kernels.add(total, sums + next * width, total, width);
        state = {top, state.sum * keep + other.sum * take};
      }
      attention.finish(user, head, 0, total, state);
    }
  }
}

void check(const KeyValues &cache, const char *name, int64_t keys) {
  if (cache.page_table != nullptr && keys > cache.pages * cache.block_size) {
    throw std::invalid_argument("sdpa: " + std::string(name) + " has " + std::to_string(cache.pages) + " pages of " +
                                std::to_string(cache.block_size) + " positions, expected at least " +
                                std::to_string(keys) + " positions");
  }
}

}  // namespace

void sdpa(ThreadPool &pool, const Kernels &kernels, const Sdpa &args) {
  if (args.kv_heads <= 0 || args.heads % args.kv_heads != 0) {
    throw std::invalid_argument("sdpa: " + std::to_string(args.heads) + " heads, expected a multiple of " +
                                std::to_string(args.kv_heads) + " kv heads");
  }
  if (args.users <= 0 || args.heads <= 0 || args.queries <= 0 || args.head_dim <= 0) return;
  const Attention attention(kernels, args);
  for (int64_t user = 0; user < args.users; ++user) {
    if (attention.idle(user)) continue;
    check(args.k, "k", attention.visible(user, args.queries - 1).end);
    check(args.v, "v", attention.visible(user, args.queries - 1).end);
  }
  if (args.queries == 1) {
    one_query(pool, kernels, attention, args);
  } else {
    many_queries(pool, attention, args);
  }
}

}  // namespace tttv2::host
