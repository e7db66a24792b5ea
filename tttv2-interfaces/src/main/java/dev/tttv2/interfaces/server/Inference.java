// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What the body of a request asks of a model, read and checked. Nothing has been run yet. */
interface Inference {
  /** Reads the bodies of one path. */
  @FunctionalInterface
  interface Reader {
    /**
     * Reads a body.
     *
     * @throws ApiException if something is wrong with it
     */
    Inference read(Requester requester, Fields fields);
  }

  /** Tells what may be known of the request. */
  void describe(RequestLog log);

  /** Tells whether the answer is wanted token by token. */
  boolean isStreamed();

  /**
   * Runs the model and returns the whole answer.
   *
   * @throws ApiException if there is none
   * @throws DisconnectedException if the client has gone
   */
  ObjectNode answer();

  /** Runs the model and sends the answer as it comes. */
  void stream(EventStream events);

  /** Answers the requests of a path over HTTP. */
  static Endpoint over(Reader reader) {
    return (exchange, log) -> {
      Fields fields = exchange.fields();
      Inference inference = reader.read(exchange, fields);
      log.unknown(fields);
      inference.describe(log);
      if (inference.isStreamed()) {
        inference.stream(new EventStream(exchange));
      } else {
        exchange.send(inference.answer());
      }
    };
  }
}
