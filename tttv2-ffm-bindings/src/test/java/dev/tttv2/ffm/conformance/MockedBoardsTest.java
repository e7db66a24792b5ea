// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.ffm.MockedBoard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The official TTNN on mocked boards gives the outcomes of the tables, each board in a process of
 * its own. With {@code -Dtttv2.conformance.record=true} the tables are written anew instead.
 */
@Tag("ttnn-mock")
class MockedBoardsTest {
  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource
  void ttnnGivesTheOutcomesOfTheTable(Table table) throws IOException, InterruptedException {
    Map<Board, Process> recorders = new EnumMap<>(Board.class);
    for (Board board : table.boards()) {
      recorders.put(board, record(table, board));
    }
    Map<Board, Map<String, String>> outcomes = new EnumMap<>(Board.class);
    for (Board board : table.boards()) {
      int exit = recorders.get(board).waitFor();
      outcomes.put(board, outcomes(board, exit));
    }
    if (Boolean.getBoolean("tttv2.conformance.record")) {
      write(table, outcomes);
    } else {
      outcomes.forEach((board, ofBoard) -> compare(table, board, ofBoard));
    }
  }

  private static void compare(Table table, Board board, Map<String, String> outcomes) {
    List<Table.Row> rows =
        table.read().stream().filter(row -> row.outcomes().containsKey(board)).toList();
    List<String> differences = new ArrayList<>();
    int own = 0;
    for (Table.Row row : rows) {
      String recorded = row.outcomes().get(board);
      own += recorded.equals(row.onTtnn()) ? 0 : 1;
      String actual = outcomes.get(row.call());
      if (!recorded.equals(actual)) {
        differences.add(row.call() + "\n    recorded " + recorded + "\n    now      " + actual);
      }
    }
    System.out.printf(
        "conformance of ttnn on %s: %d calls, %d with outcomes of its own, %d differences, %d left"
            + " out, of meshes of more devices than it has%n",
        board, rows.size(), own, differences.size(), table.read().size() - rows.size());
    assertEquals(rows.size(), outcomes.size());
    assertTrue(
        differences.isEmpty(),
        differences.size() + " differ on " + board + ":\n" + String.join("\n", differences));
  }

  private Path file(Board board, String extension) {
    return directory.resolve(board + extension);
  }

  /** Begins to make a table's calls on a board. */
  private Process record(Table table, Board board) throws IOException {
    return MockedBoard.java(
            board.toString(),
            List.of(),
            Recorder.class,
            table.name(),
            board.name(),
            file(board, ".tsv").toString())
        .redirectOutput(file(board, ".log").toFile())
        .start();
  }

  /** What came of the calls on a board, whose process has ended. */
  private Map<String, String> outcomes(Board board, int exit) throws IOException {
    Path file = file(board, ".tsv");
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
                + text(file(board, ".log"))
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
   * is kept, and why boards differ.
   */
  private static void write(Table table, Map<Board, Map<String, String>> outcomes) {
    Map<String, String> extensions = new LinkedHashMap<>();
    Map<String, String> reasons = new LinkedHashMap<>();
    table.read().forEach(row -> extensions.put(row.call(), row.extension()));
    table.read().forEach(row -> reasons.put(row.call(), row.difference()));
    List<Table.Row> rows = new ArrayList<>();
    try (Runner host = new Runner()) {
      for (String call : table.calls()) {
        Map<Board, String> ofCall = new EnumMap<>(Board.class);
        outcomes.forEach(
            (board, ofBoard) -> {
              if (ofBoard.containsKey(call)) {
                ofCall.put(board, ofBoard.get(call));
              }
            });
        String onHost = host.run(Call.parse(call)).toString();
        boolean same = Set.copyOf(ofCall.values()).size() == 1;
        String reason = same ? "" : reasons.getOrDefault(call, "");
        Table.Row agreed = new Table.Row(call, ofCall, reason, "", "");
        String extension = extensions.getOrDefault(call, "");
        rows.add(
            onHost.equals(agreed.onTtnn())
                ? agreed
                : new Table.Row(call, ofCall, reason, extension, onHost));
      }
    }
    table.write(rows);
  }
}
