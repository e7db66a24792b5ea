// SPDX-License-Identifier: Apache-2.0
//
// A row of values times block floats in quads, in integers.
//
// Mantissas are integers already. 64 values of a, times the scales of a block of 16 columns, are rounded to one step, 2^-21
// of what bounds the largest: integers as well. Each is split into digits that the processor multiplies with mantissas and
// adds up exactly; the sums come together in float32. integers_vnni.inl and integers_avx2.inl have:
//
//   kIntegerRows                                Microkernels::integer_rows
//   ValueGroup, group_values(a, group)          64 values of a. False where integers would not be near enough
//   Quads8, Quads4                              the dtypes
//   kMostBlocks, Neighbours<Quads>              blocks that are multiplied together, and the values in numbers for each
//     bool begin(group)                         prepares the numbers. False as above
//     void make()                               makes them
//   multiply_neighbours<Quads>(now, next, ahead)  now.c += the numbers times the blocks. Meanwhile the numbers of next are
//                                               made, which takes the processor other units, and memory from `ahead` on
//                                               is fetched, as many bytes
#include <immintrin.h>

namespace tttv2::host::TTTV2_ISA {

// 2^23 and 2^22: the lowest bits of the sum are those of what is added.
constexpr float kRounder = 8388608.0f + 4194304.0f;

// Of the exponent of the largest of 64 values: whether its products with scales stay in the range of float32.
TTTV2_INLINE bool is_near(int32_t exponent) {
  constexpr int32_t kFar = 80;
  return exponent > 127 - kFar && exponent < 127 + kFar;
}

TTTV2_INLINE void fetch(const uint8_t *next, int64_t lines) {
  for (int64_t i = 0; i < lines; ++i) _mm_prefetch(next + i * 64, _MM_HINT_T0);
}

}  // namespace tttv2::host::TTTV2_ISA

#if defined(__AVX512VNNI__)
#include "integers_vnni.inl"
#else
#include "integers_avx2.inl"
#endif

namespace tttv2::host::TTTV2_ISA {

template <class Quads>
static bool have_specials(const uint8_t *panels, int64_t num_panels) {
  bool found = false;
  for (int64_t p = 0; p < num_panels; ++p) found |= QuadPanel<typename Quads::Codec>{panels + p * Quads::kPanelBytes}.has_specials();
  return found;
}

constexpr int64_t kMostGroups = 64;  // at a time

// Values of a that are not all zero, and the panels they are multiplied with.
struct Group {
  ValueGroup values;
  const uint8_t *panels;
};

// All products of some groups, of which there is one at least. Places are counted in blocks.
template <class Quads>
class Multiplication {
 public:
  Multiplication(const Group *groups, int64_t num_groups, int64_t num_panels, float *c)
      : groups_(groups), num_groups_(num_groups), num_blocks_(2 * num_panels), c_(c) {}

  // False where integers are not near enough.
  bool run() {
    Neighbours<Quads> both[2];
    // Numbers of blocks that are not there are made as well.
    for (Neighbours<Quads> &one : both) {
      for (auto &numbers : one.blocks) numbers.values = groups_[0].values.values;
    }
    bool near = take(both[0]);
    both[0].make();
    skip(kFetchedAhead / Quads::kPanelBytes * 2);
    for (int now = 0; both[now].count > 0; now = 1 - now) {
      const Neighbours<Quads> &these = both[now];
      near &= take(both[1 - now]);
      multiply_neighbours<Quads>(these, both[1 - now], ahead_group_ < num_groups_ ? block(ahead_group_, ahead_block_) : these.panel);
      skip(these.count);
    }
    return near;
  }

 private:
  // Begins the next neighbours, none if there are no more.
  bool take(Neighbours<Quads> &next) {
    if (block_ == num_blocks_) {
      ++group_;
      block_ = 0;
    }
    next.count = group_ < num_groups_ ? shorter(num_blocks_ - block_, kMostBlocks) : 0;
    if (next.count == 0) return true;
    next.panel = groups_[group_].panels + block_ / 2 * Quads::kPanelBytes;
    next.side = block_ % 2;
    next.c = c_ + block_ * kLanes;
    block_ += next.count;
    return next.begin(groups_[group_].values);
  }

  // Moves the place that is fetched.
  void skip(int64_t blocks) {
    for (ahead_block_ += blocks; ahead_block_ >= num_blocks_ && ahead_group_ < num_groups_; ++ahead_group_) ahead_block_ -= num_blocks_;
  }

  // Where the half of a panel begins that is fetched for a block.
  const uint8_t *block(int64_t group, int64_t block) const { return groups_[group].panels + block * (Quads::kPanelBytes / 2); }

  const Group *groups_;
  const int64_t num_groups_, num_blocks_;
  float *c_;
  int64_t group_ = 0, block_ = 0;  // of what is taken next
  int64_t ahead_group_ = 0, ahead_block_ = 0;
};

// c[32 num_panels] = a[depth] times groups of panels, `stride` bytes apart. False where that is not near enough.
template <class Quads>
static bool multiply_quads_of(const float *a, int64_t depth, const uint8_t *panels, int64_t stride, int64_t num_panels, float *c) {
  std::memset(c, 0, static_cast<size_t>(num_panels * kStep) * sizeof(float));
  bool near = true;
  for (int64_t first = 0; first < depth; first += kMostGroups * kGroupRows) {
    Group groups[kMostGroups];
    int64_t num_groups = 0;
    for (int64_t k = first; k < shorter(depth, first + kMostGroups * kGroupRows); k += kGroupRows, panels += stride) {
      Group &group = groups[num_groups];
      if (!group_values(a + k, group.values)) return false;
      group.panels = panels;
      if (group.values.largest != 0) {
        ++num_groups;
      } else {
        near &= !have_specials<Quads>(panels, num_panels);
      }
    }
    if (num_groups > 0) near &= Multiplication<Quads>(groups, num_groups, num_panels, c).run();
  }
  return near;
}

static bool multiply_quads(const float *a, int64_t depth, const Matrix &b, int64_t begin, int64_t count, float *c) {
  const auto *first = static_cast<const uint8_t *>(b.data) + begin / kStep * weight_panel_bytes(b.dtype);
  const int64_t stride = b.stride * kGroupRows;
  const int64_t num_panels = (count + kStep - 1) / kStep;
  if (b.dtype == DType::kBFloat8B) return multiply_quads_of<Quads8>(a, depth, first, stride, num_panels, c);
  return multiply_quads_of<Quads4>(a, depth, first, stride, num_panels, c);
}

}  // namespace tttv2::host::TTTV2_ISA
