// SPDX-License-Identifier: Apache-2.0
//
// TTNN's bytes, recorded from the official package (fixtures/make_block_float.py), against ours.
#include "common/block_float.hpp"

#include <fstream>
#include <iterator>

#include "check.hpp"
#include "ttnn_c.h"

using namespace tttv2;
using namespace tttv2::host;
using namespace tttv2::host::test;

namespace {

struct Fixture {
  int64_t rows = 0, cols = 0;
  std::vector<float> values;
  std::vector<uint8_t> tiles[3];    // BFLOAT16, BFLOAT8_B, BFLOAT4_B
  std::vector<float> read_back[2];  // BFLOAT8_B, BFLOAT4_B
};

constexpr int32_t kFormats[3] = {TTNN_DTYPE_BFLOAT16, TTNN_DTYPE_BFLOAT8_B, TTNN_DTYPE_BFLOAT4_B};

Fixture read(const char *path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> all{std::istreambuf_iterator<char>(file), {}};
  Fixture f;
  size_t at = 0;
  const auto take = [&](void *dst, size_t size) {
    if (at + size > all.size()) {
      std::printf("%s: %zu bytes, expected at least %zu\n", path, all.size(), at + size);
      std::exit(1);
    }
    std::memcpy(dst, all.data() + at, size);
    at += size;
  };
  int32_t shape[2];
  take(shape, sizeof shape);
  f.rows = shape[0];
  f.cols = shape[1];
  const auto floats = [&] {
    std::vector<float> v(static_cast<size_t>(f.rows * f.cols));
    take(v.data(), v.size() * sizeof(float));
    return v;
  };
  f.values = floats();
  for (int i = 0; i < 3; ++i) {
    f.tiles[i].resize(static_cast<size_t>(tiled_size(kFormats[i], f.rows, f.cols)));
    take(f.tiles[i].data(), f.tiles[i].size());
  }
  for (auto &v : f.read_back) v = floats();
  CHECK(at == all.size(), "%zu of %zu bytes read", at, all.size());
  return f;
}

void tiles_equal_ttnn(const Fixture &f) {
  for (int i = 0; i < 3; ++i) {
    std::vector<uint8_t> ours(f.tiles[i].size(), 0xcd);
    pack_tiles(kFormats[i], f.rows, f.cols, f.values.data(), ours.data());
    for (size_t b = 0; b < ours.size(); ++b) {
      CHECK(ours[b] == f.tiles[i][b], "format %d byte %zu: %02x, expected %02x", kFormats[i], b, ours[b],
            f.tiles[i][b]);
    }
    std::vector<float> back(f.values.size());
    unpack_tiles(kFormats[i], f.rows, f.cols, f.tiles[i].data(), back.data());
    if (i == 0) continue;
    for (size_t e = 0; e < back.size(); ++e) {
      CHECK(bits_of(back[e]) == bits_of(f.read_back[i - 1][e]), "format %d value %zu: %08x, expected %08x", kFormats[i],
            e, bits_of(back[e]), bits_of(f.read_back[i - 1][e]));
    }
  }
}

// The address of the 16 mantissas and the exponent of (row, col) in tiles.
struct Block {
  const uint8_t *mantissas;
  uint8_t exponent;
};
Block block_of(const std::vector<uint8_t> &tiles, int32_t dtype, int64_t cols, int64_t row, int64_t col) {
  const int64_t bytes = dtype == TTNN_DTYPE_BFLOAT8_B ? 16 : 8;
  const int64_t tile = row / 32 * ((cols + 31) / 32) + col / 32;
  const int64_t index = (row % 32 / 16 * 2 + col % 32 / 16) * 16 + row % 16;
  const uint8_t *base = tiles.data() + tile * 64 * (bytes + 1);
  return {base + 64 + index * bytes, base[index]};
}

// Every instruction set's row records hold the same mantissas and exponents, in their own order.
void row_records_equal_ttnn(const Fixture &f, const Kernels &kernels) {
  const int64_t padded = (f.cols + 31) / 32 * 32;
  for (int i = 0; i < 3; ++i) {
    const auto dtype = static_cast<DType>(kFormats[i]);
    std::vector<uint8_t> record(static_cast<size_t>(row_bytes(dtype, f.cols)));
    std::vector<float> back(static_cast<size_t>(f.cols));
    for (int64_t row = 0; row < f.rows; ++row) {
      kernels.pack_row(dtype, f.values.data() + row * f.cols, f.cols, record.data());
      if (dtype == DType::kBFloat16) {
        for (int64_t col = 0; col < f.cols; ++col) {
          uint16_t ours;
          std::memcpy(&ours, record.data() + 2 * col, 2);
          CHECK(ours == float_to_bfloat16(f.values[static_cast<size_t>(row * f.cols + col)]),
                "%s row %ld col %ld: %04x", kernels.isa, row, col, ours);
        }
        continue;
      }
      const bool eight = dtype == DType::kBFloat8B;
      const uint8_t *exponents = record.data() + (eight ? padded : padded / 2);
      for (int64_t col = 0; col < f.cols; ++col) {
        const Block block = block_of(f.tiles[i], kFormats[i], f.cols, row, col);
        const int64_t c = col % 16;
        const uint8_t theirs = eight ? block.mantissas[c] : (block.mantissas[c / 2] >> (c % 2 * 4)) & 15;
        const uint8_t ours = eight ? to_sign_magnitude(record[static_cast<size_t>(col)])
                                   : (record[static_cast<size_t>(col / 32 * 16 + c)] >> (col % 32 / 16 * 4)) & 15;
        CHECK(ours == theirs && exponents[col / 16] == block.exponent,
              "%s %s row %ld col %ld: %02x E %d, expected %02x E %d", kernels.isa, name_of(dtype), row, col, ours,
              exponents[col / 16], theirs, block.exponent);
      }
      kernels.unpack_row(dtype, record.data(), f.cols, back.data());
      for (int64_t col = 0; col < f.cols; ++col) {
        const float expected = f.read_back[i - 1][static_cast<size_t>(row * f.cols + col)];
        CHECK(bits_of(back[static_cast<size_t>(col)]) == bits_of(expected),
              "%s %s row %ld col %ld: %08x, expected %08x", kernels.isa, name_of(dtype), row, col,
              bits_of(back[static_cast<size_t>(col)]), bits_of(expected));
      }
    }
  }
}

void signs_are_a_bijection() {
  bool hit[256] = {};
  for (int b = 0; b < 256; ++b) {
    const uint8_t other = to_twos_complement(static_cast<uint8_t>(b));
    CHECK(!hit[other], "%d is reached twice", other);
    hit[other] = true;
    CHECK(to_sign_magnitude(other) == b, "%d comes back as %d", b, to_sign_magnitude(other));
    if (b != 0x80) {
      const int value = b < 128 ? b : -(b - 128);
      CHECK(static_cast<int8_t>(other) == value, "%d means %d, not %d", b, value, static_cast<int8_t>(other));
    }
  }
}

void sizes() {
  CHECK(tiled_size(TTNN_DTYPE_FLOAT32, 33, 1) == 2 * 4096, "float32");
  CHECK(tiled_size(TTNN_DTYPE_BFLOAT16, 32, 33) == 2 * 2048, "bfloat16");
  CHECK(tiled_size(TTNN_DTYPE_BFLOAT8_B, 1, 1) == 1088, "bfloat8_b");
  CHECK(tiled_size(TTNN_DTYPE_BFLOAT4_B, 64, 96) == 6 * 576, "bfloat4_b");
  CHECK(tiled_size(TTNN_DTYPE_UINT32, 32, 32) == -1, "uint32");
}

void float32_tiles_return() {
  Random random(5);
  const std::vector<float> x = random.normals(45 * 70);
  std::vector<uint8_t> tiles(static_cast<size_t>(tiled_size(TTNN_DTYPE_FLOAT32, 45, 70)));
  std::vector<float> back(x.size());
  pack_tiles(TTNN_DTYPE_FLOAT32, 45, 70, x.data(), tiles.data());
  unpack_tiles(TTNN_DTYPE_FLOAT32, 45, 70, tiles.data(), back.data());
  CHECK(same_bits(x, back), "float32 tiles");
  float second_face;
  std::memcpy(&second_face, tiles.data() + 1024, 4);
  CHECK(second_face == x[16], "face 1 begins with column 16");
}

}  // namespace

int main(int argc, char **argv) {
  if (argc != 2) {
    std::printf("usage: %s block_float.bin\n", argv[0]);
    return 2;
  }
  const Fixture fixture = read(argv[1]);
  tiles_equal_ttnn(fixture);
  for (const Kernels *kernels : runnable_kernels()) row_records_equal_ttnn(fixture, *kernels);
  signs_are_a_bijection();
  sizes();
  float32_tiles_return();
  return report("block_float");
}
