// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm.conformance;

/** The shape of a mesh of devices as text. */
record MeshText(int rows, int columns) {
  static MeshText parse(String text) {
    String[] sides = text.split("x");
    return new MeshText(Integer.parseInt(sides[0]), Integer.parseInt(sides[1]));
  }

  int size() {
    return rows * columns;
  }

  /** The devices along an axis. */
  int extent(int axis) {
    return axis == 0 ? rows : columns;
  }

  @Override
  public String toString() {
    return rows + "x" + columns;
  }
}
