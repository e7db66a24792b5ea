// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibraryChoiceTest {
  @TempDir private Path devices;

  @Test
  void hostWithoutABoard() {
    assertEquals(new LibraryChoice(Optional.empty(), List.of("host")), choice(Map.of(), Map.of()));
  }

  @Test
  void ttnnThenHostWithABoard() throws Exception {
    Files.createDirectories(devices.resolve("tenstorrent/0"));
    assertEquals(List.of("ttnn", "host"), choice(Map.of(), Map.of()).backends());
    assertEquals(List.of("host"), choice(Map.of("tttv2.backend", "host"), Map.of()).backends());
  }

  @Test
  void thePropertyGoesBeforeTheVariable() {
    Map<String, String> variable = Map.of("TTTV2_BACKEND", "ttnn");
    assertEquals(List.of("ttnn"), choice(Map.of(), variable).backends());
    assertEquals(List.of("host"), choice(Map.of("tttv2.backend", "host"), variable).backends());
    assertEquals(List.of("ttnn"), choice(Map.of("tttv2.backend", ""), variable).backends());
  }

  @Test
  void aNamedLibraryMayBeOfAnyBackendUnlessOneIsNamed() {
    Map<String, String> library = Map.of("tttv2.native.library", "/a/b.so");
    assertEquals(
        new LibraryChoice(Optional.of(Path.of("/a/b.so")), List.of()), choice(library, Map.of()));
    assertEquals(List.of("ttnn"), choice(library, Map.of("TTTV2_BACKEND", "ttnn")).backends());
  }

  @Test
  void unknownBackendsAreRefused() {
    assertEquals(
        "tttv2.backend=Host: unknown backend, expected host or ttnn",
        assertThrows(
                NativeLibraryException.class,
                () -> choice(Map.of("tttv2.backend", "Host"), Map.of()))
            .getMessage());
  }

  private LibraryChoice choice(Map<String, String> properties, Map<String, String> environment) {
    return LibraryChoice.of(properties::get, environment::get, devices);
  }
}
