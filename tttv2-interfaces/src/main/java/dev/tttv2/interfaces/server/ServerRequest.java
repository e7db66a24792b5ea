// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.UUID;

/**
 * A request from its head to the end of its answer, which is one of an endpoint's or a refusal. Log
 * and metrics are told of either.
 */
final class ServerRequest {
  /** The header that names requests. */
  static final String ID = "x-request-id";

  private static final int MAX_ID = 128;
  private static final long LINGER_MILLIS = 500;

  private final long begin = System.nanoTime();
  private final HttpServerRequest request;
  private final String id;
  private final String handler;
  private final Vertx vertx;
  private final ServerMetrics metrics;
  private final boolean logPrompts;

  /**
   * Takes a request whose head has come.
   *
   * @param handler what log and metrics call its path
   * @param logPrompts whether the log may hold what the client sends
   */
  ServerRequest(
      HttpServerRequest request,
      String handler,
      Vertx vertx,
      ServerMetrics metrics,
      boolean logPrompts) {
    this.request = request;
    this.handler = handler;
    this.vertx = vertx;
    this.metrics = metrics;
    this.logPrompts = logPrompts;
    id = id(request);
    request.response().putHeader(ID, id).putHeader("x-content-type-options", "nosniff");
  }

  /** Returns the client's name for the request if it is one, else a new one. */
  private static String id(HttpServerRequest request) {
    String id = request.getHeader(ID);
    boolean usable =
        id != null
            && !id.isEmpty()
            && id.length() <= MAX_ID
            && id.chars().allMatch(c -> c > ' ' && c < 0x7f);
    return usable ? id : UUID.randomUUID().toString().replace("-", "");
  }

  /** Returns the request's name. */
  String id() {
    return id;
  }

  /** Returns the method, if it is one: there are few such names, whatever clients send. */
  private String method() {
    return HttpMethod.values().contains(request.method()) ? request.method().name() : "other";
  }

  private long elapsed() {
    return System.nanoTime() - begin;
  }

  /** Refuses the request, whose body need not be there, on the event loop. */
  void refuse(ApiException e) {
    try (RequestLog log = new RequestLog(id, method(), handler, logPrompts)) {
      log.refused(e);
      log.answered(e.status(), elapsed());
    }
    metrics.answered(handler, method(), e.status(), elapsed());
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    addHeaders(e);
    Buffer content = Buffer.buffer(Json.bytes(e.body()));
    response.setStatusCode(e.status()).putHeader("content-type", "application/json");
    if (request.isEnded() && request.decoderResult().isSuccess()) {
      response.end(content);
      return;
    }
    // What still comes is dropped for a while, so that the client gets to the answer. It would not
    // if the connection were closed at once, which is what Vert.x does at an answer's end.
    response
        .putHeader("connection", "close")
        .putHeader("content-length", Integer.toString(content.length()))
        .write(content)
        .onComplete(
            ignored -> vertx.setTimer(LINGER_MILLIS, timer -> request.connection().close()));
  }

  private void addHeaders(ApiException e) {
    e.headers().forEach(request.response()::putHeader);
  }

  /**
   * Answers the request, on its own thread.
   *
   * @param leave is run when it is answered
   */
  void answer(Endpoint endpoint, Exchange exchange, Runnable leave) {
    try (RequestLog log = new RequestLog(id, method(), handler, logPrompts)) {
      int status = 0;
      try {
        endpoint.answer(exchange, log);
        status = exchange.status();
      } catch (DisconnectedException e) {
        status = 499; // nginx's number: the client has closed the connection
        log.disconnected();
      } catch (ApiException e) {
        status = e.status();
        log.refused(e);
        send(exchange, e);
      } catch (RuntimeException | Error e) {
        status = 500;
        log.failed(e);
        send(exchange, ApiException.internal("the request failed; the server's log says why"));
      } finally {
        leave.run();
        log.answered(status, elapsed());
        metrics.answered(handler, method(), status, elapsed());
      }
    }
  }

  private void send(Exchange exchange, ApiException e) {
    try {
      if (!exchange.hasBegun()) {
        addHeaders(e);
        exchange.send(e);
      } else {
        exchange.abort();
      }
    } catch (DisconnectedException gone) {
      // Nobody is there to be told.
    }
  }
}
