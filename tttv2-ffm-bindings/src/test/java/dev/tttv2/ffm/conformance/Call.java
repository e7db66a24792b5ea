// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm.conformance;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A call of {@code ttnn_c.h} as text.
 *
 * @param function its name without {@code ttnn_}
 * @param arguments in their order
 */
record Call(String function, Map<String, String> arguments) {
  Call {
    arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
  }

  static Call parse(String text) {
    String[] words = text.split(" ");
    Map<String, String> arguments = new LinkedHashMap<>();
    for (int i = 1; i < words.length; i++) {
      int equals = words[i].indexOf('=');
      if (equals < 1
          || arguments.put(words[i].substring(0, equals), words[i].substring(equals + 1)) != null) {
        throw new IllegalArgumentException("\"" + words[i] + "\" in: " + text);
      }
    }
    return new Call(words[0], arguments);
  }

  /** The mesh of devices that it is made on: one device, if it names none. */
  MeshText mesh() {
    return MeshText.parse(arguments.getOrDefault("mesh", "1x1"));
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(function);
    arguments.forEach((name, value) -> text.append(' ').append(name).append('=').append(value));
    return text.toString();
  }
}
