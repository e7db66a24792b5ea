// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Checks the key that clients send. How long it takes tells nothing of the key. */
final class ApiKey {
  private static final String SCHEME = "bearer ";

  private final byte[] digest;

  ApiKey(String key) {
    digest = digest(key);
  }

  /**
   * Refuses a request without the key.
   *
   * @param authorization the header, or null
   */
  void check(String authorization) {
    if (authorization == null) {
      throw ApiException.unauthorized("no API key: send Authorization: Bearer KEY");
    }
    boolean bearer = authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    String key = bearer ? authorization.substring(SCHEME.length()).strip() : "";
    // Digests have one length, whatever the keys'.
    if (!MessageDigest.isEqual(digest, digest(key))) {
      throw ApiException.unauthorized("the API key is not the server's");
    }
  }

  private static byte[] digest(String key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e); // every JDK has it
    }
  }
}
