#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Measures this library beside llama.cpp and Hugging Face transformers by turns, on the same bytes and threads; `compare.sh
# --help` lists the options. Builds and installs into target/compare what it needs: llama.cpp from source.
set -euo pipefail

readonly llama_cpp=llama-cpp-python==0.3.36
readonly packages=(numpy==2.4.6 gguf==0.19.0)
readonly torch_packages=(torch==2.15.0 transformers==4.57.6 accelerate==1.15.0)

bench=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
work=$bench/target/compare

die() { printf 'compare.sh: %s\n' "$*" >&2; exit 1; }
say() { printf 'compare.sh: %s\n' "$*" >&2; }

venv=$work/venv source= transformers=1 help= arguments=()
while (($# > 0)); do
  case $1 in
    --venv | --model) (($# > 1)) || die "$1 needs a value" ;;&
    --venv) venv=$(readlink -m -- "$2"); shift ;;
    --model) source=$(readlink -m -- "$2"); shift ;;
    --no-transformers) transformers=0 ;;
    -h | --help) help=1 ;;
    *) arguments+=("$1") ;;
  esac
  shift
done

if [[ -n $help ]]; then
  PYTHONPATH=$bench/src/main/python exec python3 "$bench/src/main/python/compare.py" --help
fi

for tool in python3 "${CXX:-g++}" cmake; do
  type -P "$tool" >/dev/null || die "needs $tool, which is not on PATH"
done
python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' ||
  die "needs Python 3.10 or newer, $(type -P python3) is $(python3 --version)"
mkdir -p "$work"

# --- the Python environment -----------------------------------------------------------------------

# Installs what is not there in the version wanted; $1 is a log file.
install() {
  local log=$1
  shift
  "$venv/bin/python" - "$@" <<'PY' && return
import importlib.metadata, sys
def there(requirement):
    name, version = requirement.split("==")
    try:
        return importlib.metadata.version(name).split("+")[0] == version
    except importlib.metadata.PackageNotFoundError:
        return False
sys.exit(not all(map(there, sys.argv[1:])))
PY
  say "installing $* (log: $log)"
  # pip would otherwise take the wheel of an earlier build, whatever its options were.
  "$venv/bin/python" -m pip install --disable-pip-version-check --no-input --no-cache-dir \
    --no-binary llama-cpp-python "$@" >"$log" 2>&1 </dev/null || {
    tail -n 30 "$log" >&2
    die "pip could not install $*; check the network and the compiler. The whole log is in $log"
  }
}

if [[ ! -x $venv/bin/python ]]; then
  say "making the Python environment $venv"
  python3 -m venv "$venv" || die "python3 -m venv failed; Debian has it in python3-venv"
fi
install "$work/pip.log" "${packages[@]}"
# llama.cpp for this very processor, unless asked otherwise; what it has beside the library is left out.
export CMAKE_ARGS="-DGGML_NATIVE=ON -DLLAVA_BUILD=OFF -DLLAMA_BUILD_COMMON=OFF \
  -DCMAKE_CXX_FLAGS='-include $bench/src/main/native/tile_config.h' ${CMAKE_ARGS:-}"
install "$work/pip-llama.log" "$llama_cpp"
((transformers == 0)) || install "$work/pip-torch.log" "${torch_packages[@]}"

# --- this library, the model, the machine's limits -------------------------------------------------

"$bench/run.sh" -l >/dev/null # builds
if [[ -z $source ]]; then
  source=$("$bench/../examples/tttv2" fetch) || exit
fi
[[ -r $source ]] || die "cannot read the model $source"
peaks=$work/machine_peaks
code=$bench/src/main/native/machine_peaks.cpp
if [[ ! -x $peaks || $code -nt $peaks ]]; then
  "${CXX:-g++}" -O2 -std=c++17 -pthread "$code" -o "$peaks" || die "$code could not be compiled"
fi

# The tokenizer library would otherwise look for a cloud host.
export OPT_OUT_TRACKING=true
export PYTHONPATH=$bench/src/main/python
exec "$venv/bin/python" "$bench/src/main/python/compare.py" \
  --directory "$work/$(basename -- "$source" .gguf)" --source "$source" --transformers "$transformers" \
  --peaks "$peaks" "${arguments[@]}"
