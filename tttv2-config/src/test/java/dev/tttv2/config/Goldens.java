// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Map;

/** The reference data of the tests. */
final class Goldens {
  private Goldens() {}

  static Path path(String name) {
    return Path.of(System.getProperty("tttv2.goldens")).resolve(name);
  }

  static Map<String, StoredTensor> tensors(String name, Arena arena) {
    return SafetensorsFile.read(MappedFile.open(path(name), arena));
  }
}
