// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tttv2.ffm.FileProblem;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** What is said of a file beside a model, or a model's, that cannot be read. */
public final class InputFiles {
  private InputFiles() {}

  /**
   * Refuses what is there and no file, such as a directory, or a pipe, which would be waited for.
   *
   * @throws CheckpointException if it is one; not if nothing is there
   */
  public static void check(Path file) {
    if (Files.isDirectory(file)) {
      throw new CheckpointException(file, "", "is a directory, expected a file");
    }
    if (FileIdentity.isPipe(file)) {
      throw new CheckpointException(file, "", "is no regular file");
    }
  }

  /**
   * Makes the exception for a file that could not be read or understood.
   *
   * @param cause what reading or parsing threw
   */
  public static CheckpointException refuse(Path file, IOException cause) {
    return new CheckpointException(file, "", problem(cause), cause);
  }

  /** Says in a line why a file could not be read or understood. */
  public static String problem(IOException cause) {
    return switch (cause) {
      case JsonProcessingException json -> "is not valid JSON: " + problem(json);
      case CharacterCodingException coding -> "is no text in UTF-8";
      case NoSuchFileException missing -> "no such file";
      case FileNotFoundException missing -> "no such file";
      default -> "cannot be read: " + FileProblem.of(cause);
    };
  }

  private static String problem(JsonProcessingException json) {
    String text = JsonWording.of(json);
    JsonLocation at = json.getLocation();
    return at == null || at.getLineNr() < 1
        ? text
        : "%s (line %d, column %d)".formatted(text, at.getLineNr(), at.getColumnNr());
  }
}
