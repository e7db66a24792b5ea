// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

/** What a request allows leaves no token that may follow. */
public final class NoTokenException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  private final int newTokens;

  NoTokenException(int newTokens, int vocabSize) {
    super(
        ("no token may follow after %d new ones: allowedTokens, bannedTokens, noRepeatNgram,"
                + " minTokens and constraint rule out all %d")
            .formatted(newTokens, vocabSize));
    this.newTokens = newTokens;
  }

  /** Returns how many tokens there were. */
  public int newTokens() {
    return newTokens;
  }
}
