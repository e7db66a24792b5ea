#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Generates the package dev.tttv2.ffm.generated from ttnn_c.h. Needed only after a change of the header.
set -euo pipefail
cd -- "$(dirname -- "$0")"

die() {
  echo "regenerate.sh: $1" >&2
  exit 1
}

header=src/main/native/include/ttnn_c.h
class=ttnn_c_h
package=dev.tttv2.ffm.generated
sources=src/main/java
symbols=src/main/jextract/ttnn_c.symbols
target=$sources/${package//./\/}

jextract=${JEXTRACT:-$(command -v jextract || true)}
[ -n "$jextract" ] || die "no jextract: put one of the JDK's release on PATH or name it in JEXTRACT"
[ -x "$jextract" ] || die "JEXTRACT=$jextract is not an executable file"
[ -f "$header" ] || die "$PWD/$header is missing"
version=$("$jextract" --version 2>&1 | sed -n 's/^jextract //p')
[ -n "$version" ] || die "$jextract --version names no version"

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT

# The bound surface, as a list that shows in a diff: what the header itself declares, nothing of what it includes. Types
# that the header only names are opaque and have no layout to bind.
"$jextract" --dump-includes "$stage/all" "$header" 2>"$stage/warnings" || die "$(cat "$stage/warnings")"
grep -- "^--include-.*# header: .*/ttnn_c\.h$" "$stage/all" | sed 's/ *#.*//' |
  grep -vxE -- "--include-struct ttnn_(device|tensor|read)" | LC_ALL=C sort -u >"$stage/symbols"
[ -s "$stage/symbols" ] || die "jextract lists no symbol of $header"

arguments=(--target-package "$package" --header-class-name "$class")
"$jextract" "${arguments[@]}" --output "$stage/out" "@$stage/symbols" "$header" 2>"$stage/warnings" ||
  die "$(cat "$stage/warnings")"
[ ! -s "$stage/warnings" ] || die "$(cat "$stage/warnings")"
[ -f "$stage/out/${package//./\/}/$class.java" ] || die "jextract wrote no $class.java"

# Only a complete result replaces the old one.
mkdir -p "$target" "$(dirname -- "$symbols")"
rm -f "$target"/*.java
cp "$stage/out/${package//./\/}"/*.java "$target"/
cp "$stage/symbols" "$symbols"
cat >"$target/GENERATED.properties" <<PROPERTIES
jextract.version=$version
jextract.arguments=${arguments[*]} @$symbols
header=$header
header.sha256=$(sha256sum "$header" | cut -d' ' -f1)
symbols.sha256=$(sha256sum "$symbols" | cut -d' ' -f1)
output.sha256=$(cd "$target" && LC_ALL=C ls ./*.java | xargs cat | sha256sum | cut -d' ' -f1)
PROPERTIES
echo "regenerate.sh: $(ls "$target"/*.java | wc -l) classes, $(wc -l <"$symbols") symbols, jextract $version"
