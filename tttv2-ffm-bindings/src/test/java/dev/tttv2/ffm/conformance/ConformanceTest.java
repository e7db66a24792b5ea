// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.ffm.ExtensionInfoStruct;
import dev.tttv2.ffm.Header;
import dev.tttv2.ffm.NativeLibrary;
import dev.tttv2.ffm.TtnnC;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The library that is loaded gives the outcomes of the tables: the host library those that TTNN
 * gave, but where one of its extensions says otherwise; TTNN, on a mocked board, the same as when
 * they were recorded.
 */
class ConformanceTest {
  /** Functions without tensors among their arguments or results, and the C side of others. */
  private static final Set<String> NO_OPERATIONS =
      Set.of(
          "abi_version",
          "backend_name",
          "backend_version",
          "storage_format",
          "last_error_message",
          "supports",
          "extension_count",
          "extension",
          "tiled_size",
          "pack_tiles",
          "unpack_tiles",
          "device_open",
          "device_open_groups",
          "device_close",
          "device_get_info",
          "device_get_memory_stats",
          "synchronize_device",
          "tensor_get_spec",
          "tensor_is_allocated",
          "tensor_destroy",
          // what aggregate_tensor does, in two parts
          "tensor_read_begin",
          "read_finish",
          "read_destroy",
          // in the backend's own form, which TTNN doesn't know
          "tensor_storage_size",
          "tensor_read_storage",
          "tensor_from_storage");

  private static final boolean HOST = NativeLibrary.backend().equals("host");

  /** The mocked board. */
  private static final Board BOARD = Board.of(System.getProperty("tttv2.board", "n150"));

  private static List<Table.Row> allRows() {
    return Stream.of(Table.values()).flatMap(table -> table.read().stream()).toList();
  }

  @ParameterizedTest
  @EnumSource
  void theTableHasTheCallsOfTheGenerator(Table table) {
    List<String> calls = table.read().stream().map(Table.Row::call).toList();
    List<String> made = table.calls();
    Set<String> missing = new TreeSet<>(made);
    calls.forEach(missing::remove);
    Set<String> superfluous = new TreeSet<>(calls);
    made.forEach(superfluous::remove);
    assertEquals(List.of(), List.copyOf(missing), "calls to be recorded");
    assertEquals(List.of(), List.copyOf(superfluous), "calls that are no longer made");
    assertEquals(made, calls, "the order");
    assertTrue(calls.size() >= 1000, calls.size() + " calls");
    for (Table.Row row : table.read()) {
      Call call = Call.parse(row.call());
      Set<Board> boards =
          table.boards().stream().filter(board -> board.takes(call)).collect(Collectors.toSet());
      assertEquals(boards, row.outcomes().keySet(), row.call());
    }
  }

  @Test
  void callsAndOutcomesReadAsTheyAreWritten() {
    for (Table.Row row : allRows()) {
      assertEquals(row.call(), Call.parse(row.call()).toString());
      for (String value : Call.parse(row.call()).arguments().values()) {
        if (TensorText.is(value)) {
          assertEquals(value, TensorText.parse(value).toString());
        }
      }
      for (String outcome : row.outcomes().values()) {
        assertEquals(outcome, Outcome.parse(outcome).toString());
      }
      assertEquals(row.onHost(), Outcome.parse(row.onHost()).toString());
    }
  }

  @Test
  void everyOperationSucceedsAndIsRefused() {
    SortedMap<String, Set<Boolean>> outcomes = new TreeMap<>();
    for (Table.Row row : allRows()) {
      outcomes
          .computeIfAbsent(Call.parse(row.call()).function(), name -> new TreeSet<>())
          .add(Outcome.parse(row.onTtnn()).succeeded());
    }
    Set<String> operations =
        Header.functions().stream()
            .map(name -> name.replaceFirst("^ttnn_", ""))
            .filter(name -> !NO_OPERATIONS.contains(name))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(operations, outcomes.keySet());
    outcomes.forEach((name, kinds) -> assertEquals(Set.of(true, false), kinds, name));
  }

  @ParameterizedTest
  @EnumSource
  void theLibraryAgreesWithTheTable(Table table) {
    Assumptions.assumeTrue(
        HOST || table.boards().contains(BOARD), table + " has no outcomes of a " + BOARD);
    List<String> differences = new ArrayList<>();
    int succeeded = 0;
    int extended = 0;
    int leftOut = 0;
    List<Table.Row> rows = table.read();
    try (Runner runner = new Runner()) {
      for (Table.Row row : rows) {
        if (!HOST && !row.outcomes().containsKey(BOARD)) {
          leftOut++;
          continue;
        }
        String expected = HOST ? row.onHost() : row.outcomes().get(BOARD);
        String actual = runner.run(Call.parse(row.call())).toString();
        if (!actual.equals(expected)) {
          differences.add(row.call() + "\n    expected " + expected + "\n    but was  " + actual);
        }
        succeeded += Outcome.parse(expected).succeeded() ? 1 : 0;
        extended += HOST && !row.extension().isEmpty() ? 1 : 0;
      }
    }
    System.out.printf(
        "conformance of %s%s, %s: %d calls, %d succeed, %d refused, %d by extensions, %d"
            + " differences; %d left out, of meshes of more devices than there are%n",
        NativeLibrary.backend(),
        HOST ? "" : " on " + BOARD,
        table,
        rows.size() - leftOut,
        succeeded,
        rows.size() - leftOut - succeeded,
        extended,
        differences.size(),
        leftOut);
    assertTrue(
        differences.isEmpty(), differences.size() + " differ:\n" + String.join("\n", differences));
  }

  /** The host library follows the first board of a table. What the others give is named. */
  @Test
  void everyDifferenceOfBoardsHasItsReason() {
    Map<Difference, List<String>> differences = new EnumMap<>(Difference.class);
    for (Table.Row row : allRows()) {
      assertEquals(row.differs(), !row.difference().isEmpty(), () -> "why boards differ: " + row);
      if (row.differs()) {
        differences
            .computeIfAbsent(Difference.of(row.difference()), reason -> new ArrayList<>())
            .add(row.call() + " " + row.outcomes());
      }
    }
    assertEquals(Set.of(Difference.values()), differences.keySet());
    differences.forEach(
        (reason, rows) -> {
          System.out.printf("%4d rows differ between boards: %s%n", rows.size(), reason.text());
          rows.forEach(row -> System.out.printf("       %s%n", row));
        });
  }

  @Test
  void everyExtensionHasItsRows() {
    Assumptions.assumeTrue(HOST, "the ttnn backend has no extensions");
    Map<String, Integer> counts = new HashMap<>();
    try (Arena arena = Arena.ofConfined()) {
      for (int i = 0; i < TtnnC.extensionCount(); i++) {
        ExtensionInfoStruct info = ExtensionInfoStruct.allocate(arena);
        TtnnC.extension(i, info.segment());
        counts.put(info.operation() + ": " + info.rule(), 0);
      }
    }
    for (Table.Row row : allRows()) {
      if (!row.extension().isEmpty()) {
        String extension = Call.parse(row.call()).function() + ": " + row.extension();
        assertTrue(counts.containsKey(extension), "no extension: " + row);
        counts.merge(extension, 1, Integer::sum);
        assertTrue(!row.host().equals(row.onTtnn()), "needs no extension: " + row);
      } else {
        assertEquals("", row.host(), "an outcome of its own without an extension: " + row);
      }
    }
    counts.forEach((name, rows) -> System.out.printf("%4d rows %s%n", rows, name));
    counts.forEach((name, rows) -> assertTrue(rows > 0, "no row: " + name));
  }
}
