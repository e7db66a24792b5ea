// SPDX-License-Identifier: Apache-2.0
#include "common/error.hpp"

#include <cstdarg>
#include <cstdio>

namespace tttv2 {

namespace {

constexpr size_t kLastErrorSize = 2048;
thread_local char last_error_text[kLastErrorSize];

std::string vtext(const char *format, va_list args) {
  char buffer[kLastErrorSize];
  vsnprintf(buffer, sizeof buffer, format, args);
  return buffer;
}

}  // namespace

std::string text(const char *format, ...) {
  va_list args;
  va_start(args, format);
  std::string result = vtext(format, args);
  va_end(args);
  return result;
}

std::string to_string(std::span<const int64_t> shape) {
  std::string result = "[";
  for (size_t i = 0; i < shape.size(); ++i) {
    if (i > 0) result += ", ";
    result += std::to_string(shape[i]);
  }
  return result + "]";
}

void fail(ttnn_status status, const char *format, ...) {
  va_list args;
  va_start(args, format);
  std::string what = vtext(format, args);
  va_end(args);
  throw Error(status, std::move(what));
}

void set_last_error(const char *operation, const char *what) noexcept {
  snprintf(last_error_text, sizeof last_error_text, "%s: %s", operation, what);
}

const char *last_error() noexcept { return last_error_text; }

}  // namespace tttv2
