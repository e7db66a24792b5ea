// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class FileProblemTest {
  private static String problem(Executable work) {
    return FileProblem.of(assertThrows(IOException.class, work));
  }

  @Test
  void namesNoExceptions(@TempDir Path directory) throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    assertEquals(
        "no such file or directory", problem(() -> Files.readString(directory.resolve("none"))));
    assertEquals(file + " is in the way", problem(() -> Files.createDirectories(file)));
    assertEquals("Not a directory", problem(() -> Files.createFile(file.resolve("below a file"))));
    assertEquals(
        directory + " is a directory and not empty", problem(() -> Files.delete(directory)));
    assertEquals(file + " is no directory", problem(() -> Files.newDirectoryStream(file)));
    assertEquals("No space left", FileProblem.of(new IOException("No space left\nmore")));
  }
}
