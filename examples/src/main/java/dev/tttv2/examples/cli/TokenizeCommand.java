// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tttv2.config.Checkpoint;
import dev.tttv2.interfaces.Tokenizer;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints the token ids of texts. */
@Command(
    name = "tokenize",
    customSynopsis = "tttv2 tokenize TEXT... [OPTION...]",
    description = {
      "Prints the token ids of each text on a line.",
      "",
      "No special tokens are added; those written in a text, such as <|im_end|>, are recognised."
    })
final class TokenizeCommand extends ModelCommand {
  @Parameters(paramLabel = "TEXT", arity = "1..*", description = "the texts")
  private List<String> texts;

  @Option(names = "--json", description = "print an object with `tokens` for each text")
  private boolean json;

  TokenizeCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws IOException {
    try (Checkpoint checkpoint = openCheckpoint();
        Tokenizer tokenizer = Tokenizer.of(checkpoint)) {
      for (String text : texts) {
        int[] ids = tokenizer.encode(text, false);
        if (json) {
          JsonLine.print(console().out(), object -> writeIds(object, ids));
        } else {
          console()
              .out()
              .println(
                  Arrays.stream(ids).mapToObj(Integer::toString).collect(Collectors.joining(" ")));
        }
      }
    }
    return CommandFailure.OK;
  }

  private static void writeIds(JsonGenerator object, int[] ids) throws IOException {
    object.writeFieldName("tokens");
    object.writeArray(ids, 0, ids.length);
  }
}
