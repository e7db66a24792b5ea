// SPDX-License-Identifier: Apache-2.0
//
// Blocks and threads of the matrix product.
//
// Few rows (decoding): each thread takes strips of columns and streams b as it is packed, block floats in panels as integers.
// Many rows (prefill): a is unpacked once, and each thread unpacks b in panels of float32 that stay in its L2 cache. b
// transposed always goes by these.
#include <algorithm>
#include <atomic>
#include <cstring>
#include <initializer_list>

#include "common/thread_pool.hpp"
#include "isa.hpp"
#include "scratch.hpp"

namespace tttv2::host {

namespace {

constexpr int64_t kPanelDepth = 256;           // depth of the panels of b
constexpr int64_t kStripCols = 128;            // most columns in a strip of panels
constexpr int64_t kBlockRows = 256;            // most rows of c that a thread works on at a time
constexpr int64_t kTiledBlockRows = 1024;      // the same in tiles, where a panel is sooner multiplied than made
constexpr int64_t kTiledBlock = 1 << 17;       // floats of c in such a block
constexpr int64_t kWideStripCols = 1024;       // most columns in a strip of tiles
constexpr int64_t kUnpackedFloats = 2 << 20;   // most of a unpacked at a time: 8 MB
constexpr int64_t kGemvFloats = 2048;          // accumulators of a strip of few rows: 8 KB
constexpr int64_t kGrainMultiplyAdds = 32768;  // too little work to wake another thread

// Memory of one thread: the panels of b and a block of c, at most 128 + 128 KB, or in tiles 512 + 512 KB and, for b
// transposed, 1 MB; and unpacked rows of a, at most 8 MB or kGemvRows rows.
thread_local Scratch panel_scratch, tile_scratch, block_scratch, a_scratch;
thread_local Scratch gate_scratch;  // two rows of a strip

const uint8_t *row_of(const Matrix &matrix, int64_t row) {
  return static_cast<const uint8_t *>(matrix.data) + row * matrix.stride;
}

// The panels of rows k .. k + 64, from column begin on.
const uint8_t *panels_of(const Matrix &matrix, int64_t k, int64_t begin) {
  return row_of(matrix, k) + begin / kPanelCols * weight_panel_bytes(matrix.dtype);
}

// A part of c, from float32 accumulators.
class Output {
 public:
  Output(const Kernels &kernels, const Gemm &gemm) : kernels_(kernels), gemm_(gemm) {}

  void write(int64_t row, int64_t begin, int64_t count, float *sums) const {
    if (gemm_.bias != nullptr) kernels_.add(sums, gemm_.bias + begin, sums, count);
    kernels_.activate(gemm_.activation, sums, count);
    kernels_.micro->pack_columns(gemm_.c_dtype, sums, gemm_.n, begin, count,
                                 static_cast<uint8_t *>(gemm_.c) + row * gemm_.c_stride);
  }

 private:
  const Kernels &kernels_;
  const Gemm &gemm_;
};

// Rows of a as float32, `stride` floats apart; or for tiles.
struct Rows {
  const float *data;
  int64_t stride;
  const TileKernels *tiles = nullptr;
  TileRows rows{};
};

const TileKernels *tiles_for(const Kernels &kernels, const Gemm &g) {
  const TileKernels *tiles = kernels.micro->tiles;
  const bool fit = tiles != nullptr && g.m >= tiles->fewest_rows && g.k > 0 && g.k % kTileDepth == 0 &&
                   g.a.dtype == DType::kBFloat16 && !g.a_transposed && fits_bfloat16(g.b.dtype);
  return fit ? tiles : nullptr;
}

bool in_integers(const Kernels &kernels, const Gemm &g) {
  return g.b.form == Form::kPanels && !is_plain_float(g.b.dtype) && g.m <= kernels.micro->integer_rows &&
         g.a.dtype != DType::kFloat32;
}

bool readable_in_place(const Gemm &g) {
  return g.a.dtype == DType::kFloat32 && !g.a_transposed && g.a.stride % 4 == 0 &&
         reinterpret_cast<uintptr_t>(g.a.data) % 4 == 0;
}

// Unpacks rows first .. first + count of a, or of its transpose, into dst, k apart.
void unpack_a(ThreadPool &pool, const Kernels &kernels, const Gemm &g, int64_t first, int64_t count, float *dst) {
  const Microkernels &micro = *kernels.micro;
  if (!g.a_transposed) {
    const int64_t grain = std::max<int64_t>(1, kGrainMultiplyAdds / std::max<int64_t>(1, g.k));
    pool.parallel_for(count, grain, [&](int64_t begin, int64_t end, int) {
      for (int64_t i = begin; i < end; ++i) kernels.unpack_row(g.a.dtype, row_of(g.a, first + i), g.k, dst + i * g.k);
    });
    return;
  }
  // 32 rows of the transpose at a time are a panel: [k, 32].
  const int64_t aligned = first / kPanelCols * kPanelCols;
  const int64_t groups = (first + count - aligned + kPanelCols - 1) / kPanelCols;
  pool.parallel_for(groups, 1, [&](int64_t begin, int64_t end, int) {
    float values[kPanelCols];
    for (int64_t group = begin; group < end; ++group) {
      const int64_t column = aligned + group * kPanelCols;
      const int64_t width = std::min(kPanelCols, g.m - column);
      for (int64_t k = 0; k < g.k; ++k) {
        micro.unpack_columns(g.a.dtype, row_of(g.a, k), g.m, column, width, values);
        for (int64_t i = 0; i < width; ++i) {
          const int64_t row = column + i - first;
          if (row >= 0 && row < count) dst[row * g.k + k] = values[i];
        }
      }
    }
  });
}

// a for tiles. Many rows are copied if they lie so far apart that the same places of the nearest cache, of which a processor
// has 64, would have to hold all of them.
TileRows tile_rows(ThreadPool &pool, const Gemm &g) {
  constexpr int64_t kFewRows = 64;
  constexpr int64_t kSamePlaces = 2048;  // bytes
  if (g.m <= kFewRows || g.a.stride % kSamePlaces != 0) return plain_rows(g.a.data, g.a.stride);
  const int64_t steps = g.k / kTileDepth;
  const int64_t block = steps * kTileRows * 64;
  auto *copy = reinterpret_cast<uint8_t *>(a_scratch.floats((g.m + kTileRows - 1) / kTileRows * block / 4));
  pool.parallel_for(g.m, std::max<int64_t>(1, kGrainMultiplyAdds / g.k), [&](int64_t begin, int64_t end, int) {
    for (int64_t i = begin; i < end; ++i) {
      const uint8_t *from = row_of(g.a, i);
      uint8_t *to = copy + i / kTileRows * block + i % kTileRows * 64;
      for (int64_t s = 0; s < steps; ++s) std::memcpy(to + s * kTileRows * 64, from + s * 64, 64);
    }
  });
  return {copy, 64, kTileRows * 64, block};
}

// The product of a gate and what is beside it, from what the two store.
class Gate {
 public:
  Gate(const Kernels &kernels, const Gated &gated) : kernels_(kernels), gated_(gated) {}

  void write(int64_t row, int64_t begin, int64_t count) const {
    float *x = gate_scratch.floats(2 * count);
    float *y = x + count;
    read(gated_.gate, gated_.gate_activation, row, begin, count, x);
    read(gated_.up, gated_.up_activation, row, begin, count, y);
    kernels_.multiply(x, y, x, count);
    kernels_.activate(gated_.activation, x, count);
    kernels_.micro->pack_columns(gated_.c_dtype, x, gated_.gate.n, begin, count,
                                 static_cast<uint8_t *>(gated_.c) + row * gated_.c_stride);
  }

 private:
  void read(const Gemm &g, Activation activation, int64_t row, int64_t begin, int64_t count, float *values) const {
    kernels_.micro->unpack_columns(g.c_dtype, static_cast<const uint8_t *>(g.c) + row * g.c_stride, g.n, begin, count, values);
    kernels_.activate(activation, values, count);
  }

  const Kernels &kernels_;
  const Gated &gated_;
};

// Columns of the strips of a product with few rows: as many strips as there are threads, or more.
int64_t strip_cols(const ThreadPool &pool, const Gemm &g) {
  const int64_t widest = round_up(kGemvFloats / g.m, kPanelCols);
  const int64_t strips = std::max<int64_t>({1, (g.n + widest - 1) / widest, std::min<int64_t>(pool.size(), g.n / kPanelCols)});
  return round_up((g.n + strips - 1) / strips, kPanelCols);
}

// Few rows of the c of products that share a, m, n and k; `then(row, begin, count)` is called for columns that all of them have.
// Returns the rows, one in each bit, for which integers were not near enough: they are anything.
template <typename Then>
uint32_t few_rows(ThreadPool &pool, const Kernels &kernels, std::initializer_list<const Gemm *> products, const Rows &a,
                  const Then &then) {
  const Microkernels &micro = *kernels.micro;
  const Gemm &first = **products.begin();
  const int64_t share = (first.n + pool.size() - 1) / pool.size();
  const int64_t width = strip_cols(pool, first);
  const auto work = static_cast<int64_t>(products.size()) * first.m * first.k * std::min(width, share);
  std::atomic<uint32_t> missed = 0;
  pool.parallel_for((first.n + width - 1) / width, std::max<int64_t>(1, kGrainMultiplyAdds / std::max<int64_t>(1, work)),
                    [&](int64_t from, int64_t to, int) {
    float *sums = block_scratch.floats(first.m * width);
    for (int64_t strip = from; strip < to; ++strip) {
      const int64_t begin = strip * width;
      const int64_t count = std::min(width, first.n - begin);
      for (const Gemm *g : products) {
        if (!in_integers(kernels, *g)) {
          micro.multiply_packed(a.data, a.stride, g->m, g->k, g->b, g->n, begin, count, sums, width);
        } else {
          for (int64_t row = 0; row < g->m; ++row) {
            if (!micro.multiply_quads(a.data + row * a.stride, g->k, g->b, begin, count, sums + row * width)) missed |= 1u << row;
          }
        }
        const Output output(kernels, *g);
        for (int64_t row = 0; row < g->m; ++row) output.write(row, begin, count, sums + row * width);
      }
      for (int64_t row = 0; row < first.m; ++row) then(row, begin, count);
    }
  });
  return missed;
}

// Rows k .. k + depth, columns begin .. begin + count of b.
void make_panels(const Microkernels &micro, const Gemm &g, int64_t k, int64_t depth, int64_t begin, int64_t count,
                 float *panels) {
  if (g.b.form == Form::kPanels) {
    const int64_t num_panels = (count + kPanelCols - 1) / kPanelCols;
    for (int64_t i = 0; i < depth; i += kGroupRows) {
      micro.unpack_panels(g.b.dtype, panels_of(g.b, k + i, begin), num_panels, i, depth, panels);
    }
    return;
  }
  const void *lines[kPanelDepth];
  if (!g.b_transposed) {
    for (int64_t i = 0; i < depth; ++i) lines[i] = row_of(g.b, k + i);
    return micro.panels(g.b.dtype, lines, depth, g.n, begin, count, panels);
  }
  for (int64_t from = 0; from < count; from += kPanelCols) {
    const int64_t width = std::min(kPanelCols, count - from);
    for (int64_t i = 0; i < width; ++i) lines[i] = row_of(g.b, begin + from + i);
    micro.transposed_panel(g.b.dtype, lines, width, g.k, k, depth, nullptr, panels + from * depth);
  }
}

// The same as tiles; panels is room that b transposed needs.
void make_tiles(const Microkernels &micro, const Gemm &g, int64_t k, int64_t depth, int64_t begin, int64_t count,
                float *panels, uint16_t *tiles) {
  const int64_t panel_bytes = depth * kPanelCols * 2;
  if (g.b.form == Form::kPanels) {
    const int64_t num_panels = (count + kPanelCols - 1) / kPanelCols;
    for (int64_t i = 0; i < depth; i += kGroupRows) {
      micro.tiles->pack_panels(g.b.dtype, panels_of(g.b, k + i, begin), num_panels, panels_of(g.b, k + i + kGroupRows, begin),
                               tiles + i * kPanelCols, panel_bytes);
    }
    return;
  }
  if (!g.b_transposed) {
    return micro.tiles->pack_rows(g.b.dtype, row_of(g.b, k), g.b.stride, depth, g.n, begin, count, row_of(g.b, k + depth), tiles,
                                  panel_bytes);
  }
  make_panels(micro, g, k, depth, begin, count, panels);
  for (int64_t from = 0; from < count; from += kPanelCols) {
    micro.tiles->pack_panel(panels + from * depth, depth, tiles + from * depth);
  }
}

// Rows first .. first + rows of c; a holds these rows.
void many_rows(ThreadPool &pool, const Kernels &kernels, const Gemm &g, const Rows &a, int64_t first, int64_t rows) {
  const Output output(kernels, g);
  const Microkernels &micro = *kernels.micro;
  // As many strips as give every thread the same, then as many row blocks as give every thread something.
  const int64_t threads = pool.size();
  const int64_t most = (g.n + kPanelCols - 1) / kPanelCols;
  const bool straight = a.tiles != nullptr && !g.b_transposed;  // b's rows become tiles without panels between
  int64_t strip_cols = kStripCols;
  if (straight) {
    strip_cols = std::clamp(kTiledBlock / rows, kStripCols, kWideStripCols);  // few rows: b comes from far away
  } else if (g.m <= kGemvRows) {
    strip_cols = kPanelCols;  // b transposed is read once: in whole rows
  }
  const int64_t strips = std::min(most, round_up((g.n + strip_cols - 1) / strip_cols, threads));
  const int64_t width = round_up((g.n + strips - 1) / strips, kPanelCols);
  const int64_t used_strips = (g.n + width - 1) / width;
  const int64_t block_rows = a.tiles == nullptr ? kBlockRows : kTiledBlockRows;
  const int64_t unit = a.tiles == nullptr ? 1 : kTileRows;  // of rows that stay together
  int64_t row_blocks = (rows + block_rows - 1) / block_rows;
  if (used_strips * row_blocks < threads) {
    row_blocks = std::min((threads + used_strips - 1) / used_strips, (rows + unit - 1) / unit);
  }
  const int64_t grain =
      std::max<int64_t>(1, kGrainMultiplyAdds / std::max<int64_t>(1, rows / row_blocks * g.k * width));
  pool.parallel_for(used_strips * row_blocks, grain, [&](int64_t from, int64_t to, int) {
    float *panels = straight ? nullptr : panel_scratch.floats(kPanelDepth * width);
    uint16_t *tiles =
        a.tiles == nullptr ? nullptr : reinterpret_cast<uint16_t *>(tile_scratch.floats(kPanelDepth * width / 2));
    for (int64_t task = from; task < to; ++task) {
      const int64_t begin = task / row_blocks * width;
      const int64_t count = std::min(width, g.n - begin);
      const int64_t num_panels = (count + kPanelCols - 1) / kPanelCols;
      const int64_t block = task % row_blocks;
      const int64_t top = rows * block / row_blocks / unit * unit;
      const int64_t height = (block + 1 == row_blocks ? rows : rows * (block + 1) / row_blocks / unit * unit) - top;
      float *sums = block_scratch.floats(height * width);
      for (int64_t k = 0; k < g.k; k += kPanelDepth) {
        const int64_t depth = std::min(kPanelDepth, g.k - k);
        if (a.tiles == nullptr) {
          make_panels(micro, g, k, depth, begin, count, panels);
          micro.multiply(a.data + top * a.stride + k, a.stride, height, depth, panels, num_panels, sums, width, k > 0);
        } else {
          make_tiles(micro, g, k, depth, begin, count, panels, tiles);
          TileRows part = a.rows;
          part.data = static_cast<const uint8_t *>(part.data) + top / kTileRows * part.block + k / kTileDepth * part.step;
          a.tiles->multiply(part, height, depth, tiles, num_panels, sums, width, k > 0);
        }
      }
      if (g.k == 0) std::memset(sums, 0, static_cast<size_t>(height * width) * sizeof(float));
      for (int64_t row = 0; row < height; ++row) output.write(first + top + row, begin, count, sums + row * width);
    }
  });
}

}  // namespace

Form weight_form(const Kernels &kernels, DType dtype, int64_t rows, int64_t cols) {
  return kernels.micro->multiply_quads != nullptr && has_panels(dtype, rows, cols) ? Form::kPanels : Form::kRows;
}

namespace {

bool has_few_rows(const Gemm &g) { return g.m <= kGemvRows && !g.b_transposed; }

// Rows first .. first + rows of a.
Rows rows_of_a(ThreadPool &pool, const Kernels &kernels, const Gemm &g, int64_t first, int64_t rows) {
  if (readable_in_place(g)) return {static_cast<const float *>(g.a.data) + first * (g.a.stride / 4), g.a.stride / 4};
  float *unpacked = a_scratch.floats(rows * g.k);
  unpack_a(pool, kernels, g, first, rows, unpacked);
  return {unpacked, g.k};
}

// Calls row(i) for each bit i.
template <typename Row>
void each(uint32_t bits, const Row &row) {
  for (int64_t i = 0; bits >> i != 0; ++i) {
    if ((bits >> i & 1) != 0) row(i);
  }
}

}  // namespace

void gemm(ThreadPool &pool, const Kernels &kernels, const Gemm &g) {
  if (g.m <= 0 || g.n <= 0) return;
  if (const TileKernels *tiles = tiles_for(kernels, g)) {
    return many_rows(pool, kernels, g, {nullptr, 0, tiles, tile_rows(pool, g)}, 0, g.m);
  }
  const bool few = has_few_rows(g);
  const int64_t chunk =
      few || readable_in_place(g) ? g.m : std::max<int64_t>(kGemvRows, kUnpackedFloats / std::max<int64_t>(1, g.k));
  for (int64_t first = 0; first < g.m; first += chunk) {
    const int64_t rows = std::min(chunk, g.m - first);
    const Rows a = rows_of_a(pool, kernels, g, first, rows);
    if (!few) {
      many_rows(pool, kernels, g, a, first, rows);
      continue;
    }
    const uint32_t missed = few_rows(pool, kernels, {&g}, a, [](int64_t, int64_t, int64_t) {});
    each(missed, [&](int64_t row) { many_rows(pool, kernels, g, {a.data + row * a.stride, a.stride}, row, 1); });
  }
}

Reads reads_of(const ThreadPool &pool, const Kernels &kernels, const Gemm &g) {
  if (g.m <= 0 || g.n <= 0 || !has_few_rows(g) || g.b.form != Form::kPanels || tiles_for(kernels, g) != nullptr) return {};
  const int64_t size = strip_cols(pool, g) / kPanelCols * weight_panel_bytes(g.b.dtype);
  return {g.b.data, size, g.b.stride * kGroupRows, g.k / kGroupRows};
}

void gated_gemm(ThreadPool &pool, const Kernels &kernels, const Gated &args) {
  const Gemm &gate = args.gate;
  const Gemm &up = args.up;
  if (gate.m <= 0 || gate.n <= 0) return;
  const Gate product(kernels, args);
  if (!has_few_rows(gate) || !has_few_rows(up) || tiles_for(kernels, gate) != nullptr || tiles_for(kernels, up) != nullptr) {
    gemm(pool, kernels, gate);
    gemm(pool, kernels, up);
    pool.parallel_for(gate.m, std::max<int64_t>(1, kGrainMultiplyAdds / gate.n), [&](int64_t begin, int64_t end, int) {
      for (int64_t row = begin; row < end; ++row) product.write(row, 0, gate.n);
    });
    return;
  }
  const Rows a = rows_of_a(pool, kernels, gate, 0, gate.m);
  const uint32_t missed = few_rows(pool, kernels, {&gate, &up}, a, [&](int64_t row, int64_t begin, int64_t count) {
    product.write(row, begin, count);
  });
  each(missed, [&](int64_t row) {
    for (const Gemm *g : {&gate, &up}) many_rows(pool, kernels, *g, {a.data + row * a.stride, a.stride}, row, 1);
    product.write(row, 0, gate.n);
  });
}

}  // namespace tttv2::host
