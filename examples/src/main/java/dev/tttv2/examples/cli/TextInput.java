// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import dev.tttv2.interfaces.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads texts, and no more of them than a tokenizer could take: what is read may have no end. */
final class TextInput {
  /** A character of a {@link String} is at most three bytes of UTF-8. */
  private static final int MAX_BYTES = 3 * Tokenizer.MAX_CHARS;

  private TextInput() {}

  /**
   * Reads a file.
   *
   * @throws CommandFailure if it cannot be read, is too long, or is not UTF-8
   */
  static String read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return read(in, file.toString());
    } catch (IOException e) {
      throw Reference.unreadable(file, e);
    }
  }

  /**
   * Reads a stream to its end.
   *
   * @param what the stream, for messages
   * @throws CommandFailure if it is too long, or is not UTF-8
   */
  static String read(InputStream in, String what) throws IOException {
    byte[] bytes = in.readNBytes(MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) {
      throw new CommandFailure(
          "%s: has more than %d bytes; a text has at most %d characters"
              .formatted(what, MAX_BYTES, Tokenizer.MAX_CHARS));
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new CommandFailure(what + ": is not UTF-8", e);
    }
  }
}
