// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.structured;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.interfaces.Fixtures;
import dev.tttv2.interfaces.TokenConstraint;
import dev.tttv2.interfaces.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class GrammarConstraintTest {
  private static Tokenizer smollm2;
  private static GrammarCompiler compiler;
  private static Draws draws;

  @BeforeAll
  static void load() {
    smollm2 = Fixtures.smollm2Tokenizer();
    compiler = new GrammarCompiler(smollm2);
    draws = new Draws(smollm2);
  }

  @AfterAll
  static void close() {
    smollm2.close();
  }

  /** A vocabulary of a few letters, in which nothing else can be written. */
  private static Tokenizer letters(String... tokens) {
    StringBuilder vocabulary = new StringBuilder();
    for (int id = 0; id < tokens.length; id++) {
      vocabulary.append(id == 0 ? "" : ",").append('"' + tokens[id] + "\":" + id);
    }
    return Tokenizer.fromJson(
        """
        {"version": "1.0", "added_tokens": [{"id": 0, "content": "%s", "single_word": false,
           "lstrip": false, "rstrip": false, "normalized": false, "special": true}],
         "normalizer": null, "pre_tokenizer": null, "post_processor": null,
         "decoder": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true,
           "use_regex": true},
         "model": {"type": "BPE", "dropout": null, "unk_token": null, "fuse_unk": false,
           "continuing_subword_prefix": null, "end_of_word_suffix": null, "byte_fallback": false,
           "vocab": {%s}, "merges": []}}
        """
            .formatted(tokens[0], vocabulary));
  }

  private static BitSet allowed(TokenConstraint.Matcher matcher) {
    return BitSet.valueOf(matcher.allowed());
  }

  @Test
  void masksAreTheTokensThatLeadOn() {
    try (Tokenizer tokenizer = letters("<end>", "a", "b", "ab", "abc", "bc", "c", "aa")) {
      TokenConstraint constraint =
          new GrammarCompiler(tokenizer)
              .compile(StructuredOutput.choice(List.of("ab", "abc", "b", "abc")));
      TokenConstraint.Matcher matcher = constraint.start();
      assertEquals("{1, 2, 3, 4}", allowed(matcher).toString());
      assertFalse(matcher.mayEnd());
      matcher.accept(1);
      assertEquals("{2, 5}", allowed(matcher).toString());
      assertFalse(matcher.mayEnd());
      matcher.accept(2);
      assertEquals("{6}", allowed(matcher).toString());
      assertTrue(matcher.mayEnd());
      assertFalse(matcher.isComplete());
      for (int token : new int[] {-1, 0, 1, 5, 99}) {
        IllegalArgumentException e =
            assertThrows(IllegalArgumentException.class, () -> matcher.accept(token));
        assertEquals(
            "token %d may not follow after 2 bytes of structured output".formatted(token),
            e.getMessage());
      }
      matcher.accept(6);
      assertTrue(matcher.mayEnd());
      assertTrue(matcher.isComplete());
      assertEquals("{}", allowed(matcher).toString());
      assertEquals("{1, 2, 3, 4}", allowed(constraint.start()).toString());
    }
  }

  @Test
  void whatTheVocabularyCannotWriteIsAnError() {
    try (Tokenizer tokenizer = letters("<end>", "a", "b")) {
      GrammarCompiler small = new GrammarCompiler(tokenizer);
      TokenConstraint.Matcher matcher = small.compile(StructuredOutput.regex("a[cd]|ab")).start();
      matcher.accept(1);
      assertEquals("{2}", allowed(matcher).toString());
      TokenConstraint.Matcher stuck = small.compile(StructuredOutput.regex("a[cd]")).start();
      stuck.accept(1);
      IllegalStateException e = assertThrows(IllegalStateException.class, stuck::allowed);
      assertTrue(e.getMessage().contains("after 1 bytes"), e.getMessage());
      assertFalse(stuck.isComplete());
      // What may end where the vocabulary cannot go on is complete.
      TokenConstraint.Matcher ends = small.compile(StructuredOutput.regex("a(c)?")).start();
      ends.accept(1);
      assertTrue(ends.isComplete());
    }
  }

  @Test
  void choicesAreExact() {
    List<String> texts = List.of("yes", "no", "a.*b", " yes", "é🙂", "");
    TokenConstraint constraint = compiler.compile(StructuredOutput.choice(texts));
    for (String text : texts) {
      assertTrue(draws.accepts(constraint, text), text);
    }
    for (String other : new String[] {"y", "yess", "aab", "  yes", "é"}) {
      assertFalse(draws.accepts(constraint, other), other);
    }
    Random random = new Random(1);
    for (int i = 0; i < 100; i++) {
      assertTrue(texts.contains(draws.draw(constraint, random).orElseThrow()));
    }
  }

  @Test
  void malformedDescriptionsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> StructuredOutput.choice(List.of()));
    assertThrows(
        IllegalArgumentException.class,
        () -> new StructuredOutput(StructuredOutput.Kind.REGEX, List.of("a", "b")));
    assertThrows(
        IllegalArgumentException.class,
        () -> compiler.compile(StructuredOutput.choice(List.of("\ud800"))));
    assertThrows(NullPointerException.class, () -> StructuredOutput.regex(null));
  }

  @Test
  void constraintsMadeLastAreRemembered() {
    TokenConstraint first = compiler.compile(StructuredOutput.regex("[ab]{7}"));
    assertSame(first, compiler.compile(StructuredOutput.regex("[ab]{7}")));
    for (int i = 0; i < 20; i++) {
      compiler.compile(StructuredOutput.regex("c{" + i + "}"));
    }
    assertNotSame(first, compiler.compile(StructuredOutput.regex("[ab]{7}")));
  }

  /** What a machine has learnt, in whatever order, does not change its masks. */
  @Test
  void threadsThatShareAConstraintGetTheMasksOfOneAlone() throws Exception {
    StructuredOutput output =
        StructuredOutput.jsonSchema(
            """
            {"type": "object", "properties": {"name": {"type": "string", "maxLength": 20},
              "tags": {"type": "array", "items": {"enum": ["red", "green"]}},
              "more": {"$ref": "#"}, "any": true}, "required": ["name", "tags"]}
            """);
    TokenConstraint shared = compiler.compile(output);
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<Integer>> results = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        int seed = thread;
        results.add(
            threads.submit(
                () -> {
                  Random random = new Random(seed);
                  int hash = 0;
                  for (int i = 0; i < 20; i++) {
                    hash = 31 * hash + draws.draw(shared, random).hashCode();
                  }
                  return hash;
                }));
      }
      for (int thread = 0; thread < 4; thread++) {
        TokenConstraint alone = new GrammarCompiler(smollm2).compile(output);
        Random random = new Random(thread);
        int hash = 0;
        for (int i = 0; i < 20; i++) {
          hash = 31 * hash + draws.draw(alone, random).hashCode();
        }
        assertEquals(hash, results.get(thread).get());
      }
    }
  }

  private static TokenConstraint.Matcher after(TokenConstraint constraint, int[] ids, int length) {
    TokenConstraint.Matcher matcher = constraint.start();
    for (int i = 0; i < length; i++) {
      matcher.accept(ids[i]);
    }
    return matcher;
  }

  /** Masks found rule by rule equal those found by trying every token. */
  @Test
  void masksEqualThoseOfTryingEveryToken() {
    StructuredOutput output =
        StructuredOutput.jsonSchema(
            """
            {"anyOf": [{"type": "object", "properties": {"a": {"type": "string"},
                "b": {"type": "array", "items": {"$ref": "#"}}}, "required": ["a"]},
              {"type": "object", "properties": {"a": {"type": "number"}, "c": true},
                "additionalProperties": {"type": "string", "pattern": "^x[^y]*$"}},
              {"type": "array", "items": {"enum": ["a", "\\n", 1, 12]}}]}
            """);
    TokenConstraint constraint = compiler.compile(output);
    Random random = new Random(8);
    int compared = 0;
    for (int i = 0; i < 3; i++) {
      String text = draws.draw(constraint, random).orElse("");
      int[] ids = smollm2.encode(text, false);
      for (int length = 0; length < Math.min(ids.length, 12); length++) {
        BitSet expected = new BitSet();
        TokenConstraint.Matcher matcher = after(constraint, ids, length);
        for (int token = 0; token < smollm2.tokenBytes().size(); token++) {
          try {
            matcher.accept(token);
            expected.set(token);
            matcher = after(constraint, ids, length);
          } catch (IllegalArgumentException e) {
            // not allowed: the matcher stays where it was
          }
        }
        assertEquals(expected, allowed(matcher));
        compared++;
      }
    }
    assertTrue(compared > 10, compared + " masks compared");
  }

  /** A constraint that has learnt too much begins anew, and goes on the same. */
  @Test
  void memoryIsBounded() {
    TokenConstraint constraint =
        new GrammarCompiler(smollm2).compile(StructuredOutput.regex("(a{1,20000},)*"));
    int letter = smollm2.encode("a", false)[0];
    Runtime runtime = Runtime.getRuntime();
    long[] used = new long[4];
    for (int round = 0; round < used.length; round++) {
      TokenConstraint.Matcher matcher = constraint.start();
      for (int i = 0; i < 6000; i++) {
        matcher.accept(letter);
        assertTrue((matcher.allowed()[letter >> 6] >>> letter & 1) == 1);
      }
      System.gc();
      used[round] = runtime.totalMemory() - runtime.freeMemory();
    }
    assertTrue(used[3] < used[1] + (50L << 20), () -> Arrays.toString(used) + " bytes");
  }
}
