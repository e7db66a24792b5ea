// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.structured;

/** Where in a schema something stands, such as {@code $.properties.x.minimum}. */
record SchemaPath(String text) {
  static final SchemaPath ROOT = new SchemaPath("$");
  private static final int MAX_SHOWN = 200;

  SchemaPath child(String name) {
    return new SchemaPath(text + "." + name);
  }

  SchemaPath child(int index) {
    return new SchemaPath(text + "[" + index + "]");
  }

  IllegalArgumentException refuse(String problem, Object... values) {
    Object[] shown = new Object[values.length];
    for (int i = 0; i < values.length; i++) {
      shown[i] = values[i] instanceof Number ? values[i] : shortened(String.valueOf(values[i]));
    }
    return new IllegalArgumentException(
        "JSON schema: %s %s".formatted(shortened(text), problem.formatted(shown)));
  }

  private static String shortened(String text) {
    return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "...";
  }
}
