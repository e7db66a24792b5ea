// SPDX-License-Identifier: Apache-2.0
//
// CPython as this library needs it: a few functions, declared here and found in the interpreter's own library at run time,
// so that one binary serves 3.10 and 3.12 and is built without Python's headers. Nothing depends on the layout of an object.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

struct PyObject;  // Python's own, never looked into

namespace tttv2::ttnn {

using PyGilState = int;

// X(result, name, parameters): the functions of libpython in use.
#define TTTV2_PYTHON_FUNCTIONS(X)                                                                        \
  X(int, Py_IsInitialized, ())                                                                           \
  X(wchar_t *, Py_DecodeLocale, (const char *, size_t *))                                                \
  X(void, Py_SetProgramName, (const wchar_t *))                                                          \
  X(void, Py_InitializeEx, (int))                                                                        \
  X(void *, PyEval_SaveThread, ())                                                                       \
  X(void, PyEval_RestoreThread, (void *))                                                                \
  X(PyGilState, PyGILState_Ensure, ())                                                                   \
  X(void, PyGILState_Release, (PyGilState))                                                              \
  X(void, Py_IncRef, (PyObject *))                                                                       \
  X(void, Py_DecRef, (PyObject *))                                                                       \
  X(PyObject *, PyImport_ImportModule, (const char *))                                                   \
  X(PyObject *, PyObject_GetAttr, (PyObject *, PyObject *))                                              \
  X(PyObject *, PyObject_GetAttrString, (PyObject *, const char *))                                      \
  X(PyObject *, PyObject_Call, (PyObject *, PyObject *, PyObject *))                                     \
  X(PyObject *, PyObject_VectorcallMethod, (PyObject *, PyObject *const *, size_t, PyObject *))          \
  X(PyObject *, PyObject_Str, (PyObject *))                                                              \
  X(intptr_t, PyObject_Size, (PyObject *))                                                               \
  X(PyObject *, PyObject_GetItem, (PyObject *, PyObject *))                                              \
  X(PyObject *, PyObject_GetIter, (PyObject *))                                                          \
  X(PyObject *, PyIter_Next, (PyObject *))                                                               \
  X(PyObject *, PyUnicode_InternFromString, (const char *))                                              \
  X(const char *, PyUnicode_AsUTF8AndSize, (PyObject *, intptr_t *))                                     \
  X(PyObject *, PyLong_FromLongLong, (long long))                                                        \
  X(long long, PyLong_AsLongLong, (PyObject *))                                                          \
  X(PyObject *, PyFloat_FromDouble, (double))                                                            \
  X(PyObject *, PyTuple_New, (intptr_t))                                                                 \
  X(int, PyTuple_SetItem, (PyObject *, intptr_t, PyObject *))                                            \
  X(PyObject *, PyList_New, (intptr_t))                                                                  \
  X(int, PyList_SetItem, (PyObject *, intptr_t, PyObject *))                                             \
  X(PyObject *, PyDict_New, ())                                                                          \
  X(int, PyDict_SetItemString, (PyObject *, const char *, PyObject *))                                   \
  X(void *, PyCapsule_GetPointer, (PyObject *, const char *))                                            \
  X(PyObject *, PyErr_Occurred, ())                                                                      \
  X(void, PyErr_Fetch, (PyObject **, PyObject **, PyObject **))                                          \
  X(void, PyErr_NormalizeException, (PyObject **, PyObject **, PyObject **))                             \
  X(void, PyErr_Clear, ())                                                                               \
  X(int, PyErr_GivenExceptionMatches, (PyObject *, PyObject *))

struct Python {
#define TTTV2_MEMBER(result, name, parameters) result(*name) parameters;
  TTTV2_PYTHON_FUNCTIONS(TTTV2_MEMBER)
#undef TTTV2_MEMBER
  // PyObject_Vectorcall; NULL before 3.12, which does not export it.
  PyObject *(*vectorcall)(PyObject *, PyObject *const *, size_t, PyObject *);
  PyObject *none, *yes, *no;
  PyObject *type_error, *memory_error;
};

// Filled in by start(); not to be used before.
extern Python py;

// Loads the library and finds the functions; fails with DEVICE.
void load_python(const std::string &library);

// Gives the calling thread a state in Python for as long as the thread lives, if it has none: without it every Gil would
// make one and destroy it.
void keep_thread_state();

// Holds Python's lock. Whatever touches an Object is done below one of these.
class Gil {
 public:
  Gil() {
    keep_thread_state();
    state_ = py.PyGILState_Ensure();
  }
  ~Gil() { py.PyGILState_Release(state_); }
  Gil(const Gil &) = delete;
  Gil &operator=(const Gil &) = delete;

 private:
  PyGilState state_;
};

// Owns a reference.
class Object {
 public:
  Object() = default;
  explicit Object(PyObject *owned) : object_(owned) {}
  static Object share(PyObject *borrowed) {
    py.Py_IncRef(borrowed);
    return Object(borrowed);
  }
  Object(Object &&other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Object &operator=(Object &&other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Object() {
    if (object_ != nullptr) py.Py_DecRef(object_);
  }

  PyObject *get() const { return object_; }
  PyObject *release() { return std::exchange(object_, nullptr); }
  void reset() { Object gone = std::move(*this); }
  explicit operator bool() const { return object_ != nullptr; }

 private:
  PyObject *object_ = nullptr;
};

// The result of a Python function; NULL is its exception, which becomes an Error.
Object check(PyObject *result);
// Throws the pending exception as an Error.
[[noreturn]] void throw_python_error();

Object attribute(PyObject *object, const char *name);

// The name of an attribute that is asked for again and again: made into Python's once, below a Gil.
class Name {
 public:
  explicit constexpr Name(const char *text) : text_(text) {}

  PyObject *get() {
    if (object_ == nullptr) object_ = check(py.PyUnicode_InternFromString(text_)).release();
    return object_;
  }

 private:
  const char *text_;
  PyObject *object_ = nullptr;
};
inline Object attribute(PyObject *object, Name &name) { return check(py.PyObject_GetAttr(object, name.get())); }
// Calls a method, with an argument or without.
inline Object method(PyObject *object, Name &name, PyObject *argument = nullptr) {
  PyObject *const values[] = {object, argument};
  return check(py.PyObject_VectorcallMethod(name.get(), values, argument == nullptr ? 1 : 2, nullptr));
}
Object integer(int64_t value);
Object real(double value);
inline PyObject *boolean(bool value) { return value ? py.yes : py.no; }
int64_t to_integer(PyObject *object);
std::string to_text(PyObject *object);  // str(object)

}  // namespace tttv2::ttnn
