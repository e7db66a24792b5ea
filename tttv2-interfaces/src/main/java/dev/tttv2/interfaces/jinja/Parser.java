// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.jinja;

import dev.tttv2.interfaces.jinja.Expression.ArgumentList;
import dev.tttv2.interfaces.jinja.Statement.Parameters;
import dev.tttv2.interfaces.jinja.Statement.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Makes the syntax tree of a template, with Jinja's precedences. */
final class Parser {
  private static final Set<String> UNSUPPORTED =
      Set.of("include", "import", "from", "extends", "block", "autoescape", "trans", "do", "debug");
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", ">", "<=", ">=");
  private static final Set<String> RESERVED =
      Set.of("and", "or", "not", "in", "is", "if", "else", "elif", "for");

  private final List<Token> tokens;
  private int at;
  private int loops;

  private Parser(List<Token> tokens) {
    this.tokens = tokens;
  }

  static List<Statement> parse(String source) {
    Parser parser = new Parser(Lexer.tokens(source));
    List<Statement> body = parser.statements();
    Token rest = parser.peek();
    if (rest.kind() != Token.Kind.END) {
      throw parser.error("unexpected tag '" + parser.tokens.get(parser.at + 1).text() + "'");
    }
    return body;
  }

  // ---- Statements ----

  /** Parses until the end or a tag that is not a statement's beginning; leaves that tag unread. */
  private List<Statement> statements() {
    List<Statement> body = new ArrayList<>();
    while (true) {
      Token token = peek();
      switch (token.kind()) {
        case TEXT -> {
          at++;
          body.add(new Statement.Text(token.text()));
        }
        case OUTPUT_BEGIN -> {
          at++;
          body.add(new Statement.Output(tuple(true)));
          expect(Token.Kind.OUTPUT_END);
        }
        case BLOCK_BEGIN -> {
          if (!statement(tokens.get(at + 1), body)) {
            return List.copyOf(body);
          }
        }
        default -> {
          return List.copyOf(body);
        }
      }
    }
  }

  private boolean statement(Token name, List<Statement> body) {
    if (name.kind() != Token.Kind.NAME) {
      at++;
      throw error("a tag begins with a name, not " + name.shown());
    }
    switch (name.text()) {
      case "elif", "else" -> {
        return false;
      }
      case String end when end.startsWith("end") -> {
        return false;
      }
      default -> at += 2;
    }
    body.add(
        switch (name.text()) {
          case "if" -> ifStatement(name);
          case "for" -> forStatement(name);
          case "set" -> setStatement(name);
          case "macro" -> macro(name);
          case "call" -> callBlock(name);
          case "with" -> with(name);
          case "filter" -> {
            Expression filtered = filters(new Expression.Name(name.line(), ""), true);
            yield new Statement.FilterBlock(name.line(), filtered, body(name));
          }
          case "generation" -> new Statement.Generation(body(name));
          case "break", "continue" -> {
            if (loops == 0) {
              throw new TemplateException("'" + name.text() + "' outside of a loop", name.line());
            }
            expect(Token.Kind.BLOCK_END);
            yield name.text().equals("break")
                ? new Statement.Break(name.line())
                : new Statement.Continue(name.line());
          }
          default ->
              throw new TemplateException(
                  UNSUPPORTED.contains(name.text())
                      ? "{% " + name.text() + " %} is not supported"
                      : "unknown tag '" + name.text() + "'",
                  name.line());
        });
    return true;
  }

  /** Parses the rest of an opening tag, a body, and {@code {% endNAME %}}. */
  private List<Statement> body(Token opening) {
    expect(Token.Kind.BLOCK_END);
    List<Statement> body = statements();
    end(opening);
    return body;
  }

  private void end(Token opening) {
    String wanted = "end" + opening.text();
    if (peek().kind() == Token.Kind.END) {
      throw new TemplateException(
          "{% " + opening.text() + " %} without {% " + wanted + " %}", opening.line());
    }
    at++;
    Token name = next();
    if (!name.is(Token.Kind.NAME, wanted)) {
      throw new TemplateException(
          "expected {% "
              + wanted
              + " %} for the {% "
              + opening.text()
              + " %} of line "
              + opening.line()
              + ", found '"
              + name.text()
              + "'",
          name.line());
    }
    expect(Token.Kind.BLOCK_END);
  }

  private boolean tagIs(String name) {
    return peek().kind() == Token.Kind.BLOCK_BEGIN && tokens.get(at + 1).is(Token.Kind.NAME, name);
  }

  private Statement ifStatement(Token opening) {
    List<Statement.Branch> branches = new ArrayList<>();
    List<Statement> otherwise = List.of();
    Expression condition = tuple(false);
    expect(Token.Kind.BLOCK_END);
    branches.add(new Statement.Branch(condition, statements()));
    while (tagIs("elif")) {
      at += 2;
      condition = tuple(false);
      expect(Token.Kind.BLOCK_END);
      branches.add(new Statement.Branch(condition, statements()));
    }
    if (tagIs("else")) {
      at += 2;
      expect(Token.Kind.BLOCK_END);
      otherwise = statements();
    }
    end(opening);
    return new Statement.If(List.copyOf(branches), otherwise);
  }

  private Statement forStatement(Token opening) {
    Target target = target();
    expectName("in");
    Expression items = tuple(false);
    Expression condition = new Expression.Literal(opening.line(), true);
    if (skipName("if")) {
      condition = expression();
    }
    boolean recursive = skipName("recursive");
    expect(Token.Kind.BLOCK_END);
    loops++;
    List<Statement> body = statements();
    loops--;
    List<Statement> otherwise = List.of();
    if (tagIs("else")) {
      at += 2;
      expect(Token.Kind.BLOCK_END);
      otherwise = statements();
    }
    end(opening);
    return new Statement.For(opening.line(), target, items, condition, recursive, body, otherwise);
  }

  private Statement setStatement(Token opening) {
    Target target = target();
    if (skip("=")) {
      Expression value = tuple(true);
      expect(Token.Kind.BLOCK_END);
      return new Statement.Set(opening.line(), target, value);
    }
    Expression filtered = filters(new Expression.Name(opening.line(), ""), false);
    return new Statement.SetBlock(opening.line(), target, filtered, body(opening));
  }

  private Statement with(Token opening) {
    List<Target> targets = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (peek().kind() != Token.Kind.BLOCK_END) {
      if (!targets.isEmpty()) {
        expect(",");
      }
      targets.add(singleTarget());
      expect("=");
      values.add(expression());
    }
    return new Statement.With(List.copyOf(targets), List.copyOf(values), body(opening));
  }

  private Statement macro(Token opening) {
    String name = name();
    expect("(");
    Parameters parameters = parameters();
    int outside = loops;
    loops = 0;
    Statement macro = new Statement.Macro(opening.line(), name, parameters, body(opening));
    loops = outside;
    return macro;
  }

  private Statement callBlock(Token opening) {
    Parameters parameters = new Parameters(List.of(), List.of());
    if (skip("(")) {
      parameters = parameters();
    }
    if (!(expression() instanceof Expression.Call call)) {
      throw new TemplateException("{% call %} needs a call", opening.line());
    }
    int outside = loops;
    loops = 0;
    Statement block = new Statement.CallBlock(opening.line(), parameters, call, body(opening));
    loops = outside;
    return block;
  }

  private Parameters parameters() {
    List<String> names = new ArrayList<>();
    List<Expression> defaults = new ArrayList<>();
    while (!skip(")")) {
      if (!names.isEmpty()) {
        expect(",");
      }
      names.add(name());
      if (skip("=")) {
        defaults.add(expression());
      } else if (!defaults.isEmpty()) {
        throw error("parameter '" + names.getLast() + "' without default follows one with");
      }
    }
    return new Parameters(List.copyOf(names), List.copyOf(defaults));
  }

  private Target target() {
    List<Target> targets = new ArrayList<>();
    Target first = singleTarget();
    targets.add(first);
    boolean several = false;
    while (skip(",")) {
      several = true;
      if (peek().is(Token.Kind.OPERATOR, "=") || peek().is(Token.Kind.NAME, "in")) {
        break;
      }
      targets.add(singleTarget());
    }
    return several ? new Target.Unpacking(List.copyOf(targets)) : first;
  }

  private Target singleTarget() {
    if (skip("(")) {
      Target inner = target();
      expect(")");
      return inner;
    }
    String name = name();
    return skip(".") ? new Target.Member(name, name()) : new Target.Variable(name);
  }

  // ---- Expressions, loosest first ----

  /** Parses one expression, or several with commas between: a tuple. */
  private Expression tuple(boolean conditional) {
    int line = peek().line();
    List<Expression> items = new ArrayList<>();
    items.add(conditional ? expression() : or());
    boolean several = false;
    while (skip(",")) {
      several = true;
      if (endsTuple()) {
        break;
      }
      items.add(conditional ? expression() : or());
    }
    return several ? new Expression.TupleOf(line, List.copyOf(items)) : items.getFirst();
  }

  private boolean endsTuple() {
    return switch (peek().kind()) {
      case BLOCK_END, OUTPUT_END -> true;
      case OPERATOR -> peek().text().equals(")");
      default -> false;
    };
  }

  private Expression expression() {
    Expression result = or();
    while (peek().is(Token.Kind.NAME, "if")) {
      int line = next().line();
      Expression condition = or();
      Expression otherwise =
          skipName("else")
              ? expression()
              : new Expression.Literal(
                  line, new Undefined("the inline if has no else and its condition is false"));
      result = new Expression.Conditional(line, condition, result, otherwise);
    }
    return result;
  }

  private Expression or() {
    Expression left = and();
    while (peek().is(Token.Kind.NAME, "or")) {
      int line = next().line();
      left = new Expression.Or(line, left, and());
    }
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (peek().is(Token.Kind.NAME, "and")) {
      int line = next().line();
      left = new Expression.And(line, left, not());
    }
    return left;
  }

  private Expression not() {
    if (peek().is(Token.Kind.NAME, "not")) {
      int line = next().line();
      return new Expression.Not(line, not());
    }
    return comparison();
  }

  private Expression comparison() {
    int line = peek().line();
    Expression first = sum();
    List<String> operators = new ArrayList<>();
    List<Expression> rest = new ArrayList<>();
    while (true) {
      Token token = peek();
      if (token.kind() == Token.Kind.OPERATOR && COMPARISONS.contains(token.text())) {
        operators.add(next().text());
      } else if (skipName("in")) {
        operators.add("in");
      } else if (token.is(Token.Kind.NAME, "not") && tokens.get(at + 1).is(Token.Kind.NAME, "in")) {
        at += 2;
        operators.add("not in");
      } else {
        break;
      }
      rest.add(sum());
    }
    return operators.isEmpty()
        ? first
        : new Expression.Comparison(line, first, List.copyOf(operators), List.copyOf(rest));
  }

  private Expression sum() {
    Expression left = concatenation();
    while (peekOperator("+") || peekOperator("-")) {
      Token operator = next();
      left = new Expression.Binary(operator.line(), operator.text(), left, concatenation());
    }
    return left;
  }

  private Expression concatenation() {
    Expression left = product();
    while (peekOperator("~")) {
      Token operator = next();
      left = new Expression.Binary(operator.line(), "~", left, product());
    }
    return left;
  }

  private Expression product() {
    Expression left = power();
    while (peekOperator("*") || peekOperator("/") || peekOperator("//") || peekOperator("%")) {
      Token operator = next();
      left = new Expression.Binary(operator.line(), operator.text(), left, power());
    }
    return left;
  }

  private Expression power() {
    Expression left = unary(true);
    while (peekOperator("**")) {
      Token operator = next();
      left = new Expression.Binary(operator.line(), "**", left, unary(true));
    }
    return left;
  }

  private Expression unary(boolean withFilters) {
    Expression operand;
    if (peekOperator("-") || peekOperator("+")) {
      Token operator = next();
      operand = new Expression.Unary(operator.line(), operator.text().charAt(0), unary(false));
    } else {
      operand = primary();
    }
    operand = postfix(operand);
    return withFilters ? filters(operand, false) : operand;
  }

  private Expression primary() {
    Token token = next();
    int line = token.line();
    return switch (token.kind()) {
      case NAME -> {
        yield switch (token.text()) {
          case "true", "True" -> new Expression.Literal(line, true);
          case "false", "False" -> new Expression.Literal(line, false);
          case "none", "None" -> new Expression.Literal(line, null);
          case String word when RESERVED.contains(word) -> {
            at--;
            throw error("unexpected '" + word + "'");
          }
          default -> new Expression.Name(line, token.text());
        };
      }
      case STRING -> {
        StringBuilder text = new StringBuilder(token.text());
        while (peek().kind() == Token.Kind.STRING) {
          text.append(next().text());
        }
        yield new Expression.Literal(line, text.toString());
      }
      case INTEGER -> {
        try {
          yield new Expression.Literal(line, Long.parseLong(token.text()));
        } catch (NumberFormatException e) {
          throw new TemplateException("the integer " + token.text() + " is too large", line);
        }
      }
      case FLOAT -> new Expression.Literal(line, Double.parseDouble(token.text()));
      case OPERATOR -> {
        yield switch (token.text()) {
          case "(" -> {
            if (skip(")")) {
              yield new Expression.TupleOf(line, List.of());
            }
            Expression inner = tuple(true);
            expect(")");
            yield inner;
          }
          case "[" -> new Expression.ListOf(line, list());
          case "{" -> dict(line);
          default -> {
            at--;
            throw error("unexpected " + token.shown());
          }
        };
      }
      default -> {
        at--;
        throw error("expected an expression, found " + token.shown());
      }
    };
  }

  private List<Expression> list() {
    List<Expression> items = new ArrayList<>();
    while (!skip("]")) {
      if (!items.isEmpty()) {
        expect(",");
        if (skip("]")) {
          break;
        }
      }
      items.add(expression());
    }
    return List.copyOf(items);
  }

  private Expression dict(int line) {
    List<Expression> keys = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (!skip("}")) {
      if (!keys.isEmpty()) {
        expect(",");
        if (skip("}")) {
          break;
        }
      }
      keys.add(expression());
      expect(":");
      values.add(expression());
    }
    return new Expression.DictOf(line, List.copyOf(keys), List.copyOf(values));
  }

  private Expression postfix(Expression operand) {
    Expression result = operand;
    while (true) {
      Token token = peek();
      if (skip(".")) {
        Token member = next();
        result =
            switch (member.kind()) {
              case NAME -> new Expression.Attribute(member.line(), result, member.text());
              case INTEGER ->
                  new Expression.Item(
                      member.line(),
                      result,
                      new Expression.Literal(member.line(), Long.parseLong(member.text())));
              default -> {
                at--;
                throw error("expected a name after '.', found " + member.shown());
              }
            };
      } else if (skip("[")) {
        result = subscript(token.line(), result);
      } else if (skip("(")) {
        result = new Expression.Call(token.line(), result, callName(result), arguments());
      } else {
        return result;
      }
    }
  }

  private static String callName(Expression callee) {
    return switch (callee) {
      case Expression.Name name -> name.name();
      case Expression.Attribute attribute -> attribute.name();
      default -> "call";
    };
  }

  private Expression subscript(int line, Expression target) {
    Expression absent = new Expression.Literal(line, null);
    Expression from = absent;
    if (!peekOperator(":")) {
      from = tuple(true);
      if (skip("]")) {
        return new Expression.Item(line, target, from);
      }
    }
    expect(":");
    Expression to = peekOperator(":") || peekOperator("]") ? absent : expression();
    Expression step = skip(":") && !peekOperator("]") ? expression() : absent;
    expect("]");
    return new Expression.Slice(line, target, from, to, step);
  }

  private ArgumentList arguments() {
    List<Expression> positional = new ArrayList<>();
    List<String> names = new ArrayList<>();
    List<Expression> named = new ArrayList<>();
    while (!skip(")")) {
      if (!positional.isEmpty() || !names.isEmpty()) {
        expect(",");
        if (skip(")")) {
          break;
        }
      }
      if (peekOperator("*") || peekOperator("**")) {
        throw error("unpacking arguments with " + peek().shown() + " is not supported");
      }
      if (peek().kind() == Token.Kind.NAME && tokens.get(at + 1).is(Token.Kind.OPERATOR, "=")) {
        names.add(name());
        at++;
        named.add(expression());
      } else if (names.isEmpty()) {
        positional.add(expression());
      } else {
        throw error("a positional argument follows one by keyword");
      }
    }
    return new ArgumentList(List.copyOf(positional), List.copyOf(names), List.copyOf(named));
  }

  /**
   * Parses {@code |filter}s, {@code is} tests and calls of their results.
   *
   * @param opened whether the first filter's name comes at once, without its bar
   */
  private Expression filters(Expression operand, boolean opened) {
    Expression result = operand;
    boolean atName = opened;
    while (true) {
      Token token = peek();
      if (atName || skip("|")) {
        atName = false;
        int line = peek().line();
        StringBuilder filter = new StringBuilder(name());
        while (skip(".")) {
          filter.append('.').append(name());
        }
        ArgumentList arguments = skip("(") ? arguments() : ArgumentList.EMPTY;
        result = new Expression.Filter(line, result, filter.toString(), arguments);
      } else if (skipName("is")) {
        result = test(token.line(), result);
      } else if (skip("(")) {
        result = new Expression.Call(token.line(), result, callName(result), arguments());
      } else {
        return result;
      }
    }
  }

  private Expression test(int line, Expression operand) {
    boolean negated = skipName("not");
    String test = name();
    ArgumentList arguments = ArgumentList.EMPTY;
    if (skip("(")) {
      arguments = arguments();
    } else if (beginsTestArgument(peek())) {
      Expression argument = postfix(primary());
      arguments = new ArgumentList(List.of(argument), List.of(), List.of());
    }
    return new Expression.Test(line, operand, test, arguments, negated);
  }

  private static boolean beginsTestArgument(Token token) {
    return switch (token.kind()) {
      case STRING, INTEGER, FLOAT -> true;
      case NAME -> !RESERVED.contains(token.text()) && !token.text().equals("recursive");
      case OPERATOR -> token.text().equals("[") || token.text().equals("{");
      default -> false;
    };
  }

  // ---- Tokens ----

  private Token peek() {
    return tokens.get(at);
  }

  private boolean peekOperator(String operator) {
    return peek().is(Token.Kind.OPERATOR, operator);
  }

  private Token next() {
    Token token = tokens.get(at);
    if (token.kind() != Token.Kind.END) {
      at++;
    }
    return token;
  }

  private boolean skip(String operator) {
    boolean there = peekOperator(operator);
    at += there ? 1 : 0;
    return there;
  }

  private boolean skipName(String word) {
    boolean there = peek().is(Token.Kind.NAME, word);
    at += there ? 1 : 0;
    return there;
  }

  private void expect(String operator) {
    if (!skip(operator)) {
      throw error("expected '" + operator + "', found " + peek().shown());
    }
  }

  private void expectName(String word) {
    if (!skipName(word)) {
      throw error("expected '" + word + "', found " + peek().shown());
    }
  }

  private void expect(Token.Kind kind) {
    if (peek().kind() != kind) {
      throw error(
          "expected %s, found %s"
              .formatted(kind == Token.Kind.BLOCK_END ? "'%}'" : "'}}'", peek().shown()));
    }
    at++;
  }

  private String name() {
    if (peek().kind() != Token.Kind.NAME) {
      throw error("expected a name, found " + peek().shown());
    }
    return next().text();
  }

  private TemplateException error(String message) {
    return new TemplateException(message, peek().line());
  }
}
