// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReferenceTest {
  private static final int INPUTS = Boolean.getBoolean("tttv2.full") ? 1_000_000 : 5_000;

  @Test
  void survivesMutatedFiles(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("reference.json");
    String whole =
        "{\"ids\": [5, 6, 7], \"model\": \"x\", \"top5_ids\":"
            + " [[1, 2, 3, 4, 5], [6, 7, 8, 9, 10], [11, 12, 13, 14, 319]]}";
    String[] pieces = {
      "{",
      "}",
      "[",
      "]",
      "\"",
      ",",
      ":",
      "null",
      "-1",
      "320",
      "2147483648",
      "1e9",
      "1.5",
      "0",
      "true"
    };
    Random random = new Random(3);
    int accepted = 0;
    for (int i = 0; i < INPUTS; i++) {
      StringBuilder text = new StringBuilder(whole);
      for (int edits = 1 + random.nextInt(3); edits > 0 && !text.isEmpty(); edits--) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(4)) {
          case 0 -> text.deleteCharAt(at);
          case 1 -> text.insert(at, pieces[random.nextInt(pieces.length)]);
          case 2 -> text.setCharAt(at, (char) random.nextInt(256));
          default -> text.delete(at, at + random.nextInt(text.length() - at + 1));
        }
      }
      // One byte a character: some make no UTF-8.
      Files.write(file, text.toString().getBytes(StandardCharsets.ISO_8859_1));
      try {
        Reference.read(file).check(320, 4);
        accepted++;
      } catch (CommandFailure e) {
        assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
      }
    }
    assertTrue(accepted > INPUTS / 50, accepted + " of " + INPUTS + " files accepted");
  }
}
