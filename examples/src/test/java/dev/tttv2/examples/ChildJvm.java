// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Another JVM with this one's classes. */
public final class ChildJvm {
  private ChildJvm() {}

  /** Returns the command that starts a class; arguments may be added. */
  public static List<String> command(Class<?> main, String... options) {
    String classes =
        String.join(
            ":",
            "target/classes",
            "target/test-classes",
            System.getProperty("jdk.module.path", ""),
            System.getProperty("java.class.path"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", classes, main.getName()));
    return command;
  }
}
