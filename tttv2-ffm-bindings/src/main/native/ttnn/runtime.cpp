// SPDX-License-Identifier: Apache-2.0
#include "ttnn/runtime.hpp"

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <system_error>
#include <vector>

#include "common/error.hpp"
#include "common/structs.hpp"
#include "ttnn/bound.hpp"
#include "ttnn/interpreter.hpp"
#include "ttnn/refusal.hpp"
#include "ttnn/single_devices.hpp"

namespace tttv2::ttnn {

namespace {

// Objects that live as long as the process: Python is never finalised.
struct Constants {
  PyObject *module;
  std::array<PyObject *, 9> dtypes;  // by enum ttnn_dtype
  std::array<PyObject *, 3> layouts;
  std::array<PyObject *, 4> memory_layouts;
  std::array<PyObject *, 2> buffer_types;
  std::array<PyObject *, 2> orientations;
  std::array<PyObject *, 5> fidelities;
  std::array<PyObject *, 7> unary_ops;
  std::array<PyObject *, 7> activation_lists;
  PyObject *gelu_accurate, *gelu_tanh;
};

Constants constants;
std::mutex start_mutex;
bool interpreter_runs = false;
bool started = false;

PyObject *lasting(PyObject *object, const char *name) { return attribute(object, name).release(); }

using Named = std::vector<std::pair<const char *, PyObject *>>;

Object call(PyObject *function, std::initializer_list<PyObject *> positional, const Named &named = {}) {
  const Object tuple = check(py.PyTuple_New(static_cast<intptr_t>(positional.size())));
  intptr_t i = 0;
  for (PyObject *value : positional) py.PyTuple_SetItem(tuple.get(), i++, Object::share(value).release());
  const Object keywords = check(py.PyDict_New());
  for (const auto &[name, value] : named) {
    if (py.PyDict_SetItemString(keywords.get(), name, value) != 0) throw_python_error();
  }
  return check(py.PyObject_Call(function, tuple.get(), keywords.get()));
}

Object list_of(std::vector<Object> objects) {
  Object list = check(py.PyList_New(static_cast<intptr_t>(objects.size())));
  for (size_t i = 0; i < objects.size(); ++i) {
    py.PyList_SetItem(list.get(), static_cast<intptr_t>(i), objects[i].release());
  }
  return list;
}

Constants find_constants(PyObject *module) {
  Constants c{};
  c.module = module;
  const auto members = [&](const char *type, auto &to, std::initializer_list<const char *> names, size_t first) {
    const Object enumeration = attribute(module, type);
    for (const char *name : names) to[first++] = lasting(enumeration.get(), name);
  };
  members("DataType", c.dtypes,
          {"FLOAT32", "BFLOAT16", "BFLOAT8_B", "BFLOAT4_B", "UINT32", "INT32", "UINT16", "UINT8"}, 1);
  members("Layout", c.layouts, {"ROW_MAJOR", "TILE"}, 1);
  members("TensorMemoryLayout", c.memory_layouts, {"INTERLEAVED", "HEIGHT_SHARDED", "WIDTH_SHARDED", "BLOCK_SHARDED"}, 0);
  members("BufferType", c.buffer_types, {"DRAM", "L1"}, 0);
  members("ShardOrientation", c.orientations, {"ROW_MAJOR", "COL_MAJOR"}, 0);
  members("MathFidelity", c.fidelities, {"LoFi", "HiFi2", "HiFi3", "HiFi4"}, 1);
  // TTNN's GELU has a parameter: whether it is the approximation, which its name alone asks for. The others are known to
  // matmul by their names.
  const Object variants = attribute(module, "GeluVariant");
  c.gelu_accurate = lasting(variants.get(), "Accurate");
  c.gelu_tanh = lasting(variants.get(), "Tanh");
  const Object types = attribute(module, "UnaryOpType");
  const Object with_param = attribute(module, "UnaryWithParam");
  constexpr std::array kTypes{"", "SILU", "GELU", "GELU_TANH", "RELU", "TANH", "SIGMOID"};
  constexpr std::array kWords{"", "silu", "gelu", "gelu_tanh", "relu", "tanh", "sigmoid"};
  for (size_t op = 1; op < kTypes.size(); ++op) {
    const Object type = attribute(types.get(), kTypes[op]);
    const bool gelu = op == static_cast<size_t>(Activation::kGelu);
    Object object = gelu ? call(with_param.get(), {type.get(), real(0).get()}) : call(with_param.get(), {type.get()});
    c.unary_ops[op] = gelu ? Object::share(object.get()).release() : check(py.PyUnicode_InternFromString(kWords[op])).release();
    std::vector<Object> one;
    one.push_back(std::move(object));
    c.activation_lists[op] = list_of(std::move(one)).release();
  }
  return c;
}

// TTNN is ended by its absence when it is imported.
void set_home() {
  const passwd *user = std::getenv("HOME") == nullptr ? getpwuid(geteuid()) : nullptr;
  setenv("HOME", user == nullptr ? "/" : user->pw_dir, 0);
}

// Who ignores SIGCHLD, as a parent process may have asked for, is not told how a child ended: neither Python, which is asked
// where its library is, nor TTNN's compiler of kernels. Java does the same before it starts its first process.
void wait_for_children() {
  struct sigaction action {};
  sigaction(SIGCHLD, nullptr, &action);
  if (action.sa_handler == SIG_IGN) std::signal(SIGCHLD, SIG_DFL);
}

}  // namespace

void start() {
  const std::lock_guard lock(start_mutex);
  if (started) return;
  if (!interpreter_runs) {
    wait_for_children();
    const Interpreter interpreter = find_interpreter();
    load_python(interpreter.library);
    // Before Python copies the environment: texts without a backtrace, Open MPI without handlers, no greeting, and no log on
    // the program's standard output: what goes wrong is said by statuses.
    setenv("TT_METAL_DISABLE_BACKTRACE", "1", 0);
    setenv("OMPI_MCA_opal_signal", "", 0);
    setenv("LOGURU_LEVEL", "WARNING", 0);
    set_home();
    if (getenv("TT_METAL_LOGGER_LEVEL") == nullptr) setenv("TT_LOGGER_LEVEL", "off", 0);
    if (py.Py_IsInitialized() == 0) {
      // Kept by Python. By its name it finds the virtual environment.
      const wchar_t *program = py.Py_DecodeLocale(interpreter.program.c_str(), nullptr);
      if (program == nullptr) fail(TTNN_STATUS_DEVICE, "the name of the interpreter cannot be decoded");
      py.Py_SetProgramName(program);
      constexpr int kNoSignalHandlers = 0;
      py.Py_InitializeEx(kNoSignalHandlers);
      py.PyEval_SaveThread();
    }
    interpreter_runs = true;
  }
  const Gil gil;
  PyObject *module = nullptr;
  try {
    module = check(py.PyImport_ImportModule("ttnn")).release();
  } catch (const Error &error) {
    fail(TTNN_STATUS_DEVICE, "import ttnn failed: %s; its installation is damaged: pip install --force-reinstall ttnn==%s",
         error.what(), kTtnnVersion);
  }
  bound::resolve(module);
  constants = find_constants(module);
  started = true;
}

namespace {

// Where it cannot write, TTNN fails once, and opens the device without its firmware the next time. If no place is named it
// takes another by itself.
void check_kernel_directory() {
  const char *named = std::getenv("TT_METAL_CACHE");
  if (named == nullptr) return;
  constexpr const char *kKernels = "where TTNN keeps the kernels that it compiles";
  if (*named != '/') fail(TTNN_STATUS_DEVICE, "TT_METAL_CACHE is \"%s\", expected an absolute path, %s", named, kKernels);
  std::error_code problem;
  std::filesystem::create_directories(named, problem);
  if (!problem && access(named, W_OK) != 0) problem = std::make_error_code(std::errc(errno));
  if (problem) {
    fail(TTNN_STATUS_DEVICE, "TT_METAL_CACHE is \"%s\", %s: %s; name a directory that can be written", named, kKernels,
         problem.message().c_str());
  }
}

void set_fabric(const char *config) {
  const Object set = attribute(constants.module, "set_fabric_config");
  const Object configs = attribute(constants.module, "FabricConfig");
  call(set.get(), {attribute(configs.get(), config).get()});
}

// A device by itself is opened without. With links that TTNN does not take this is refused as well, and there is none.
void forget_fabric() {
  try {
    set_fabric("DISABLED");
  } catch (const Error &) {
  }
}

Object mesh_shape(const Mesh &mesh) {
  return call(attribute(constants.module, "MeshShape").get(), {integer(mesh.rows).get(), integer(mesh.cols).get()});
}

// TTTV2_TTNN_DISPATCH=worker takes the cores that dispatch from the grid instead of the Ethernet cores, which are TTNN's
// choice on boards of two chips and more.
Object dispatch_cores() {
  const char *wish = std::getenv("TTTV2_TTNN_DISPATCH");
  if (wish == nullptr || *wish == 0) return {};
  if (std::string_view(wish) != "worker") {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "TTTV2_TTNN_DISPATCH is %s, expected worker, or nothing", wish);
  }
  const Object types = attribute(constants.module, "DispatchCoreType");
  const Object worker = attribute(types.get(), "WORKER");
  return call(attribute(constants.module, "DispatchCoreConfig").get(), {worker.get()});
}

SingleDevices &single_devices() {
  static auto *devices = new SingleDevices;  // never destroyed: Python is never finalised
  return *devices;
}

}  // namespace

Object open_device(const ttnn_device_options &options, const Mesh &mesh) {
  check_kernel_directory();
  const bool is_mesh = mesh.size() > 1;
  if (!is_mesh) {
    if (Object device = single_devices().take(options)) return device;
  }
  const Object open = attribute(constants.module, is_mesh ? "open_mesh_device" : "open_device");
  const Object id = integer(options.device_id);
  const Object l1_small = integer(static_cast<int64_t>(options.l1_small_size));
  const Object trace_region = integer(static_cast<int64_t>(options.trace_region_size));
  const Object queues = integer(std::max(1, options.num_command_queues));
  const Object dispatch = dispatch_cores();
  const Object shape = is_mesh ? mesh_shape(mesh) : Object();
  const std::pair<const char *, PyObject *> first{is_mesh ? "mesh_shape" : "device_id", is_mesh ? shape.get() : id.get()};
  Named named{first,
              {"l1_small_size", l1_small.get()},
              {"trace_region_size", trace_region.get()},
              {"num_command_queues", queues.get()}};
  if (dispatch) named.emplace_back("dispatch_core_config", dispatch.get());
  try {
    if (is_mesh) set_fabric("FABRIC_1D");
    Object device = call(open.get(), {}, named);
    if (!is_mesh) single_devices().opened(options, device.get());
    return device;
  } catch (const Error &error) {
    if (is_mesh) forget_fabric();
    const char *todo = "the chips of a mesh are linked to each other: see to their cables, or ask for fewer";
    fail(TTNN_STATUS_DEVICE, "%s", refusal(error.what(), is_mesh ? todo : nullptr).c_str());
  }
}

void close_device(PyObject *device, const Mesh &mesh) {
  if (mesh.size() == 1) {
    std::exception_ptr problem;
    for (const Object &unused : single_devices().give_back(device)) {
      try {
        Arguments(bound::kCloseDevice).add(unused.get()).call();
      } catch (const Error &) {
        if (problem == nullptr) problem = std::current_exception();
      }
    }
    if (problem != nullptr) std::rethrow_exception(problem);
    return;
  }
  call(attribute(constants.module, "close_mesh_device").get(), {device});
  set_fabric("DISABLED");
}

Object create_submesh(PyObject *mesh, const MeshPart &part) {
  return call(attribute(mesh, "create_submesh").get(), {mesh_shape(part.shape).get(), mesh_coordinate(part.row, part.col).get()});
}

void close_submesh(PyObject *submesh) { call(attribute(constants.module, "close_mesh_device").get(), {submesh}); }

PyObject *to_python(DType dtype) { return constants.dtypes[static_cast<size_t>(dtype)]; }
PyObject *to_python(Layout layout) { return constants.layouts[static_cast<size_t>(layout)]; }
PyObject *buffer_type(int32_t type) { return constants.buffer_types[static_cast<size_t>(type)]; }

namespace {

// The place of an object among a few; members of an enumeration are single objects.
template <size_t N>
int32_t place_of(const std::array<PyObject *, N> &all, PyObject *object, const char *what) {
  for (size_t i = 0; i < N; ++i) {
    if (all[i] == object) return static_cast<int32_t>(i);
  }
  fail(TTNN_STATUS_UNSUPPORTED, "a tensor of TTNN has a %s that this interface does not know: %s", what,
       to_text(object).c_str());
}

struct ByContent {
  bool operator()(const MemoryConfig &a, const MemoryConfig &b) const {
    const auto key = [](const MemoryConfig &c) {
      std::array<int32_t, 6 + 4 * TTNN_MAX_CORE_RANGES> values{c.memory_layout, c.buffer_type, c.orientation,
                                                               c.shard_height,  c.shard_width, c.num_ranges};
      for (int32_t i = 0; i < c.num_ranges; ++i) {
        const ttnn_core_range &r = c.ranges[i];
        const std::array range{r.start_x, r.start_y, r.end_x, r.end_y};
        std::copy(range.begin(), range.end(), values.begin() + 6 + 4 * i);
      }
      return values;
    };
    return key(a) < key(b);
  }
};

Object make_memory_config(const MemoryConfig &config) {
  PyObject *layout = constants.memory_layouts[static_cast<size_t>(config.memory_layout)];
  PyObject *type = buffer_type(config.buffer_type);
  const Object make = attribute(constants.module, "MemoryConfig");
  if (config.num_ranges == 0) return call(make.get(), {layout, type});
  const Object core = attribute(constants.module, "CoreCoord");
  const Object range = attribute(constants.module, "CoreRange");
  std::vector<Object> ranges;
  for (int32_t i = 0; i < config.num_ranges; ++i) {
    const ttnn_core_range &r = config.ranges[i];
    const Object from = call(core.get(), {integer(r.start_x).get(), integer(r.start_y).get()});
    const Object to = call(core.get(), {integer(r.end_x).get(), integer(r.end_y).get()});
    ranges.push_back(call(range.get(), {from.get(), to.get()}));
  }
  const Object set = call(attribute(constants.module, "CoreRangeSet").get(), {list_of(std::move(ranges)).get()});
  const std::array<int64_t, 2> sides{config.shard_height, config.shard_width};
  const Object spec = call(attribute(constants.module, "ShardSpec").get(),
                           {set.get(), to_list(sides).get(), constants.orientations[static_cast<size_t>(config.orientation)]});
  return call(make.get(), {layout, type, spec.get()});
}

}  // namespace

PyObject *to_python(const MemoryConfig &config) {
  // A program names a few; one that makes up new ones for ever must not fill the memory.
  constexpr size_t kMost = 512;
  static auto *made = new std::map<MemoryConfig, PyObject *, ByContent>;
  if (const auto found = made->find(config); found != made->end()) return found->second;
  if (made->size() >= kMost) {
    for (const auto &[key, object] : *made) py.Py_DecRef(object);
    made->clear();
  }
  PyObject *object = make_memory_config(config).release();
  made->emplace(config, object);
  return object;
}

DType to_dtype(PyObject *dtype) { return static_cast<DType>(place_of(constants.dtypes, dtype, "dtype")); }
Layout to_layout(PyObject *layout) { return static_cast<Layout>(place_of(constants.layouts, layout, "layout")); }

MemoryConfig to_memory_config(PyObject *config) {
  MemoryConfig result;
  result.memory_layout = place_of(constants.memory_layouts, attribute(config, "memory_layout").get(), "memory layout");
  result.buffer_type = place_of(constants.buffer_types, attribute(config, "buffer_type").get(), "buffer type");
  const Object shards = attribute(config, "shard_spec");
  if (shards.get() == py.none) return result;
  result.orientation = place_of(constants.orientations, attribute(shards.get(), "orientation").get(), "orientation");
  const Object sides = attribute(shards.get(), "shape");
  const auto side = [&](int64_t i) {
    return static_cast<int32_t>(to_integer(check(py.PyObject_GetItem(sides.get(), integer(i).get())).get()));
  };
  result.shard_height = side(0);
  result.shard_width = side(1);
  const Object grid = attribute(shards.get(), "grid");
  const Object ranges = call(attribute(grid.get(), "ranges").get(), {});
  const intptr_t count = py.PyObject_Size(ranges.get());
  if (count > TTNN_MAX_CORE_RANGES) {
    fail(TTNN_STATUS_UNSUPPORTED, "a tensor of TTNN lies on %td ranges of cores, this interface describes %d", count,
         TTNN_MAX_CORE_RANGES);
  }
  const Object iterator = check(py.PyObject_GetIter(ranges.get()));
  while (const Object range{py.PyIter_Next(iterator.get())}) {
    const auto coordinate = [&](const char *corner, const char *axis) {
      return static_cast<int32_t>(to_integer(attribute(attribute(range.get(), corner).get(), axis).get()));
    };
    result.ranges[result.num_ranges++] = {coordinate("start", "x"), coordinate("start", "y"), coordinate("end", "x"),
                                          coordinate("end", "y")};
  }
  return result;
}

PyObject *unary_op(Activation op) { return constants.unary_ops[static_cast<size_t>(op)]; }
PyObject *activation_list(Activation op) { return constants.activation_lists[static_cast<size_t>(op)]; }
PyObject *gelu_variant(bool tanh) { return tanh ? constants.gelu_tanh : constants.gelu_accurate; }

PyObject *compute_config(PyObject *arch, const ttnn_compute_config *config) {
  if (config == nullptr) return nullptr;
  const ttnn_compute_config c = read_struct("compute_config", config);
  // All checked before: small numbers, one for each combination and architecture.
  static auto *made = new std::map<std::array<intptr_t, 5>, PyObject *>;
  const std::array key{reinterpret_cast<intptr_t>(arch), intptr_t{c.math_fidelity}, intptr_t{c.math_approx_mode},
                       intptr_t{c.fp32_dest_acc_en}, intptr_t{c.packer_l1_acc}};
  if (const auto found = made->find(key); found != made->end()) return found->second;
  // What is left open is TTNN's choice.
  const Object tuple = check(py.PyTuple_New(1));
  py.PyTuple_SetItem(tuple.get(), 0, Object::share(arch).release());
  const Object named = check(py.PyDict_New());
  const auto set = [&](const char *name, PyObject *value) {
    if (py.PyDict_SetItemString(named.get(), name, value) != 0) throw_python_error();
  };
  if (c.math_fidelity != 0) set("math_fidelity", constants.fidelities[static_cast<size_t>(c.math_fidelity)]);
  const auto choose = [&](const char *name, int32_t value) {
    if (value != TTNN_SWITCH_DEFAULT) set(name, boolean(value == TTNN_SWITCH_ON));
  };
  choose("math_approx_mode", c.math_approx_mode);
  choose("fp32_dest_acc_en", c.fp32_dest_acc_en);
  choose("packer_l1_acc", c.packer_l1_acc);
  const Object make = attribute(constants.module, "init_device_compute_kernel_config");
  PyObject *object = check(py.PyObject_Call(make.get(), tuple.get(), named.get())).release();
  made->emplace(key, object);
  return object;
}

namespace {

// The most cores that share `columns` evenly and fill a rectangle of the grid, which sparse_matmul asks for.
Grid rectangle(const Grid &grid, int64_t columns) {
  Grid most{1, 1, grid.dram_banks};
  for (int32_t y = 1; y <= grid.y; ++y) {
    for (int32_t x = 1; x <= grid.x; ++x) {
      if (columns % (x * y) == 0 && x * y > most.x * most.y) most = {x, y, grid.dram_banks};
    }
  }
  return most;
}

}  // namespace

PyObject *matmul_program_config(const MatmulProgram &p) {
  // Checked before; a plan has few of them.
  static auto *made = new std::map<std::array<int64_t, 10>, PyObject *>;
  const std::array key{int64_t{p.multicast}, p.grid_x,      p.grid_y,      p.in0_block_w, p.out_subblock_h,
                       p.out_subblock_w,     p.out_block_h, p.out_block_w, p.per_core_m,  p.per_core_n};
  if (const auto found = made->find(key); found != made->end()) return found->second;
  const Object cores = call(attribute(constants.module, "CoreCoord").get(), {integer(p.grid_x).get(), integer(p.grid_y).get()});
  const Object block = integer(p.in0_block_w), m = integer(p.per_core_m), n = integer(p.per_core_n);
  const Object subblock_h = integer(p.out_subblock_h), subblock_w = integer(p.out_subblock_w);
  const Object block_h = integer(p.out_block_h), block_w = integer(p.out_block_w);
  const bool both = p.multicast == TTNN_MATMUL_PROGRAM_MULTICAST_2D;
  const std::pair<const char *, PyObject *> own{
      both ? "transpose_mcast" : "mcast_in0", both ? py.no : boolean(p.multicast == TTNN_MATMUL_PROGRAM_MULTICAST_IN0)};
  const Object make = attribute(
      constants.module, both ? "MatmulMultiCoreReuseMultiCastProgramConfig" : "MatmulMultiCoreReuseMultiCast1DProgramConfig");
  PyObject *object = call(make.get(), {},
                          {{"compute_with_storage_grid_size", cores.get()},
                           {"in0_block_w", block.get()},
                           {"out_subblock_h", subblock_h.get()},
                           {"out_subblock_w", subblock_w.get()},
                           {"out_block_h", block_h.get()},
                           {"out_block_w", block_w.get()},
                           {"per_core_M", m.get()},
                           {"per_core_N", n.get()},
                           {"fuse_batch", py.yes},
                           {"fused_activation", py.none},
                           own})
                         .release();
  made->emplace(key, object);
  return object;
}

PyObject *sparse_program_config(const Grid &grid, int64_t rows, int64_t columns) {
  const int64_t n = divide_up(columns, TTNN_TILE_SIZE), m = divide_up(rows, TTNN_TILE_SIZE);
  const Grid used = rectangle(grid, n);
  const int64_t share = n / (used.x * used.y);
  return matmul_program_config(
      {TTNN_MATMUL_PROGRAM_MULTICAST_IN0, used.x, used.y, 1, 1, 1, m, share, m, share});
}

PyObject *sdpa_program_config(const Grid &grid, const ttnn_sdpa_options &options) {
  if (options.q_chunk_size == 0) return nullptr;
  // Checked before; a plan has few of them.
  static auto *made = new std::map<std::array<int64_t, 4>, PyObject *>;
  const std::array<int64_t, 4> key{grid.x, grid.y, options.q_chunk_size, options.k_chunk_size};
  if (const auto found = made->find(key); found != made->end()) return found->second;
  const Object cores = call(attribute(constants.module, "CoreCoord").get(), {integer(grid.x).get(), integer(grid.y).get()});
  const Object q = integer(options.q_chunk_size), k = integer(options.k_chunk_size);
  const Object make = attribute(constants.module, "SDPAProgramConfig");
  PyObject *object = call(make.get(), {},
                          {{"compute_with_storage_grid_size", cores.get()}, {"q_chunk_size", q.get()}, {"k_chunk_size", k.get()}})
                         .release();
  made->emplace(key, object);
  return object;
}

Object mesh_coordinate(int32_t row, int32_t column) {
  return call(attribute(constants.module, "MeshCoordinate").get(), {integer(row).get(), integer(column).get()});
}

std::string cluster_name() {
  const Object cluster = attribute(constants.module, "cluster");
  const std::string name = to_text(call(attribute(cluster.get(), "get_cluster_type").get(), {}).get());
  return name.substr(name.find('.') + 1);
}

Object to_list(std::span<const int64_t> values) {
  Object list = check(py.PyList_New(static_cast<intptr_t>(values.size())));
  for (size_t i = 0; i < values.size(); ++i) {
    py.PyList_SetItem(list.get(), static_cast<intptr_t>(i), integer(values[i]).release());
  }
  return list;
}

Object to_shape(std::span<const int64_t> extents) {
  static PyObject *make = lasting(constants.module, "Shape");
  return call(make, {to_list(extents).get()});
}

}  // namespace tttv2::ttnn
