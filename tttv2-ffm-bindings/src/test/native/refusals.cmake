# SPDX-License-Identifier: Apache-2.0
#
# Where there is no Python that the TTNN library can embed it says so, by a status, twice, and with what to do. The interpreters
# are scripts that answer as one would: -DPROGRAM=open_device -DDIRECTORY=for scripts.
file(MAKE_DIRECTORY ${DIRECTORY})

# An interpreter's answer: implementation, version, program, version of ttnn, where there is no libpython, and the folder of
# ttnn, if there is one.
function(write_interpreter name implementation version ttnn)
  file(WRITE ${DIRECTORY}/${name} "#!/bin/sh
printf '%s\\n' 'a line of the site' tttv2 '${implementation}' '${version}' \"$0\" '${ttnn}' libpython.so libpython.so /no /no /no /no '${ARGN}'
")
  file(CHMOD ${DIRECTORY}/${name} PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
endfunction()

function(expect_refusal words)
  execute_process(
    COMMAND ${CMAKE_COMMAND} -E env --unset=TTTV2_PYTHON --unset=VIRTUAL_ENV --unset=TTTV2_TTNN_ANY_VERSION ${ARGN} ${PROGRAM}
    OUTPUT_VARIABLE output
    ERROR_VARIABLE output
    RESULT_VARIABLE result)
  string(REPLACE ";" "," output "${output}")  # no list
  string(REGEX MATCHALL "-6: device_open: [^\n]*\n" lines "${output}")
  list(LENGTH lines count)
  string(FIND "${output}" "${words}" found)
  string(FIND "${output}" "0.81.1" version)
  if(NOT result EQUAL 1 OR NOT count EQUAL 2 OR found LESS 0 OR version LESS 0)
    message(FATAL_ERROR "${ARGN}: expected 1 and twice \"${words}\", got ${result}: ${output}")
  endif()
endfunction()

write_interpreter(pypy pypy 3.10 0.81.1)
write_interpreter(eleven cpython 3.11 0.81.1)
write_interpreter(bare cpython 3.12 "")
write_interpreter(older cpython 3.12 0.60.0)
function(write_program name body)
  file(WRITE ${DIRECTORY}/${name} "#!/bin/sh\n${body}\n")
  file(CHMOD ${DIRECTORY}/${name} PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
endfunction()
write_program(silent "")
write_program(broken "exit 3")
write_program(endless "exec yes")
write_program(killed "kill -9 $$")
file(WRITE ${DIRECTORY}/text "no program")

expect_refusal("no Python: python3 on PATH cannot be run: No such file or directory, name" PATH=/nonexistent)
expect_refusal("no Python: TTTV2_PYTHON=/no/python cannot be run: No such file" TTTV2_PYTHON=/no/python)
expect_refusal("no Python: TTTV2_PYTHON=no/python cannot be run: No such file" TTTV2_PYTHON=no/python)
expect_refusal("TTTV2_PYTHON=${DIRECTORY} cannot be run: Permission denied" TTTV2_PYTHON=${DIRECTORY})
expect_refusal("TTTV2_PYTHON=${DIRECTORY}/text cannot be run: Permission denied" TTTV2_PYTHON=${DIRECTORY}/text)
expect_refusal("the virtual environment's /no/bin/python cannot be run" VIRTUAL_ENV=/no)
expect_refusal("${DIRECTORY}/broken ends with exit code 3" TTTV2_PYTHON=${DIRECTORY}/broken VIRTUAL_ENV=/no)
expect_refusal("${DIRECTORY}/killed was ended by signal 9" TTTV2_PYTHON=${DIRECTORY}/killed)
expect_refusal("${DIRECTORY}/endless does not come to an end" TTTV2_PYTHON=${DIRECTORY}/endless)
expect_refusal("silent did not answer as a Python does" TTTV2_PYTHON=${DIRECTORY}/silent)
expect_refusal("pypy is pypy 3.10" TTTV2_PYTHON=${DIRECTORY}/pypy)
expect_refusal("eleven is cpython 3.11" TTTV2_PYTHON=${DIRECTORY}/eleven)
expect_refusal("bare has no ttnn: pip install ttnn==0.81.1 there" TTTV2_PYTHON=${DIRECTORY}/bare)
expect_refusal("older has ttnn 0.60.0" TTTV2_PYTHON=${DIRECTORY}/older)
# A library of ttnn's that was cut short.
file(MAKE_DIRECTORY ${DIRECTORY}/packages/ttnn)
file(SIZE ${PROGRAM} whole)
execute_process(COMMAND head -c 4000 ${PROGRAM} OUTPUT_FILE ${DIRECTORY}/packages/ttnn/_ttnn.so)
write_interpreter(damaged cpython 3.12 0.81.1 ${DIRECTORY}/packages/ttnn)
expect_refusal("packages/ttnn/_ttnn.so has 4000 bytes of at least ${whole}: the installation of ttnn is damaged: pip install"
               TTTV2_PYTHON=${DIRECTORY}/damaged)
file(COPY_FILE ${PROGRAM} ${DIRECTORY}/packages/ttnn/_ttnn.so)
write_interpreter(static cpython 3.12 0.81.1 ${DIRECTORY}/packages/ttnn)
execute_process(
  COMMAND ${CMAKE_COMMAND} -E env TTTV2_PYTHON=${DIRECTORY}/static ${PROGRAM}
  OUTPUT_VARIABLE output
  RESULT_VARIABLE result)
if(NOT result EQUAL 1 OR NOT output MATCHES "has no shared library libpython3.12.so.*--enable-shared")
  message(FATAL_ERROR "static: ${result}: ${output}")
endif()
