// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

/** Is told of every token as it is generated, on the generating thread. */
@FunctionalInterface
public interface TokenListener {
  /** Listens to nothing. */
  TokenListener NONE = token -> {};

  /** Takes a token. An exception ends the generation and reaches its caller. */
  void token(Token token);
}
