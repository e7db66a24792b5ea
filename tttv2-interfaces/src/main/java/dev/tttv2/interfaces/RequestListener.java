// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

/**
 * Is told what comes of a request.
 *
 * <p>The calls of one request come one after the other, on a virtual thread of that request: a
 * listener may block, for instance on a slow connection, and delays nobody but itself. What it has
 * not taken yet is kept for it, at most the request's own tokens. After an exception the request is
 * cancelled if it still runs, and ends with that exception; other requests do not notice.
 */
@FunctionalInterface
public interface RequestListener {
  /** Listens to nothing. */
  RequestListener NONE = token -> {};

  /**
   * Takes the next token of one of the request's texts, see {@link Token#sample}; {@link
   * Token#prompt} is 0.
   */
  void token(Token token);

  /**
   * Takes the whole, after the last token. {@link RequestHandle#future} completes after this
   * returns.
   */
  default void finished(RequestOutput output) {}

  /**
   * Takes the reason why the request has failed; nothing follows. {@link RequestHandle#future}
   * completes after this returns.
   */
  default void failed(Throwable cause) {}
}
