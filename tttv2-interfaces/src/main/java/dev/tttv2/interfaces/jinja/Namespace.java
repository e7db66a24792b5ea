// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.jinja;

import java.util.HashMap;
import java.util.Map;

/**
 * {@code namespace(...)}: the one value whose attributes a template may set, also from inside a
 * loop.
 */
final class Namespace {
  private final Map<String, Object> attributes = new HashMap<>();

  Object get(String name) {
    return attributes.containsKey(name)
        ? attributes.get(name)
        : new Undefined("'namespace object' has no attribute " + PythonText.repr(name));
  }

  void set(String name, Object value) {
    attributes.put(name, value);
  }
}
