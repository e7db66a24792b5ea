// SPDX-License-Identifier: Apache-2.0
#include "ttnn/interpreter.hpp"

#include <elf.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cinttypes>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <vector>

#include "common/error.hpp"

extern char **environ;

namespace tttv2::ttnn {

namespace {

constexpr const char *kHint =
    "name an interpreter with TTTV2_PYTHON, or activate a virtual environment, that is CPython 3.10 or 3.12 with ttnn ";

// One line each, after the first: implementation, version, program, version of ttnn, names of libpython, places of it, the
// folder of ttnn.
constexpr const char *kQuestion = R"(
import os, sys, sysconfig
try:
    from importlib.metadata import version
    ttnn = version('ttnn')
except Exception:
    ttnn = ''
try:
    from importlib.util import find_spec
    folder = os.path.dirname(find_spec('ttnn').origin)
except Exception:
    folder = ''
get = lambda name: str(sysconfig.get_config_var(name) or '')
print('tttv2')
print(sys.implementation.name)
print('%d.%d' % sys.version_info[:2])
print(sys.executable)
print(ttnn)
print(get('INSTSONAME'))
print(get('LDLIBRARY'))
print(get('LIBDIR'))
print(os.path.join(get('LIBDIR'), get('MULTIARCH')))
print(os.path.join(sys.base_prefix, 'lib'))
print(get('LIBPL'))
print(folder)
)";

const char *variable(const char *name) {
  const char *value = std::getenv(name);
  return value == nullptr || *value == '\0' ? nullptr : value;
}

using Clock = std::chrono::steady_clock;

// Reads what comes out of a pipe until its end, the deadline, or more than any Python would say; false if not to the end.
bool read_all(int pipe, Clock::time_point deadline, std::string &text) {
  constexpr size_t kMost = 1 << 16;
  char buffer[4096];
  while (text.size() < kMost) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return false;
    pollfd readable{pipe, POLLIN, 0};
    const int ready = poll(&readable, 1, static_cast<int>(left));
    const ssize_t n = ready > 0 ? read(pipe, buffer, sizeof buffer) : ready;
    if (ready > 0 && n == 0) return true;
    if (n < 0 && errno != EINTR) return false;
    if (n > 0) text.append(buffer, static_cast<size_t>(n));
  }
  return false;
}

// Runs the program without a shell and gives what it printed. What is returned says why it cannot be: empty if it can.
std::string ask(const std::string &program, std::string &answer) {
  // A Python on a slow network drive takes seconds.
  constexpr std::chrono::seconds kPatience{60};
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) fail(TTNN_STATUS_DEVICE, "cannot make a pipe: %s", std::strerror(errno));
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  const char *arguments[] = {program.c_str(), "-c", kQuestion, nullptr};
  pid_t child = 0;
  const int result = posix_spawnp(&child, program.c_str(), &actions, nullptr, const_cast<char **>(arguments), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  const bool complete = result == 0 && read_all(ends[0], Clock::now() + kPatience, answer);
  close(ends[0]);
  if (result != 0) return std::string("cannot be run: ") + std::strerror(result);
  if (!complete) kill(child, SIGKILL);
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return std::string("cannot be waited for: ") + std::strerror(errno);
  }
  if (!complete) return "does not come to an end";
  if (WIFSIGNALED(status)) return text("was ended by signal %d", WTERMSIG(status));
  if (WEXITSTATUS(status) != 0) return text("ends with exit code %d", WEXITSTATUS(status));
  return {};
}

bool right_version(const std::string &version) {
  if (version == kTtnnVersion || version.starts_with(std::string(kTtnnVersion) + "+")) return true;
  const char *any = variable("TTTV2_TTNN_ANY_VERSION");
  return any != nullptr && std::strcmp(any, "1") == 0;
}

// How long an ELF file is at least, as its own tables say: 0 if it is none.
uint64_t told_length(const std::filesystem::path &path) {
  std::ifstream file(path, std::ios::binary);
  Elf64_Ehdr header{};
  if (!file.read(reinterpret_cast<char *>(&header), sizeof header)) return 0;
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != ELFCLASS64) return 0;
  const uint64_t segments = header.e_phoff + uint64_t{header.e_phnum} * sizeof(Elf64_Phdr);
  uint64_t length = std::max(segments, header.e_shoff + uint64_t{header.e_shnum} * header.e_shentsize);
  file.seekg(static_cast<std::streamoff>(header.e_phoff));
  Elf64_Phdr segment{};
  for (int i = 0; i < header.e_phnum && file.read(reinterpret_cast<char *>(&segment), sizeof segment); ++i) {
    length = std::max(length, segment.p_offset + segment.p_filesz);
  }
  return length;
}

// A library that was cut short takes the process down when it is loaded, by SIGBUS.
void check_libraries(const std::filesystem::path &package) {
  if (package.empty()) return;
  for (const std::filesystem::path &folder : {package, package / "build" / "lib", package.parent_path() / "ttnn.libs"}) {
    std::error_code ignored;
    for (const auto &entry : std::filesystem::directory_iterator(folder, ignored)) {
      if (entry.path().filename().string().find(".so") == std::string::npos || !entry.is_regular_file(ignored)) continue;
      const uint64_t told = told_length(entry.path());
      const uint64_t size = entry.file_size(ignored);
      if (size >= told) continue;
      fail(TTNN_STATUS_DEVICE,
           "%s has %" PRIu64 " bytes of at least %" PRIu64
           ": the installation of ttnn is damaged: pip install --force-reinstall ttnn==%s",
           entry.path().c_str(), size, told, kTtnnVersion);
    }
  }
}

}  // namespace

Interpreter find_interpreter() {
  std::string program = "python3";
  std::string source = "python3 on PATH";
  if (const char *named = variable("TTTV2_PYTHON")) {
    program = named;
    source = "TTTV2_PYTHON=" + program;
  } else if (const char *environment = variable("VIRTUAL_ENV")) {
    program = std::string(environment) + "/bin/python";
    source = "the virtual environment's " + program;
  }
  std::string answer;
  if (const std::string problem = ask(program, answer); !problem.empty()) {
    fail(TTNN_STATUS_DEVICE, "no Python: %s %s; %s%s", source.c_str(), problem.c_str(), kHint, kTtnnVersion);
  }
  // A site's own customisation may have printed something before.
  std::istringstream lines(answer.substr(std::min(answer.size(), answer.find("tttv2\n"))));
  std::vector<std::string> values;
  for (std::string line; std::getline(lines, line);) values.push_back(line);
  constexpr size_t kLines = 12;
  if (values.size() != kLines) {
    fail(TTNN_STATUS_DEVICE, "%s did not answer as a Python does; %s%s", source.c_str(), kHint, kTtnnVersion);
  }
  const std::string &implementation = values[1];
  const std::string &version = values[2];
  if (implementation != "cpython" || (version != "3.10" && version != "3.12")) {
    fail(TTNN_STATUS_DEVICE, "%s is %s %s; %s%s", source.c_str(), implementation.c_str(), version.c_str(), kHint,
         kTtnnVersion);
  }
  if (values[4].empty()) {
    fail(TTNN_STATUS_DEVICE, "%s has no ttnn: pip install ttnn==%s there, or %s%s", source.c_str(), kTtnnVersion, kHint,
         kTtnnVersion);
  }
  if (!right_version(values[4])) {
    fail(TTNN_STATUS_DEVICE,
         "%s has ttnn %s, this library was made for %s: pip install ttnn==%s there; TTTV2_TTNN_ANY_VERSION=1 tries it all "
         "the same",
         source.c_str(), values[4].c_str(), kTtnnVersion, kTtnnVersion);
  }
  check_libraries(values[11]);
  Interpreter found{values[3], {}};
  for (size_t folder = 7; folder < 11 && found.library.empty(); ++folder) {
    for (size_t name = 5; name < 7; ++name) {
      const std::string file = values[folder] + "/" + values[name];
      if (values[name].find(".so") != std::string::npos && access(file.c_str(), R_OK) == 0) {
        found.library = file;
        break;
      }
    }
  }
  if (found.library.empty()) {
    fail(TTNN_STATUS_DEVICE,
         "%s has no shared library libpython%s.so, without which it cannot be embedded: install it (libpython%s on Debian "
         "and Ubuntu), or use a Python that was built with --enable-shared",
         source.c_str(), version.c_str(), version.c_str());
  }
  return found;
}

}  // namespace tttv2::ttnn
