// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;

/** Reads bodies of requests, on the event loop. */
final class RequestBody {
  private final Vertx vertx;
  private final int maxBytes;
  private final Duration timeout;

  /**
   * Sets the limits.
   *
   * @param maxBytes of a body
   * @param timeout within which a body must have come
   */
  RequestBody(Vertx vertx, int maxBytes, Duration timeout) {
    this.vertx = vertx;
    this.maxBytes = maxBytes;
    this.timeout = timeout;
  }

  /**
   * Reads a body.
   *
   * @return fails with an {@link ApiException} if it is too long or does not come, and with another
   *     exception if the client has gone
   */
  Future<byte[]> read(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    // The decoder has checked that it is a number.
    if (length != null && isLong(length)) {
      return Future.failedFuture(ApiException.tooLarge(length, maxBytes));
    }
    Buffer content = Buffer.buffer();
    Promise<byte[]> whole = Promise.promise();
    long timer =
        vertx.setTimer(
            timeout.toMillis(),
            ignored -> whole.tryFail(ApiException.timeout(timeout.toSeconds())));
    request.handler(
        part -> {
          if (whole.future().isComplete()) {
            return; // refused; what still comes is dropped
          }
          if (content.length() + part.length() > maxBytes) {
            whole.tryFail(ApiException.tooLarge("more", maxBytes));
            return;
          }
          content.appendBuffer(part);
        });
    request.exceptionHandler(whole::tryFail);
    request.endHandler(ignored -> whole.tryComplete(content.getBytes()));
    return whole.future().onComplete(ignored -> vertx.cancelTimer(timer));
  }

  private boolean isLong(String length) {
    try {
      return Long.parseLong(length) > maxBytes;
    } catch (NumberFormatException e) {
      return true;
    }
  }
}
