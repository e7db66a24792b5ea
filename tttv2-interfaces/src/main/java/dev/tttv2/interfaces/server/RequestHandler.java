// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/**
 * Takes requests on the event loop: refuses them, or reads their bodies and hands them to threads
 * of their own.
 */
final class RequestHandler implements Handler<HttpServerRequest> {
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
              if (failure instanceof ApiException e) {
                request.refuse(e);
              }
            });
  }
}
