// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What a decode step has computed; valid until the runner's next call. Rows of idle users have no
 * meaning.
 */
public final class DecodeOutput {
  private final DecodeBatch batch;
  private final boolean chosen;
  private final int vocabSize;
  private int[] tokens;
  private MemorySegment logits;

  DecodeOutput(DecodeBatch batch, boolean chosen, int vocabSize) {
    this.batch = batch;
    this.chosen = chosen;
    this.vocabSize = vocabSize;
  }

  /** Copies the results to the host, and waits for them. */
  void read(MemorySegment into) {
    if (chosen) {
      tokens = batch.readTokens();
    } else {
      logits = into.asSlice(0, 4L * batch.rows() * vocabSize);
      batch.readLogits(logits);
    }
  }

  /** Tells whether the results are on the host. */
  public boolean isRead() {
    return tokens != null || logits != null;
  }

  /** Tells whether the device chose tokens; else there are logits. */
  public boolean hasTokens() {
    return chosen;
  }

  /**
   * Returns the token of a row.
   *
   * @throws IllegalStateException if there are logits instead, or nothing has been read yet
   */
  public int token(int row) {
    if (tokens == null) {
      throw new IllegalStateException(
          chosen ? "the tokens have not been read" : "there are logits, no tokens");
    }
    return tokens[row];
  }

  /**
   * Copies the logits of a row.
   *
   * @param into of V elements
   * @throws IllegalStateException if there are tokens instead, or nothing has been read yet
   */
  public void logits(int row, float[] into) {
    if (logits == null) {
      throw new IllegalStateException(
          chosen ? "there are tokens, no logits" : "the logits have not been read");
    }
    MemorySegment.copy(logits, ValueLayout.JAVA_FLOAT, 4L * row * vocabSize, into, 0, vocabSize);
  }

  DecodeBatch batch() {
    return batch;
  }
}
