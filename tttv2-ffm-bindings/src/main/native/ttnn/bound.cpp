// SPDX-License-Identifier: Apache-2.0
#include "ttnn/bound.hpp"

#include <string>

#include "common/error.hpp"
#include "ttnn/spares.hpp"

namespace tttv2::ttnn {

namespace {

constexpr const char *kNames[] = {
    "activation",
    "activations",
    "attention_sink",
    "attn_mask",
    "batch_idx",
    "bias",
    "blocking",
    "chunk_start_idx_tensor",
    "cluster_axis",
    "compute_kernel_config",
    "cq_id",
    "cur_pos_tensor",
    "dtype",
    "epsilon",
    "inplace",
    "input_tensor_a_activations",
    "input_tensor_b_activations",
    "is_causal",
    "is_decode_mode",
    "is_input_a_sparse",
    "is_input_b_sparse",
    "layout",
    "memory_config",
    "num_groups",
    "num_heads",
    "num_kv_heads",
    "optional_output_tensor",
    "output_tensor",
    "output_tensors",
    "page_table",
    "program_config",
    "residual_input_tensor",
    "scale",
    "sliding_window_size",
    "sparsity",
    "transpose_a",
    "transpose_b",
    "transpose_k_heads",
    "update_idx",
    "update_idxs_tensor",
    "variant",
    "weight",
};
static_assert(std::size(kNames) == static_cast<size_t>(Key::kCount) && std::size(kNames) <= 64);

PyObject *interned[std::size(kNames)];
PyObject *call_name;

// The object at a dotted path; of a wrapped operation, the bound one below it.
PyObject *find(PyObject *module, const std::string &path) {
  Object object = Object::share(module);
  for (size_t from = 0; from <= path.size();) {
    const size_t dot = std::min(path.find('.', from), path.size());
    object = Object(py.PyObject_GetAttrString(object.get(), path.substr(from, dot - from).c_str()));
    if (!object) {
      py.PyErr_Clear();
      fail(TTNN_STATUS_DEVICE, "ttnn has no %s: it is another version than this library was made for", path.c_str());
    }
    from = dot + 1;
  }
  Object inner(py.PyObject_GetAttrString(object.get(), "function"));
  if (inner) return inner.release();
  py.PyErr_Clear();
  return object.release();
}

}  // namespace

namespace bound {

#define TTTV2_DEFINE(name, text) Function name{text};
TTTV2_TTNN_FUNCTIONS(TTTV2_DEFINE)
#undef TTTV2_DEFINE

void resolve(PyObject *module) {
  for (size_t i = 0; i < std::size(kNames); ++i) interned[i] = check(py.PyUnicode_InternFromString(kNames[i])).release();
  call_name = check(py.PyUnicode_InternFromString("__call__")).release();
#define TTTV2_RESOLVE(name, text) name.target = find(module, name.path);
  TTTV2_TTNN_FUNCTIONS(TTTV2_RESOLVE)
#undef TTTV2_RESOLVE
}

}  // namespace bound

PyObject *Arguments::names() {
  if (named_ == 0) return nullptr;
  uint64_t set = 0;
  for (size_t i = 0; i < named_; ++i) set |= uint64_t{1} << static_cast<int>(names_[i]);
  for (const auto &[known, tuple] : function_.names) {
    if (known == set) return tuple;
  }
  Object tuple = check(py.PyTuple_New(static_cast<intptr_t>(named_)));
  for (size_t i = 0; i < named_; ++i) {
    PyObject *name = interned[static_cast<size_t>(names_[i])];
    py.PyTuple_SetItem(tuple.get(), static_cast<intptr_t>(i), Object::share(name).release());
  }
  function_.names.emplace_back(set, tuple.get());
  return tuple.release();
}

Object Arguments::call() {
  try {
    return check(invoke());
  } catch (const Error &error) {
    if (error.status() != TTNN_STATUS_OUT_OF_MEMORY || !Spares::clear_all()) throw;
  }
  return check(invoke());
}

PyObject *Arguments::invoke() {
  // Says that the slot before the arguments may be overwritten during the call.
  constexpr size_t kArgumentsOffset = size_t{1} << (8 * sizeof(size_t) - 1);
  values_[0] = nullptr;
  values_[1] = function_.target;
  if (py.vectorcall != nullptr) {
    return py.vectorcall(function_.target, values_.data() + 2, positional_ | kArgumentsOffset, names());
  }
  return py.PyObject_VectorcallMethod(call_name, values_.data() + 1, (positional_ + 1) | kArgumentsOffset, names());
}

}  // namespace tttv2::ttnn
