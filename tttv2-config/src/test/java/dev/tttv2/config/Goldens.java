// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The reference data of the tests. */
final class Goldens {
  private Goldens() {}

  static Path path(String name) {
    return Path.of(System.getProperty("tttv2.goldens")).resolve(name);
  }

  /** Returns a model's directory; skips the test where this copy of the data has not got it. */
  static Path model(String name) {
    Path directory = path("tiny").resolve(name);
    assumeTrue(Files.isDirectory(directory), () -> directory + " is not in this copy");
    return directory;
  }

  static Map<String, StoredTensor> tensors(String name, Arena arena) {
    return SafetensorsFile.read(MappedFile.open(path(name), arena));
  }
}
