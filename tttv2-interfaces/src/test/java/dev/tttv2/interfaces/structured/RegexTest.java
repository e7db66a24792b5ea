// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.structured;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.interfaces.Fixtures;
import dev.tttv2.interfaces.TokenConstraint;
import dev.tttv2.interfaces.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegexTest {
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

  private static TokenConstraint regex(String pattern) {
    return compiler.compile(StructuredOutput.regex(pattern));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "",
        "abc|abd|x",
        "(?:ab)+c?",
        "[a-z]{3,5}",
        "[^a-z\\s]{2}",
        "\\d{4}-\\d{2}-\\d{2}",
        "-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?",
        "\\w{1,8}@\\w{1,8}\\.(com|org)",
        "^start.{0,20}?end$",
        "(?<name>x|y)(?<other>z)??",
        "[\\]\\[\\-\\\\^]+",
        "[-a]+[a-]+",
        "\\x41\\u0042\\t\\n\\r\\f",
        "é+ß*[α-ω]{1,3}€?",
        "[\\x{1F600}-\\x{1F64F}]{1,2}",
        "\\p{Lu}\\p{Ll}{2,4} \\p{N}",
        "[^\\p{L}]{3}",
        "\\P{L}{2}",
        "\\p{Lu}[\\p{L}\\d_]*",
        "(a|b)*a(a|b){20}",
        "(a*)*b",
        "a{0,1000}b",
        "((a{1,3}){1,3}){1,3}",
        "\\S\\D\\W",
        "\\s{2,}x",
        "x{2}y{,3}z{1,}",
        "a{b}c{,}d{1,x}",
        "^$|^a",
      })
  void drawnTextsMatch(String pattern) {
    // Java writes these otherwise: code points, and a count without its least.
    String own = pattern.replace("\\x{", "\\u{");
    String java =
        pattern
            .replace("{,3}", "{0,3}")
            .replace("{b}", "\\{b\\}")
            .replace("{,}", "\\{,\\}")
            .replace("{1,x}", "\\{1,x\\}");
    TokenConstraint constraint = regex(own);
    Pattern expected = Pattern.compile(java, Pattern.DOTALL);
    Random random = new Random(7);
    int finished = 0;
    for (int i = 0; i < 40; i++) {
      String text = draws.draw(constraint, random).orElse(null);
      if (text != null) {
        assertTrue(expected.matcher(text).matches(), text);
        assertTrue(draws.accepts(constraint, text), text);
        finished++;
      }
    }
    assertTrue(finished >= 30, finished + " of 40 came to an end");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "(?=a)b 0 lookahead",
        "a(?!b) 1 lookahead",
        "(?<=a)b 0 lookbehind",
        "a(?<!b) 1 lookbehind",
        "(a)\\1 3 reference",
        "(?P<x>a)(?P=x) 8 reference",
        "(?<x>a)\\k<x> 7 reference",
        "a\\b 1 boundary",
        "(?i)a 0 flags",
        "(?>a) 0 atomic",
        "a++ 1 possessive",
        "a** 2 quantifier",
        "*a 0 nothing",
        "a|+ 2 nothing",
        "(ab 0 without",
        "ab) 2 without",
        "[ab 0 without",
        "a{3,2} 1 repetition",
        "a{99999999} 2 count",
        "[b-a] 1 ends",
        "[\\d-z] 1 character",
        "[[:alpha:]] 1 POSIX",
        "\\p{Klingon} 0 Klingon",
        "\\p{L 0 without",
        "\\pL 0 braces",
        "\\q 0 escape",
        "\\ 0 nothing",
        "\\x4 0 hex",
        "\\u12 0 hex",
        "\\ud800 0 character",
        "\\u{110000} 0 character",
        "\\012 0 octal",
        "^* 1 anchor",
        "(?<>a) 0 name",
      })
  void whatIsNotSupportedIsRefusedWithItsPlace(String pattern, int position, String what) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> regex(pattern));
    assertTrue(e.getMessage().contains("at position " + position + " "), e.getMessage());
    assertTrue(e.getMessage().contains(what), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a^b", "a$b", "[^\\s\\S]a|$x"})
  void whatMatchesNothingIsRefused(String pattern) {
    assertThrows(IllegalArgumentException.class, () -> regex(pattern));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a|b){1000}{1000}",
        "((a|b){1000}){1000}",
        "(((((((((a{9}){9}){9}){9}){9}){9}){9}){9}){9}){9}",
        "((){1000}){1000}",
        "(((|){1000}){1000}){1000}",
        "\\p{L}{9999}",
        "(a?){9999}",
        "(a*){5000}",
      })
  void explosionsAreRefused(String pattern) {
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          try {
            regex(pattern);
          } catch (IllegalArgumentException e) {
            assertTrue(
                e.getMessage().contains("states")
                    || e.getMessage().contains("steps")
                    || e.getMessage().contains("quantifier"),
                e.getMessage());
          }
        });
  }

  @Test
  void deepNestingIsRefused() {
    String pattern = "(".repeat(20_000) + ")".repeat(20_000);
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> regex(pattern));
    assertTrue(e.getMessage().contains("nested more than 200"), e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> regex("a".repeat(70_000)));
  }

  /** Random patterns and texts: the automaton and Java's matcher agree. */
  @Test
  void automataAgreeWithJava() {
    Random random = new Random(3);
    int patterns = Fixtures.FULL ? 100_000 : 1500;
    TokenTrie none = new TokenTrie(smollm2.tokenBytes());
    int matched = 0;
    for (int i = 0; i < patterns; i++) {
      String pattern = pattern(random, 3);
      Machine machine;
      try {
        machine = new Machine(RegexGrammar.of(pattern), none);
      } catch (IllegalArgumentException e) {
        assertTrue(e.getMessage().matches(".*(no text fits|a repeated anchor).*"), e.getMessage());
        continue;
      }
      Pattern java = Pattern.compile(pattern, Pattern.DOTALL);
      for (int j = 0; j < 30; j++) {
        String text = text(random);
        State state = machine.start();
        for (byte value : text.getBytes(StandardCharsets.UTF_8)) {
          state = machine.step(state, value);
        }
        boolean expected = java.matcher(text).matches();
        matched += expected ? 1 : 0;
        assertEquals(expected, state.isComplete(), () -> pattern + " on " + text);
      }
    }
    assertTrue(matched > patterns, matched + " matches");
  }

  private static String text(Random random) {
    List<String> letters = List.of("a", "b", "c", "é", "€", "🙂");
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(5); i > 0; i--) {
      text.append(letters.get(Math.min(random.nextInt(9), 11 - random.nextInt(9)) % 6));
    }
    return text.toString();
  }

  private static String pattern(Random random, int depth) {
    String[] atoms = {"a", "b", "c", "é", "€", "🙂", ".", "[ab]", "[^a]", "[b-é]", "\\w", "\\W"};
    List<String> parts = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      parts.add(
          switch (depth == 0 ? 0 : random.nextInt(6)) {
            case 1 -> "(" + pattern(random, depth - 1) + ")";
            case 2 -> "(?:" + pattern(random, depth - 1) + ")" + "*+?".charAt(random.nextInt(3));
            case 3 -> pattern(random, 0) + "|" + pattern(random, depth - 1);
            case 4 -> atoms[random.nextInt(12)] + "{" + random.nextInt(2) + ",2}";
            case 5 -> random.nextInt(4) > 0 ? atoms[random.nextInt(12)] + "*?" : "^";
            default -> atoms[random.nextInt(12)];
          });
    }
    return String.join("", parts) + (random.nextInt(12) == 0 ? "$" : "");
  }

  @Test
  void noPatternDoesAnythingButCompileOrBeRefused() {
    Random random = new Random(5);
    String signs = "ab01{}{}()[]|*+?.^$\\-,:=!<>PdwspuxU é";
    for (int i = 0; i < (Fixtures.FULL ? 1_000_000 : 5000); i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(14); n > 0; n--) {
        text.append(signs.charAt(random.nextInt(signs.length())));
      }
      String pattern = text.toString();
      assertTimeoutPreemptively(
          Duration.ofSeconds(20),
          () -> {
            try {
              RegexGrammar.of(pattern);
            } catch (IllegalArgumentException e) {
              assertTrue(e.getMessage().length() > 10, e.getMessage());
            }
          },
          pattern);
    }
  }
}
