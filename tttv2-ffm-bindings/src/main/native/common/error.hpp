// SPDX-License-Identifier: Apache-2.0
//
// Failures inside the library are exceptions; at the C interface each becomes a status and this thread's last error.
#pragma once

#include <cstdint>
#include <exception>
#include <new>
#include <span>
#include <string>
#include <utility>

#include "ttnn_c.h"

namespace tttv2 {

class Error : public std::exception {
 public:
  Error(ttnn_status status, std::string text) : status_(status), text_(std::move(text)) {}

  ttnn_status status() const noexcept { return status_; }
  const char *what() const noexcept override { return text_.c_str(); }

 private:
  ttnn_status status_;
  std::string text_;
};

// printf to a string.
std::string text(const char *format, ...) __attribute__((format(printf, 1, 2)));

// "[1, 32, 576]".
std::string to_string(std::span<const int64_t> shape);

[[noreturn]] void fail(ttnn_status status, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Every out-parameter is checked before any work.
template <typename T>
void check_out(const T *out, const char *argument) {
  if (out == nullptr) fail(TTNN_STATUS_INVALID_ARGUMENT, "%s is NULL", argument);
}

// The last error of the calling thread. Setting it allocates nothing.
void set_last_error(const char *operation, const char *what) noexcept;
const char *last_error() noexcept;

// Runs the body of an exported function: no exception leaves it.
template <typename Body>
ttnn_status guard(const char *operation, Body &&body) noexcept {
  try {
    std::forward<Body>(body)();
    return TTNN_STATUS_OK;
  } catch (const Error &error) {
    set_last_error(operation, error.what());
    return error.status();
  } catch (const std::bad_alloc &) {
    set_last_error(operation, "out of host memory");
    return TTNN_STATUS_OUT_OF_MEMORY;
  } catch (const std::exception &error) {
    set_last_error(operation, error.what());
    return TTNN_STATUS_INTERNAL;
  } catch (...) {
    set_last_error(operation, "unknown exception");
    return TTNN_STATUS_INTERNAL;
  }
}

}  // namespace tttv2
