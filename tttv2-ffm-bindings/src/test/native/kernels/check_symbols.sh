# SPDX-License-Identifier: Apache-2.0
#
# usage: check_symbols.sh "OBJECT..."
# An object compiled for one instruction set may define no symbol that another object may share with it, except inside
# the namespace of its instruction set: the linker keeps one copy for all processors.
seen=0
bad=0
for object in $1; do
  isa=$(basename "$object" | sed -n 's/^isa_\([a-z0-9]*\)\.cpp\.o$/\1/p')
  [ -n "$isa" ] || continue
  seen=$((seen + 1))
  shared=$("${NM:-nm}" -C --defined-only "$object" | grep -E '^[0-9a-f]+ [A-Zuvwi] ' | grep -v "tttv2::host::$isa::" |
    grep -v "tttv2::host::${isa}_kernels()" | grep -v -E ' (DW\.ref\.|__odr_asan|\.L)')
  if [ -n "$shared" ]; then
    echo "$object shares:"
    echo "$shared"
    bad=1
  fi
done
[ "$seen" -ge 1 ] || { echo "no instruction set object among: $1"; exit 1; }
exit $bad
