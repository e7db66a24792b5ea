// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.scheduling;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Names the tokens of a full block and all tokens before it: SHA-256 over the name of the block
 * before and the block's tokens. The first block's predecessor is a salt. Two blocks of the same
 * name hold the same keys and values; that two of different tokens get one name is as unlikely as
 * SHA-256's collisions.
 */
public record BlockHash(long a, long b, long c, long d) {
  /** Returns what a chain begins with. Chains of different salts have no name in common. */
  public static BlockHash salt(String salt) {
    return of(salt.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns the name of the block whose predecessor is this. */
  BlockHash next(int[] tokens, int from, int to) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * Long.BYTES + (to - from) * Integer.BYTES);
    bytes.putLong(a).putLong(b).putLong(c).putLong(d);
    for (int i = from; i < to; i++) {
      bytes.putInt(tokens[i]);
    }
    return of(bytes.array());
  }

  private static BlockHash of(byte[] bytes) {
    try {
      ByteBuffer digest = ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(bytes));
      return new BlockHash(digest.getLong(), digest.getLong(), digest.getLong(), digest.getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
