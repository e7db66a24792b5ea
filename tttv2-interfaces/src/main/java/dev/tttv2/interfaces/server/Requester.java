// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

/** Who waits for an answer. The methods may be called by any thread. */
interface Requester {
  /** Returns the request's name. */
  String id();

  /** Returns a name for a part of the request in the engine, which no other request has. */
  String engineId(int part);

  /**
   * Runs something if the client goes before it has its answer; at once if it has gone already. It
   * must not block.
   */
  void onDisconnect(Runnable action);

  /** Tells whether the client has gone before it had its answer. */
  boolean isDisconnected();
}
