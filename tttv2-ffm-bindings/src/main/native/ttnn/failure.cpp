// SPDX-License-Identifier: Apache-2.0
#include "ttnn/failure.hpp"

#include <algorithm>
#include <string_view>

namespace tttv2::ttnn {

namespace {

struct Rule {
  std::string_view words;
  ttnn_status status;
};

// TTNN throws one kind of exception: what went wrong is in its words. The first line that occurs in the text decides;
// a text without any is INVALID_ARGUMENT.
constexpr Rule kRules[] = {
    {"Out of Memory", TTNN_STATUS_OUT_OF_MEMORY},
    {"beyond max L1 size", TTNN_STATUS_OUT_OF_MEMORY},
    {"clash with L1 buffers", TTNN_STATUS_OUT_OF_MEMORY},
    {"for trace region", TTNN_STATUS_OUT_OF_MEMORY},
    {"set a non-zero trace_region_size", TTNN_STATUS_OUT_OF_MEMORY},
    {"Timeout", TTNN_STATUS_DEVICE},
    {"is not initialized on MeshDevice", TTNN_STATUS_DEVICE},
    {"are not supported during trace capture", TTNN_STATUS_DEVICE},
    {"is already being used for tracing", TTNN_STATUS_DEVICE},
    {"is not allocated", TTNN_STATUS_INVALID_ARGUMENT},
    {"must be on device", TTNN_STATUS_INVALID_ARGUMENT},
    {"cannot both be present", TTNN_STATUS_INVALID_ARGUMENT},
    {"must be sharded", TTNN_STATUS_INVALID_ARGUMENT},
    {"to be sharded", TTNN_STATUS_INVALID_ARGUMENT},
    {"must be HEIGHT_SHARDED", TTNN_STATUS_INVALID_ARGUMENT},
    {"Sharded output not supported", TTNN_STATUS_INVALID_ARGUMENT},
    {"must be interleaved", TTNN_STATUS_UNSUPPORTED},
    {"does not support front padding", TTNN_STATUS_INVALID_ARGUMENT},
    {"chunk_start_idx", TTNN_STATUS_INVALID_ARGUMENT},
    {"Fill update_idx", TTNN_STATUS_INVALID_ARGUMENT},
    {"Invalid optional output tensor", TTNN_STATUS_SHAPE},
    {"to be a multiple of tile width", TTNN_STATUS_SHAPE},
    {"must be int32", TTNN_STATUS_DTYPE},
    {"not supported for BFLOAT8", TTNN_STATUS_DTYPE},
    {"Must have cur_pos", TTNN_STATUS_INVALID_ARGUMENT},
    {"dtype", TTNN_STATUS_DTYPE},
    {"data type", TTNN_STATUS_DTYPE},
    {"datatype", TTNN_STATUS_DTYPE},
    {"data_type", TTNN_STATUS_DTYPE},
    {"data format", TTNN_STATUS_DTYPE},
    {"DataType", TTNN_STATUS_DTYPE},
    {"BFLOAT16", TTNN_STATUS_DTYPE},
    {"tilized", TTNN_STATUS_DTYPE},
    {"ROW_MAJOR", TTNN_STATUS_DTYPE},
    {"Layout::", TTNN_STATUS_DTYPE},
    {"layout", TTNN_STATUS_DTYPE},
    {"shape", TTNN_STATUS_SHAPE},
    {"Shape", TTNN_STATUS_SHAPE},
    {"dimension", TTNN_STATUS_SHAPE},
    {"broadcast", TTNN_STATUS_SHAPE},
    {"expects input tensors", TTNN_STATUS_SHAPE},
    {"width", TTNN_STATUS_SHAPE},
    {"height", TTNN_STATUS_SHAPE},
    {"volume", TTNN_STATUS_SHAPE},
    {"sequence length", TTNN_STATUS_SHAPE},
    {"num_heads", TTNN_STATUS_SHAPE},
    {"heads", TTNN_STATUS_SHAPE},
    {"head_dim", TTNN_STATUS_SHAPE},
    {"Head dim", TTNN_STATUS_SHAPE},
    {"hidden dim", TTNN_STATUS_SHAPE},
    {"3rd dim", TTNN_STATUS_SHAPE},
    {"DRAM core grid", TTNN_STATUS_SHAPE},
    {"divisible", TTNN_STATUS_SHAPE},
    {"multiple of", TTNN_STATUS_SHAPE},
    {"Invalid arguments to reshape", TTNN_STATUS_SHAPE},
    {"rank", TTNN_STATUS_SHAPE},
    {"batch", TTNN_STATUS_SHAPE},
    {"Number of shards", TTNN_STATUS_SHAPE},
    {"not supported", TTNN_STATUS_UNSUPPORTED},
    {"unsupported", TTNN_STATUS_UNSUPPORTED},
    {"not implemented", TTNN_STATUS_UNSUPPORTED},
};

ttnn_status classify(std::string_view text) {
  for (const Rule &rule : kRules) {
    if (text.find(rule.words) != std::string_view::npos) return rule.status;
  }
  return TTNN_STATUS_INVALID_ARGUMENT;
}

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \n") - first + 1);
}

// What its driver says beside the message: the place, a condition, and a numbered line for each call on the stack.
// "MESSAGE\nLocation: FILE:LINE\n[Condition: ..\n] 1. FUNCTION\n.." -> "MESSAGE [FILE:LINE]".
std::string without_stack(std::string_view text) {
  constexpr std::string_view kLocation = "\nLocation: ";
  const size_t at = text.find(kLocation);
  if (at == std::string_view::npos) return std::string(text);
  const std::string_view place = text.substr(at + kLocation.size());
  return std::string(trimmed(text.substr(0, at))).append(" [").append(place.substr(0, place.find('\n'))).append("]");
}

}  // namespace

// "TT_FATAL @ FILE:LINE: CONDITION\ninfo:\nMESSAGE\nbacktrace:\n..", where only the first line is always there.
Error failure(Raised raised, const std::string &text) {
  if (raised == Raised::kMemoryError) return Error(TTNN_STATUS_OUT_OF_MEMORY, "out of host memory");
  if (text == "bad optional access") {
    return Error(TTNN_STATUS_INVALID_ARGUMENT,
                 "TTNN misses a value, as it does for shards that a memory_config leaves open or a tensor does not have: " + text);
  }
  if (raised == Raised::kTypeError) return Error(TTNN_STATUS_INVALID_ARGUMENT, text);
  const std::string_view all = text;
  constexpr std::string_view kInfo = "\ninfo:\n";
  const size_t info = all.find(kInfo);
  const std::string_view head = trimmed(all.substr(0, std::min(info, all.find("\nbacktrace:"))));
  if (info == std::string_view::npos) return Error(classify(head), without_stack(head.empty() ? all : head));
  const std::string_view rest = all.substr(info + kInfo.size());
  const size_t end = rest.find("backtrace:");
  const std::string_view message = trimmed(rest.substr(0, end));
  std::string what(message);
  what.append(" [").append(head).append("]");
  if (end != std::string_view::npos) what.append("\n").append(rest.substr(end));
  // The message alone, where it says enough: a condition may name a shape on the way to something else.
  return Error(classify(message.empty() ? head : message), what);
}

}  // namespace tttv2::ttnn
