// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import io.vertx.core.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Which paths and methods there are, and who answers them. */
final class Routes {
  private static final String MODELS = "/v1/models";
  private static final String MODEL = MODELS + "/";

  private final Map<String, Map<HttpMethod, Route>> routes = new LinkedHashMap<>();
  private final ModelList models;

  /**
   * Who answers.
   *
   * @param takesJson whether it is asked by JSON; such requests are limited in number
   */
  record Route(Endpoint endpoint, boolean takesJson) {}

  Routes(
      ServedModel served,
      Optional<EmbeddingModel> embeddings,
      ServerMetrics metrics,
      Admission admission) {
    models = new ModelList(served, embeddings);
    TokenEndpoints tokens = new TokenEndpoints(served);
    ModelApi.readers(served, embeddings, Generations.served(served.engine(), metrics))
        .forEach((path, reader) -> post(path, Inference.over(reader)));
    post("/tokenize", tokens::tokenize);
    post("/detokenize", tokens::detokenize);
    get(MODELS, (exchange, log) -> exchange.send(models.all()));
    Endpoint health = (exchange, log) -> health(exchange, admission);
    get("/health", health);
    get("/ping", health);
    add(HttpMethod.POST, "/ping", new Route(health, false));
    get(
        "/version",
        (exchange, log) -> exchange.send(Json.object().put("version", served.config().version())));
    get(
        "/metrics",
        (exchange, log) ->
            exchange.send(
                200,
                ServerMetrics.CONTENT_TYPE,
                metrics.scrape().getBytes(StandardCharsets.UTF_8)));
    WebPage page = WebPage.load();
    get("/", (exchange, log) -> exchange.send(page));
  }

  private void post(String path, Endpoint endpoint) {
    add(HttpMethod.POST, path, new Route(endpoint, true));
  }

  private void get(String path, Endpoint endpoint) {
    add(HttpMethod.GET, path, new Route(endpoint, false));
  }

  private void add(HttpMethod method, String path, Route route) {
    routes.computeIfAbsent(path, ignored -> new LinkedHashMap<>()).put(method, route);
  }

  private static void health(Exchange exchange, Admission admission) {
    if (admission.isDraining()) {
      throw ApiException.unavailable("the server ends");
    }
    exchange.send(200, "text/plain", new byte[0]);
  }

  /** Tells whether a path is open to those without the key: it shows nothing of any request. */
  static boolean isOpen(String path) {
    return switch (path) {
      case "/", "/health", "/ping", "/metrics", "/version" -> true;
      default -> false;
    };
  }

  /** Returns what log and metrics call a path. There are few such names, whatever clients send. */
  String handler(String path) {
    return routes.containsKey(path) ? path : isModel(path) ? MODELS : "none";
  }

  private static boolean isModel(String path) {
    return path.startsWith(MODEL);
  }

  /**
   * Returns who answers.
   *
   * @throws ApiException if nobody does
   */
  Route route(HttpMethod method, String path) {
    Map<HttpMethod, Route> methods = methods(path);
    if (methods.isEmpty()) {
      throw ApiException.notFound(path);
    }
    Route route = methods.get(method);
    if (route == null) {
      throw ApiException.method(
          method.name(), path, methods.keySet().stream().map(HttpMethod::name).toList());
    }
    return route;
  }

  private Map<HttpMethod, Route> methods(String path) {
    if (isModel(path)) {
      String name = path.substring(MODEL.length());
      Endpoint one = (exchange, log) -> exchange.send(models.named(name));
      return Map.of(HttpMethod.GET, new Route(one, false));
    }
    return routes.getOrDefault(path, Map.of());
  }
}
