// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.structured;

import java.util.Arrays;
import java.util.function.IntPredicate;

/** A set of Unicode's scalar values: code points without surrogates, which no UTF-8 has. */
final class CodePoints {
  static final CodePoints NONE = new CodePoints(new int[0]);
  static final CodePoints ALL =
      new CodePoints(new int[] {0, 0xd7ff, 0xe000, Character.MAX_CODE_POINT});

  private final int[] bounds; // first, last, first, last, ...: ascending, neither touching

  private CodePoints(int[] bounds) {
    this.bounds = bounds;
  }

  static CodePoints of(int codePoint) {
    return range(codePoint, codePoint);
  }

  /** Those from first to last, both included. */
  static CodePoints range(int first, int last) {
    return new CodePoints(new int[] {first, last}).and(ALL);
  }

  /** Those among some characters. */
  static CodePoints anyOf(String characters) {
    return where(c -> c < 0x80 && characters.indexOf(c) >= 0, 0x7f);
  }

  static CodePoints where(IntPredicate predicate) {
    return where(predicate, Character.MAX_CODE_POINT);
  }

  private static CodePoints where(IntPredicate predicate, int last) {
    int[] bounds = new int[16];
    int n = 0;
    boolean inside = false;
    for (int point = 0; point <= last + 1; point++) {
      boolean isIn = point <= last && predicate.test(point);
      if (isIn != inside) {
        if (n == bounds.length) {
          bounds = Arrays.copyOf(bounds, 2 * n);
        }
        bounds[n++] = isIn ? point : point - 1;
        inside = isIn;
      }
    }
    return new CodePoints(Arrays.copyOf(bounds, n)).and(ALL);
  }

  int ranges() {
    return bounds.length / 2;
  }

  int first(int range) {
    return bounds[2 * range];
  }

  int last(int range) {
    return bounds[2 * range + 1];
  }

  boolean isEmpty() {
    return bounds.length == 0;
  }

  boolean contains(int codePoint) {
    int at = Arrays.binarySearch(bounds, codePoint);
    return at >= 0 || (-at - 1) % 2 == 1;
  }

  CodePoints or(CodePoints other) {
    return combined(other, true);
  }

  CodePoints and(CodePoints other) {
    return combined(other, false);
  }

  CodePoints minus(CodePoints other) {
    return and(other.complement());
  }

  CodePoints complement() {
    int[] result = new int[bounds.length + 2];
    int n = 0;
    int next = 0;
    for (int i = 0; i < bounds.length; i += 2) {
      if (bounds[i] > next) {
        result[n++] = next;
        result[n++] = bounds[i] - 1;
      }
      next = bounds[i + 1] + 1;
    }
    if (next <= Character.MAX_CODE_POINT) {
      result[n++] = next;
      result[n++] = Character.MAX_CODE_POINT;
    }
    CodePoints all = new CodePoints(Arrays.copyOf(result, n));
    return bounds.length == 0 ? ALL : all.and(ALL);
  }

  /** Merges two lists of ranges: a point is in the result where one (or) or both hold it. */
  private CodePoints combined(CodePoints other, boolean union) {
    int[] result = new int[bounds.length + other.bounds.length + 2];
    int n = 0;
    int a = 0;
    int b = 0;
    boolean inside = false;
    while (a < bounds.length || b < other.bounds.length) {
      // Edges: a range begins at its first point and ends behind its last.
      int edgeA = a < bounds.length ? bounds[a] + a % 2 : Integer.MAX_VALUE;
      int edgeB = b < other.bounds.length ? other.bounds[b] + b % 2 : Integer.MAX_VALUE;
      int edge = Math.min(edgeA, edgeB);
      a += edgeA == edge ? 1 : 0;
      b += edgeB == edge ? 1 : 0;
      boolean inA = a % 2 == 1;
      boolean inB = b % 2 == 1;
      boolean isIn = union ? inA || inB : inA && inB;
      if (isIn != inside) {
        result[n++] = isIn ? edge : edge - 1;
        inside = isIn;
      }
    }
    return new CodePoints(Arrays.copyOf(result, n));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CodePoints set && Arrays.equals(bounds, set.bounds);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bounds);
  }
}
