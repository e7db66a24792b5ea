// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm.conformance;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Makes a table's calls on the library that is loaded and writes down what comes of them. */
final class Recorder {
  private Recorder() {}

  /**
   * Runs in a process of its own, on a board.
   *
   * @param arguments the {@link Table}; the {@link Board}; the file to write: a call and its
   *     outcome a line, with a tab between them
   */
  public static void main(String[] arguments) throws IOException {
    Table table = Table.valueOf(arguments[0]);
    Board board = Board.valueOf(arguments[1]);
    try (Runner runner = new Runner();
        PrintStream out = new PrintStream(Path.of(arguments[2]).toFile(), StandardCharsets.UTF_8)) {
      for (String text : table.calls()) {
        Call call = Call.parse(text);
        if (board.takes(call)) {
          out.print(text); // what is there alone has ended the process
          out.flush();
          out.println("\t" + runner.run(call));
        }
      }
    }
  }
}
