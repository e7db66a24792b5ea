// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.ffm.MockedBoard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The official TTNN on mocked boards gives the outcomes of the table, each board in a process of
 * its own. With {@code -Dtttv2.conformance.record=true} the table is written anew instead.
 */
@Tag("ttnn-mock")
class MockedBoardsTest {
  @TempDir Path directory;

  @Test
  void ttnnGivesTheOutcomesOfTheTable() throws IOException, InterruptedException {
    Map<String, String> n150 = record("n150");
    Map<String, String> p150 = record("p150");
    if (Boolean.getBoolean("tttv2.conformance.record")) {
      write(n150, p150);
      return;
    }
    compare("n150", n150);
    compare("p150", p150);
  }

  private static void compare(String board, Map<String, String> outcomes) {
    List<Table.Row> rows = Table.read();
    List<String> differences = new ArrayList<>();
    for (Table.Row row : rows) {
      String actual = outcomes.get(row.call());
      if (!row.onBoard(board).equals(actual)) {
        differences.add(
            row.call() + "\n    recorded " + row.onBoard(board) + "\n    now      " + actual);
      }
    }
    System.out.printf(
        "conformance of ttnn on %s: %d calls, %d differences%n",
        board, rows.size(), differences.size());
    assertEquals(rows.size(), outcomes.size());
    assertTrue(
        differences.isEmpty(),
        differences.size() + " differ on " + board + ":\n" + String.join("\n", differences));
  }

  /** Makes all calls on a board. */
  private Map<String, String> record(String board) throws IOException, InterruptedException {
    Path file = directory.resolve(board + ".tsv");
    Path log = directory.resolve(board + ".log");
    Process process =
        MockedBoard.java(board, List.of(), Recorder.class, file.toString())
            .redirectOutput(log.toFile())
            .start();
    int exit = process.waitFor();
    LinkedHashMap<String, String> outcomes = new LinkedHashMap<>();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        String[] columns = line.split("\t", -1);
        outcomes.put(columns[0], columns.length > 1 ? columns[1] : "the process has ended");
      }
    }
    assertEquals(
        0,
        exit,
        () ->
            "on "
                + board
                + ", after "
                + outcomes.size()
                + " calls:\n"
                + text(log)
                + (outcomes.isEmpty() ? "" : "\nthe last: " + outcomes.lastEntry()));
    return outcomes;
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /**
   * The table of what the boards and the host library give; which extension explains a difference
   * is kept.
   */
  private static void write(Map<String, String> n150, Map<String, String> p150) {
    Map<String, String> extensions = new LinkedHashMap<>();
    Table.read().forEach(row -> extensions.put(row.call(), row.extension()));
    List<Table.Row> rows = new ArrayList<>();
    try (Runner host = new Runner()) {
      n150.forEach(
          (call, outcome) -> {
            String onP150 = p150.get(call);
            String onHost = host.run(Call.parse(call)).toString();
            boolean agrees = onHost.equals(outcome);
            rows.add(
                new Table.Row(
                    call,
                    outcome,
                    onP150.equals(outcome) ? "" : onP150,
                    agrees ? "" : extensions.getOrDefault(call, ""),
                    agrees ? "" : onHost));
          });
    }
    Table.write(rows);
  }
}
