// SPDX-License-Identifier: Apache-2.0
#include "ttnn/packed.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "common/block_float.hpp"
#include "common/function_ref.hpp"
#include "common/integers.hpp"

namespace tttv2::ttnn {

namespace {

// A tensor as bands of at most 32 rows of its matrices: what a thread converts at a time. In tiles a band is a row of them.
struct Bands {
  explicit Bands(const Spec &spec)
      : height(spec.shape.back(1)),
        width(spec.shape.back()),
        per_matrix((height + kTileSide - 1) / kTileSide),
        count(spec.shape.outer(2) * per_matrix) {
    const bool tiled = spec.layout == Layout::kTile;
    if (is_block_float(spec.dtype)) {
      bytes = static_cast<uint64_t>(tiled_size(static_cast<int32_t>(spec.dtype), kTileSide, width));
    } else {
      bytes = static_cast<uint64_t>(kTileSide * (tiled ? tile_up(width) : width) * element_size(spec.dtype));
    }
    // The last band of a matrix in rows is shorter.
    matrix_bytes = tiled ? bytes * static_cast<uint64_t>(per_matrix)
                         : static_cast<uint64_t>(height * width * element_size(spec.dtype));
  }

  int64_t matrix(int64_t band) const { return band / per_matrix; }
  int64_t first_row(int64_t band) const { return band % per_matrix * kTileSide; }
  int64_t rows(int64_t band) const { return std::min<int64_t>(kTileSide, height - first_row(band)); }
  uint64_t offset(int64_t band) const {
    return static_cast<uint64_t>(matrix(band)) * matrix_bytes + static_cast<uint64_t>(band % per_matrix) * bytes;
  }

  int64_t height, width, per_matrix, count;
  uint64_t bytes, matrix_bytes;
};

void for_bands(ThreadPool &pool, const Bands &bands, FunctionRef<void(int64_t)> body) {
  // Small tensors are not worth waking anybody.
  constexpr int64_t kWorthAThread = 64 * 1024;
  const int64_t grain = std::max<int64_t>(1, kWorthAThread / (bands.width * kTileSide));
  if (bands.count <= grain) {
    for (int64_t band = 0; band < bands.count; ++band) body(band);
    return;
  }
  pool.parallel_for(bands.count, grain, [&](int64_t begin, int64_t end, int) {
    for (int64_t band = begin; band < end; ++band) body(band);
  });
}

// Converts n values of one type, each of which lies anywhere.
template <typename From, typename To, typename Convert>
void each(const std::byte *from, std::byte *to, int64_t n, Convert &&convert) {
  for (int64_t i = 0; i < n; ++i) {
    const To value = convert(read_as<From>(from + i * static_cast<int64_t>(sizeof(From))));
    std::memcpy(to + i * static_cast<int64_t>(sizeof(To)), &value, sizeof value);
  }
}

void to_floats(DType dtype, const std::byte *from, std::byte *to, int64_t n) {
  switch (dtype) {
    case DType::kBFloat16: return each<uint16_t, float>(from, to, n, bfloat16_to_float);
    case DType::kFloat16: return each<uint16_t, float>(from, to, n, float16_to_float);
    default: std::memcpy(to, from, static_cast<size_t>(n) * sizeof(float));
  }
}

void from_floats(DType dtype, const std::byte *from, std::byte *to, int64_t n) {
  switch (dtype) {
    case DType::kBFloat16: return each<float, uint16_t>(from, to, n, float_to_bfloat16);
    case DType::kFloat16: return each<float, uint16_t>(from, to, n, float_to_float16);
    default: std::memcpy(to, from, static_cast<size_t>(n) * sizeof(float));
  }
}

// Where the value at a row and column of a band in tiles lies.
int64_t tile_place(int64_t row, int64_t column) {
  constexpr int64_t kFace = kFaceSide * kFaceSide;
  const int64_t in_tile = column % kTileSide;
  return column / kTileSide * kTileSide * kTileSide + (row / kFaceSide * 2 + in_tile / kFaceSide) * kFace +
         row % kFaceSide * kFaceSide + in_tile % kFaceSide;
}

// Rows of a matrix that lies as columns of `height` values. Goes by squares, which stay in the nearest cache.
template <typename T>
void turn(const std::byte *columns, int64_t height, int64_t rows, int64_t width, std::byte *to) {
  constexpr int64_t kSquare = kTileSide;
  constexpr auto kSize = static_cast<int64_t>(sizeof(T));
  for (int64_t left = 0; left < width; left += kSquare) {
    const int64_t right = std::min(width, left + kSquare);
    for (int64_t row = 0; row < rows; ++row) {
      for (int64_t column = left; column < right; ++column) {
        std::memcpy(to + (row * width + column) * kSize, columns + (column * height + row) * kSize, sizeof(T));
      }
    }
  }
}

// The rows of a band of the source, one after the other, as values of its dtype: in place, or copied where they are
// columns.
const std::byte *source_rows(const Bands &bands, int64_t band, const HostData &source, std::vector<std::byte> &buffer) {
  const int64_t size = element_size(source.dtype);
  const std::byte *matrix = source.data + bands.matrix(band) * bands.height * bands.width * size;
  const int64_t first = bands.first_row(band);
  if (!source.transposed) return matrix + first * bands.width * size;
  const int64_t rows = bands.rows(band);
  buffer.resize(static_cast<size_t>(rows * bands.width * size));
  const auto turn_by_size = size == 1 ? turn<uint8_t> : size == 2 ? turn<uint16_t> : turn<uint32_t>;
  turn_by_size(matrix + first * size, bands.height, rows, bands.width, buffer.data());
  return buffer.data();
}

// One run of values of the same row and face, or the whole row: from values of one dtype to another's.
void convert(DType from_dtype, const std::byte *from, DType to_dtype, std::byte *to, int64_t n) {
  if (from_dtype == to_dtype) {
    std::memcpy(to, from, static_cast<size_t>(n * element_size(to_dtype)));
    return;
  }
  if (is_float(from_dtype) || from_dtype == DType::kFloat16) {
    constexpr int64_t kRun = 256;
    std::array<float, kRun> floats;
    auto *buffer = reinterpret_cast<std::byte *>(floats.data());
    for (int64_t begin = 0; begin < n; begin += kRun) {
      const int64_t count = std::min(kRun, n - begin);
      to_floats(from_dtype, from + begin * element_size(from_dtype), buffer, count);
      from_floats(to_dtype, buffer, to + begin * element_size(to_dtype), count);
    }
    return;
  }
  for (int64_t i = 0; i < n; ++i) {
    write_integer(to_dtype, to + i * element_size(to_dtype),
                  read_integer(from_dtype, from + i * element_size(from_dtype)));
  }
}

void pack_band(const Spec &spec, const Bands &bands, int64_t band, const HostData &source, std::byte *to) {
  thread_local std::vector<std::byte> turned;
  thread_local std::vector<float> floats;
  const std::byte *from = source_rows(bands, band, source, turned);
  const int64_t rows = bands.rows(band);
  const int64_t size = element_size(source.dtype);
  if (is_block_float(spec.dtype)) {
    floats.resize(static_cast<size_t>(rows * bands.width));
    to_floats(source.dtype, from, reinterpret_cast<std::byte *>(floats.data()), rows * bands.width);
    pack_tiles(static_cast<int32_t>(spec.dtype), rows, bands.width, floats.data(), to);
    return;
  }
  if (spec.layout == Layout::kRowMajor) return convert(source.dtype, from, spec.dtype, to, rows * bands.width);
  const int64_t to_size = element_size(spec.dtype);
  if (rows < kTileSide || bands.width % kTileSide != 0) std::memset(to, 0, bands.bytes);
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t column = 0; column < bands.width; column += kFaceSide) {
      convert(source.dtype, from + (row * bands.width + column) * size, spec.dtype, to + tile_place(row, column) * to_size,
              std::min<int64_t>(kFaceSide, bands.width - column));
    }
  }
}

void unpack_band(const Spec &spec, const Bands &bands, int64_t band, const std::byte *from, DType dtype, std::byte *to) {
  thread_local std::vector<float> floats;
  const int64_t rows = bands.rows(band);
  const int64_t size = element_size(dtype);
  if (is_block_float(spec.dtype)) {
    floats.resize(static_cast<size_t>(rows * bands.width));
    unpack_tiles(static_cast<int32_t>(spec.dtype), rows, bands.width, from, floats.data());
    convert(DType::kFloat32, reinterpret_cast<const std::byte *>(floats.data()), dtype, to, rows * bands.width);
    return;
  }
  if (spec.layout == Layout::kRowMajor) return convert(spec.dtype, from, dtype, to, rows * bands.width);
  const int64_t from_size = element_size(spec.dtype);
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t column = 0; column < bands.width; column += kFaceSide) {
      convert(spec.dtype, from + tile_place(row, column) * from_size, dtype, to + (row * bands.width + column) * size,
              std::min<int64_t>(kFaceSide, bands.width - column));
    }
  }
}

}  // namespace

uint64_t packed_size(const Spec &spec) {
  return static_cast<uint64_t>(spec.shape.outer(2)) * Bands(spec).matrix_bytes;
}

void pack(ThreadPool &pool, const Spec &spec, const HostData &source, std::byte *to) {
  const Bands bands(spec);
  for_bands(pool, bands, [&](int64_t band) { pack_band(spec, bands, band, source, to + bands.offset(band)); });
}

void unpack(ThreadPool &pool, const Spec &spec, const std::byte *from, DType dtype, std::byte *to) {
  const Bands bands(spec);
  const int64_t size = element_size(dtype);
  for_bands(pool, bands, [&](int64_t band) {
    std::byte *rows = to + (bands.matrix(band) * bands.height + bands.first_row(band)) * bands.width * size;
    unpack_band(spec, bands, band, from + bands.offset(band), dtype, rows);
  });
}

}  // namespace tttv2::ttnn
