// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;

/** A process that fills a cache without end, for tests of what others see of it. */
final class CacheWorker {
  static final int KEYS = 4;
  private static final int BYTES = 3_000_000;

  private CacheWorker() {}

  static byte[] payload(int key) {
    byte[] bytes = new byte[BYTES];
    new Random(key).nextBytes(bytes);
    return bytes;
  }

  /**
   * @param args the cache's directory
   */
  public static void main(String[] args) {
    WeightCache cache = WeightCache.open(Path.of(args[0]));
    for (int round = 0; ; round++) {
      int key = round % KEYS;
      byte[] payload = payload(key);
      Optional<MemorySegment> kept =
          cache.store(
              "key" + key,
              "w",
              payload.length,
              dst -> MemorySegment.copy(payload, 0, dst, ValueLayout.JAVA_BYTE, 0, payload.length));
      if (kept.isEmpty()) {
        System.exit(3);
      }
      System.out.println(round);
    }
  }
}
