// SPDX-License-Identifier: Apache-2.0
//
// A device of TTNN, its tensors with handles and its traces.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "common/mesh.hpp"
#include "common/spec.hpp"
#include "common/thread_pool.hpp"
#include "common/ticket_lock.hpp"
#include "ttnn/python.hpp"
#include "ttnn/spares.hpp"
#include "ttnn/trace_memory.hpp"

namespace tttv2::ttnn {

class Device;

// A handle's tensor: a reference to TTNN's, and what has been asked of it. TTNN frees a buffer with its last tensor, so a
// view keeps it. Everything but `allocated` is under the device's lock, Python's included.
class Tensor {
 public:
  Tensor(std::shared_ptr<Device> device, Object object) : device(std::move(device)), object(std::move(object)) {}

  DType dtype();
  Layout layout();
  const Shape &shape();
  Spec plain();        // without where it lies
  const Spec &spec();  // all of it, which takes longer
  // Says what it is, so that TTNN need not be asked.
  void know(const Spec &spec);
  // What is known of it, if all of it is.
  const Spec *known() const { return spec_.has_value() ? &*spec_ : nullptr; }
  // Asks TTNN anew, which must not say otherwise.
  void verify();

  const std::shared_ptr<Device> device;
  Object object;  // empty once deallocated
  std::atomic<bool> allocated = true;
  bool read_only = false;  // made from borrowed memory
  // Of a result in memory that no other tensor has: its spec, as it was computed before TTNN was called.
  std::optional<Spec> own;
  uint32_t captured = 0;  // the trace during whose capture it was made
  // Physical extents, read with the spec; a tensor of rank 1 in tiles has two of them for TTNN.
  const Shape &padded_shape();

 private:
  std::optional<DType> dtype_;
  std::optional<Layout> layout_;
  std::optional<Shape> shape_;
  std::optional<Spec> spec_;
  Shape padded_shape_;
};

// A mesh that is open in groups, for as long as one of them is. Made and destroyed under a Gil.
class DividedMesh {
 public:
  explicit DividedMesh(const ttnn_device_options &options);
  ~DividedMesh();
  DividedMesh(const DividedMesh &) = delete;
  DividedMesh &operator=(const DividedMesh &) = delete;

  PyObject *object() const { return object_.get(); }

 private:
  const Mesh shape_;
  const Object object_;
};

class Device : public std::enable_shared_from_this<Device> {
 public:
  // Opens it. Called under a Gil.
  explicit Device(const ttnn_device_options &options);
  // A group of a mesh; the options are the mesh's.
  Device(const ttnn_device_options &options, std::shared_ptr<DividedMesh> of, const MeshPart &part);

  TicketLock &mutex() { return mutex_; }
  bool is_open() const { return open_.load(std::memory_order_acquire); }
  // Everything below is called under the mutex and a Gil.

  // Frees the buffers of all tensors and the traces, and closes it. Nothing is left of it also where TTNN refuses.
  void close();

  PyObject *object() const { return object_.get(); }
  PyObject *arch() const { return arch_.get(); }
  const Mesh &mesh() const { return mesh_; }
  PyObject *coordinate(int32_t device) const { return coordinates_[static_cast<size_t>(device)].get(); }
  // Whether it takes all of the machine's devices, alone or with the other groups of its mesh.
  bool of_mesh() const { return whole_ != nullptr || mesh_.size() > 1; }
  const Grid &grid() const { return grid_; }
  const ttnn_device_options &options() const { return options_; }
  ThreadPool &pool() { return *pool_; }
  uint64_t &peak(int32_t buffer_type) { return peaks_[static_cast<size_t>(buffer_type)]; }

  // Tensors with a handle.
  void adopt(const std::shared_ptr<Tensor> &tensor) { tensors_.emplace(tensor.get(), tensor); }
  void release(Tensor &tensor);  // lets go of its buffer and forgets it
  void deallocate(Tensor &tensor);
  Spares &spares() { return spares_; }
  int32_t live_tensors() const { return static_cast<int32_t>(tensors_.size()); }

  bool capturing() const { return capture_ != 0; }
  // An input of an operation under capture: the trace keeps what is older than itself.
  void use(Tensor &input);
  // A result of an operation under capture, and one that gets no handle.
  void make(Tensor &result);
  void make(PyObject *result);
  uint32_t begin_capture();
  void end_capture(uint32_t id);
  void execute(uint32_t id, bool blocking);
  void release_trace(uint32_t id);
  // The bytes of a bank of DRAM that only wait for the end of a capture.
  uint64_t held() const { return trace_memory_ ? trace_memory_->held() : 0; }

 private:
  Device(const ttnn_device_options &options, const Mesh &mesh, std::shared_ptr<DividedMesh> of, Object object);

  struct Trace {
    Object id;
    std::vector<Object> kept;
    bool ready = false;  // TTNN took its end
  };
  Trace &trace(uint32_t id);
  void finish_capture();
  void release(const Trace &trace);
  int64_t count_programs() const;

  const ttnn_device_options options_;
  const Mesh mesh_;
  std::shared_ptr<DividedMesh> whole_;  // whose group it is, or NULL
  Object object_;
  Object arch_;
  std::vector<Object> coordinates_;  // of the devices of the mesh
  Object queue_;
  Grid grid_{};
  uint64_t peaks_[2] = {};
  TicketLock mutex_;
  std::atomic<bool> open_ = true;
  std::unique_ptr<ThreadPool> pool_;
  // Takes a tensor's object away: its buffer becomes free, or a spare.
  void let_go(Tensor &tensor);

  std::unordered_map<const Tensor *, std::shared_ptr<Tensor>> tensors_;
  Spares spares_;
  std::map<uint32_t, Trace> traces_;
  std::vector<Trace> released_;  // during a capture, at whose end they go
  uint32_t capture_ = 0;  // the trace being captured
  std::unique_ptr<TraceMemory> trace_memory_;  // NULL: nothing is being captured
  int64_t programs_ = 0;  // compiled before the capture
  uint32_t next_trace_ = 1;
};

struct MemoryView {
  int64_t banks, total, allocated, largest_free;  // bytes of one bank
};
MemoryView memory_view(const Device &device, int32_t buffer_type);

}  // namespace tttv2::ttnn
