// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

/**
 * Limits which tokens may follow each other, such as to those that make JSON of a schema. One
 * constraint may serve any number of sequences at the same time; what it knows of a single one is
 * in a {@link Matcher}.
 */
@FunctionalInterface
public interface TokenConstraint {
  /** Begins a text: nothing has been generated yet. */
  Matcher start();

  /** Where one sequence stands. For one thread at a time. */
  interface Matcher {
    /**
     * Returns which tokens may come next: token i may if bit {@code i % 64} of word {@code i / 64}
     * is set, and may not if there is no such word. Bits of the tokens that end a generation are
     * ignored, see {@link #mayEnd}. Is neither changed nor kept by the caller; valid until the next
     * {@link #accept}.
     */
    long[] allowed();

    /** Tells whether the text may end here. */
    boolean mayEnd();

    /**
     * Takes the token that was chosen, one of {@link #allowed}. Tokens that end a generation are
     * not told.
     */
    void accept(int token);

    /**
     * Tells whether the text must end here: it {@linkplain #mayEnd may end}, and nothing is
     * allowed. The generation then ends by itself, as after a stop token.
     */
    boolean isComplete();
  }
}
