// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.Arrays;

/**
 * Decodes a stream of token ids. Text comes out as soon as it is final: never half a character, and
 * all pieces together equal the text of all ids decoded at once. For one stream and one thread.
 */
public final class TokenDecoder {
  private static final char REPLACEMENT = '\ufffd';

  private final Tokenizer tokenizer;
  private final boolean skipSpecial;
  // The last tokens whose text is out, as context (decoders treat the beginning of a text
  // differently), then those
  // whose text is not all out.
  private int[] window = new int[16];
  private int size;
  private int context;
  private int emitted; // characters of the window's text that are out

  TokenDecoder(Tokenizer tokenizer, boolean skipSpecial) {
    this.tokenizer = tokenizer;
    this.skipSpecial = skipSpecial;
  }

  /** Takes the next id and returns the text that has become final; often empty. */
  public String push(int id) {
    if (size == window.length) {
      window = Arrays.copyOf(window, 2 * size);
    }
    window[size++] = id;
    if (tokenizer.isByte(id)) {
      return ""; // its text depends on all bytes that follow
    }
    String text = tokenizer.decode(window, 0, size, skipSpecial);
    boolean complete = text.isEmpty() || text.charAt(text.length() - 1) != REPLACEMENT;
    int end = complete ? text.length() : text.length() - 1;
    String fresh = end > emitted ? text.substring(emitted, end) : "";
    emitted = Math.max(emitted, end);
    if (complete) {
      startWindowAtLastPiece();
    }
    return fresh;
  }

  private void startWindowAtLastPiece() {
    String alone = tokenizer.decode(window, context, size, skipSpecial);
    if (alone.isEmpty()) {
      return; // special tokens that are skipped give no context
    }
    System.arraycopy(window, context, window, 0, size - context);
    size -= context;
    context = size;
    emitted = alone.length();
  }

  /**
   * Ends the stream: returns the text held back, incomplete characters as U+FFFD, and starts anew.
   */
  public String finish() {
    String text = tokenizer.decode(window, 0, size, skipSpecial);
    String rest = text.substring(Math.min(emitted, text.length()));
    size = 0;
    context = 0;
    emitted = 0;
    return rest;
  }
}
