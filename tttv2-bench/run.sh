#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Runs the benchmarks from a source tree: finds a JDK, builds what is not built, starts JMH with the
# arguments given; `run.sh -h` lists them. `run.sh engine [PRESET]...` compares what the engine does
# together and one by one, on SmolLM2-135M-Instruct, which is fetched if it is not there; ROUNDS says
# how often each way is measured. `run.sh serve [OPTION VALUE]...` loads a server that runs.
# `run.sh --class CLASS [ARGUMENT...]` starts another main class.
set -euo pipefail

readonly required_java=25
readonly modules=(tttv2-ffm-bindings tttv2-core tttv2-config tttv2-interfaces examples tttv2-bench)

self=$(readlink -f -- "${BASH_SOURCE[0]}")
bench=${self%/*}
root=${bench%/*}
target=$bench/target

die() { printf 'tttv2-bench: %s\n' "$*" >&2; exit 1; }

is_new_enough() {
  [[ -x $1/bin/javac && -r $1/release ]] || return 1
  local version
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
  [[ -n $version ]] && ((version >= required_java))
}

find_jdk() {
  local java candidate
  java=$(type -P java || true)
  [[ -z $java ]] || java=$(readlink -f -- "$java")
  for candidate in "${JAVA_HOME:-}" "${java%/bin/java}" /usr/lib/jvm/* /usr/java/* /opt/* \
    "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/*; do
    if is_new_enough "$candidate"; then
      java_home=$candidate
      return
    fi
  done
  die "no JDK $required_java or newer in JAVA_HOME, on PATH or in the usual places;" \
    "install one or set JAVA_HOME"
}

up_to_date() {
  [[ -f $target/built ]] || return 1
  local module inputs=("$root/pom.xml")
  for module in "${modules[@]}"; do
    inputs+=("$root/$module/pom.xml" "$root/$module/src/main")
  done
  # What compare.sh and dispatch.sh run besides is not built here.
  [[ -z $(find "${inputs[@]}" \( -path "$bench/src/main/python" -o -path "$bench/src/main/native" \) -prune \
    -o -newer "$target/built" -print -quit) ]]
}

build() {
  mkdir -p "$target"
  # Edits made while the build runs are newer than this and cause another one.
  rm -f "$target/built"
  touch "$target/building"
  printf 'tttv2-bench: building (log: %s)\n' "$target/build.log" >&2
  JAVA_HOME=$java_home mvn -B -f "$root/pom.xml" -pl tttv2-bench -am -DskipTests package \
    >"$target/build.log" 2>&1 </dev/null || {
    grep -E '^\[ERROR\]|error:' "$target/build.log" | tail -n 30 >&2 || true
    die "the build failed; the whole log is in $target/build.log"
  }
  mv "$target/building" "$target/built"
}

find_jdk
up_to_date || build
if [[ ${1-} == engine ]]; then
  shift
  model=$("$root/examples/tttv2" fetch)
  # The tokenizer library would otherwise look for a cloud host.
  export OPT_OUT_TRACKING=true
  exec "$java_home/bin/java" -Drounds="${ROUNDS:-5}" --enable-native-access=ALL-UNNAMED \
    -cp "$target/tttv2-bench.jar" dev.tttv2.bench.EngineBenchmark "$model" "$@"
fi
if [[ ${1-} == serve ]]; then
  shift
  exec "$java_home/bin/java" -cp "$target/tttv2-bench.jar" dev.tttv2.bench.ServeBenchmark "$@"
fi
if [[ ${1-} == --class ]]; then
  shift
  exec "$java_home/bin/java" --enable-native-access=ALL-UNNAMED -cp "$target/tttv2-bench.jar" "$@"
fi
exec "$java_home/bin/java" --sun-misc-unsafe-memory-access=allow \
  -jar "$target/tttv2-bench.jar" "$@"
