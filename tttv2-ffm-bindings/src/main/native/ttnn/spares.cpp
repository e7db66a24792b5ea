// SPDX-License-Identifier: Apache-2.0
#include "ttnn/spares.hpp"

#include <algorithm>

#include "ttnn/packed.hpp"

namespace tttv2::ttnn {

namespace {

// What steps of decoding and short prompts have: where tensors are larger, the device is busy for longer than the host.
constexpr uint64_t kMostBytes = uint64_t{32} << 20;
constexpr size_t kMost = 64;

// Of open devices. Never destroyed: devices may outlive static destruction.
std::vector<Spares *> &all() {
  static auto *spares = new std::vector<Spares *>;
  return *spares;
}

}  // namespace

Spares::Spares() { all().push_back(this); }

void Spares::keep(const Spec &spec, Object tensor) {
  const uint64_t bytes = packed_size(spec);
  if (!open_ || bytes > kMostBytes) return;
  size_t gone = 0;
  for (; bytes_ + bytes > kMostBytes || spares_.size() - gone >= kMost; ++gone) bytes_ -= spares_[gone].bytes;
  spares_.erase(spares_.begin(), spares_.begin() + static_cast<ptrdiff_t>(gone));
  spares_.push_back({spec, bytes, std::move(tensor)});
  bytes_ += bytes;
}

Object Spares::take(const Spec &spec) {
  const auto found = std::find_if(spares_.rbegin(), spares_.rend(), [&](const Spare &spare) { return spare.spec == spec; });
  if (found == spares_.rend()) return {};
  Object tensor = std::move(found->tensor);
  bytes_ -= found->bytes;
  spares_.erase(std::next(found).base());
  return tensor;
}

bool Spares::clear() {
  const bool any = !spares_.empty();
  spares_.clear();
  bytes_ = 0;
  return any;
}

void Spares::close() {
  if (!open_) return;
  open_ = false;
  clear();
  std::erase(all(), this);
}

bool Spares::clear_all() {
  bool any = false;
  for (Spares *spares : all()) any |= spares->clear();
  return any;
}

}  // namespace tttv2::ttnn
