// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.jinja;

import java.util.HashMap;
import java.util.Map;

/**
 * The variables of a template, a loop turn or a macro call; unknown names are looked up outside.
 */
final class Scope {
  private final Map<String, Object> variables = new HashMap<>();
  private final Scope outer; // null for the outermost

  Scope(Scope outer) {
    this.outer = outer;
  }

  Object get(String name) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      if (scope.variables.containsKey(name)) {
        return scope.variables.get(name);
      }
    }
    return Undefined.variable(name);
  }

  void set(String name, Object value) {
    variables.put(name, value);
  }
}
