// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.LongStream;

/** SHA-256 of texts and, in parallel, of long ranges of memory. */
final class Sha256 {
  private static final long CHUNK = 1L << 22;

  private Sha256() {}

  /** Returns the hash of a text's UTF-8 bytes, in hexadecimal. */
  static String ofText(String text) {
    return HexFormat.of().formatHex(digest().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Returns, in hexadecimal, the hash of the hashes of a range's chunks of 4 MiB: unlike the plain
   * hash it can be computed by several processors.
   */
  static String ofChunks(MemorySegment bytes) {
    long chunks = (bytes.byteSize() + CHUNK - 1) / CHUNK;
    MessageDigest all = digest();
    LongStream.range(0, chunks)
        .parallel()
        .mapToObj(
            chunk -> {
              long start = chunk * CHUNK;
              long length = Math.min(CHUNK, bytes.byteSize() - start);
              MessageDigest one = digest();
              one.update(bytes.asSlice(start, length).asByteBuffer());
              return one.digest();
            })
        .forEachOrdered(all::update);
    return HexFormat.of().formatHex(all.digest());
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
