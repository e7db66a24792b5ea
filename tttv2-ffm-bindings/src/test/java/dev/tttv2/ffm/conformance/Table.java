// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The file of calls and outcomes: one call a line, its columns separated by tabs, comments after
 * {@code #}.
 */
final class Table {
  static final Path FILE =
      Path.of("src/test/resources/dev/tttv2/ffm/conformance/corpus.tsv").toAbsolutePath();

  /**
   * A line.
   *
   * @param n150 what TTNN gave there
   * @param p150 what TTNN gave there, where that is something else; else empty
   * @param extension the rule of the host library's extension that the call needs; else empty
   * @param host what the host library gives by that extension; else empty
   */
  record Row(String call, String n150, String p150, String extension, String host) {
    String onBoard(String board) {
      return board.equals("p150") && !p150.isEmpty() ? p150 : n150;
    }

    String onHost() {
      return extension.isEmpty() ? n150 : host;
    }
  }

  private Table() {}

  static List<Row> read() {
    List<Row> rows = new ArrayList<>();
    if (!Files.exists(FILE)) {
      return rows; // nothing was recorded yet
    }
    try {
      for (String line : Files.readAllLines(FILE)) {
        if (!line.startsWith("#")) {
          String[] columns = line.split("\t", -1);
          if (columns.length != 5) {
            throw new IllegalArgumentException("expected 5 columns: " + line);
          }
          rows.add(new Row(columns[0], columns[1], columns[2], columns[3], columns[4]));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }

  static void write(List<Row> rows) {
    List<String> lines = new ArrayList<>();
    lines.add("# SPDX-License-Identifier: Apache-2.0");
    lines.add(
        "# What TTNN 0.81.1 makes of calls of ttnn_c.h. Recorded, not written: the module's README"
            + " says how.");
    lines.add(
        "# call\tn150\tp150, where it differs\textension of the host library\thost, where an"
            + " extension makes it differ");
    for (Row row : rows) {
      lines.add(String.join("\t", row.call, row.n150, row.p150, row.extension, row.host));
    }
    try {
      Files.createDirectories(FILE.getParent());
      Files.write(FILE, lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
