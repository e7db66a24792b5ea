// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Which native library to load.
 *
 * @param override a library to load instead of the jar's
 * @param backends the backends to try, in this order; each failure but the last is a warning
 */
record LibraryChoice(Optional<Path> override, List<String> backends) {
  static final String HOST = "host";
  static final String TTNN = "ttnn";

  static final String LIBRARY_PROPERTY = "tttv2.native.library";
  static final String BACKEND_PROPERTY = "tttv2.backend";
  static final String BACKEND_VARIABLE = "TTTV2_BACKEND";

  /**
   * Decides by system properties, environment variables and the device nodes of {@code devices}
   * ({@code /dev}).
   */
  static LibraryChoice of(
      UnaryOperator<String> properties, UnaryOperator<String> environment, Path devices) {
    Optional<Path> override = value(properties, LIBRARY_PROPERTY).map(Path::of);
    Optional<String> named =
        value(properties, BACKEND_PROPERTY)
            .map(name -> known(BACKEND_PROPERTY, name))
            .or(
                () ->
                    value(environment, BACKEND_VARIABLE)
                        .map(name -> known(BACKEND_VARIABLE, name)));
    List<String> backends =
        named
            .map(List::of)
            .orElseGet(() -> hasBoard(devices) ? List.of(TTNN, HOST) : List.of(HOST));
    if (override.isPresent() && named.isEmpty()) {
      backends = List.of();
    }
    return new LibraryChoice(override, backends);
  }

  /** An empty value counts as none, as a script that passes a variable on expects. */
  static Optional<String> value(UnaryOperator<String> source, String key) {
    return Optional.ofNullable(source.apply(key)).filter(value -> !value.isBlank());
  }

  private static String known(String source, String backend) {
    if (!backend.equals(HOST) && !backend.equals(TTNN)) {
      throw new NativeLibraryException(
          source + "=" + backend + ": unknown backend, expected " + HOST + " or " + TTNN);
    }
    return backend;
  }

  private static boolean hasBoard(Path devices) {
    try (DirectoryStream<Path> nodes = Files.newDirectoryStream(devices, "tenstorrent*")) {
      return nodes.iterator().hasNext();
    } catch (IOException e) {
      return false;
    }
  }
}
