// SPDX-License-Identifier: Apache-2.0
//
// A test runner of a page: TEST(suite, name) { CHECK(..); } and run_tests(argc, argv), which takes names or parts of them, and
// after --except one of what is to be left out, counted.
//
// The tests run on either library. --no-values: the device computes nothing (a mocked board), so assertions on values, and
// on values only, are counted instead of made. What only the host library takes or checks is left out by name on the other
// one, and counted.
#pragma once

#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "ttnn_c.h"

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

// Whether values are compared, and how often they were not.
inline bool &values() {
  static bool on = true;
  return on;
}
inline std::atomic<int> &values_left_out() {
  static std::atomic<int> count = 0;
  return count;
}

inline bool on_host() {
  static const bool host = std::strcmp(ttnn_backend_name(), "host") == 0;
  return host;
}

// What was left out for being of the host library alone: how often, by name.
inline std::map<std::string, int> &host_only_cases() {
  static std::map<std::string, int> cases;
  return cases;
}

// On another library than the host's: notes the case and says that it is to be left out.
inline bool host_only(const std::string &name) {
  if (on_host()) return false;
  ++host_only_cases()[name];
  return true;
}

struct Registration {
  Registration(const char *suite, const char *name, void (*body)()) { tests().push_back({suite, name, body}); }
};

inline void failed(const char *file, int line, const std::string &what) {
  ++failures();
  std::fprintf(stderr, "%s:%d: %s\n", file, line, what.c_str());
}

inline int run_tests(int argc, char **argv) {
  std::vector<const char *> names;
  const char *excepted = nullptr;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--no-values") == 0) {
      values() = false;
    } else if (std::strcmp(argv[i], "--except") == 0 && i + 1 < argc) {
      excepted = argv[++i];
    } else {
      names.push_back(argv[i]);
    }
  }
  int run = 0;
  int bad = 0;
  int left_out = 0;
  for (const Test &test : tests()) {
    const std::string name = std::string(test.suite) + "." + test.name;
    bool wanted = names.empty();
    for (const char *part : names) wanted = wanted || name.find(part) != std::string::npos;
    if (!wanted) continue;
    if (excepted != nullptr && name.find(excepted) != std::string::npos) {
      ++left_out;
      continue;
    }
    const int before = failures();
    test.body();
    ++run;
    if (failures() != before) {
      ++bad;
      std::fprintf(stderr, "FAILED %s\n", name.c_str());
    }
  }
  std::printf("%d tests, %d failed\n", run, bad);
  if (left_out > 0) std::printf("%d tests left out: %s\n", left_out, excepted);
  if (!values()) std::printf("%d assertions on values left out\n", values_left_out().load());
  for (const auto &[name, count] : host_only_cases()) std::printf("host only, left out %d times: %s\n", count, name.c_str());
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

// An assertion on values that a device computed or holds. The condition is evaluated in any case.
#define CHECK_VALUES(condition)                                                                \
  do {                                                                                         \
    const bool check_good = (condition);                                                       \
    if (!check::values()) {                                                                    \
      ++check::values_left_out();                                                              \
    } else if (!check_good) {                                                                  \
      check::failed(__FILE__, __LINE__, std::string("not true: ") + #condition);               \
    }                                                                                          \
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

// A call that is refused with this status and a text that contains this. TTNN has its own words.
#define REFUSED(call, expected_status, words)                                                           \
  do {                                                                                                  \
    const int32_t check_status = (call);                                                                \
    const std::string check_message = ttnn_last_error_message();                                        \
    if (check_status != (expected_status) ||                                                            \
        (check::on_host() && check_message.find(words) == std::string::npos)) {          \
      check::failed(__FILE__, __LINE__, std::string(#call) + " gave " + std::to_string(check_status) + ": " + \
                                            check_message + "; expected " + std::to_string(expected_status) +  \
                                            " and \"" + (words) + "\"");                                \
    }                                                                                                   \
  } while (0)

// The same for what the host alone refuses, because it depends on values or is its own limit: not called elsewhere.
#define HOST_REFUSED(call, expected_status, words)                                   \
  do {                                                                               \
    if (!check::host_only("refusal: " words)) REFUSED(call, expected_status, words); \
  } while (0)
