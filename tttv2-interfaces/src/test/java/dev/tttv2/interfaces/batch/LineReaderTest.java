// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.batch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Lines, wherever reads cut them. */
class LineReaderTest {
  private static final int LIMIT = 100_000;

  /** Gives a few bytes at a time. */
  private static InputStream trickle(byte[] bytes, Random random) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public int read(byte[] target, int offset, int length) {
        return super.read(target, offset, Math.min(length, 1 + random.nextInt(length)));
      }
    };
  }

  @Test
  void linesAreThoseBetweenLineFeeds() throws IOException {
    Random random = new Random(1);
    for (int round = 0; round < 300; round++) {
      byte[] bytes = new byte[random.nextInt(round < 290 ? 200 : 400_000)];
      random.nextBytes(bytes);
      int feeds = random.nextInt(bytes.length / 2 + 1);
      for (int i = 0; i < feeds && round < 290; i++) {
        bytes[random.nextInt(bytes.length)] = '\n';
      }
      LineReader reader = new LineReader(trickle(bytes, random), LIMIT);
      int begin = 0;
      long number = 0;
      while (begin < bytes.length) {
        int end = begin;
        while (end < bytes.length && bytes[end] != '\n') {
          end++;
        }
        LineReader.Line line = reader.next().orElseThrow();
        assertEquals(++number, line.number());
        assertEquals(end < bytes.length, line.ended());
        assertEquals(end - begin, line.length());
        assertArrayEquals(Arrays.copyOfRange(bytes, begin, end), line.text().orElseThrow());
        begin = end + 1;
        assertEquals(Math.min(begin, bytes.length), reader.position());
      }
      assertTrue(reader.next().isEmpty());
    }
  }

  @Test
  void aLineThatIsTooLongIsPassedOver() throws IOException {
    byte[] bytes =
        ("x".repeat(LIMIT + 1) + "\n" + "y".repeat(LIMIT) + "\nz").getBytes(StandardCharsets.UTF_8);
    LineReader reader = new LineReader(new ByteArrayInputStream(bytes), LIMIT);
    LineReader.Line first = reader.next().orElseThrow();
    assertTrue(first.text().isEmpty());
    assertEquals(LIMIT + 1, first.length());
    assertEquals(LIMIT, reader.next().orElseThrow().text().orElseThrow().length);
    LineReader.Line last = reader.next().orElseThrow();
    assertFalse(last.ended());
    assertArrayEquals(new byte[] {'z'}, last.text().orElseThrow());
  }
}
