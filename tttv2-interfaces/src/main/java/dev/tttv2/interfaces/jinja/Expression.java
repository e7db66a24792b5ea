// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.jinja;

import java.util.List;

/** An expression of the syntax tree. */
sealed interface Expression {
  int line();

  record Literal(int line, Object value) implements Expression {}

  record Name(int line, String name) implements Expression {}

  record ListOf(int line, List<Expression> items) implements Expression {}

  record TupleOf(int line, List<Expression> items) implements Expression {}

  record DictOf(int line, List<Expression> keys, List<Expression> values) implements Expression {}

  record Attribute(int line, Expression target, String name) implements Expression {}

  record Item(int line, Expression target, Expression key) implements Expression {}

  /** A slice; bounds and step that are left out are literal nulls. */
  record Slice(int line, Expression target, Expression from, Expression to, Expression step)
      implements Expression {}

  record Call(int line, Expression callee, String name, ArgumentList arguments)
      implements Expression {}

  record Filter(int line, Expression target, String name, ArgumentList arguments)
      implements Expression {}

  record Test(int line, Expression target, String name, ArgumentList arguments, boolean negated)
      implements Expression {}

  record Unary(int line, char operator, Expression operand) implements Expression {}

  record Binary(int line, String operator, Expression left, Expression right)
      implements Expression {}

  record Not(int line, Expression operand) implements Expression {}

  record And(int line, Expression left, Expression right) implements Expression {}

  record Or(int line, Expression left, Expression right) implements Expression {}

  /** A chain such as {@code a < b <= c}. */
  record Comparison(int line, Expression first, List<String> operators, List<Expression> rest)
      implements Expression {}

  /** {@code then if condition else otherwise}; what is left out after {@code else} is undefined. */
  record Conditional(int line, Expression condition, Expression then, Expression otherwise)
      implements Expression {}

  /** Arguments as written: in order, then by keyword. */
  record ArgumentList(List<Expression> positional, List<String> names, List<Expression> named) {
    static final ArgumentList EMPTY = new ArgumentList(List.of(), List.of(), List.of());
  }
}
