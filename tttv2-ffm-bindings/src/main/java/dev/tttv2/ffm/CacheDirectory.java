// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Where this project keeps what can be made or downloaded again, unless told otherwise: {@code
 * tttv2} in the user's cache directory. That is {@code $XDG_CACHE_HOME}, else {@code $HOME/.cache};
 * relative paths do not count, as the XDG base directory specification has it. Where neither is
 * set, it is {@code .cache} in the home directory that the operating system knows.
 */
public final class CacheDirectory {
  private CacheDirectory() {}

  /**
   * Returns the directory of one kind of things. It may not exist.
   *
   * @param kind such as "native" or "weights"
   * @return {@code tttv2/KIND} in the cache directory
   */
  public static Path of(String kind) {
    return of(kind, System::getProperty, System::getenv);
  }

  static Path of(String kind, UnaryOperator<String> properties, UnaryOperator<String> environment) {
    return absolute(environment, "XDG_CACHE_HOME")
        .or(() -> absolute(environment, "HOME").map(home -> home.resolve(".cache")))
        .orElseGet(() -> Path.of(properties.apply("user.home"), ".cache"))
        .resolve("tttv2")
        .resolve(kind);
  }

  private static Optional<Path> absolute(UnaryOperator<String> environment, String variable) {
    return LibraryChoice.value(environment, variable).map(Path::of).filter(Path::isAbsolute);
  }
}
