// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.jinja;

import java.util.List;

/** A statement of the syntax tree. */
sealed interface Statement {
  record Text(String text) implements Statement {}

  record Output(Expression value) implements Statement {}

  record If(List<Branch> branches, List<Statement> otherwise) implements Statement {}

  record Branch(Expression condition, List<Statement> body) {}

  /** A loop; {@code condition} is literal true where there is none. */
  record For(
      int line,
      Target target,
      Expression items,
      Expression condition,
      boolean recursive,
      List<Statement> body,
      List<Statement> otherwise)
      implements Statement {}

  record Set(int line, Target target, Expression value) implements Statement {}

  /** {@code {% set x %}...{% endset %}}: the rendered body, through the filters. */
  record SetBlock(int line, Target target, Expression filtered, List<Statement> body)
      implements Statement {}

  record With(List<Target> targets, List<Expression> values, List<Statement> body)
      implements Statement {}

  record Macro(int line, String name, Parameters parameters, List<Statement> body)
      implements Statement {}

  record CallBlock(int line, Parameters parameters, Expression.Call call, List<Statement> body)
      implements Statement {}

  record FilterBlock(int line, Expression filtered, List<Statement> body) implements Statement {}

  /** {@code {% generation %}}: marks what the assistant says; renders as its body. */
  record Generation(List<Statement> body) implements Statement {}

  record Break(int line) implements Statement {}

  record Continue(int line) implements Statement {}

  /** Parameters of a macro; the last {@code defaults.size()} of them have defaults. */
  record Parameters(List<String> names, List<Expression> defaults) {}

  /** What an assignment or loop assigns to. */
  sealed interface Target {
    record Variable(String name) implements Target {}

    record Member(String namespace, String name) implements Target {}

    record Unpacking(List<Target> targets) implements Target {}
  }
}
