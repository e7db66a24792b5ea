// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tttv2.config.InputFiles;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What another implementation said when it was fed a text token by token.
 *
 * @param file where it was read from
 * @param ids the text's tokens, [n]
 * @param top5 at each position its five first choices for the next token, best first, [n, 5]
 */
record Reference(Path file, int[] ids, int[][] top5) {
  /** How many choices are kept of each position. */
  static final int CHOICES = 5;

  /**
   * Reads the fields {@code ids} and {@code top5_ids} of a JSON file.
   *
   * @throws CommandFailure if it cannot be read or is something else; names the field
   */
  static Reference read(Path file) {
    InputFiles.check(file);
    JsonNode root;
    try {
      root = new ObjectMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    int[] ids = ints(file, "ids", root.path("ids"));
    if (ids.length < 2) {
      throw new CommandFailure(
          "%s: ids has %d tokens, expected 2 or more".formatted(file, ids.length));
    }
    JsonNode choices = root.path("top5_ids");
    if (!choices.isArray() || choices.size() != ids.length) {
      throw new CommandFailure(
          "%s: top5_ids has %d positions, expected the %d of ids"
              .formatted(file, choices.size(), ids.length));
    }
    int[][] top5 = new int[ids.length][];
    for (int i = 0; i < top5.length; i++) {
      top5[i] = ints(file, "top5_ids[" + i + "]", choices.get(i));
      if (top5[i].length != CHOICES) {
        throw new CommandFailure(
            "%s: top5_ids[%d] has %d tokens, expected %d"
                .formatted(file, i, top5[i].length, CHOICES));
      }
    }
    return new Reference(file, ids, top5);
  }

  /**
   * Refuses what does not fit a model.
   *
   * @throws CommandFailure if a token is beyond the vocabulary, or there are more than the context
   *     holds; names the field
   */
  void check(int vocabSize, int context) {
    if (ids.length > context) {
      throw ScoreCommand.tooLong(file, ids.length, context);
    }
    check("ids", ids, vocabSize);
    for (int i = 0; i < top5.length; i++) {
      check("top5_ids[" + i + "]", top5[i], vocabSize);
    }
  }

  private void check(String name, int[] tokens, int vocabSize) {
    for (int i = 0; i < tokens.length; i++) {
      if (tokens[i] >= vocabSize) {
        throw new CommandFailure(
            "%s: %s[%d] is %d, the vocabulary has %d"
                .formatted(file, name, i, tokens[i], vocabSize));
      }
    }
  }

  /** Makes the failure for a file that cannot be read. */
  static CommandFailure unreadable(Path file, IOException e) {
    return new CommandFailure(file + ": " + InputFiles.problem(e), e);
  }

  private static int[] ints(Path file, String name, JsonNode list) {
    if (!list.isArray()) {
      throw new CommandFailure("%s: %s is not a list of token ids".formatted(file, name));
    }
    int[] ids = new int[list.size()];
    for (int i = 0; i < ids.length; i++) {
      JsonNode id = list.get(i);
      if (!id.canConvertToInt() || !id.isIntegralNumber() || id.intValue() < 0) {
        throw new CommandFailure(
            "%s: %s[%d] is %s, expected a token id".formatted(file, name, i, id));
      }
      ids[i] = id.intValue();
    }
    return ids;
  }
}
