// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.jinja;

/**
 * The value of a name, attribute or item that does not exist: empty text, false, an empty sequence;
 * anything else done with it is an error that says what was missing.
 *
 * @param description what was missing, as a sentence
 */
record Undefined(String description) {
  static Undefined variable(String name) {
    return new Undefined("'" + name + "' is undefined");
  }

  static Undefined member(Object owner, Object name) {
    return new Undefined(
        "'" + Values.typeName(owner) + " object' has no attribute " + PythonText.repr(name));
  }

  EvaluationError error() {
    return new EvaluationError(description);
  }
}
