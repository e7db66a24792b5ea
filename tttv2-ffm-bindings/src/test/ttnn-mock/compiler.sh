#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Stands where TTNN looks for its RISC-V compiler; kernels of a mocked board never run, so none is compiled. --version gives
# the version that TTNN asks for; whatever is to be compiled or linked is the ELF file beside this one.
here=${0%/*}
if [ "$1" = --version ]; then exec cat "$here/version"; fi
dependencies=
while [ $# -gt 0 ]; do
  case $1 in
    -o) output=$2 ;;
    -MMD) dependencies=yes ;;
  esac
  shift
done
if [ -n "$dependencies" ]; then echo "$output:" >"${output%.*}.d"; fi
exec cp "$here/stub.elf" "$output"
