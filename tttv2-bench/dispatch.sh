#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Measures the host's time of Llama-3.1-8B's steps on a mocked n150, through the Java blocks and through TTTv1's calls in
# Python by turns; `dispatch.sh --help` lists the options. The mock sets itself up.
set -euo pipefail
bench=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
"$bench/run.sh" -l >/dev/null # builds
export TT_METAL_LOGGER_LEVEL=off
exec "$bench/../tttv2-ffm-bindings/src/test/ttnn-mock/mock" n150 \
  python "$bench/src/main/python/dispatch.py" --run "$bench/run.sh" "$@"
