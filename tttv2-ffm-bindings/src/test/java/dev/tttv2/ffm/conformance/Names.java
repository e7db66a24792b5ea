// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm.conformance;

import dev.tttv2.ffm.TtnnConstants;
import java.util.List;

/** The short names of the constants in calls and outcomes. */
final class Names {
  /** By the value of {@code enum ttnn_dtype}. */
  private static final List<String> DTYPES =
      List.of("default", "f32", "bf16", "bf8", "bf4", "u32", "i32", "u16", "u8");

  /** By the value of {@code enum ttnn_layout}. */
  private static final List<String> LAYOUTS = List.of("default", "rm", "tile");

  /** By the value of {@code enum ttnn_unary_op}. */
  private static final List<String> ACTIVATIONS =
      List.of("none", "silu", "gelu", "gelu_tanh", "relu", "tanh", "sigmoid");

  /** By the value of {@code enum ttnn_switch}. */
  private static final List<String> SWITCHES = List.of("default", "on", "off");

  /** By the value of {@code enum ttnn_cluster_axis}. */
  private static final List<String> CLUSTER_AXES = List.of("default", "axis0", "axis1");

  /** By the value of {@code enum ttnn_matmul_program}. */
  private static final List<String> MATMUL_PROGRAMS = List.of("default", "in0", "in1", "2d");

  private Names() {}

  static int dtype(String name) {
    return name.equals("f16") ? TtnnConstants.DTYPE_FLOAT16 : index(DTYPES, name);
  }

  static String dtype(int value) {
    return DTYPES.get(value);
  }

  static int layout(String name) {
    return index(LAYOUTS, name);
  }

  static String layout(int value) {
    return LAYOUTS.get(value);
  }

  static int activation(String name) {
    return index(ACTIVATIONS, name);
  }

  static int clusterAxis(String name) {
    return index(CLUSTER_AXES, name);
  }

  static int matmulProgram(String name) {
    return index(MATMUL_PROGRAMS, name);
  }

  static int toggle(String name) {
    return index(SWITCHES, name);
  }

  /** A name's value; a number stands for itself, so that wrong values can be tried. */
  private static int index(List<String> names, String name) {
    if (name.matches("-?\\d+")) {
      return Integer.parseInt(name);
    }
    int index = names.indexOf(name);
    if (index < 0) {
      throw new IllegalArgumentException("\"" + name + "\" is none of " + names);
    }
    return index;
  }
}
