// SPDX-License-Identifier: Apache-2.0
//
// What TTNN, Python and the libraries below them do to the handlers of signals is undone: they are the program's.
#pragma once

#include <array>
#include <csignal>

namespace tttv2::ttnn {

class SignalsAsFound {
 public:
  SignalsAsFound() {
    for (size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], nullptr, &found_[i]);
  }
  ~SignalsAsFound() {
    for (size_t i = 0; i < kSignals.size(); ++i) {
      struct sigaction now {};
      sigaction(kSignals[i], nullptr, &now);
      // The handler with and without its context is the same field.
      if (now.sa_sigaction != found_[i].sa_sigaction) sigaction(kSignals[i], &found_[i], nullptr);
    }
  }
  SignalsAsFound(const SignalsAsFound &) = delete;
  SignalsAsFound &operator=(const SignalsAsFound &) = delete;

 private:
  static constexpr std::array kSignals{SIGHUP,  SIGINT,  SIGQUIT, SIGTERM, SIGSEGV, SIGBUS,
                                       SIGFPE,  SIGILL,  SIGTRAP, SIGABRT, SIGPIPE};
  std::array<struct sigaction, kSignals.size()> found_;
};

}  // namespace tttv2::ttnn
