// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.structured;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The grammar of a list of texts: a tree of their characters. */
final class ChoiceGrammar {
  private ChoiceGrammar() {}

  static Grammar of(List<String> texts) {
    record Step(int from, int codePoint) {}
    Grammar.Builder builder = new Grammar.Builder();
    int rule = builder.newRule();
    Map<Step, Integer> tree = new HashMap<>();
    for (String text : texts) {
      int state = builder.start(rule);
      for (int codePoint : text.codePoints().toArray()) {
        if (!CodePoints.ALL.contains(codePoint)) {
          throw new IllegalArgumentException(
              "choice %d has half of a surrogate pair".formatted(texts.indexOf(text)));
        }
        int from = state;
        state =
            tree.computeIfAbsent(
                new Step(from, codePoint),
                step -> {
                  int to = builder.newState();
                  builder.characters(from, CodePoints.of(codePoint), to);
                  return to;
                });
      }
      builder.accept(state);
    }
    return builder.build(rule);
  }
}
