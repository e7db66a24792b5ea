// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A request of a client and the way to answer it: by one whole body, or by a stream of events. The
 * methods may be called by any thread.
 */
final class Exchange implements Requester {
  private static final String SERVER_SENT_EVENTS = "text/event-stream; charset=utf-8";

  private static final AtomicLong NUMBERS = new AtomicLong();

  private final long number = NUMBERS.incrementAndGet();
  private final String id;
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final byte[] body;
  private final Duration timeout;

  // Guarded by this.
  private final List<Runnable> onDisconnect = new ArrayList<>();
  private boolean disconnected;

  /**
   * Wraps a request.
   *
   * @param id names it in answers and logs
   * @param body what has come; empty for GET
   * @param timeout how long the client may take to take a part of its answer
   */
  Exchange(String id, HttpServerRequest request, byte[] body, Duration timeout) {
    this.id = id;
    this.request = request;
    this.response = request.response();
    this.body = body;
    this.timeout = timeout;
    response.closeHandler(ignored -> disconnect());
    response.exceptionHandler(ignored -> disconnect());
    if (response.closed()) {
      disconnect();
    }
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public String engineId(int part) {
    return "%s-%d-%d".formatted(id, number, part);
  }

  /** Returns the request's path, decoded. */
  String path() {
    return request.path();
  }

  /** Reads the body. */
  Fields fields() {
    return new Fields(Json.readObject(body), "");
  }

  /** Returns the status of the answer, once it has begun. */
  int status() {
    return response.getStatusCode();
  }

  // ---- Disconnection ----

  private void disconnect() {
    List<Runnable> actions;
    synchronized (this) {
      if (disconnected || response.ended()) {
        return;
      }
      disconnected = true;
      actions = List.copyOf(onDisconnect);
    }
    actions.forEach(Runnable::run);
  }

  @Override
  public void onDisconnect(Runnable action) {
    synchronized (this) {
      if (!disconnected) {
        onDisconnect.add(action);
        return;
      }
    }
    action.run();
  }

  @Override
  public synchronized boolean isDisconnected() {
    return disconnected;
  }

  // ---- Answers ----

  /** Answers with JSON. */
  void send(JsonNode json) {
    send(200, "application/json", Json.bytes(json));
  }

  /** Answers with what is wrong; does nothing if the client has gone. */
  void send(ApiException e) {
    send(e.status(), "application/json", Json.bytes(e.body()));
  }

  /** Answers with a body. */
  void send(int status, String contentType, byte[] content) {
    if (isDisconnected()) {
      return;
    }
    response.setStatusCode(status).putHeader("content-type", contentType);
    join(response.end(Buffer.buffer(content)));
  }

  /** Answers with a page. */
  void send(WebPage page) {
    response
        .putHeader("content-security-policy", page.policy())
        .putHeader("referrer-policy", "no-referrer");
    send(200, "text/html; charset=utf-8", page.content());
  }

  /** Ends an answer in the middle, so that the client notices. */
  void abort() {
    if (!response.ended()) {
      request.connection().close();
    }
  }

  /** Tells whether an answer has begun, whose status can no longer change. */
  boolean hasBegun() {
    return response.headWritten();
  }

  /** Begins to answer with a stream of events. */
  void beginEvents() {
    response
        .setChunked(true)
        .putHeader("content-type", SERVER_SENT_EVENTS)
        .putHeader("cache-control", "no-cache");
  }

  /**
   * Sends an event. Waits while the client is slow to take those before.
   *
   * @throws DisconnectedException if the client has gone
   */
  void event(String data) {
    checkConnected();
    Future<Void> written = response.write("data: " + data + "\n\n");
    if (response.writeQueueFull()) {
      join(written);
    }
  }

  /** Ends the stream of events. */
  void endEvents() {
    checkConnected();
    join(response.end("data: [DONE]\n\n"));
  }

  private void checkConnected() {
    if (isDisconnected()) {
      throw new DisconnectedException();
    }
  }

  private void join(Future<Void> written) {
    try {
      written
          .toCompletionStage()
          .toCompletableFuture()
          .get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | RejectedExecutionException e) {
      throw gone(); // the second: the server has been closed
    } catch (TimeoutException e) {
      request.connection().close();
      throw gone();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw gone();
    }
  }

  private DisconnectedException gone() {
    disconnect();
    return new DisconnectedException();
  }
}
