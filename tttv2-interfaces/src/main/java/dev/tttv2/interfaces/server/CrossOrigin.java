// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;

/** Lets pages of other origins use the server from a browser (CORS). */
final class CrossOrigin {
  private final List<String> allowed;

  /**
   * Allows origins.
   *
   * @param allowed their names, "*": all
   */
  CrossOrigin(List<String> allowed) {
    this.allowed = allowed;
  }

  /** Tells the browser what its page may do. */
  void addHeaders(HttpServerRequest request) {
    String origin = request.getHeader("origin");
    if (origin == null || !(allowed.contains("*") || allowed.contains(origin))) {
      return;
    }
    HttpServerResponse response = request.response();
    response
        .putHeader("access-control-allow-origin", origin)
        .putHeader("access-control-expose-headers", ServerRequest.ID)
        .putHeader("vary", "Origin");
    if (isPreflight(request)) {
      response
          .putHeader("access-control-allow-methods", "GET, POST")
          .putHeader("access-control-allow-headers", "authorization, content-type, x-request-id")
          .putHeader("access-control-max-age", "600");
    }
  }

  /** Tells whether a browser asks what it may send. */
  boolean isPreflight(HttpServerRequest request) {
    return request.method() == HttpMethod.OPTIONS
        && !allowed.isEmpty()
        && request.getHeader("access-control-request-method") != null;
  }
}
