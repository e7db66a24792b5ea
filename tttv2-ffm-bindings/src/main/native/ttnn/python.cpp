// SPDX-License-Identifier: Apache-2.0
#include "ttnn/python.hpp"

#include <dlfcn.h>

#include "common/error.hpp"
#include "ttnn/failure.hpp"

namespace tttv2::ttnn {

Python py;

namespace {

template <typename Function>
void find(void *library, const char *name, Function *&function) {
  function = reinterpret_cast<Function *>(dlsym(library, name));
  if (function == nullptr) fail(TTNN_STATUS_DEVICE, "the Python library has no %s: CPython 3.10 or 3.12 is needed", name);
}

PyObject *constant(void *library, const char *name) {
  PyObject *object = nullptr;
  find(library, name, object);
  return object;
}

}  // namespace

void load_python(const std::string &file) {
  // Extension modules do not name libpython among the libraries that they need: its symbols must be global.
  void *library = dlopen(file.c_str(), RTLD_NOW | RTLD_GLOBAL);
  if (library == nullptr) fail(TTNN_STATUS_DEVICE, "cannot load the Python library: %s", dlerror());
  Python found{};
#define TTTV2_FIND(result, name, parameters) find(library, #name, found.name);
  TTTV2_PYTHON_FUNCTIONS(TTTV2_FIND)
#undef TTTV2_FIND
  found.vectorcall = reinterpret_cast<decltype(found.vectorcall)>(dlsym(library, "PyObject_Vectorcall"));
  // Structs by themselves, and pointers to objects.
  found.none = constant(library, "_Py_NoneStruct");
  found.yes = constant(library, "_Py_TrueStruct");
  found.no = constant(library, "_Py_FalseStruct");
  found.type_error = *reinterpret_cast<PyObject **>(constant(library, "PyExc_TypeError"));
  found.memory_error = *reinterpret_cast<PyObject **>(constant(library, "PyExc_MemoryError"));
  py = found;
}

namespace {

class ThreadState {
 public:
  ThreadState() : before_(py.PyGILState_Ensure()) {
    constexpr PyGilState kHeldBefore = 0;
    if (before_ == kHeldBefore) {  // the thread is Python's own
      py.PyGILState_Release(before_);
    } else {
      state_ = py.PyEval_SaveThread();
    }
  }
  ~ThreadState() {
    if (state_ == nullptr || py.Py_IsInitialized() == 0) return;
    py.PyEval_RestoreThread(state_);
    py.PyGILState_Release(before_);
  }
  ThreadState(const ThreadState &) = delete;
  ThreadState &operator=(const ThreadState &) = delete;

 private:
  const PyGilState before_;
  void *state_ = nullptr;
};

}  // namespace

void keep_thread_state() { [[maybe_unused]] static thread_local const ThreadState state; }

Object check(PyObject *result) {
  if (result == nullptr) throw_python_error();
  return Object(result);
}

void throw_python_error() {
  PyObject *type = nullptr;
  PyObject *value = nullptr;
  PyObject *traceback = nullptr;
  py.PyErr_Fetch(&type, &value, &traceback);
  if (type == nullptr) fail(TTNN_STATUS_INTERNAL, "Python failed without an exception");
  py.PyErr_NormalizeException(&type, &value, &traceback);
  const Object owned_type(type);
  const Object owned_value(value);
  const Object owned_traceback(traceback);
  const bool wrong_type = py.PyErr_GivenExceptionMatches(type, py.type_error) != 0;
  const bool no_memory = py.PyErr_GivenExceptionMatches(type, py.memory_error) != 0;
  std::string what = value == nullptr ? "" : to_text(value);
  throw failure(wrong_type ? Raised::kTypeError : no_memory ? Raised::kMemoryError : Raised::kOther, what);
}

// Python's cache of attributes by type holds on to the very strings it was asked with: thousands of copies of a name, where
// it is not interned.
Object attribute(PyObject *object, const char *name) {
  const Object key = check(py.PyUnicode_InternFromString(name));
  return check(py.PyObject_GetAttr(object, key.get()));
}

Object integer(int64_t value) { return check(py.PyLong_FromLongLong(value)); }

Object real(double value) { return check(py.PyFloat_FromDouble(value)); }

int64_t to_integer(PyObject *object) {
  const int64_t value = py.PyLong_AsLongLong(object);
  if (value == -1 && py.PyErr_Occurred() != nullptr) throw_python_error();
  return value;
}

std::string to_text(PyObject *object) {
  const Object text(py.PyObject_Str(object));
  const char *bytes = text ? py.PyUnicode_AsUTF8AndSize(text.get(), nullptr) : nullptr;
  if (bytes == nullptr) {
    py.PyErr_Clear();
    return "(a text that cannot be read)";
  }
  return bytes;
}

}  // namespace tttv2::ttnn
