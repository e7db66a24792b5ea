// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.structured;

import java.util.List;

/**
 * What texts a generation may produce. A {@link GrammarCompiler} makes a constraint of it.
 *
 * @param kind of description
 * @param texts the schema or the expression alone; the choices
 */
public record StructuredOutput(Kind kind, List<String> texts) {
  /** How texts are described. */
  public enum Kind {
    /** By a JSON schema. */
    JSON_SCHEMA,
    /** By a regular expression. */
    REGEX,
    /** As a list. */
    CHOICE,
    /** Any JSON object. */
    JSON_OBJECT
  }

  /**
   * Checks the number of texts.
   *
   * @throws IllegalArgumentException if there are too few or too many; gives the numbers
   * @throws NullPointerException if something is null
   */
  public StructuredOutput {
    texts = List.copyOf(texts);
    boolean fits =
        switch (kind) {
          case JSON_SCHEMA, REGEX -> texts.size() == 1;
          case CHOICE -> !texts.isEmpty();
          case JSON_OBJECT -> texts.isEmpty();
        };
    if (!fits) {
      throw new IllegalArgumentException(
          "%s has %d texts, expected %s"
              .formatted(
                  kind,
                  texts.size(),
                  kind == Kind.CHOICE ? "at least 1" : kind == Kind.JSON_OBJECT ? "0" : "1"));
    }
  }

  /**
   * JSON that a schema of draft 2020-12 describes. The package's README lists the keywords; any
   * other is refused when it is compiled.
   *
   * @param schema as JSON text
   */
  public static StructuredOutput jsonSchema(String schema) {
    return new StructuredOutput(Kind.JSON_SCHEMA, List.of(schema));
  }

  /**
   * Texts that a regular expression matches as a whole. Syntax is what Python's and ECMAScript's
   * have in common; lookaround and references to groups are refused when it is compiled.
   */
  public static StructuredOutput regex(String pattern) {
    return new StructuredOutput(Kind.REGEX, List.of(pattern));
  }

  /** One of some texts, exactly. */
  public static StructuredOutput choice(List<String> texts) {
    return new StructuredOutput(Kind.CHOICE, texts);
  }

  /** Any JSON object. */
  public static StructuredOutput jsonObject() {
    return new StructuredOutput(Kind.JSON_OBJECT, List.of());
  }

  /**
   * Checks the description as far as that takes no vocabulary.
   *
   * @throws IllegalArgumentException if it is malformed, uses what is not supported, contradicts
   *     itself or is too large; says what and where
   */
  public void check() {
    grammar();
  }

  /** Makes the grammar of the texts. */
  Grammar grammar() {
    return switch (kind) {
      case JSON_SCHEMA -> SchemaCompiler.compile(texts.getFirst());
      case REGEX -> RegexGrammar.of(texts.getFirst());
      case CHOICE -> ChoiceGrammar.of(texts);
      case JSON_OBJECT -> {
        Grammar.Builder builder = new Grammar.Builder();
        yield builder.build(new JsonGrammar(builder).anyObject());
      }
    };
  }
}
