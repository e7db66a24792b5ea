// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** What is said to people of a failure with a file, whose exceptions are made for programmers. */
public final class FileProblem {
  private FileProblem() {}

  /**
   * Says in a line, and in no words of Java's, why something could not be done with a file. The
   * caller names the file; another one that was in the way is named here.
   *
   * @param cause what was thrown
   * @return its reason, without the file
   */
  public static String of(IOException cause) {
    return switch (cause) {
      case NoSuchFileException missing -> "no such file or directory";
      case FileNotFoundException missing -> "no such file or directory";
      case AccessDeniedException denied -> "permission denied";
      case FileAlreadyExistsException other -> other.getFile() + " is in the way";
      case NotDirectoryException other -> other.getFile() + " is no directory";
      case DirectoryNotEmptyException full -> full.getFile() + " is a directory and not empty";
      case FileSystemLoopException loop -> "symbolic links lead in a circle";
      case FileSystemException system when system.getReason() != null -> system.getReason();
      default -> line(cause);
    };
  }

  private static String line(IOException cause) {
    String message = cause.getMessage();
    return message == null || message.isBlank()
        ? cause.getClass().getSimpleName()
        : message.strip().lines().findFirst().orElseThrow();
  }
}
