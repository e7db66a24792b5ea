// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A file of calls and outcomes: one call a line, its columns separated by tabs, comments after
 * {@code #}.
 */
enum Table {
  /** Calls on one device. */
  CORPUS("corpus.tsv", Corpus::calls, Board.N150, Board.P150),
  /** Calls on meshes of devices. */
  MESH("mesh.tsv", MeshCorpus::calls, Board.N300, Board.T3K, Board.P150X4);

  private static final String TOO_FEW_DEVICES = "-";

  /** Follows the reason in the column of a board that differs from the one before. */
  private static final String REASON_END = ": ";

  private final Path file;
  private final Supplier<List<String>> generator;
  private final List<Board> boards;

  Table(String file, Supplier<List<String>> generator, Board... boards) {
    this.file = Path.of("src/test/resources/dev/tttv2/ffm/conformance", file).toAbsolutePath();
    this.generator = generator;
    this.boards = List.of(boards);
  }

  /**
   * A line.
   *
   * @param outcomes what TTNN gave on the boards that have devices for the call's mesh, in the
   *     order of the boards
   * @param difference the {@link Difference} of the boards, where there is one; else empty
   * @param extension the rule of the host library's extension that the call needs; else empty
   * @param host what the host library gives by that extension; else empty
   */
  record Row(
      String call, Map<Board, String> outcomes, String difference, String extension, String host) {
    /** What TTNN gave on the first board: the one that the host library follows. */
    String onTtnn() {
      return outcomes.values().iterator().next();
    }

    /** Whether boards give other outcomes than the first one. */
    boolean differs() {
      return outcomes.values().stream().distinct().count() > 1;
    }

    String onHost() {
      return extension.isEmpty() ? onTtnn() : host;
    }
  }

  /** The boards that TTNN is asked on. */
  List<Board> boards() {
    return boards;
  }

  /** The calls of the generator. */
  List<String> calls() {
    return generator.get();
  }

  List<Row> read() {
    List<Row> rows = new ArrayList<>();
    if (!Files.exists(file)) {
      return rows; // nothing was recorded yet
    }
    try {
      for (String line : Files.readAllLines(file)) {
        if (!line.startsWith("#")) {
          rows.add(row(line));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }

  private Row row(String line) {
    String[] columns = line.split("\t", -1);
    if (columns.length != boards.size() + 3) {
      throw new IllegalArgumentException("expected " + (boards.size() + 3) + " columns: " + line);
    }
    Map<Board, String> outcomes = new EnumMap<>(Board.class);
    String outcome = "";
    String difference = "";
    for (int i = 0; i < boards.size(); i++) {
      String column = columns[i + 1];
      int reason = column.indexOf(REASON_END);
      if (reason >= 0) {
        difference = column.substring(0, reason);
        column = column.substring(reason + REASON_END.length());
      }
      if (!column.equals(TOO_FEW_DEVICES)) {
        outcome = column.isEmpty() ? outcome : column;
        outcomes.put(boards.get(i), outcome);
      }
    }
    return new Row(
        columns[0], outcomes, difference, columns[columns.length - 2], columns[columns.length - 1]);
  }

  void write(List<Row> rows) {
    List<String> lines = new ArrayList<>();
    lines.add("# SPDX-License-Identifier: Apache-2.0");
    lines.add(
        "# What TTNN 0.81.1 makes of calls of ttnn_c.h. Recorded, not written: the module's README"
            + " says how.");
    StringBuilder head = new StringBuilder("# call\t").append(boards.getFirst());
    boards.stream()
        .skip(1)
        .forEach(b -> head.append("\t").append(b).append(", where it differs, and why"));
    head.append("\textension of the host library\thost, where an extension makes it differ");
    lines.add(head.toString());
    rows.forEach(row -> lines.add(line(row)));
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String line(Row row) {
    List<String> columns = new ArrayList<>();
    columns.add(row.call);
    String before = "";
    for (Board board : boards) {
      String outcome = row.outcomes.get(board);
      if (outcome == null) {
        columns.add(TOO_FEW_DEVICES);
      } else {
        boolean another = !before.isEmpty() && !outcome.equals(before);
        String reason = another && !row.difference.isEmpty() ? row.difference + REASON_END : "";
        columns.add(outcome.equals(before) ? "" : reason + outcome);
        before = outcome;
      }
    }
    columns.add(row.extension);
    columns.add(row.host);
    return String.join("\t", columns);
  }
}
