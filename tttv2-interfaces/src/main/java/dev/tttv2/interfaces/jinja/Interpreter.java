// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.jinja;

import dev.tttv2.interfaces.jinja.Expression.ArgumentList;
import dev.tttv2.interfaces.jinja.Statement.Parameters;
import dev.tttv2.interfaces.jinja.Statement.Target;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Renders a syntax tree once. Steps, output and nesting are limited, so that no template hangs or
 * exhausts memory.
 */
final class Interpreter {
  private static final long MAX_STEPS = 5_000_000;
  private static final int MAX_CALLS = 100;

  private enum Flow {
    NEXT,
    BREAK,
    CONTINUE
  }

  private StringBuilder out = new StringBuilder();
  private long steps;
  private int calls;
  private int line = 1;

  /** The line of what was evaluated last. */
  int line() {
    return line;
  }

  String render(List<Statement> body, Scope scope) {
    run(body, scope);
    return out.toString();
  }

  private void step() {
    if (++steps > MAX_STEPS) {
      throw new EvaluationError("rendering takes more than " + MAX_STEPS + " steps");
    }
  }

  /** Counts the size of a result as work done, so that many large ones end too. */
  private Object charged(Object result) {
    int size =
        switch (result) {
          case String text -> text.length();
          case List<?> list -> list.size();
          case null, default -> 0;
        };
    steps += size / 16;
    step();
    return result;
  }

  private void append(String text) {
    if (out.length() + (long) text.length() > Operators.MAX_LENGTH) {
      throw new EvaluationError(
          "rendered text exceeds the limit of " + Operators.MAX_LENGTH + " characters");
    }
    out.append(text);
  }

  private String captured(List<Statement> body, Scope scope) {
    StringBuilder outside = out;
    out = new StringBuilder();
    try {
      run(body, scope);
      return out.toString();
    } finally {
      out = outside;
    }
  }

  // ---- Statements ----

  private Flow run(List<Statement> body, Scope scope) {
    for (Statement statement : body) {
      Flow flow = run(statement, scope);
      if (flow != Flow.NEXT) {
        return flow;
      }
    }
    return Flow.NEXT;
  }

  private Flow run(Statement statement, Scope scope) {
    step();
    switch (statement) {
      case Statement.Text text -> append(text.text());
      case Statement.Output output -> append(PythonText.string(value(output.value(), scope)));
      case Statement.If choice -> {
        for (Statement.Branch branch : choice.branches()) {
          if (Values.truth(value(branch.condition(), scope))) {
            return run(branch.body(), scope);
          }
        }
        return run(choice.otherwise(), scope);
      }
      case Statement.For loop -> loop(loop, value(loop.items(), scope), scope, 0);
      case Statement.Set set -> assign(set.target(), value(set.value(), scope), scope, set.line());
      case Statement.SetBlock set -> {
        String text = captured(set.body(), new Scope(scope));
        assign(set.target(), filtered(set.filtered(), text, scope), scope, set.line());
      }
      case Statement.With with -> {
        Scope inner = new Scope(scope);
        for (int i = 0; i < with.targets().size(); i++) {
          assign(with.targets().get(i), value(with.values().get(i), scope), inner, line);
        }
        return run(with.body(), inner);
      }
      case Statement.Macro macro ->
          scope.set(macro.name(), macro(macro.name(), macro.parameters(), macro.body(), scope));
      case Statement.CallBlock block -> {
        Callable caller = macro("caller", block.parameters(), block.body(), scope);
        append(PythonText.string(call(block.call(), scope, caller)));
      }
      case Statement.FilterBlock block -> {
        String text = captured(block.body(), new Scope(scope));
        append(PythonText.string(filtered(block.filtered(), text, scope)));
      }
      case Statement.Generation generation -> {
        return run(generation.body(), new Scope(scope));
      }
      case Statement.Break end -> {
        return Flow.BREAK;
      }
      case Statement.Continue end -> {
        return Flow.CONTINUE;
      }
    }
    return Flow.NEXT;
  }

  private Object filtered(Expression filters, String text, Scope scope) {
    Scope inner = new Scope(scope);
    inner.set("", text);
    return value(filters, inner);
  }

  private void loop(Statement.For loop, Object subject, Scope scope, int depth) {
    line = loop.line();
    List<?> items = Values.items(subject);
    if (!(loop.condition() instanceof Expression.Literal)) {
      List<Object> kept = new ArrayList<>();
      for (Object item : items) {
        Scope turn = new Scope(scope);
        assign(loop.target(), item, turn, loop.line());
        if (Values.truth(value(loop.condition(), turn))) {
          kept.add(item);
        }
      }
      items = kept;
    }
    if (items.isEmpty()) {
      run(loop.otherwise(), scope);
      return;
    }
    Callable recursion =
        arguments -> {
          enter();
          StringBuilder outside = out;
          out = new StringBuilder();
          try {
            loop(loop, arguments.expect("items").get(0, "items"), scope, depth + 1);
            return out.toString();
          } finally {
            out = outside;
            calls--;
          }
        };
    Loop state = new Loop(items, depth, loop.recursive() ? recursion : null);
    for (int i = 0; i < items.size(); i++) {
      step();
      state.index = i;
      Scope turn = new Scope(scope);
      turn.set("loop", state);
      assign(loop.target(), items.get(i), turn, loop.line());
      if (run(loop.body(), turn) == Flow.BREAK) {
        break;
      }
    }
  }

  private void assign(Target target, Object value, Scope scope, int at) {
    switch (target) {
      case Target.Variable variable -> scope.set(variable.name(), value);
      case Target.Member member -> {
        line = at;
        if (!(scope.get(member.namespace()) instanceof Namespace namespace)) {
          throw new EvaluationError("cannot assign attribute on non-namespace object");
        }
        namespace.set(member.name(), value);
      }
      case Target.Unpacking unpacking -> {
        line = at;
        List<?> values = Values.items(value);
        if (values.size() != unpacking.targets().size()) {
          throw new EvaluationError(
              "cannot unpack %d values into %d names"
                  .formatted(values.size(), unpacking.targets().size()));
        }
        for (int i = 0; i < values.size(); i++) {
          assign(unpacking.targets().get(i), values.get(i), scope, at);
        }
      }
    }
  }

  private void enter() {
    if (calls >= MAX_CALLS) {
      throw new EvaluationError("more than " + MAX_CALLS + " nested calls");
    }
    calls++;
  }

  private Callable macro(String name, Parameters parameters, List<Statement> body, Scope outer) {
    return arguments -> {
      List<String> names = parameters.names();
      Scope scope = new Scope(outer);
      List<Object> given = arguments.positional();
      Map<String, Object> unused = new LinkedHashMap<>(arguments.named());
      scope.set(
          "varargs", new Tuple(given.subList(Math.min(given.size(), names.size()), given.size())));
      int firstDefault = names.size() - parameters.defaults().size();
      for (int i = 0; i < names.size(); i++) {
        String parameter = names.get(i);
        Object value;
        if (i < given.size()) {
          value = given.get(i);
        } else if (unused.containsKey(parameter)) {
          value = unused.remove(parameter);
        } else if (i >= firstDefault) {
          value = value(parameters.defaults().get(i - firstDefault), scope);
        } else {
          value = new Undefined("parameter '" + parameter + "' was not provided");
        }
        scope.set(parameter, value);
      }
      scope.set(
          "caller",
          unused.containsKey("caller")
              ? unused.remove("caller")
              : new Undefined("'caller' is undefined: " + name + " was not called by {% call %}"));
      scope.set("kwargs", new LinkedHashMap<Object, Object>(unused));
      enter();
      try {
        return captured(body, scope);
      } finally {
        calls--;
      }
    };
  }

  // ---- Expressions ----

  private Object value(Expression expression, Scope scope) {
    step();
    line = expression.line();
    return switch (expression) {
      case Expression.Literal literal -> literal.value();
      case Expression.Name name -> scope.get(name.name());
      case Expression.ListOf list -> values(list.items(), scope);
      case Expression.TupleOf tuple -> new Tuple(values(tuple.items(), scope));
      case Expression.DictOf dict -> {
        Map<Object, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < dict.keys().size(); i++) {
          map.put(value(dict.keys().get(i), scope), value(dict.values().get(i), scope));
        }
        yield map;
      }
      case Expression.Attribute attribute -> {
        Object target = value(attribute.target(), scope);
        line = attribute.line();
        yield Values.attribute(target, attribute.name());
      }
      case Expression.Item item -> {
        Object target = value(item.target(), scope);
        yield Values.item(target, value(item.key(), scope));
      }
      case Expression.Slice slice ->
          Values.slice(
              value(slice.target(), scope),
              value(slice.from(), scope),
              value(slice.to(), scope),
              value(slice.step(), scope));
      case Expression.Call call -> call(call, scope, null);
      case Expression.Filter filter -> {
        Object target = value(filter.target(), scope);
        Arguments arguments = arguments(filter.name(), filter.arguments(), scope);
        line = filter.line();
        yield charged(Filters.apply(filter.name(), target, arguments));
      }
      case Expression.Test test -> {
        Object target = value(test.target(), scope);
        Arguments arguments = arguments(test.name(), test.arguments(), scope);
        line = test.line();
        yield Tests.check(test.name(), target, arguments) != test.negated();
      }
      case Expression.Unary unary ->
          Operators.unary(unary.operator(), value(unary.operand(), scope));
      case Expression.Binary binary -> {
        Object left = value(binary.left(), scope);
        Object right = value(binary.right(), scope);
        line = binary.line();
        yield charged(Operators.binary(binary.operator(), left, right));
      }
      case Expression.Not not -> !Values.truth(value(not.operand(), scope));
      case Expression.And and -> {
        Object left = value(and.left(), scope);
        yield Values.truth(left) ? value(and.right(), scope) : left;
      }
      case Expression.Or or -> {
        Object left = value(or.left(), scope);
        yield Values.truth(left) ? left : value(or.right(), scope);
      }
      case Expression.Comparison comparison -> comparison(comparison, scope);
      case Expression.Conditional choice ->
          Values.truth(value(choice.condition(), scope))
              ? value(choice.then(), scope)
              : value(choice.otherwise(), scope);
    };
  }

  private boolean comparison(Expression.Comparison comparison, Scope scope) {
    Object left = value(comparison.first(), scope);
    for (int i = 0; i < comparison.operators().size(); i++) {
      Object right = value(comparison.rest().get(i), scope);
      line = comparison.line();
      if (!Operators.compare(comparison.operators().get(i), left, right)) {
        return false;
      }
      left = right;
    }
    return true;
  }

  private List<Object> values(List<Expression> expressions, Scope scope) {
    List<Object> values = new ArrayList<>(expressions.size());
    for (Expression expression : expressions) {
      values.add(value(expression, scope));
    }
    return values;
  }

  private Arguments arguments(String name, ArgumentList list, Scope scope) {
    Map<String, Object> named = new HashMap<>();
    List<Object> positional = values(list.positional(), scope);
    if (!list.names().isEmpty()) {
      named = new LinkedHashMap<>();
      for (int i = 0; i < list.names().size(); i++) {
        named.put(list.names().get(i), value(list.named().get(i), scope));
      }
    }
    return new Arguments(name, positional, named);
  }

  /** Calls; {@code caller} is what {@code {% call %}} hands over, null elsewhere. */
  private Object call(Expression.Call call, Scope scope, Callable caller) {
    Object callee = value(call.callee(), scope);
    Arguments arguments = arguments(call.name(), call.arguments(), scope);
    line = call.line();
    if (callee instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (!(callee instanceof Callable callable)) {
      throw new EvaluationError("'" + Values.typeName(callee) + "' object is not callable");
    }
    if (caller != null) {
      arguments.named().put("caller", caller);
    }
    return charged(callable.call(arguments));
  }
}
