// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.Objects;

/** What a generation begins with. */
public sealed interface Prompt {
  /** Returns a prompt of plain text; the tokens that the model wants around a text are added. */
  static Prompt text(String text) {
    return new Text(text, true);
  }

  /**
   * Returns a prompt that a {@link ChatTemplate} rendered: special tokens are in the text already.
   */
  static Prompt rendered(String text) {
    return new Text(text, false);
  }

  /** Returns a prompt of token ids, used as they are. */
  static Prompt tokens(int... ids) {
    return new Tokens(ids);
  }

  /**
   * Text; needs a tokenizer.
   *
   * @param text the text, special tokens inside are recognised
   * @param addSpecial whether to add the tokens that the model wants around a text
   */
  record Text(String text, boolean addSpecial) implements Prompt {
    /**
     * Checks that the text is there.
     *
     * @throws NullPointerException if it is null
     */
    public Text {
      Objects.requireNonNull(text, "text");
    }
  }

  /**
   * Token ids; needs no tokenizer.
   *
   * @param ids the ids
   */
  record Tokens(int... ids) implements Prompt {
    /** Copies the ids. */
    public Tokens {
      ids = ids.clone();
    }

    /** Returns a copy of the ids. */
    @Override
    public int[] ids() {
      return ids.clone();
    }
  }
}
