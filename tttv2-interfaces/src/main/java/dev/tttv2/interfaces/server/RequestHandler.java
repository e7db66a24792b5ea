// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/**
 * Takes requests on the event loop: refuses them, or reads their bodies and hands them to threads
 * of their own. It is also given what is no HTTP.
 */
final class RequestHandler implements Handler<HttpServerRequest> {
  /** The longest request line in bytes. */
  static final int MAX_LINE = 4096;

  /** The most bytes of headers. */
  static final int MAX_HEADERS = 8192;

  private final ServerConfig config;
  private final Routes routes;
  private final Admission admission;
  private final ServerMetrics metrics;
  private final Vertx vertx;
  private final Optional<ApiKey> apiKey;
  private final CrossOrigin crossOrigin;
  private final RequestBody bodies;

  RequestHandler(
      ServerConfig config, Routes routes, Admission admission, ServerMetrics metrics, Vertx vertx) {
    this.config = config;
    this.routes = routes;
    this.admission = admission;
    this.metrics = metrics;
    this.vertx = vertx;
    apiKey = config.apiKey().map(ApiKey::new);
    crossOrigin = new CrossOrigin(config.allowedOrigins());
    bodies = new RequestBody(vertx, config.maxBodyBytes(), config.clientTimeout());
  }

  @Override
  public void handle(HttpServerRequest http) {
    String path = http.path() == null ? "" : http.path();
    ServerRequest request =
        new ServerRequest(http, routes.handler(path), vertx, metrics, config.logPrompts());
    if (http.decoderResult().isFailure()) {
      request.refuse(wrongHead(http.decoderResult().cause()));
      return;
    }
    crossOrigin.addHeaders(http);
    if (crossOrigin.isPreflight(http)) {
      http.response().setStatusCode(204).end();
      return;
    }
    try {
      if (!Routes.isOpen(path)) {
        apiKey.ifPresent(key -> key.check(http.getHeader(HttpHeaders.AUTHORIZATION)));
      }
      Routes.Route route = routes.route(http.method(), path);
      if (route.takesJson()) {
        checkMediaType(http);
        admission.enter();
        read(http, request, route.endpoint(), admission::leave);
      } else {
        read(http, request, route.endpoint(), () -> {});
      }
    } catch (ApiException e) {
      request.refuse(e);
    }
  }

  /** Says what the decoder found. Its own words have some of the client's in them. */
  private static ApiException wrongHead(Throwable cause) {
    return switch (cause) {
      case TooLongHttpLineException e -> ApiException.targetTooLong(MAX_LINE);
      case TooLongHttpHeaderException e -> ApiException.headersTooLong(MAX_HEADERS);
      default -> ApiException.malformed("the request line or a header is not HTTP/1.1's");
    };
  }

  private static ApiException wrongChunk() {
    return ApiException.malformed("a chunk of the body is not HTTP/1.1's");
  }

  private static void checkMediaType(HttpServerRequest http) {
    // Browsers ask before they send this type to another origin than the page's, and no other way
    // of asking is open to a page.
    String type = http.getHeader(HttpHeaders.CONTENT_TYPE);
    String essence = type == null ? "" : type.split(";", 2)[0].strip();
    if (!essence.equalsIgnoreCase("application/json")) {
      throw ApiException.mediaType(type);
    }
  }

  /** Reads the body, and then answers; in the end leaves. */
  private void read(
      HttpServerRequest http, ServerRequest request, Endpoint endpoint, Runnable leave) {
    bodies
        .read(http)
        .onComplete(
            body -> {
              Exchange exchange = new Exchange(request.id(), http, body, config.clientTimeout());
              Thread.ofVirtual()
                  .name("tttv2-request")
                  .start(() -> request.answer(endpoint, exchange, leave));
            },
            failure -> {
              leave.run();
              switch (failure) {
                case ApiException e -> request.refuse(e);
                case DecoderException e -> request.refuse(wrongChunk());
                case IllegalArgumentException e -> request.refuse(wrongChunk());
                default -> {} // the client has gone
              }
            });
  }
}
