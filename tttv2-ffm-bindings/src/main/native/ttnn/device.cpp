// SPDX-License-Identifier: Apache-2.0
#include "ttnn/device.hpp"

#include <algorithm>
#include <cinttypes>
#include <exception>
#include <iterator>
#include <string_view>
#include <utility>

#include "common/error.hpp"
#include "common/processors.hpp"
#include "ttnn/bound.hpp"
#include "ttnn/mocked_board.hpp"
#include "ttnn/runtime.hpp"

namespace tttv2::ttnn {

namespace {

Name dtype_name("dtype");
Name layout_name("layout");
Name shape_name("shape");
Name padded_shape_name("padded_shape");
Name memory_config_name("memory_config");

Shape read_shape(PyObject *tensor, Name &name) {
  const Object extents = attribute(tensor, name);
  const intptr_t rank = py.PyObject_Size(extents.get());
  if (rank < 0) throw_python_error();
  if (rank > TTNN_MAX_RANK) {
    fail(TTNN_STATUS_UNSUPPORTED, "a tensor of TTNN has rank %td, this interface describes %d", rank, TTNN_MAX_RANK);
  }
  Shape shape;
  for (intptr_t i = 0; i < rank; ++i) {
    shape.push_back(to_integer(check(py.PyObject_GetItem(extents.get(), integer(i).get())).get()));
  }
  return shape;
}

// The result of a method without arguments.
Object ask(PyObject *object, const char *method) {
  const Object tuple = check(py.PyTuple_New(0));
  return check(py.PyObject_Call(attribute(object, method).get(), tuple.get(), nullptr));
}

}  // namespace

DType Tensor::dtype() {
  if (!dtype_) dtype_ = to_dtype(attribute(object.get(), dtype_name).get());
  return *dtype_;
}

Layout Tensor::layout() {
  if (!layout_) layout_ = to_layout(attribute(object.get(), layout_name).get());
  return *layout_;
}

const Shape &Tensor::shape() {
  if (!shape_) {
    shape_ = read_shape(object.get(), shape_name);
    // TTNN has scalars of rank 0; here they have one element.
    if (shape_->rank() == 0) shape_->push_back(1);
  }
  return *shape_;
}

const Spec &Tensor::spec() {
  if (!spec_) {
    Spec spec;
    spec.dtype = dtype();
    spec.layout = layout();
    spec.shape = shape();
    padded_shape_ = read_shape(object.get(), padded_shape_name);
    spec.memory = to_memory_config(method(object.get(), memory_config_name).get());
    spec_ = spec;
  }
  return *spec_;
}

void Tensor::know(const Spec &spec) {
  dtype_ = spec.dtype;
  layout_ = spec.layout;
  shape_ = spec.shape;
  padded_shape_ = spec.padded_shape();
  spec_ = spec;
}

void Tensor::verify() {
  if (!object || !spec_) return;
  const Spec expected = *spec_;
  const Shape expected_padding = padded_shape_;
  dtype_.reset();
  layout_.reset();
  shape_.reset();
  spec_.reset();
  if (!(spec() == expected) || !(padded_shape_ == expected_padding)) {
    fail(TTNN_STATUS_UNSUPPORTED, "TTNN's result is %s %s of shape %s, expected was %s %s of shape %s, or in other memory",
         name(dtype()), name(layout()), shape().str().c_str(), name(expected.dtype), name(expected.layout),
         expected.shape.str().c_str());
  }
}

Spec Tensor::plain() {
  Spec spec;
  spec.dtype = dtype();
  spec.layout = layout();
  spec.shape = shape();
  return spec;
}

const Shape &Tensor::padded_shape() {
  spec();
  return padded_shape_;
}

DividedMesh::DividedMesh(const ttnn_device_options &options)
    : shape_(read_mesh(options.mesh_rows, options.mesh_cols)), object_(open_device(options, shape_)) {}

DividedMesh::~DividedMesh() {
  try {
    close_device(object(), shape_);
  } catch (const std::exception &) {
    // Nobody is left to be told.
  }
}

namespace {

ttnn_device_options numbered(ttnn_device_options options, int32_t device_id) {
  options.device_id = device_id;
  return options;
}

}  // namespace

Device::Device(const ttnn_device_options &options)
    : Device(options, read_mesh(options.mesh_rows, options.mesh_cols), nullptr,
             open_device(options, read_mesh(options.mesh_rows, options.mesh_cols))) {}

Device::Device(const ttnn_device_options &options, std::shared_ptr<DividedMesh> of, const MeshPart &part)
    : Device(numbered(options, part.number), part.shape, of, create_submesh(of->object(), part)) {}

Device::Device(const ttnn_device_options &options, const Mesh &mesh, std::shared_ptr<DividedMesh> of, Object object)
    : options_(options),
      mesh_(mesh),
      whole_(std::move(of)),
      object_(std::move(object)),
      arch_(ask(object_.get(), "arch")),
      queue_(integer(0)),
      pool_(std::make_unique<ThreadPool>(options.num_threads == 0 ? available_processors() : options.num_threads)) {
  for (int32_t i = 0; i < mesh_.size(); ++i) {
    coordinates_.push_back(mesh_coordinate(mesh_.coordinate(i, 0), mesh_.coordinate(i, 1)));
  }
  const Object grid = ask(object_.get(), "compute_with_storage_grid_size");
  grid_.x = static_cast<int32_t>(to_integer(attribute(grid.get(), "x").get()));
  grid_.y = static_cast<int32_t>(to_integer(attribute(grid.get(), "y").get()));
  try {
    grid_.dram_banks = static_cast<int32_t>(memory_view(*this, TTNN_BUFFER_TYPE_DRAM).banks);
  } catch (const Error &) {
    // TTNN takes any trace_region_size, and has less than no memory left: a number that is none.
    if (options.trace_region_size == 0) throw;
    if (whole_ == nullptr) close_device(object_.get(), mesh_);
    fail(TTNN_STATUS_DEVICE, "trace_region_size is %" PRIu64 ", more than the device's DRAM", options.trace_region_size);
  }
}

void Device::close() {
  open_.store(false, std::memory_order_release);
  pool_ = nullptr;
  while (capture_ != 0 || !traces_.empty()) {
    try {
      release_trace(capture_ != 0 ? capture_ : traces_.begin()->first);
    } catch (const Error &) {
      // It goes with the device.
    }
  }
  for (auto &[key, tensor] : tensors_) {
    tensor->allocated = false;
    tensor->object.reset();
  }
  tensors_.clear();
  spares_.close();
  coordinates_.clear();
  arch_.reset();
  queue_.reset();
  const Object object = std::move(object_);
  const std::shared_ptr<DividedMesh> whole = std::move(whole_);
  if (whole == nullptr) {
    close_device(object.get(), mesh_);
  } else {
    close_submesh(object.get());
  }
}

void Device::let_go(Tensor &tensor) {
  tensor.allocated = false;
  if (capture_ != 0) {
    if (tensor.captured != capture_) trace_memory_->defer(std::move(tensor.object));
  } else if (tensor.own && *tensor.own == tensor.spec()) {  // TTNN may have made another one than was computed
    spares_.keep(*tensor.own, std::move(tensor.object));
  }
  tensor.object.reset();
}

void Device::release(Tensor &tensor) {
  if (tensor.object) let_go(tensor);
  tensors_.erase(&tensor);
}

void Device::deallocate(Tensor &tensor) {
  if (!tensor.object) return;
  tensor.spec();  // stays known
  let_go(tensor);
}

Device::Trace &Device::trace(uint32_t id) {
  const auto found = traces_.find(id);
  if (found == traces_.end()) fail(TTNN_STATUS_INVALID_ARGUMENT, "Trace instance %u must exist on the device", id);
  return found->second;
}

void Device::use(Tensor &input) {
  if (capture_ == 0 || input.captured == capture_) return;
  input.own.reset();  // it is the trace's too
  traces_.at(capture_).kept.push_back(Object::share(input.object.get()));
}

void Device::make(Tensor &result) {
  if (capture_ == 0) return;
  result.captured = capture_;
  result.own.reset();
  trace_memory_->saw(result.object.get(), result.spec());
}

void Device::make(PyObject *result) {
  if (capture_ == 0) return;
  Tensor tensor(shared_from_this(), Object::share(result));
  make(tensor);
}

int64_t Device::count_programs() const { return to_integer(ask(object(), "num_program_cache_entries").get()); }

uint32_t Device::begin_capture() {
  if (capture_ != 0) fail(TTNN_STATUS_DEVICE, "CQ 0 is already being used for tracing tid %u", capture_);
  spares_.clear();
  auto memory = std::make_unique<TraceMemory>(*this);
  programs_ = count_programs();
  const uint32_t id = next_trace_;
  traces_[id].id = Object();
  try {
    traces_[id].id = Arguments(bound::kBeginTraceCapture).add(object()).key(Key::kCqId, queue_.get()).call_once();
  } catch (const Error &error) {
    traces_.erase(id);
    if (std::string_view(error.what()).find("slow dispatch") == std::string_view::npos) throw;
    fail(TTNN_STATUS_UNSUPPORTED, "%s; unset TT_METAL_SLOW_DISPATCH_MODE", error.what());
  }
  ++next_trace_;
  capture_ = id;
  trace_memory_ = std::move(memory);
  return id;
}

void Device::finish_capture() {
  Trace &ended = traces_.at(capture_);
  const uint32_t id = std::exchange(capture_, 0);
  // Given back also where TTNN cannot end it, such as a trace too large for its region.
  const std::unique_ptr<TraceMemory> memory = std::move(trace_memory_);
  const std::vector<Trace> released = std::exchange(released_, {});
  std::exception_ptr problem;
  const auto attempt = [&](const auto &step) {
    try {
      step();
    } catch (const Error &) {
      if (problem == nullptr) problem = std::current_exception();
    }
  };
  attempt([&] { Arguments(bound::kEndTraceCapture).add(object()).add(ended.id.get()).key(Key::kCqId, queue_.get()).call_once(); });
  ended.ready = problem == nullptr;
  for (const Trace &trace : released) attempt([&] { release(trace); });
  if (problem != nullptr) std::rethrow_exception(problem);
  for (const auto &[key, tensor] : tensors_) {
    if (tensor->captured == id && tensor->object) ended.kept.push_back(Object::share(tensor->object.get()));
  }
  std::ranges::move(memory->end(), std::back_inserter(ended.kept));
}

void Device::end_capture(uint32_t id) {
  if (id != capture_ || id == 0) fail(TTNN_STATUS_INVALID_ARGUMENT, "trace %u is not being captured", id);
  finish_capture();
  const int64_t compiled = count_programs() - programs_;
  if (compiled > 0 && mocked_board() != nullptr) {
    trace(id).ready = false;
    fail(TTNN_STATUS_DEVICE,
         "%" PRId64 " programs were compiled during trace capture, which a board cannot write then: run the operations once before",
         compiled);
  }
}

void Device::execute(uint32_t id, bool blocking) {
  const Trace &wanted = trace(id);
  if (capture_ != 0) fail(TTNN_STATUS_DEVICE, "trace %u cannot run while a trace is being captured", id);
  // TTNN would end the process.
  if (!wanted.ready) fail(TTNN_STATUS_INVALID_ARGUMENT, "trace %u cannot run: its capture could not be ended", id);
  Arguments(bound::kExecuteTrace)
      .add(object())
      .add(wanted.id.get())
      .key(Key::kCqId, queue_.get())
      .key(Key::kBlocking, boolean(blocking))
      .call_once();
}

void Device::release_trace(uint32_t id) {
  if (capture_ != 0 && id == capture_) finish_capture();
  Trace released = std::move(trace(id));  // forgotten in any case
  traces_.erase(id);
  if (capture_ == 0) {
    release(released);
  } else {
    // TTNN does not end a capture in which memory of a trace was freed.
    released_.push_back(std::move(released));
  }
}

void Device::release(const Trace &trace) {
  Arguments(bound::kReleaseTrace).add(object()).add(trace.id.get()).call_once();
}

MemoryView memory_view(const Device &device, int32_t type) {
  const Object view = Arguments(bound::kGetMemoryView).add(device.object()).add(buffer_type(type)).call();
  const auto get = [&](const char *name) { return to_integer(attribute(view.get(), name).get()); };
  return {get("num_banks"), get("total_bytes_per_bank"), get("total_bytes_allocated_per_bank"),
          get("largest_contiguous_bytes_free_per_bank")};
}

}  // namespace tttv2::ttnn
