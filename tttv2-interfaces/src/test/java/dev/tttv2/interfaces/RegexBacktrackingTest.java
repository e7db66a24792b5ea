// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegexBacktrackingTest {
  private static final int MAX = 1 << 22;

  @Test
  void knownPreTokenizersTakeAMillionCharacters() {
    for (String name : PreTokenizer.names()) {
      for (String pattern : PreTokenizer.named(name).orElseThrow().splits()) {
        int most = RegexBacktracking.maxChars(pattern, MAX);
        assertTrue(most > 900_000, () -> name + " takes " + most);
      }
    }
  }

  /** Nothing behind the repetition can fail, or all it repeats is possessive. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " {2,}",
        "(?:\\p{L}\\p{M}*)+",
        " ?[^(\\s|[.,!?,])]+",
        "[]a[:alpha:]]+|[^]\\]]",
        "(?>a*)b|a*+b|(?>(?:a|b)*)c",
        "(?i)x|(?<name>y)|(?'other'z)|(?#a comment ( )w",
        "a{,3}|b{2}|{c|d{x}",
      })
  void harmlessPatternsAreUnlimited(String pattern) {
    assertEquals(MAX, RegexBacktracking.maxChars(pattern, MAX));
  }

  /** The bound falls with the degree of the polynomial. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "\\s+(?=\\S)! 3999999",
        "(?=(\\d{3})+\\b)! 3999999",
        "\\s*[\\r\\n]+|\\s+(?=\\S)! 1999999",
        "\\d{1,3}(?=(?:\\d{3})*\\b)! 999999",
        "(?:a*b|a)*! 1999",
        "a*a*b! 1999",
        "a*a*a*b! 157",
      })
  void othersAreLimited(String pattern, int most) {
    assertEquals(most, RegexBacktracking.maxChars(pattern, MAX));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a+)+$",
        "(a|a)*$",
        "(a*)*b",
        "x(?:(?:a?)+)+\\d",
        "(?=(a|aa)+$)",
        "(?:a?){20,30}b",
        "(?:\\r?\\n)+(?!x)",
        "(a|ab)*?c",
      })
  void exponentialOnesAreRefused(String pattern) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> RegexBacktracking.maxChars(pattern, MAX))
            .getMessage();
    assertTrue(message.startsWith("the pattern " + pattern + " repeats what"), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "(a)\\1! refers to one of its groups",
        "(?<n>a)\\k<n>! refers to one of its groups",
        "(?~a)! has a kind of group that is not supported, at 2",
        "(?(1)a|b)! has a kind of group that is not supported, at 2",
        "(a! has a ( without its )",
        "a)! has a ) without its (",
        "[a! has a [ without its ]",
        "(?<n! has a group whose name does not end",
      })
  void whatIsNotUnderstoodIsRefused(String pattern, String expected) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> RegexBacktracking.maxChars(pattern, MAX))
            .getMessage();
    assertEquals(
        "the pattern " + pattern + " " + expected, message.replace(", which is not supported", ""));
  }

  @Test
  void nestingAndLengthAreLimited() {
    assertThrows(
        IllegalArgumentException.class,
        () -> RegexBacktracking.maxChars("(".repeat(2000) + ")".repeat(2000), MAX));
    assertThrows(
        IllegalArgumentException.class, () -> RegexBacktracking.maxChars("a".repeat(1 << 20), MAX));
    assertThrows(
        IllegalArgumentException.class,
        () -> RegexBacktracking.maxChars("a*".repeat(1000) + "b", MAX));
  }
}
