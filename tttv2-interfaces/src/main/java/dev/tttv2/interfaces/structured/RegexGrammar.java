// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.structured;

/** The grammar of a regular expression. */
final class RegexGrammar {
  private RegexGrammar() {}

  static Grammar of(String pattern) {
    Nfa nfa = Nfa.matching(RegexParser.parse(pattern), "the regular expression", new Budget());
    Grammar.Builder builder = new Grammar.Builder();
    int rule = builder.newRule();
    int end = builder.newState();
    builder.accept(end);
    builder.automaton(builder.start(rule), nfa, end);
    return builder.build(rule);
  }
}
