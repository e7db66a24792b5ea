// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tttv2.interfaces.VLLMGenerator;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/**
 * Serves a model over HTTP/1.1, with OpenAI's and vLLM's endpoints: completions, chats, embeddings,
 * tokens, models, health and metrics, and a page to try it at {@code /}. The package's README lists
 * them.
 *
 * <p>The engine and the embedding model stay the caller's, who closes them after the server. All
 * methods may be called by any thread.
 *
 * {@snippet :
 * ServerConfig config = ServerConfig.builder("my-model").port(8000).build();
 * ServerMetrics metrics = new ServerMetrics("my-model", 4096);
 * EngineConfig engineConfig = EngineConfig.builder().stepListener(metrics).build();
 * try (VLLMGenerator engine = new VLLMGenerator(model, tokenizer, template, engineConfig);
 *     ModelServer server = ModelServer.start(engine, metrics, config)) {
 *   System.out.println("http://127.0.0.1:" + server.port());
 *   stopSignal.await();
 *   server.drain(Duration.ofSeconds(30));
 * }
 * }
 */
public final class ModelServer implements AutoCloseable {
  private static final int RETRY_AFTER_SECONDS = 1;
  private static final int MAX_ID = 128;
  private static final long LINGER_MILLIS = 500;
  private static final String MODEL_PATH = "/v1/models/";
  private static final String REQUEST_ID = "x-request-id";

  private final ServedModel served;
  private final ServerConfig config;
  private final ServerMetrics metrics;
  private final Optional<ApiKey> apiKey;
  private final Optional<EmbeddingModel> embeddings;
  private final Map<String, Map<HttpMethod, Endpoint>> routes = new LinkedHashMap<>();
  private final Vertx vertx;
  private final HttpServer http;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // Guarded by the lock.
  private int requests;
  private boolean draining;

  private ModelServer(
      VLLMGenerator engine,
      Optional<EmbeddingModel> embeddings,
      ServerMetrics metrics,
      ServerConfig config)
      throws IOException {
    this.config = config;
    this.metrics = metrics;
    this.embeddings = embeddings;
    served = ServedModel.of(engine, config);
    apiKey = config.apiKey().map(ApiKey::new);
    metrics.watch(engine);
    addRoutes();
    vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)));
    try {
      http =
          join(
              vertx
                  .createHttpServer(
                      new HttpServerOptions()
                          .setHost(config.host())
                          .setPort(config.port())
                          // A connection that is closed is a request that is cancelled.
                          .setHttp2ClearTextEnabled(false)
                          .setHandle100ContinueAutomatically(true))
                  .requestHandler(this::receive)
                  .listen());
    } catch (CompletionException e) {
      join(vertx.close());
      throw new IOException(
          "cannot listen at %s:%d: %s"
              .formatted(config.host(), config.port(), e.getCause().getMessage()),
          e.getCause());
    }
  }

  /**
   * Starts to serve an engine's model.
   *
   * @param engine has a tokenizer; without chat template, chats are refused
   * @param metrics the listener of the engine's steps
   * @throws IOException if it cannot listen at the address
   * @throws IllegalArgumentException if the engine has no tokenizer
   */
  public static ModelServer start(VLLMGenerator engine, ServerMetrics metrics, ServerConfig config)
      throws IOException {
    return new ModelServer(engine, Optional.empty(), metrics, config);
  }

  /**
   * Starts to serve an engine's model, and one for embeddings.
   *
   * @throws IOException if it cannot listen at the address
   * @throws IllegalArgumentException if the engine has no tokenizer, or both models have one name
   */
  public static ModelServer start(
      VLLMGenerator engine, EmbeddingModel embeddings, ServerMetrics metrics, ServerConfig config)
      throws IOException {
    embeddings.checkName(config);
    return new ModelServer(engine, Optional.of(embeddings), metrics, config);
  }

  private static <T> T join(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }

  /** Returns the port it listens at. */
  public int port() {
    return http.actualPort();
  }

  /** Returns how many requests are being answered. */
  public int activeRequests() {
    lock.lock();
    try {
      return requests;
    } finally {
      lock.unlock();
    }
  }

  // ---- Routes ----

  private void addRoutes() {
    Generations generations = Generations.served(served.engine(), metrics);
    TokenEndpoints tokens = new TokenEndpoints(served);
    ModelApi.readers(served, embeddings, generations)
        .forEach((path, reader) -> post(path, Inference.over(reader)));
    post("/tokenize", tokens::tokenize);
    post("/detokenize", tokens::detokenize);
    get("/v1/models", (exchange, log) -> exchange.send(models()));
    get("/health", (exchange, log) -> health(exchange));
    get("/ping", (exchange, log) -> health(exchange));
    post("/ping", (exchange, log) -> health(exchange));
    get(
        "/version",
        (exchange, log) -> exchange.send(Json.object().put("version", config.version())));
    get(
        "/metrics",
        (exchange, log) ->
            exchange.send(
                200,
                "text/plain; version=0.0.4; charset=utf-8",
                metrics.scrape().getBytes(StandardCharsets.UTF_8)));
    WebPage page = WebPage.load();
    get("/", (exchange, log) -> exchange.send(page));
  }

  private void post(String path, Endpoint endpoint) {
    routes.computeIfAbsent(path, ignored -> new LinkedHashMap<>()).put(HttpMethod.POST, endpoint);
  }

  private void get(String path, Endpoint endpoint) {
    routes.computeIfAbsent(path, ignored -> new LinkedHashMap<>()).put(HttpMethod.GET, endpoint);
  }

  /** Tells whether a path is open to those without the key: it shows nothing of any request. */
  private static boolean isOpen(String path) {
    return switch (path) {
      case "/", "/health", "/ping", "/metrics", "/version" -> true;
      default -> false;
    };
  }

  private ObjectNode models() {
    ObjectNode answer = Json.object().put("object", "list");
    ArrayNode data = answer.putArray("data");
    data.add(model(config.modelName(), served.engine().maxContext()));
    embeddings.ifPresent(model -> data.add(model(model.name(), model.maxTokens())));
    return answer;
  }

  /** Returns the model that a path names. */
  private ObjectNode model(String path) {
    String name = path.substring(MODEL_PATH.length());
    for (JsonNode model : models().get("data")) {
      if (model.get("id").textValue().equals(name)) {
        return (ObjectNode) model;
      }
    }
    throw ApiException.modelNotFound(name, "the model is \"%s\"".formatted(config.modelName()));
  }

  private ObjectNode model(String name, int context) {
    return Json.object()
        .put("id", name)
        .put("object", "model")
        .put("created", served.created())
        .put("owned_by", "tttv2")
        .put("root", name)
        .putNull("parent")
        .put("max_model_len", context);
  }

  private void health(Exchange exchange) {
    if (isDraining()) {
      throw ApiException.unavailable("the server ends");
    }
    exchange.send(200, "text/plain", new byte[0]);
  }

  private boolean isDraining() {
    lock.lock();
    try {
      return draining;
    } finally {
      lock.unlock();
    }
  }

  // ---- On the event loop ----

  private void receive(HttpServerRequest request) {
    long begin = System.nanoTime();
    HttpServerResponse response = request.response();
    String id = id(request);
    response.putHeader(REQUEST_ID, id).putHeader("x-content-type-options", "nosniff");
    String path = request.path() == null ? "" : request.path();
    String handler = routes.containsKey(path) ? path : modelPath(path) ? "/v1/models" : "none";
    addOrigin(request);
    Body body = new Body(request, id, handler, begin);
    try {
      if (isPreflight(request)) {
        response.setStatusCode(204).end();
        return;
      }
      if (!isOpen(path)) {
        apiKey.ifPresent(key -> key.check(request.getHeader(HttpHeaders.AUTHORIZATION)));
      }
      Endpoint endpoint = endpoint(request.method(), path);
      if (request.method() == HttpMethod.POST && !path.equals("/ping")) {
        checkMediaType(request);
        enter();
        body.read(endpoint, this::leave);
      } else {
        body.read(endpoint, () -> {});
      }
    } catch (ApiException e) {
      body.refuse(e);
    }
  }

  /** Returns the client's name for the request if it is one, else a new one. */
  private static String id(HttpServerRequest request) {
    String id = request.getHeader(REQUEST_ID);
    boolean usable =
        id != null
            && !id.isEmpty()
            && id.length() <= MAX_ID
            && id.chars().allMatch(c -> c > ' ' && c < 0x7f);
    return usable ? id : UUID.randomUUID().toString().replace("-", "");
  }

  private static boolean modelPath(String path) {
    return path.startsWith(MODEL_PATH);
  }

  private Endpoint endpoint(HttpMethod method, String path) {
    if (modelPath(path) && method == HttpMethod.GET) {
      return (exchange, log) -> exchange.send(model(path));
    }
    Map<HttpMethod, Endpoint> methods = routes.get(path);
    if (methods == null) {
      throw ApiException.notFound(path);
    }
    Endpoint endpoint = methods.get(method);
    if (endpoint == null) {
      throw ApiException.method(
          method.name(),
          path,
          methods.keySet().stream().map(HttpMethod::name).collect(Collectors.joining(" or ")));
    }
    return endpoint;
  }

  private static void checkMediaType(HttpServerRequest request) {
    // Browsers ask before they send this type to another origin than the page's, and no other way
    // of asking is open to a page.
    String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
    String essence = type == null ? "" : type.split(";", 2)[0].strip();
    if (!essence.equalsIgnoreCase("application/json")) {
      throw ApiException.mediaType(type);
    }
  }

  private void addOrigin(HttpServerRequest request) {
    String origin = request.getHeader("origin");
    if (origin == null
        || !(config.allowedOrigins().contains("*") || config.allowedOrigins().contains(origin))) {
      return;
    }
    request
        .response()
        .putHeader("access-control-allow-origin", origin)
        .putHeader("access-control-expose-headers", REQUEST_ID)
        .putHeader("vary", "Origin");
    if (isPreflight(request)) {
      request
          .response()
          .putHeader("access-control-allow-methods", "GET, POST")
          .putHeader("access-control-allow-headers", "authorization, content-type, x-request-id")
          .putHeader("access-control-max-age", "600");
    }
  }

  private boolean isPreflight(HttpServerRequest request) {
    return request.method() == HttpMethod.OPTIONS
        && !config.allowedOrigins().isEmpty()
        && request.getHeader("access-control-request-method") != null;
  }

  private void enter() {
    lock.lock();
    try {
      if (draining) {
        throw ApiException.unavailable("the server ends");
      }
      if (requests >= config.maxRequests()) {
        throw ApiException.overloaded(
            "%d requests are being answered, at most %d may"
                .formatted(requests, config.maxRequests()));
      }
      requests++;
    } finally {
      lock.unlock();
    }
  }

  private void leave() {
    lock.lock();
    try {
      requests--;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The body of a request, as it comes, and then its answer. */
  private final class Body {
    private final HttpServerRequest request;
    private final String id;
    private final String handler;
    private final long begin;
    private final Buffer content = Buffer.buffer();
    private long timer = -1;
    private Runnable leave;

    private Body(HttpServerRequest request, String id, String handler, long begin) {
      this.request = request;
      this.id = id;
      this.handler = handler;
      this.begin = begin;
    }

    /** Reads the body, and then answers; in the end leaves. */
    private void read(Endpoint endpoint, Runnable whenAnswered) {
      leave = whenAnswered;
      String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
      // The decoder has checked that it is a number.
      if (length != null && isLong(length)) {
        stop(ApiException.tooLarge(length, config.maxBodyBytes()));
        return;
      }
      timer =
          vertx.setTimer(
              config.clientTimeout().toMillis(),
              ignored -> stop(ApiException.timeout(config.clientTimeout().toSeconds())));
      request.handler(
          part -> {
            if (leave == null) {
              return; // refused; what still comes is dropped
            }
            if (content.length() + part.length() > config.maxBodyBytes()) {
              stop(ApiException.tooLarge("more", config.maxBodyBytes()));
              return;
            }
            content.appendBuffer(part);
          });
      request.exceptionHandler(
          ignored -> {
            Runnable action = finish();
            if (action != null) {
              action.run();
            }
          });
      request.endHandler(
          ignored -> {
            Runnable action = finish();
            if (action != null) {
              Exchange exchange =
                  new Exchange(id, request, content.getBytes(), config.clientTimeout());
              Thread.ofVirtual()
                  .name("tttv2-request")
                  .start(() -> ModelServer.this.answer(exchange, endpoint, this, action));
            }
          });
    }

    private boolean isLong(String length) {
      try {
        return Long.parseLong(length) > config.maxBodyBytes();
      } catch (NumberFormatException e) {
        return true;
      }
    }

    /** Returns what is to be run in the end, once; null: somebody else has it. */
    private Runnable finish() {
      vertx.cancelTimer(timer);
      Runnable action = leave;
      leave = null;
      return action;
    }

    /** Refuses the request before its body is there. */
    private void stop(ApiException e) {
      Runnable action = finish();
      if (action != null) {
        action.run();
        refuse(e);
      }
    }

    private void refuse(ApiException e) {
      try (RequestLog log = new RequestLog(id, method(), handler, config.logPrompts())) {
        log.refused(e);
        log.answered(e.status(), elapsed());
      }
      metrics.answered(handler, method(), e.status(), elapsed());
      if (request.response().ended() || request.response().closed()) {
        return;
      }
      addRetryAfter(request.response(), e);
      boolean whole = request.isEnded();
      Future<Void> sent =
          request
              .response()
              .setStatusCode(e.status())
              .putHeader("content-type", "application/json")
              .putHeader("connection", whole ? "keep-alive" : "close")
              .end(Buffer.buffer(Json.bytes(e.body())));
      if (!whole) {
        // What is left of the body is dropped for a while, so that the client gets to the answer.
        sent.onComplete(
            ignored -> vertx.setTimer(LINGER_MILLIS, timer -> request.connection().close()));
      }
    }

    private String method() {
      return request.method().name();
    }

    private long elapsed() {
      return System.nanoTime() - begin;
    }
  }

  private static void addRetryAfter(HttpServerResponse response, ApiException e) {
    if (e.mayRetry()) {
      response.putHeader("retry-after", Integer.toString(RETRY_AFTER_SECONDS));
    }
    if (e.status() == 401) {
      response.putHeader("www-authenticate", "Bearer");
    }
  }

  // ---- On the request's thread ----

  private void answer(Exchange exchange, Endpoint endpoint, Body body, Runnable leave) {
    try (RequestLog log =
        new RequestLog(exchange.id(), body.method(), body.handler, config.logPrompts())) {
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
        send(exchange, body, e);
      } catch (RuntimeException | Error e) {
        status = 500;
        log.failed(e);
        send(
            exchange, body, ApiException.internal("the request failed; the server's log says why"));
      } finally {
        leave.run();
        log.answered(status, body.elapsed());
        metrics.answered(body.handler, body.method(), status, body.elapsed());
      }
    }
  }

  private static void send(Exchange exchange, Body body, ApiException e) {
    try {
      if (!exchange.hasBegun()) {
        addRetryAfter(body.request.response(), e);
        exchange.send(e);
      } else {
        exchange.abort();
      }
    } catch (DisconnectedException gone) {
      // Nobody is there to be told.
    }
  }

  // ---- The end ----

  /**
   * Takes no further requests, which are told to come again, and waits until those on their way
   * have their answers.
   *
   * @param most how long to wait
   * @return whether all have been answered
   * @throws InterruptedException if the thread is interrupted
   */
  public boolean drain(Duration most) throws InterruptedException {
    lock.lock();
    try {
      draining = true;
      long left = most.toNanos();
      while (requests > 0 && left > 0) {
        left = changed.awaitNanos(left);
      }
      return requests == 0;
    } finally {
      lock.unlock();
    }
  }

  /** Closes all connections, which cancels the requests on their way. Idempotent. */
  @Override
  public void close() {
    lock.lock();
    try {
      draining = true;
    } finally {
      lock.unlock();
    }
    vertx.close().toCompletionStage().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }
}
