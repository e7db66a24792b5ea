// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.jinja;

import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A parsed Jinja template, rendered as Hugging Face renders chat templates: {@code trim_blocks},
 * {@code lstrip_blocks}, no escaping, loop controls, {@code {% generation %}}, {@code tojson}
 * without HTML escapes, {@code raise_exception} and {@code strftime_now}. Values put into it are
 * never evaluated as templates.
 */
public final class Template {
  private static final long MAX_RANGE = 100_000;

  private final List<Statement> body;

  private Template(List<Statement> body) {
    this.body = body;
  }

  /**
   * Parses a template.
   *
   * @throws TemplateException if it is not well formed or uses a construct that is not supported,
   *     which it names
   */
  public static Template parse(String source) {
    try {
      return new Template(Parser.parse(source));
    } catch (StackOverflowError e) {
      throw new TemplateException("nested too deeply", 1);
    }
  }

  /**
   * Renders the template with the system's clock.
   *
   * @param variables maps, lists, strings, numbers, booleans and nulls by name
   * @throws TemplateException if rendering fails, or the template raises an exception of its own
   */
  public String render(Map<String, ?> variables) {
    return render(variables, Clock.systemDefaultZone());
  }

  /**
   * Renders the template.
   *
   * @param variables maps, lists, strings, numbers, booleans and nulls by name
   * @param clock what {@code strftime_now} reads
   * @throws TemplateException if rendering fails, or the template raises an exception of its own
   */
  public String render(Map<String, ?> variables, Clock clock) {
    Scope globals = new Scope(null);
    globals.set("range", (Callable) Template::range);
    globals.set(
        "dict", (Callable) arguments -> new LinkedHashMap<Object, Object>(arguments.named()));
    globals.set("namespace", (Callable) Template::namespace);
    globals.set("raise_exception", (Callable) Template::raise);
    globals.set(
        "strftime_now",
        (Callable)
            arguments -> TimeFormat.format(arguments.expect("format").text(0, "format"), clock));
    Scope scope = new Scope(globals);
    variables.forEach((name, value) -> scope.set(name, Values.of(value)));
    Interpreter interpreter = new Interpreter();
    try {
      return interpreter.render(body, scope);
    } catch (EvaluationError e) {
      throw new TemplateException(e.getMessage(), interpreter.line());
    } catch (StackOverflowError e) {
      throw new TemplateException("nested too deeply", interpreter.line());
    }
  }

  private static Object raise(Arguments arguments) {
    throw new EvaluationError(PythonText.string(arguments.expect("message").get(0, "message")));
  }

  private static Object range(Arguments arguments) {
    arguments.expect("start", "stop", "step");
    boolean one = arguments.positional().size() == 1;
    long start = one ? 0 : Operators.whole(arguments.get(0, "start"));
    long stop = Operators.whole(arguments.get(one ? 0 : 1, "stop"));
    long step = Operators.whole(arguments.get(2, "step", 1L));
    if (step == 0) {
      throw new EvaluationError("range() arg 3 must not be zero");
    }
    double length = Math.ceil(((double) stop - start) / step);
    if (length > MAX_RANGE) {
      throw new EvaluationError(
          "range of %.0f items is longer than the limit of %d".formatted(length, MAX_RANGE));
    }
    List<Object> items = new ArrayList<>();
    for (long i = 0; i < length; i++) {
      items.add(start + i * step);
    }
    return items;
  }

  private static Object namespace(Arguments arguments) {
    Namespace namespace = new Namespace();
    for (Object initial : arguments.positional()) {
      if (!(initial instanceof Map<?, ?> map)) {
        throw new EvaluationError("namespace() takes a dict, not a " + Values.typeName(initial));
      }
      map.forEach((key, value) -> namespace.set(PythonText.string(key), value));
    }
    arguments.named().forEach(namespace::set);
    return namespace;
  }
}
