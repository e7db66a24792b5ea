// SPDX-License-Identifier: Apache-2.0
//
// Meshes: placement, collectives, and operations on all devices at once.
#include <algorithm>
#include <numeric>

#include "fixture.hpp"

using namespace fixture;

namespace {

constexpr auto kInvalid = TTNN_STATUS_INVALID_ARGUMENT;

class MeshDevice {
 public:
  MeshDevice(int32_t rows, int32_t cols) : rows(rows), cols(cols) {
    auto o = options<ttnn_device_options>();
    o.num_threads = 2;
    o.dram_bytes = 16 << 20;
    o.mesh_rows = rows;
    o.mesh_cols = cols;
    OK(ttnn_device_open(&o, &handle_));
  }
  ~MeshDevice() { OK(ttnn_device_close(handle_)); }
  MeshDevice(const MeshDevice &) = delete;

  operator ttnn_device *() const { return handle_; }

  const int32_t rows, cols;

 private:
  ttnn_device *handle_ = nullptr;
};

// The dimension that each axis shards; kNone: replicated.
constexpr int32_t kNone = 100;
ttnn_mesh_mapping mapping(int32_t rows_dim, int32_t cols_dim) {
  auto m = options<ttnn_mesh_mapping>();
  const int32_t dims[] = {rows_dim, cols_dim};
  for (int axis = 0; axis < TTNN_MESH_AXES; ++axis) {
    if (dims[axis] == kNone) continue;
    m.placements[axis] = TTNN_PLACEMENT_SHARD;
    m.dims[axis] = dims[axis];
  }
  return m;
}

ttnn_status place(const MeshDevice &d, const Array &whole, const Extents &part, int32_t dtype, int32_t layout,
                  const ttnn_mesh_mapping *how, Tensor &out, bool transposed = false) {
  const ttnn_tensor_spec spec = make_spec(dtype, layout, part);
  ttnn_host_data data = host_data(whole);
  data.transposed = transposed ? 1 : 0;
  data.mapping = how;
  return ttnn_tensor_from_host(d, &spec, &data, out.out());
}

Array aggregate(const Tensor &tensor, const ttnn_mesh_mapping *how, Extents whole) {
  Array array = zeros(std::move(whole));
  OK(ttnn_aggregate_tensor(tensor, how, F32, array.values.data(), array.values.size() * sizeof(float)));
  return array;
}

// What each device holds, device by device.
std::vector<Array> parts(const MeshDevice &d, const Tensor &tensor) {
  const Extents shape = tensor.shape();
  const int64_t size = volume(shape);
  // Of rank 3, so that both axes have a dimension of their own.
  Tensor flat;
  const int64_t extents[] = {1, 1, size};
  OK(ttnn_reshape(tensor, 3, extents, flat.out()));
  const ttnn_mesh_mapping both = mapping(0, 1);
  const Array all = aggregate(flat, &both, {d.rows, d.cols, size});
  std::vector<Array> result;
  for (auto from = all.values.begin(); from != all.values.end(); from += size) {
    result.push_back({shape, std::vector<float>(from, from + size)});
  }
  return result;
}

// Each device gets values of its own.
Tensor different(const MeshDevice &d, const Extents &shape, int32_t dtype, int32_t layout, std::vector<Array> &values) {
  Extents whole{d.rows, d.cols};
  whole.insert(whole.end(), shape.begin(), shape.end());
  Extents part{1, 1};
  part.insert(part.end(), shape.begin(), shape.end());
  Array all = random(whole, 7);
  if (dtype != F32) all = rounded(all, dtype);
  const ttnn_mesh_mapping both = mapping(0, 1);
  Tensor spread;
  OK(place(d, all, part, dtype, layout, &both, spread));
  Tensor result;
  OK(ttnn_reshape(spread, static_cast<int32_t>(shape.size()), shape.data(), result.out()));
  values = parts(d, result);
  return result;
}

// The devices that a device exchanges values with, itself included.
std::vector<size_t> group(const MeshDevice &d, int32_t axis, size_t device) {
  const auto cols = static_cast<size_t>(d.cols);
  std::vector<size_t> result;
  for (size_t i = 0; i < static_cast<size_t>(d.rows) * cols; ++i) {
    if (axis == TTNN_CLUSTER_AXIS_0 ? i % cols == device % cols : i / cols == device / cols) result.push_back(i);
  }
  return result;
}

// A reference for slices: elements of dimension `dim` from `start` on.
Array part_of(const Array &x, size_t dim, int64_t start, int64_t extent) {
  Extents shape = x.shape;
  shape[dim] = extent;
  Array y = zeros(shape);
  const int64_t inner = volume(Extents(x.shape.begin() + static_cast<int64_t>(dim) + 1, x.shape.end()));
  const int64_t outer = volume(Extents(x.shape.begin(), x.shape.begin() + static_cast<int64_t>(dim)));
  for (int64_t o = 0; o < outer; ++o) {
    std::copy_n(x.values.begin() + (o * x.shape[dim] + start) * inner, extent * inner,
                y.values.begin() + o * extent * inner);
  }
  return y;
}

Array sum_of(const std::vector<Array> &values, const std::vector<size_t> &which) {
  Array sum = zeros(values[0].shape);
  for (const size_t i : which) {
    for (size_t j = 0; j < sum.values.size(); ++j) sum.values[j] += values[i].values[j];
  }
  return sum;
}

ttnn_collective_options along(int32_t axis) {
  auto o = options<ttnn_collective_options>();
  o.cluster_axis = axis;
  return o;
}

struct Case {
  int32_t dtype, layout;
};
const Case kCases[] = {{F32, TILE}, {F32, ROW}, {BF16, TILE}, {BF16, ROW}, {BF8, TILE}};

}  // namespace

TEST(mesh, info_and_limits) {
  const MeshDevice d(2, 4);
  auto info = options<ttnn_device_info>();
  OK(ttnn_device_get_info(d, &info));
  CHECK_EQ(info.mesh_rows, 2);
  CHECK_EQ(info.mesh_cols, 4);
  if (check::on_host()) CHECK_EQ(info.dram_bytes, uint64_t{16} << 20);
  for (const auto &[rows, cols] : {std::pair{-1, 1}, {1, 65}, {9, 8}, {1 << 30, 1 << 30}}) {
    auto o = options<ttnn_device_options>();
    o.mesh_rows = rows;
    o.mesh_cols = cols;
    ttnn_device *none = nullptr;
    REFUSED(ttnn_device_open(&o, &none), kInvalid, "the mesh is");
    CHECK(none == nullptr);
  }
}

TEST(mesh, groups) {
  auto o = options<ttnn_device_options>();
  o.num_threads = 2;
  o.dram_bytes = 16 << 20;
  o.mesh_rows = 1;
  o.mesh_cols = 4;
  ttnn_device *groups[5] = {};
  REFUSED(ttnn_device_open_groups(&o, 1, 3, groups, 1), kInvalid, "a mesh of 1 x 4 does not divide into groups of 1 x 3");
  REFUSED(ttnn_device_open_groups(&o, 2, 2, groups, 1), kInvalid, "does not divide into groups of 2 x 2");
  REFUSED(ttnn_device_open_groups(&o, 1, 0, groups, 4), kInvalid, "does not divide into groups of 1 x 0");
  REFUSED(ttnn_device_open_groups(&o, 1, 2, groups, 3), kInvalid, "count is 3, a mesh of 1 x 4 has 2 groups of 1 x 2");
  REFUSED(ttnn_device_open_groups(&o, 1, 2, nullptr, 2), kInvalid, "out is NULL");
  CHECK(groups[0] == nullptr);
  OK(ttnn_device_open_groups(&o, 1, 2, groups, 2));
  CHECK(groups[2] == nullptr);
  const Array x = random({1, 1, 32, 128}, 7);
  ttnn_tensor *gathered[2] = {};
  const ttnn_mesh_mapping columns = mapping(kNone, 3);
  for (int i = 0; i < 2; ++i) {
    auto info = options<ttnn_device_info>();
    OK(ttnn_device_get_info(groups[i], &info));
    CHECK_EQ(info.device_id, 2 * i);
    CHECK_EQ(info.mesh_cols, 2);
    const ttnn_tensor_spec spec = make_spec(BF16, TILE, {1, 1, 32, 64});
    auto data = options<ttnn_host_data>();
    data.dtype = F32;
    data.data = x.values.data();
    data.size = x.values.size() * sizeof(float);
    data.mapping = &columns;
    Tensor part;
    OK(ttnn_tensor_from_host(groups[i], &spec, &data, part.out()));
    OK(ttnn_all_gather(part, 3, nullptr, &gathered[i]));
    std::vector<float> values(x.values.size());
    OK(ttnn_aggregate_tensor(gathered[i], nullptr, F32, values.data(), values.size() * sizeof(float)));
    if (check::on_host()) CHECK(values == rounded(x, BF16).values);
  }
  // What one has made is nothing to the other, also when that is closed.
  ttnn_tensor *sum = nullptr;
  REFUSED(ttnn_add(gathered[0], gathered[1], nullptr, &sum), kInvalid, "is on another device");
  OK(ttnn_tensor_destroy(gathered[0]));
  OK(ttnn_device_close(groups[0]));
  OK(ttnn_add(gathered[1], gathered[1], nullptr, &sum));
  OK(ttnn_tensor_destroy(sum));
  OK(ttnn_tensor_destroy(gathered[1]));
  OK(ttnn_device_close(groups[1]));
  // As a whole again, and in groups of one device.
  { const MeshDevice whole(1, 4); }
  OK(ttnn_device_open_groups(&o, 1, 1, groups, 4));
  for (int i = 0; i < 4; ++i) OK(ttnn_device_close(groups[i]));
}

// TTNN itself takes away what the others live on when it closes one.
TEST(mesh, devices_opened_one_by_one_are_closed_one_by_one) {
  auto o = options<ttnn_device_options>();
  ttnn_device *devices[2] = {};
  const auto open = [&](int32_t id) {
    o.device_id = id;
    return ttnn_device_open(&o, &devices[id]);
  };
  OK(open(0));
  if (check::on_host()) {
    REFUSED(open(1), TTNN_STATUS_DEVICE, "device_id is 1: the host has device 0 only");
    OK(ttnn_device_close(devices[0]));
    return;
  }
  OK(open(1));
  const Array x = random({1, 1, 32, 64}, 7);
  const ttnn_tensor_spec spec = make_spec(BF8, TILE, x.shape);
  const ttnn_host_data data = host_data(x);
  const auto works = [&](int32_t id) {
    Tensor there, result;
    OK(ttnn_tensor_from_host(devices[id], &spec, &data, there.out()));
    OK(ttnn_typecast(there, BF16, result.out()));
    ttnn_tensor *none = nullptr;
    REFUSED(ttnn_all_gather(there, 3, nullptr, &none), kInvalid, "");
  };
  Tensor kept, result;
  OK(ttnn_tensor_from_host(devices[0], &spec, &data, kept.out()));
  OK(ttnn_device_close(devices[1]));
  works(0);
  // It is there again as it was, and the first one may be closed before it.
  const char *same = "device 0 is open with l1_small_size 0, trace_region_size 0 and 1 command queues: open device 1 with the same";
  o.trace_region_size = 1 << 20;
  REFUSED(open(1), TTNN_STATUS_DEVICE, same);
  o.trace_region_size = 0;
  o.num_command_queues = 2;
  REFUSED(open(1), TTNN_STATUS_DEVICE, same);
  o.num_command_queues = 1;
  OK(open(1));
  works(1);
  OK(ttnn_typecast(kept, BF16, result.out()));
  OK(ttnn_device_close(devices[0]));
  works(1);
  OK(open(0));
  works(0);
  OK(ttnn_device_close(devices[1]));
  works(0);
  OK(ttnn_device_close(devices[0]));
  // All of them are closed: they may be opened otherwise, or as a mesh.
  o.trace_region_size = 1 << 20;
  OK(open(0));
  OK(ttnn_device_close(devices[0]));
  const MeshDevice whole(1, 2);
}

TEST(mesh, placement_there_and_back) {
  const MeshDevice d(2, 3);
  for (const Case &c : kCases) {
    const Array whole = rounded(random({4, 6, 5, 96}, 3), c.dtype);
    for (int32_t rows_dim : {kNone, 0, 1, -1}) {
      for (int32_t cols_dim : {kNone, 1, 3}) {
        if ((rows_dim == cols_dim && rows_dim != kNone) || (rows_dim == -1 && cols_dim == 3)) continue;
        const ttnn_mesh_mapping how = mapping(rows_dim, cols_dim);
        Extents part = whole.shape;
        if (rows_dim != kNone) part[static_cast<size_t>(rows_dim < 0 ? 3 : rows_dim)] /= 2;
        if (cols_dim != kNone) part[static_cast<size_t>(cols_dim)] /= 3;
        Tensor x;
        OK(place(d, whole, part, c.dtype, c.layout, &how, x));
        CHECK(x.shape() == part);
        // Exponents that are shared by other neighbours than in the whole round otherwise.
        const bool whole_blocks = c.dtype != BF8 || part[3] == 96;
        NEAR(aggregate(x, &how, whole.shape), whole, whole_blocks ? 0 : tolerance(BF8));
        ttnn_read *read = nullptr;
        OK(ttnn_tensor_read_begin(x, &how, F32, &read));
        x = Tensor();
        Array later = zeros(whole.shape);
        OK(ttnn_read_finish(read, later.values.data(), later.values.size() * sizeof(float)));
        OK(ttnn_read_destroy(read));
        NEAR(later, whole, whole_blocks ? 0 : tolerance(BF8));
      }
    }
  }
}

TEST(mesh, transposed_weights_are_sharded_as_tensors) {
  const Array weight = random({12, 20}, 5);  // [out, in]
  Array turned = zeros({20, 12});
  for (int64_t i = 0; i < 20; ++i) {
    for (int64_t o = 0; o < 12; ++o) turned.values[static_cast<size_t>(i * 12 + o)] = weight.at({o, i});
  }
  for (const int32_t rows : {1, 2}) {
    const MeshDevice d(rows, 4 / rows);
    for (const int32_t dim : {0, 1}) {
      const ttnn_mesh_mapping how = mapping(rows == 1 ? kNone : dim, dim);
      Tensor x;
      OK(place(d, weight, dim == 0 ? Extents{5, 12} : Extents{20, 3}, F32, TILE, &how, x, true));
      NEAR(aggregate(x, &how, {20, 12}), turned, 0);
    }
  }
}

TEST(mesh, one_dimension_over_both_axes) {
  const MeshDevice d(2, 3);
  for (const int32_t layout : {ROW, TILE}) {
    for (const int32_t dim : {0, 1, -1}) {
      const Array whole = random({12, 42}, 4);
      const Extents part = dim == 0 ? Extents{2, 42} : Extents{12, 7};
      const ttnn_mesh_mapping how = mapping(dim, dim);
      Tensor x, row, all;
      OK(place(d, whole, part, F32, layout, &how, x));
      NEAR(aggregate(x, &how, {12, 42}), whole, 0);
      const size_t along = dim == 0 ? 0 : 1;
      int64_t start = 0;
      for (const Array &held : parts(d, x)) {
        NEAR(held, part_of(whole, along, start, part[along]), 0);
        start += part[along];
      }
      // Gathered within each row, then within each column, the parts are in order again.
      auto o = options<ttnn_collective_options>();
      o.cluster_axis = TTNN_CLUSTER_AXIS_1;
      OK(ttnn_all_gather(x, dim, &o, row.out()));
      o.cluster_axis = TTNN_CLUSTER_AXIS_0;
      OK(ttnn_all_gather(row, dim, &o, all.out()));
      NEAR(aggregate(all, nullptr, {12, 42}), whole, 0);
    }
  }
}

// Each device's values and not only the whole, in all dtypes: what is packed is each part.
TEST(mesh, parts_over_both_axes) {
  const MeshDevice d(2, 3);
  const Extents part{2, 3, 5, 32};
  for (const Case &c : kCases) {
    for (size_t dim = 0; dim < part.size(); ++dim) {
      Extents shape = part;
      shape[dim] *= 6;
      Array whole = random(shape, 11);
      if (c.dtype != F32) whole = rounded(whole, c.dtype);
      const auto along = static_cast<int32_t>(dim);
      const ttnn_mesh_mapping how = mapping(along, along - 4);
      Tensor x;
      OK(place(d, whole, part, c.dtype, c.layout, &how, x));
      NEAR(aggregate(x, &how, whole.shape), whole, 0);
      int64_t start = 0;
      for (const Array &held : parts(d, x)) {
        NEAR(held, part_of(whole, dim, start, part[dim]), 0);
        start += part[dim];
      }
    }
  }
}

// Sums that are scattered within the columns, then within the rows, leave each device the part of its number.
TEST(mesh, scattered_sums_over_both_axes) {
  const MeshDevice d(2, 3);
  std::vector<Array> values;
  const Tensor x = different(d, {1, 1, 5, 6 * 18}, F32, TILE, values);
  const ttnn_collective_options columns = along(TTNN_CLUSTER_AXIS_0);
  const ttnn_collective_options rows = along(TTNN_CLUSTER_AXIS_1);
  Tensor of_columns;
  Tensor y;
  OK(ttnn_reduce_scatter(x, 3, &columns, of_columns.out()));
  OK(ttnn_reduce_scatter(of_columns, 3, &rows, y.out()));
  const Array sum = sum_of(values, {0, 1, 2, 3, 4, 5});
  const std::vector<Array> results = parts(d, y);
  for (size_t device = 0; device < results.size(); ++device) {
    NEAR(results[device], part_of(sum, 3, static_cast<int64_t>(device) * 18, 18), 1e-5);
  }
  const ttnn_mesh_mapping how = mapping(3, 3);
  NEAR(aggregate(y, &how, sum.shape), sum, 1e-5);
}

TEST(mesh, refused_placements) {
  const MeshDevice d(2, 2);
  const Array whole = random({4, 32}, 1);
  Tensor x;
  ttnn_mesh_mapping how = mapping(0, 0);
  REFUSED(place(d, whole, {2, 32}, F32, ROW, &how, x), kInvalid, "data is 512 bytes");
  how = mapping(2, kNone);
  REFUSED(place(d, whole, {4, 32}, F32, ROW, &how, x), kInvalid, "");
  how = mapping(kNone, kNone);
  how.placements[1] = 2;
  REFUSED(place(d, whole, {4, 32}, F32, ROW, &how, x), kInvalid, "placements[1]");
  how = mapping(0, kNone);
  REFUSED(place(d, whole, {4, 32}, F32, ROW, &how, x), kInvalid, "data is 512 bytes");
  OK(place(d, whole, {2, 32}, F32, ROW, &how, x));
  std::vector<float> values(256);
  REFUSED(ttnn_tensor_read(x, F32, values.data(), 256), kInvalid, "ttnn_aggregate_tensor");
  REFUSED(ttnn_aggregate_tensor(x, &how, F32, values.data(), 256), kInvalid, "dst is 256 bytes");
  REFUSED(ttnn_aggregate_tensor(x, &how, F32, nullptr, 512), kInvalid, "dst is NULL");
  NEAR(aggregate(x, nullptr, {2, 32}), part_of(whole, 0, 0, 2), 0);
}

TEST(mesh, storage_holds_all_devices) {
  const MeshDevice d(1, 3);
  const Array whole = rounded(random({6, 32}, 9), BF8);
  const ttnn_mesh_mapping how = mapping(kNone, 0);
  Tensor x;
  OK(place(d, whole, {2, 32}, BF8, TILE, &how, x));
  const std::vector<uint8_t> bytes = x.storage();
  const ttnn_tensor_spec spec = make_spec(BF8, TILE, {2, 32});
  Tensor y;
  OK(ttnn_tensor_from_storage(d, &spec, bytes.data(), bytes.size(), 0, y.out()));
  NEAR(aggregate(y, &how, whole.shape), whole, 0);
  REFUSED(ttnn_tensor_from_storage(d, &spec, bytes.data(), bytes.size() / 3, 0, y.out()), kInvalid, "bytes");
}

TEST(mesh, all_gather) {
  const MeshDevice d(2, 3);
  for (const Case &c : kCases) {
    for (const int32_t axis : {TTNN_CLUSTER_AXIS_0, TTNN_CLUSTER_AXIS_1}) {
      for (size_t dim = 0; dim < 4; ++dim) {
        std::vector<Array> values;
        const Tensor x = different(d, {2, 3, 5, 20}, c.dtype, c.layout, values);
        const ttnn_collective_options o = along(axis);
        Tensor y;
        OK(ttnn_all_gather(x, static_cast<int32_t>(dim) - 4, &o, y.out()));
        const std::vector<Array> results = parts(d, y);
        for (size_t device = 0; device < results.size(); ++device) {
          int64_t start = 0;
          for (const size_t member : group(d, axis, device)) {
            const int64_t extent = values[member].shape[dim];
            NEAR(part_of(results[device], dim, start, extent), values[member], c.dtype == BF8 ? tolerance(BF8) : 0);
            start += extent;
          }
        }
      }
    }
  }
}

TEST(mesh, sums) {
  const MeshDevice d(2, 3);
  for (const Case &c : kCases) {
    for (const int32_t axis : {TTNN_CLUSTER_AXIS_0, TTNN_CLUSTER_AXIS_1}) {
      std::vector<Array> values;
      const Tensor x = different(d, {6, 12, 5, 18}, c.dtype, c.layout, values);
      const ttnn_collective_options o = along(axis);
      Tensor y;
      OK(ttnn_all_reduce(x, &o, y.out()));
      std::vector<Array> results = parts(d, y);
      for (size_t device = 0; device < results.size(); ++device) {
        NEAR(results[device], sum_of(values, group(d, axis, device)), tolerance(c.dtype));
      }
      for (const size_t dim : {0UL, 1UL, 3UL}) {
        OK(ttnn_reduce_scatter(x, static_cast<int32_t>(dim), &o, y.out()));
        results = parts(d, y);
        for (size_t device = 0; device < results.size(); ++device) {
          const std::vector<size_t> members = group(d, axis, device);
          const auto position = std::find(members.begin(), members.end(), device) - members.begin();
          const int64_t extent = values[0].shape[dim] / static_cast<int64_t>(members.size());
          NEAR(results[device], part_of(sum_of(values, members), dim, position * extent, extent), tolerance(c.dtype));
        }
      }
    }
  }
}

TEST(mesh, partition_undoes_all_gather) {
  const MeshDevice d(2, 2);
  for (const Case &c : kCases) {
    for (const int32_t dim : {0, 1, 2, 3}) {
      std::vector<Array> values;
      const Tensor x = different(d, {1, 2, 32, 64}, c.dtype, c.layout, values);
      const ttnn_collective_options o = along(TTNN_CLUSTER_AXIS_1);
      Tensor y;
      Tensor z;
      OK(ttnn_all_gather(x, dim, &o, y.out()));
      OK(ttnn_mesh_partition(y, dim, &o, z.out()));
      const std::vector<Array> results = parts(d, z);
      for (size_t device = 0; device < results.size(); ++device) NEAR(results[device], values[device], 0);
    }
  }
}

TEST(mesh, integers) {
  const MeshDevice d(1, 4);
  const std::vector<int32_t> values{1, -2, 3, -4, 5, -6, 7, -8};
  const ttnn_tensor_spec spec = make_spec(I32, ROW, {1, 2});
  auto data = options<ttnn_host_data>();
  data.dtype = I32;
  data.data = values.data();
  data.size = values.size() * sizeof(int32_t);
  const ttnn_mesh_mapping how = mapping(kNone, 0);
  data.mapping = &how;
  Tensor x;
  OK(ttnn_tensor_from_host(d, &spec, &data, x.out()));
  Tensor y;
  OK(ttnn_all_reduce(x, nullptr, y.out()));
  std::vector<int32_t> sum(2);
  OK(ttnn_aggregate_tensor(y, nullptr, I32, sum.data(), 8));
  CHECK_VALUES((sum == std::vector<int32_t>{16, -20}));
  OK(ttnn_plus_one(x));
  std::vector<int32_t> next(8);
  OK(ttnn_aggregate_tensor(x, &how, I32, next.data(), 32));
  CHECK_VALUES((next == std::vector<int32_t>{2, -1, 4, -3, 6, -5, 8, -7}));
}

void refused_on_a_grid(const Array &a) {
  const MeshDevice grid(2, 2);
  Tensor x;
  OK(place(grid, a, a.shape, BF16, TILE, nullptr, x));
  Tensor y;
  REFUSED(ttnn_all_gather(x, 3, nullptr, y.out()), kInvalid, "requires cluster_axis");
  ttnn_collective_options o = along(3);
  REFUSED(ttnn_all_reduce(x, &o, y.out()), kInvalid, "ttnn_cluster_axis");
  o = along(TTNN_CLUSTER_AXIS_0);
  REFUSED(ttnn_all_gather(x, 4, &o, y.out()), kInvalid, "");
  REFUSED(ttnn_reduce_scatter(x, -5, &o, y.out()), kInvalid, "");
}

TEST(mesh, refused_collectives) {
  const Array a = random({1, 1, 32, 50}, 2);
  refused_on_a_grid(a);
  Tensor x;
  Tensor y;
  const MeshDevice line(1, 4);
  OK(place(line, a, a.shape, BF16, TILE, nullptr, x));
  REFUSED(ttnn_reduce_scatter(x, 3, nullptr, y.out()), TTNN_STATUS_SHAPE, "4 devices");
  REFUSED(ttnn_mesh_partition(x, 3, nullptr, y.out()), TTNN_STATUS_SHAPE, "4 devices");
  OK(place(line, random({64}, 1), {64}, BF16, TILE, nullptr, x));
  REFUSED(ttnn_reduce_scatter(x, 0, nullptr, y.out()), TTNN_STATUS_SHAPE, "rank 2");
  OK(place(line, random({32, 64}, 1), {32, 64}, BF4, TILE, nullptr, x));
  REFUSED(ttnn_reduce_scatter(x, 0, nullptr, y.out()), TTNN_STATUS_DTYPE, "BFLOAT4_B");
  REFUSED(ttnn_all_reduce(x, nullptr, y.out()), TTNN_STATUS_DTYPE, "BFLOAT4_B");
  REFUSED(ttnn_all_reduce(x, nullptr, nullptr), kInvalid, "out is NULL");
  CHECK(y.get() == nullptr);
}

// A gated MLP whose hidden dimension is shared out gives what one device gives; replayed too.
TEST(mesh, tensor_parallel_mlp) {
  const Array x = random({1, 1, 32, 64}, 1);
  const Array up = random({64, 96}, 2);
  const Array down = random({96, 64}, 3);
  Array expected;
  {
    const Device one;
    const Tensor a = one.make(x, F32);
    const Tensor b = one.make(up, F32);
    const Tensor c = one.make(down, F32);
    auto silu = options<ttnn_matmul_options>();
    silu.activation = TTNN_UNARY_SILU;
    Tensor hidden;
    Tensor y;
    OK(ttnn_linear(a, b, &silu, hidden.out()));
    OK(ttnn_linear(hidden, c, nullptr, y.out()));
    expected = y.read();
  }
  for (const int32_t devices : {2, 4, 8}) {
    const MeshDevice d(1, devices);
    const ttnn_mesh_mapping columns = mapping(kNone, 1);
    const ttnn_mesh_mapping rows = mapping(kNone, 0);
    Tensor a;
    Tensor b;
    Tensor c;
    OK(place(d, x, x.shape, F32, TILE, nullptr, a));
    OK(place(d, up, {64, 96 / devices}, F32, TILE, &columns, b));
    OK(place(d, down, {96 / devices, 64}, F32, TILE, &rows, c));
    auto silu = options<ttnn_matmul_options>();
    silu.activation = TTNN_UNARY_SILU;
    const auto forward = [&](Tensor &out) {
      Tensor hidden;
      Tensor partial;
      OK(ttnn_linear(a, b, &silu, hidden.out()));
      OK(ttnn_linear(hidden, c, nullptr, partial.out()));
      OK(ttnn_all_reduce(partial, nullptr, out.out()));
    };
    Tensor y;
    forward(y);
    for (const Array &part : parts(d, y)) NEAR(part, expected, 1e-5);

    uint32_t trace = 0;
    OK(ttnn_begin_trace_capture(d, &trace));
    Tensor traced;
    forward(traced);
    OK(ttnn_end_trace_capture(d, trace));
    OK(ttnn_execute_trace(d, trace, 1));
    const std::vector<Array> eager = parts(d, y);
    const std::vector<Array> replayed = parts(d, traced);
    for (size_t i = 0; i < eager.size(); ++i) CHECK_VALUES(eager[i].values == replayed[i].values);
  }
}

// The norms of the whole, on one device.
std::vector<Array> whole_norms(const Array &x, const Array &weight, const Array &bias) {
  const Device one;
  const Tensor x_whole = one.make(x, F32);
  const Tensor weight_whole = one.make(weight, F32);
  const Tensor bias_whole = one.make(bias, F32);
  auto compute = options<ttnn_compute_config>();
  compute.fp32_dest_acc_en = TTNN_SWITCH_ON;
  auto o = options<ttnn_norm_options>();
  o.epsilon = 1e-5F;
  o.weight = weight_whole;
  o.compute_config = &compute;
  Tensor rms;
  OK(ttnn_rms_norm(x_whole, &o, rms.out()));
  o.bias = bias_whole;
  Tensor layer;
  OK(ttnn_layer_norm(x_whole, &o, layer.out()));
  return {rms.read(), layer.read()};
}

// Norms in two parts equal those of the whole.
TEST(mesh, distributed_norms) {
  constexpr int32_t kDevices = 4;
  auto compute = options<ttnn_compute_config>();
  compute.fp32_dest_acc_en = TTNN_SWITCH_ON;
  const ttnn_mesh_mapping columns = mapping(kNone, 3);
  for (const int64_t width : {64, 20}) {
    const Array x = random({2, 1, 5, width * kDevices}, 1, 3);
    const Array weight = random({1, 1, 1, width * kDevices}, 2);
    const Array bias = random({1, 1, 1, width * kDevices}, 3);
    const std::vector<Array> expected = whole_norms(x, weight, bias);
    const MeshDevice d(1, kDevices);
    Tensor x_parts;
    Tensor weight_parts;
    Tensor bias_parts;
    OK(place(d, x, {2, 1, 5, width}, F32, TILE, &columns, x_parts));
    OK(place(d, weight, {1, 1, 1, width}, F32, TILE, &columns, weight_parts));
    OK(place(d, bias, {1, 1, 1, width}, F32, TILE, &columns, bias_parts));
    for (const bool layer : {false, true}) {
      auto first = options<ttnn_op_options>();
      first.dtype = F32;
      first.compute_config = &compute;
      Tensor own;
      OK((layer ? ttnn_layer_norm_pre_all_gather : ttnn_rms_norm_pre_all_gather)(x_parts, &first, own.out()));
      CHECK((own.shape() == Extents{2, 1, 5, layer ? 64 : 32}));
      Tensor stats;
      OK(ttnn_all_gather(own, 3, nullptr, stats.out()));
      auto second = options<ttnn_norm_options>();
      second.epsilon = 1e-5F;
      second.weight = weight_parts;
      second.bias = layer ? bias_parts.get() : nullptr;
      second.compute_config = &compute;
      Tensor y;
      const auto post = layer ? ttnn_layer_norm_post_all_gather : ttnn_rms_norm_post_all_gather;
      OK(post(x_parts, stats, &second, y.out()));
      NEAR(aggregate(y, &columns, x.shape), expected[layer ? 1 : 0], 1e-5);

      second.compute_config = nullptr;
      REFUSED(post(x_parts, stats, &second, y.out()), kInvalid, "fp32_dest_acc_en");
      second.compute_config = &compute;
      REFUSED(post(x_parts, weight_parts, &second, y.out()), TTNN_STATUS_SHAPE, "Stats and input");
      second.residual_input_tensor = x_parts;
      REFUSED(post(x_parts, stats, &second, y.out()), kInvalid, "residual_input_tensor");
      first.compute_config = nullptr;
      REFUSED(ttnn_rms_norm_pre_all_gather(x_parts, &first, y.out()), kInvalid, "fp32_dest_acc_en");
    }
  }
}

// Memory is counted for each device, and given back on all of them.
TEST(mesh, memory) {
  const MeshDevice d(1, 4);
  auto stats = options<ttnn_memory_stats>();
  const auto allocated = [&] {
    OK(ttnn_device_get_memory_stats(d, TTNN_BUFFER_TYPE_DRAM, &stats));
    return stats.allocated_bytes;
  };
  {
    Tensor x;
    OK(place(d, random({32, 64}, 1), {32, 64}, F32, TILE, nullptr, x));
    if (check::on_host()) CHECK_EQ(allocated(), uint64_t{32 * 64 * 4});
    CHECK(allocated() > 0);
    CHECK_EQ(stats.live_tensors, 1);
    OK(ttnn_deallocate(x));
    CHECK_EQ(allocated(), uint64_t{0});
    CHECK_EQ(ttnn_tensor_is_allocated(x), 0);
  }
  if (check::host_only("a device with little memory")) return;
  // A device has 16 MB: too much for one is too much, and nothing stays behind.
  const ttnn_tensor_spec spec = make_spec(F32, ROW, {1024, 3000});
  std::vector<Tensor> kept(2);
  OK(ttnn_tensor_create(d, &spec, kept[0].out()));
  REFUSED(ttnn_tensor_create(d, &spec, kept[1].out()), TTNN_STATUS_OUT_OF_MEMORY, "DRAM");
  CHECK_EQ(allocated(), uint64_t{1024 * 3000 * 4});
  CHECK_EQ(stats.live_tensors, 1);
}
