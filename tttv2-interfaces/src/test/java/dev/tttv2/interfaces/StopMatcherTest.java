// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StopMatcherTest {
  @Test
  void findsStopsAcrossPieces() {
    StopMatcher matcher = new StopMatcher(List.of("STOP", "\n\n"), false);
    assertEquals("a ", matcher.push("a S"));
    assertEquals("", matcher.push("TO"));
    assertEquals("", matcher.push("P rest"));
    assertTrue(matcher.isStopped());
    assertEquals("", matcher.push("more"));
    assertEquals("", matcher.finish());
  }

  @Test
  void releasesWhatTurnsOutHarmless() {
    StopMatcher matcher = new StopMatcher(List.of("aab"), false);
    assertEquals("", matcher.push("aa"));
    assertEquals("a", matcher.push("a"));
    assertEquals("aac", matcher.push("c"));
    assertEquals("", matcher.push("a"));
    assertEquals("a", matcher.finish());
    assertFalse(matcher.isStopped());
  }

  @Test
  void theStopThatIsCompleteFirstCounts() {
    StopMatcher matcher = new StopMatcher(List.of("world", "lo"), false);
    assertEquals("hel", matcher.push("hello world"));
    assertTrue(matcher.isStopped());
    assertEquals("a", new StopMatcher(List.of("abc", "b"), false).push("abc"));
    assertEquals("", new StopMatcher(List.of("b", "ab"), false).push("abc"));
  }

  @Test
  void anyPiecesGiveTheSameText() {
    Random random = new Random(7);
    int stopped = 0;
    for (int i = 0; i < 5000; i++) {
      String text = letters(random, random.nextInt(20));
      List<String> stops =
          List.of(letters(random, 1 + random.nextInt(4)), letters(random, 1 + random.nextInt(3)));
      StopMatcher matcher = new StopMatcher(stops, false);
      StringBuilder out = new StringBuilder();
      for (int at = 0; at < text.length(); ) {
        int end = Math.min(text.length(), at + 1 + random.nextInt(3));
        out.append(matcher.push(text.substring(at, end)));
        at = end;
      }
      out.append(matcher.finish());
      stopped += matcher.isStopped() ? 1 : 0;
      assertEquals(expected(text, stops), out.toString(), text + " " + stops);
    }
    assertTrue(stopped > 1000, stopped + " of 5000 texts had a stop string");
  }

  private static String expected(String text, List<String> stops) {
    for (int end = 1; end <= text.length(); end++) {
      int begin = -1;
      for (String stop : stops) {
        int at = end - stop.length();
        if (text.substring(0, end).endsWith(stop) && (begin < 0 || at < begin)) {
          begin = at;
        }
      }
      if (begin >= 0) {
        return text.substring(0, begin);
      }
    }
    return text;
  }

  private static String letters(Random random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append((char) ('a' + random.nextInt(2)));
    }
    return text.toString();
  }

  @Test
  void theStopMayBelongToTheText() {
    StopMatcher matcher = new StopMatcher(List.of("STOP", "P!"), true);
    assertEquals("a ", matcher.push("a S"));
    assertEquals("STOP", matcher.push("TOP and more"));
    assertTrue(matcher.isStopped());
    assertEquals("", matcher.finish());
  }

  @Test
  void stopsBeforeTheyCountAreText() {
    StopMatcher matcher = new StopMatcher(List.of("ab", "abcd"), false);
    assertEquals("xab", matcher.push("xab", false) + matcher.push("", true) + matcher.finish());
    StopMatcher later = new StopMatcher(List.of("ab", "abcd"), false);
    assertEquals("x", later.push("xab", false), "abcd may follow");
    assertEquals("", later.push("c", true));
    assertEquals("abce", later.push("e", true));
    assertFalse(later.isStopped());
    StopMatcher begun = new StopMatcher(List.of("abcd"), false);
    assertEquals("", begun.push("ab", false));
    assertEquals("", begun.push("cd", true));
    assertTrue(begun.isStopped(), "counts when it is complete");
  }
}
