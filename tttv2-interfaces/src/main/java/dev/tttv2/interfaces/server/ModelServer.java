// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import dev.tttv2.interfaces.VLLMGenerator;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

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
  private final Admission admission;
  private final Vertx vertx;
  private final HttpServer http;

  private ModelServer(
      VLLMGenerator engine,
      Optional<EmbeddingModel> embeddings,
      ServerMetrics metrics,
      ServerConfig config)
      throws IOException {
    admission = new Admission(config.maxRequests());
    Routes routes = new Routes(ServedModel.of(engine, config), embeddings, metrics, admission);
    metrics.watch(engine);
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
    RequestHandler handler = new RequestHandler(config, routes, admission, metrics, vertx);
    try {
      http =
          join(
              vertx
                  .createHttpServer(
                      new HttpServerOptions()
                          .setHost(config.host())
                          .setPort(config.port())
                          .setMaxInitialLineLength(RequestHandler.MAX_LINE)
                          .setMaxHeaderSize(RequestHandler.MAX_HEADERS)
                          // A connection that is closed is a request that is cancelled.
                          .setHttp2ClearTextEnabled(false)
                          .setHandle100ContinueAutomatically(true))
                  .requestHandler(handler)
                  .invalidRequestHandler(handler)
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
    return admission.active();
  }

  /**
   * Takes no further requests, which are told to come again, and waits until those on their way
   * have their answers.
   *
   * @param most how long to wait
   * @return whether all have been answered
   * @throws InterruptedException if the thread is interrupted
   */
  public boolean drain(Duration most) throws InterruptedException {
    return admission.drain(most);
  }

  /** Closes all connections, which cancels the requests on their way. Idempotent. */
  @Override
  public void close() {
    admission.close();
    vertx.close().toCompletionStage().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }
}
