// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tttv2.interfaces.TokenConstraint;
import dev.tttv2.interfaces.Tokenizer;
import dev.tttv2.interfaces.structured.GrammarCompiler;
import dev.tttv2.interfaces.structured.StructuredOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes constraints of what requests say about the form of texts. */
final class OutputConstraints {
  private final Tokenizer tokenizer;
  private GrammarCompiler compiler; // guarded by this; made when it is first needed

  OutputConstraints(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** A description, and the field that has it. */
  private record Wish(String field, StructuredOutput output) {}

  /**
   * Reads OpenAI's {@code response_format}, and vLLM's {@code structured_outputs} and {@code
   * guided_...}.
   *
   * @throws ApiException if one is malformed or not supported, or there are several
   */
  Optional<TokenConstraint> read(Fields fields) {
    List<Wish> wishes = new ArrayList<>();
    fields.object("response_format").ifPresent(format -> responseFormat(format, wishes));
    fields
        .object("structured_outputs")
        .ifPresent(
            outputs -> {
              int before = wishes.size();
              forms(outputs, "", wishes);
              if (wishes.size() == before) {
                String field = fields.path("structured_outputs");
                throw ApiException.invalid(
                    field, field + " has none of json, regex, choice and json_object");
              }
            });
    forms(fields, "guided_", wishes);
    if (wishes.size() > 1) {
      throw ApiException.invalid(
          wishes.get(1).field(),
          "%s and %s both say what the text's form is, expected one of them"
              .formatted(wishes.get(0).field(), wishes.get(1).field()));
    }
    return wishes.stream().findFirst().map(wish -> compile(wish.field(), wish.output()));
  }

  private static void responseFormat(Fields format, List<Wish> wishes) {
    String type = format.requiredText("type");
    switch (type) {
      case "text" -> {}
      case "json_object" -> wishes.add(new Wish("response_format", StructuredOutput.jsonObject()));
      case "json_schema" -> {
        Fields schema =
            format.object("json_schema").orElseThrow(() -> format.missing("json_schema"));
        wishes.add(
            new Wish(
                schema.path("schema"),
                StructuredOutput.jsonSchema(schema.required("schema").toString())));
      }
      default -> throw format.unexpected("type", "text, json_object or json_schema");
    }
  }

  private static void forms(Fields fields, String prefix, List<Wish> wishes) {
    fields
        .value(prefix + "json")
        .ifPresent(
            schema ->
                wishes.add(
                    new Wish(
                        fields.path(prefix + "json"),
                        StructuredOutput.jsonSchema(
                            schema.isTextual() ? schema.textValue() : schema.toString()))));
    fields
        .text(prefix + "regex")
        .ifPresent(
            regex ->
                wishes.add(new Wish(fields.path(prefix + "regex"), StructuredOutput.regex(regex))));
    List<String> choice = fields.texts(prefix + "choice");
    if (choice.isEmpty() && fields.value(prefix + "choice").isPresent()) {
      String field = fields.path(prefix + "choice");
      throw ApiException.invalid(field, field + " has 0 texts, expected at least 1");
    }
    if (!choice.isEmpty()) {
      wishes.add(new Wish(fields.path(prefix + "choice"), StructuredOutput.choice(choice)));
    }
    if (fields.flag(prefix + "json_object", false)) {
      wishes.add(new Wish(fields.path(prefix + "json_object"), StructuredOutput.jsonObject()));
    }
    fields.refuse(prefix + "grammar", "grammars are not supported; json, regex and choice are");
    fields.refuse(prefix + "structural_tag", "tags are not supported; json, regex and choice are");
  }

  /**
   * Makes a constraint to JSON of a schema.
   *
   * @param field that has the schema
   */
  TokenConstraint json(String field, JsonNode schema) {
    return compile(field, StructuredOutput.jsonSchema(schema.toString()));
  }

  private TokenConstraint compile(String field, StructuredOutput output) {
    try {
      return compiler().compile(output);
    } catch (IllegalArgumentException e) {
      throw ApiException.invalid(field, "%s: %s".formatted(field, e.getMessage()));
    }
  }

  private synchronized GrammarCompiler compiler() {
    if (compiler == null) {
      compiler = new GrammarCompiler(tokenizer);
    }
    return compiler;
  }
}
