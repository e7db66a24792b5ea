// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

/** Answers the requests of one path and method. */
@FunctionalInterface
interface Endpoint {
  /**
   * Answers a request, on a virtual thread of its own.
   *
   * @param log is told what may be known of the request
   * @throws ApiException which is then the answer, if none has begun
   */
  void answer(Exchange exchange, RequestLog log);
}
