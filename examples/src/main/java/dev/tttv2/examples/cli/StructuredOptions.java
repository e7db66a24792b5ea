// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import dev.tttv2.interfaces.structured.StructuredOutput;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Options that say what texts may be generated. */
final class StructuredOptions {
  @Option(
      names = "--json-schema",
      paramLabel = "FILE|TEXT",
      description = "generate JSON that fits a JSON schema: a file, or the schema itself")
  private String jsonSchema;

  @Option(
      names = "--regex",
      paramLabel = "R",
      description = "generate a text that the regular expression R matches as a whole")
  private String regex;

  @Option(
      names = "--choice",
      paramLabel = "TEXT",
      description = "generate one of some texts; repeatable")
  private List<String> choices = new ArrayList<>();

  /**
   * Returns what was asked for, if anything was.
   *
   * @throws CommandFailure if options exclude each other, the schema's file cannot be read, or what
   *     is asked for is malformed or not supported
   */
  Optional<StructuredOutput> output() {
    long given =
        Stream.of(jsonSchema != null, regex != null, !choices.isEmpty()).filter(is -> is).count();
    if (given > 1) {
      throw CommandFailure.usage("give one of --json-schema, --regex and --choice");
    }
    if (given == 0) {
      return Optional.empty();
    }
    String option = jsonSchema != null ? "--json-schema" : regex != null ? "--regex" : "--choice";
    try {
      StructuredOutput output = read();
      output.check();
      return Optional.of(output);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(option + ": " + e.getMessage());
    }
  }

  private StructuredOutput read() {
    if (jsonSchema != null) {
      boolean isSchema = jsonSchema.stripLeading().startsWith("{");
      return StructuredOutput.jsonSchema(
          isSchema ? jsonSchema : TextInput.read(Path.of(jsonSchema)));
    }
    return regex != null ? StructuredOutput.regex(regex) : StructuredOutput.choice(choices);
  }
}
