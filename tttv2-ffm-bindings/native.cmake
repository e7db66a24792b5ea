# SPDX-License-Identifier: Apache-2.0
#
# Builds the native code for Maven, out of tree and incrementally:
#   cmake -DBUILD=Release -DDIRECTORY=target/native/Release [-DTESTS=ON] [-DRESOURCES=target/classes] -P native.cmake
# BUILD: Release, Debug or Sanitize. TESTS: the native tests as well. RESOURCES: where the libraries are put as the jar holds
# them, below native/linux-x86_64 beside their SHA-256. Environment: CMAKE_BUILD_PARALLEL_LEVEL, CXX.
cmake_minimum_required(VERSION 3.21)

set(source ${CMAKE_CURRENT_LIST_DIR}/src/main/native)
get_filename_component(DIRECTORY "${DIRECTORY}" ABSOLUTE BASE_DIR ${CMAKE_CURRENT_LIST_DIR})

set(options)
if(TESTS)
  list(APPEND options -DTTTV2_NATIVE_TESTS=ON)
endif()
# A build keeps the generator that it began with.
if(NOT EXISTS ${DIRECTORY}/CMakeCache.txt)
  find_program(NINJA ninja)
  if(NINJA)
    list(APPEND options -G Ninja)
  endif()
endif()

execute_process(
  COMMAND ${CMAKE_COMMAND} -S ${source} -B ${DIRECTORY} -DCMAKE_BUILD_TYPE=${BUILD} ${options}
  OUTPUT_VARIABLE output
  RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "native.cmake: configuring failed\n${output}")
endif()

if(NOT DEFINED ENV{CMAKE_BUILD_PARALLEL_LEVEL})
  cmake_host_system_information(RESULT processors QUERY NUMBER_OF_LOGICAL_CORES)
  set(ENV{CMAKE_BUILD_PARALLEL_LEVEL} ${processors})
endif()
set(target --target ttnn_c_host ttnn_c_ttnn)
if(TESTS)
  set(target)
endif()
execute_process(COMMAND ${CMAKE_COMMAND} --build ${DIRECTORY} ${target} COMMAND_ERROR_IS_FATAL ANY)

if(RESOURCES)
  set(folder ${RESOURCES}/native/linux-x86_64)
  file(MAKE_DIRECTORY ${folder})
  foreach(library libttnn_c_host.so libttnn_c_ttnn.so)
    file(GLOB_RECURSE built ${DIRECTORY}/${library})
    list(LENGTH built count)
    if(NOT count EQUAL 1)
      message(FATAL_ERROR "native.cmake: expected one ${library} below ${DIRECTORY}, found: ${built}")
    endif()
    file(COPY_FILE ${built} ${folder}/${library} ONLY_IF_DIFFERENT)
    file(SHA256 ${built} hash)
    file(CONFIGURE OUTPUT ${folder}/${library}.sha256 CONTENT "${hash}\n")
  endforeach()
endif()
