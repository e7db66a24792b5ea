// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The page for trying a model: one file, whose style and script stand in it. The browser is told to
 * run these and nothing else, and to talk to nobody but this server.
 *
 * @param content the file
 * @param policy its Content-Security-Policy
 */
record WebPage(byte[] content, String policy) {
  static WebPage load() {
    try (InputStream in = WebPage.class.getResourceAsStream("index.html")) {
      byte[] content = in.readAllBytes();
      String html = new String(content, StandardCharsets.UTF_8);
      return new WebPage(
          content,
          "default-src 'none'; connect-src 'self'; img-src data:; base-uri 'none'; form-action"
              + " 'none';"
              + " frame-ancestors 'none'; style-src %s; script-src %s"
                  .formatted(hash(html, "style"), hash(html, "script")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String hash(String html, String element) {
    String begin = "<" + element + ">";
    int from = html.indexOf(begin) + begin.length();
    String text = html.substring(from, html.indexOf("</" + element + ">", from));
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "'sha256-%s'".formatted(Base64.getEncoder().encodeToString(digest));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e); // every JDK has it
    }
  }
}
