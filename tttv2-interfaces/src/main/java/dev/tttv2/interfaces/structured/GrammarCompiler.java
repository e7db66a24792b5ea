// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.structured;

import dev.tttv2.interfaces.TokenBytes;
import dev.tttv2.interfaces.TokenConstraint;
import dev.tttv2.interfaces.Tokenizer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes constraints for one vocabulary. Make one for each tokenizer: it sorts the vocabulary once
 * and remembers the constraints made last, whose masks are then known already. May be used by
 * several threads at once.
 *
 * {@snippet :
 * GrammarCompiler compiler = new GrammarCompiler(tokenizer);
 * SamplingParams sampling =
 *     SamplingParams.builder()
 *         .constraint(compiler.compile(StructuredOutput.choice(List.of("yes", "no"))))
 *         .build();
 * }
 */
public final class GrammarCompiler {
  private static final int REMEMBERED = 16;

  private final TokenTrie trie;
  private final Map<StructuredOutput, TokenConstraint> compiled =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<StructuredOutput, TokenConstraint> eldest) {
          return size() > REMEMBERED;
        }
      };

  /** Makes a compiler for a vocabulary. */
  public GrammarCompiler(TokenBytes tokens) {
    this.trie = new TokenTrie(tokens);
  }

  /**
   * Makes a compiler for a tokenizer's vocabulary.
   *
   * @throws IllegalArgumentException as {@link Tokenizer#tokenBytes}
   */
  public GrammarCompiler(Tokenizer tokenizer) {
    this(tokenizer.tokenBytes());
  }

  /**
   * Makes a constraint, or returns the one made before of the same description.
   *
   * @throws IllegalArgumentException if the description is malformed, uses what is not supported,
   *     contradicts itself or is too large; says what and where
   */
  public TokenConstraint compile(StructuredOutput output) {
    synchronized (compiled) {
      TokenConstraint known = compiled.get(output);
      if (known != null) {
        return known;
      }
    }
    TokenConstraint made = new GrammarConstraint(output.grammar(), trie);
    synchronized (compiled) {
      TokenConstraint known = compiled.putIfAbsent(output, made);
      return known == null ? made : known;
    }
  }
}
