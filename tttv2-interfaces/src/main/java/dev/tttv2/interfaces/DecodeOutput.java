// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.core.PendingRead;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What a decode step has computed, on its way to the host or there; valid until the runner's second
 * decode step after it. Rows of idle users have no meaning.
 */
public final class DecodeOutput {
  private final DecodeBatch batch;
  private final boolean chosen;
  private final int vocabSize;
  private PendingRead pending; // null: all is on the host, or let go of
  private int[] tokens;
  private MemorySegment logits;

  DecodeOutput(DecodeBatch batch, boolean chosen, int vocabSize) {
    this.batch = batch;
    this.chosen = chosen;
    this.vocabSize = vocabSize;
  }

  /**
   * Copies the results to the host, and waits for them.
   *
   * @param into for logits
   */
  void read(MemorySegment into) {
    if (chosen) {
      tokens = batch.readTokens();
    } else {
      batch.readLogits(slice(into));
      logits = slice(into);
    }
  }

  /** Begins to copy the results to the host. */
  void beginRead() {
    pending = batch.beginRead(chosen);
  }

  /**
   * Waits for the results that are on their way.
   *
   * @param into for logits
   * @throws IllegalStateException if they were let go of
   */
  void finishRead(MemorySegment into) {
    if (pending == null) {
      throw new IllegalStateException("two decode steps have begun since this one");
    }
    if (chosen) {
      int[] values = new int[batch.rows()];
      pending.finish(values);
      tokens = values;
    } else {
      pending.finish(slice(into));
      logits = slice(into);
    }
    letGo();
  }

  /** Gives up what is on its way. */
  void letGo() {
    if (pending != null) {
      pending.close();
      pending = null;
    }
  }

  private MemorySegment slice(MemorySegment room) {
    return room.asSlice(0, 4L * batch.rows() * vocabSize);
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
    return tokens()[row];
  }

  int[] tokens() {
    if (tokens == null) {
      throw new IllegalStateException(
          chosen ? "the tokens have not been read" : "there are logits, no tokens");
    }
    return tokens;
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
