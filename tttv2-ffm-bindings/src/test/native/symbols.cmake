# SPDX-License-Identifier: Apache-2.0
#
# The library exports the header's functions and nothing else.
file(STRINGS ${HEADER} lines REGEX "^TTNN_API ")
set(declared)
foreach(line IN LISTS lines)
  string(REGEX MATCH "(ttnn_[a-z0-9_]+)\\(" match "${line}")
  list(APPEND declared ${CMAKE_MATCH_1})
endforeach()
execute_process(COMMAND ${NM} -D --defined-only ${LIBRARY} OUTPUT_VARIABLE table COMMAND_ERROR_IS_FATAL ANY)
# An address, whose last digit may be a letter, then the kind, then the name.
string(REGEX MATCHALL " [A-Za-z] [^\n]+" rows "${table}")
set(exported)
foreach(row IN LISTS rows)
  string(SUBSTRING "${row}" 3 -1 symbol)
  list(APPEND exported ${symbol})
endforeach()
list(SORT declared)
list(SORT exported)
list(LENGTH declared count)
if(count LESS 50 OR NOT declared STREQUAL exported)
  message(FATAL_ERROR "declared: ${declared}\nexported: ${exported}")
endif()
message(STATUS "${count} functions")
