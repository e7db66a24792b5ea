// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.config.LoadProgress;
import java.io.PrintStream;
import java.util.Locale;

/**
 * Shows progress as a bar that redraws itself in place. Where output is not a terminal it prints a
 * line at each quarter instead.
 */
public final class ProgressBar implements LoadProgress, AutoCloseable {
  private static final int WIDTH = 30;
  private static final long REDRAW_NANOS = 50_000_000;

  private final PrintStream out;
  private final String title;
  private final boolean terminal;
  private long lastDrawn;
  private int lastQuarter;
  private int shown; // characters on the line

  /**
   * Makes a bar.
   *
   * @param out where to draw, usually standard error
   * @param title what is under way, such as "loading"
   * @param terminal whether {@code out} is a terminal
   */
  public ProgressBar(PrintStream out, String title, boolean terminal) {
    this.out = out;
    this.title = title;
    this.terminal = terminal;
  }

  @Override
  public void loaded(String name, long done, long total) {
    double share = total <= 0 ? 1 : Math.clamp((double) done / total, 0, 1);
    if (!terminal) {
      int quarter = (int) (share * 4);
      if (quarter > lastQuarter) {
        lastQuarter = quarter;
        out.printf(Locale.ROOT, "%s %d %%%n", title, quarter * 25);
      }
      return;
    }
    long now = System.nanoTime();
    if (share < 1 && shown > 0 && now - lastDrawn < REDRAW_NANOS) {
      return;
    }
    lastDrawn = now;
    int full = (int) (share * WIDTH);
    String line =
        String.format(
            Locale.ROOT,
            "%s [%s%s] %3.0f %% %s",
            title,
            "#".repeat(full),
            ".".repeat(WIDTH - full),
            share * 100,
            shortened(name));
    out.print("\r" + line + " ".repeat(Math.max(0, shown - line.length())));
    out.flush();
    shown = line.length();
  }

  private static String shortened(String name) {
    return name.length() <= 40 ? name : "..." + name.substring(name.length() - 37);
  }

  /** Wipes the bar off its line. Idempotent. */
  @Override
  public void close() {
    if (shown > 0) {
      out.print("\r" + " ".repeat(shown) + "\r");
      out.flush();
      shown = 0;
    }
  }
}
