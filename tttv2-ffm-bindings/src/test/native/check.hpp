// SPDX-License-Identifier: Apache-2.0
//
// A test runner of a page: TEST(suite, name) { CHECK(..); } and run_tests(argc, argv), which takes names or parts of them.
#pragma once

#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

namespace check {

struct Test {
  const char *suite;
  const char *name;
  void (*body)();
};

inline std::vector<Test> &tests() {
  static std::vector<Test> all;
  return all;
}

inline std::atomic<int> &failures() {
  static std::atomic<int> count = 0;
  return count;
}

struct Registration {
  Registration(const char *suite, const char *name, void (*body)()) { tests().push_back({suite, name, body}); }
};

inline void failed(const char *file, int line, const std::string &what) {
  ++failures();
  std::fprintf(stderr, "%s:%d: %s\n", file, line, what.c_str());
}

inline int run_tests(int argc, char **argv) {
  int run = 0;
  int bad = 0;
  for (const Test &test : tests()) {
    const std::string name = std::string(test.suite) + "." + test.name;
    bool wanted = argc < 2;
    for (int i = 1; i < argc; ++i) wanted = wanted || name.find(argv[i]) != std::string::npos;
    if (!wanted) continue;
    const int before = failures();
    test.body();
    ++run;
    if (failures() != before) {
      ++bad;
      std::fprintf(stderr, "FAILED %s\n", name.c_str());
    }
  }
  std::printf("%d tests, %d failed\n", run, bad);
  return bad == 0 && run > 0 ? 0 : 1;
}

}  // namespace check

#define TEST(suite, name)                                                               \
  static void suite##_##name();                                                         \
  static const check::Registration suite##_##name##_registration(#suite, #name, suite##_##name); \
  static void suite##_##name()

#define CHECK(condition)                                                                       \
  do {                                                                                         \
    if (!(condition)) check::failed(__FILE__, __LINE__, std::string("not true: ") + #condition); \
  } while (0)

#define CHECK_EQ(actual, expected)                                                                            \
  do {                                                                                                        \
    const auto actual_value = (actual);                                                                       \
    const auto expected_value = (expected);                                                                   \
    if (!(actual_value == expected_value)) {                                                                  \
      check::failed(__FILE__, __LINE__,                                                                       \
                    std::string(#actual) + " is " + std::to_string(actual_value) + ", expected " + #expected + \
                        " = " + std::to_string(expected_value));                                              \
    }                                                                                                         \
  } while (0)

// A call that succeeds.
#define OK(call)                                                                                      \
  do {                                                                                                \
    if (const int32_t check_status = (call); check_status != TTNN_STATUS_OK) {                        \
      check::failed(__FILE__, __LINE__, std::string(#call) + " gave " + std::to_string(check_status) + ": " + \
                                            ttnn_last_error_message());                               \
    }                                                                                                 \
  } while (0)

// A call that is refused with this status and a text that contains this.
#define REFUSED(call, expected_status, words)                                                           \
  do {                                                                                                  \
    const int32_t check_status = (call);                                                                \
    const std::string check_message = ttnn_last_error_message();                                        \
    if (check_status != (expected_status) || check_message.find(words) == std::string::npos) {          \
      check::failed(__FILE__, __LINE__, std::string(#call) + " gave " + std::to_string(check_status) + ": " + \
                                            check_message + "; expected " + std::to_string(expected_status) +  \
                                            " and \"" + (words) + "\"");                                \
    }                                                                                                   \
  } while (0)
