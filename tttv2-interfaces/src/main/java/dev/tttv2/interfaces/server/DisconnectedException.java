// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

/** The client has gone; nobody waits for an answer. */
final class DisconnectedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  DisconnectedException() {
    super("the client has gone", null, false, false);
  }
}
