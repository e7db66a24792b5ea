// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.structured;

import dev.tttv2.interfaces.TokenBytes;
import dev.tttv2.interfaces.TokenConstraint;

/** Limits texts to those of a grammar. */
final class GrammarConstraint implements TokenConstraint {
  private final Grammar grammar;
  private final TokenTrie trie;
  private volatile Machine machine;

  GrammarConstraint(Grammar grammar, TokenTrie trie) {
    this.grammar = grammar;
    this.trie = trie;
    this.machine = new Machine(grammar, trie);
  }

  @Override
  public Matcher start() {
    Machine current = machine;
    if (current.isFull()) {
      current = new Machine(grammar, trie);
      machine = current;
    }
    return new GrammarMatcher(current, trie.tokens());
  }

  private static final class GrammarMatcher implements Matcher {
    private final Machine machine;
    private final TokenBytes tokens;
    private State state;
    private boolean begun;
    private int length; // bytes so far
    private long[] mask; // null: not known yet

    GrammarMatcher(Machine machine, TokenBytes tokens) {
      this.machine = machine;
      this.tokens = tokens;
      this.state = machine.start();
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException if the vocabulary has no token for what must follow
     */
    @Override
    public long[] allowed() {
      long[] allowed = mask();
      if (!mayEnd() && isEmpty(allowed)) {
        throw new IllegalStateException(
            "after %d bytes of structured output the vocabulary has no token for what must follow"
                .formatted(length));
      }
      return allowed;
    }

    private long[] mask() {
      if (mask == null) {
        mask =
            begun || !tokens.dropsFirstSpace()
                ? machine.allowed(state)
                : machine.allowedAfterSpace(state);
      }
      return mask;
    }

    @Override
    public boolean mayEnd() {
      return state.isComplete();
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the token is not allowed
     */
    @Override
    public void accept(int token) {
      int bytes = tokens.length(token);
      int skipped =
          bytes > 0 && !begun && tokens.dropsFirstSpace() && tokens.at(token, 0) == ' ' ? 1 : 0;
      State next = state;
      for (int i = skipped; i < bytes; i++) {
        next = machine.step(next, tokens.at(token, i));
      }
      if (bytes == 0 || next.isDead()) {
        throw new IllegalArgumentException(
            "token %d may not follow after %d bytes of structured output".formatted(token, length));
      }
      state = next;
      begun = true;
      length += bytes - skipped;
      mask = null;
    }

    @Override
    public boolean isComplete() {
      return mayEnd() && isEmpty(mask());
    }

    private static boolean isEmpty(long[] bits) {
      for (long word : bits) {
        if (word != 0) {
          return false;
        }
      }
      return true;
    }
  }
}
