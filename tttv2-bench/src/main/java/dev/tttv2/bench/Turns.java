// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;

/**
 * A program that works by turns with another one, as {@code turns.py} tells both: it prints "ready"
 * and what is to be known of it, then takes a turn for each line that it reads, prints "turn" and
 * what it measured, and waits for the next line.
 */
final class Turns {
  private Turns() {}

  /**
   * Takes turns until there are no more lines.
   *
   * @param about JSON
   * @param turn takes a line, returns JSON
   */
  static void serve(InputStream in, PrintStream out, String about, Function<String, String> turn)
      throws IOException {
    out.println("ready " + about);
    out.flush();
    BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      out.println("turn " + turn.apply(line));
      out.flush();
    }
  }

  /** Returns the median, 0 if there are no values. */
  static double median(double[] values) {
    if (values.length == 0) {
      return 0;
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
