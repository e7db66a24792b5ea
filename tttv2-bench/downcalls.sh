#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# What three small calls of ttnn_c.h cost from Java and from C, by turns; `downcalls.sh [ROUNDS]`, five by default. Prints the
# medians over the rounds in nanoseconds.
set -euo pipefail
bench=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
native=$bench/../tttv2-ffm-bindings
work=$bench/target/downcalls
rounds=${1:-5}
[[ $rounds =~ ^[1-9][0-9]*$ ]] || { printf 'downcalls.sh: "%s" is not a number of rounds\n' "$rounds" >&2; exit 2; }

"$bench/run.sh" -l >/dev/null # builds
library=$(ls -t "$native"/target/native/*/libttnn_c_host.so | head -n 1)
mkdir -p "$work"
rm -f "$work"/*.json
"${CXX:-g++}" -O2 -std=c++17 -I "$native/src/main/native/include" "$bench/src/main/native/downcalls.cpp" -ldl -o "$work/downcalls"
for ((i = 1; i <= rounds; ++i)); do
  "$work/downcalls" "$library" 1 >"$work/c-$i.json"
  "$bench/run.sh" 'DowncallBenchmark.(extensionCount|tensorIsAllocated|tensorGetSpec)$' \
    -rf json -rff "$work/java-$i.json" >"$work/jmh.log" || { cat "$work/jmh.log" >&2; exit 1; }
done
python3 - "$work" "$rounds" <<'PY'
import json, statistics, sys

work, rounds = sys.argv[1], int(sys.argv[2])
c = [json.load(open(f"{work}/c-{i}.json")) for i in range(1, rounds + 1)]
java = [
    {run["benchmark"].rsplit(".", 1)[1]: run["primaryMetric"]["score"] for run in json.load(open(f"{work}/java-{i}.json"))}
    for i in range(1, rounds + 1)
]
print("| call | Java, ns | C, ns | difference |\n|---|---|---|---|")
for name in c[0]:
    ours, other = (statistics.median(turn[name] for turn in turns) for turns in (java, c))
    print(f"| `{name}` | {ours:.1f} | {other:.1f} | {ours - other:.1f} |")
PY
