// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The system's C++ compiler, which the native build needs as well. */
final class Compiler {
  private Compiler() {}

  /** Compiles a program and returns what it prints. */
  static List<String> run(Path folder, String source) throws IOException, InterruptedException {
    Path program = compile(folder, "probe", source);
    return execute(List.of(program.toString())).lines().toList();
  }

  /** Compiles a shared library. */
  static Path library(Path folder, String name, String source)
      throws IOException, InterruptedException {
    return compile(folder, name, source, "-shared", "-fPIC");
  }

  static String execute(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = process.waitFor();
    if (status != 0) {
      throw new IOException(String.join(" ", command) + ": status " + status + "\n" + output);
    }
    return output;
  }

  private static Path compile(Path folder, String name, String source, String... options)
      throws IOException, InterruptedException {
    Path code = Files.writeString(folder.resolve(name + ".cpp"), source);
    Path output = folder.resolve(name);
    List<String> command =
        new ArrayList<>(
            List.of(
                System.getenv().getOrDefault("CXX", "c++"),
                "-std=c++20",
                "-Wall",
                "-Werror",
                "-I" + Header.FILE.getParent()));
    command.addAll(List.of(options));
    command.addAll(List.of("-o", output.toString(), code.toString()));
    execute(command);
    return output;
  }
}
