// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.ChatTemplate;
import dev.tttv2.interfaces.EngineConfig;
import dev.tttv2.interfaces.Tokenizer;
import dev.tttv2.interfaces.VLLMGenerator;
import dev.tttv2.interfaces.server.ModelServer;
import dev.tttv2.interfaces.server.ServerConfig;
import dev.tttv2.interfaces.server.ServerMetrics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Serves a model over HTTP. */
@Command(
    name = "serve",
    customSynopsis = "tttv2 serve [OPTION...]",
    description = {
      "Serves a model over HTTP, with the interface of OpenAI's API and vLLM.",
      "",
      "Endpoints: /v1/completions, /v1/chat/completions, /v1/embeddings, /v1/models, /tokenize,"
          + " /detokenize, /health, /ping, /version, /metrics, and a page to try the model at /.",
      "Many requests run at once. The address goes to standard output when requests may come, the"
          + " log, an object a line, to standard error. SIGTERM and Ctrl-C end the server when what"
          + " runs has been answered."
    })
final class ServeCommand extends ModelCommand {
  /** Where a key may stand that does not show in lists of processes. */
  private static final String KEY_VARIABLE = "TTTV2_API_KEY";

  /** For the answers to what was cancelled. */
  private static final Duration ANSWERING = Duration.ofSeconds(5);

  @Mixin private DecoderOptions run = new DecoderOptions();

  @Mixin private CalibrationOption calibration = new CalibrationOption();
  @Mixin private ServingOptions serving = new ServingOptions();

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "where to listen; 0.0.0.0 is everywhere (default: ${DEFAULT-VALUE})")
  private String host;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "8000",
      description = "the port; 0: any free one (default: ${DEFAULT-VALUE})")
  private int port;

  @Option(
      names = "--api-key",
      paramLabel = "KEY",
      description =
          "what clients must send as bearer token; lists of processes show it, the environment's "
              + KEY_VARIABLE
              + " does not")
  private String apiKey;

  @Option(
      names = "--max-waiting",
      paramLabel = "N",
      defaultValue = "256",
      description =
          "requests that wait for their turn; further ones get status 429"
              + " (default: ${DEFAULT-VALUE})")
  private int maxWaiting;

  @Option(
      names = "--max-body",
      paramLabel = "BYTES",
      defaultValue = "8388608",
      description = "largest body of a request (default: ${DEFAULT-VALUE})")
  private int maxBody;

  @Option(
      names = "--allowed-origin",
      paramLabel = "ORIGIN",
      description =
          "web pages from there may use the server, such as https://example.com; * is everywhere;"
              + " repeatable (default: none)")
  private List<String> origins = new ArrayList<>();

  @Option(names = "--log-prompts", description = "let the log hold prompts and texts of errors")
  private boolean logPrompts;

  ServeCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws IOException {
    run.check();
    serving.check();
    RunOptions.positive("--max-waiting", maxWaiting);
    RunOptions.positive("--max-body", maxBody);
    try (Checkpoint checkpoint = openCheckpoint();
        PendingTokenizer tokenizer = PendingTokenizer.start(() -> Tokenizer.of(checkpoint))) {
      ServerConfig config = config(checkpoint);
      warnOfOpenAddress(config);
      try (ModelSession<CausalLM> session =
              ModelSession.decoder(checkpoint, run, calibration, console());
          Embedder embedder = serving.embedder(session.model().device(), run).orElse(null)) {
        serve(checkpoint, session.model(), tokenizer.get(), embedder, config);
      }
    }
    return CommandFailure.INTERRUPTED;
  }

  private ServerConfig config(Checkpoint checkpoint) {
    String key = apiKey != null ? apiKey : System.getenv(KEY_VARIABLE);
    if (key != null && key.isEmpty()) {
      throw CommandFailure.usage(
          (apiKey != null ? "--api-key" : KEY_VARIABLE) + " is empty: anybody would have it");
    }
    ServerConfig.Builder builder =
        serving
            .config(checkpoint)
            .host(host)
            .port(port)
            .version(Version.number())
            .maxBodyBytes(maxBody)
            .maxRequests(serving.maxUsers() + maxWaiting)
            .allowedOrigins(origins)
            .logPrompts(logPrompts);
    try {
      if (key != null) {
        builder.apiKey(key);
      }
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(e.getMessage());
    }
  }

  private void warnOfOpenAddress(ServerConfig config) {
    boolean loopback;
    try {
      loopback = InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw CommandFailure.usage("--host is \"%s\", which is no address".formatted(host));
    }
    if (!loopback) {
      console()
          .err()
          .printf(
              "tttv2: listening at %s: other machines can reach the server%s; it speaks plain"
                  + " HTTP%n",
              host, config.apiKey().isPresent() ? "" : ", and there is no API key");
    }
  }

  private void serve(
      Checkpoint checkpoint,
      CausalLM model,
      Tokenizer tokenizer,
      Embedder embedder,
      ServerConfig config)
      throws IOException {
    ServerMetrics metrics = new ServerMetrics(config.modelName(), model.config().maxPositions());
    EngineConfig engineConfig =
        EngineConfig.builder()
            .maxUsers(serving.maxUsers())
            .maxWaiting(maxWaiting)
            .stepListener(metrics)
            .build();
    ChatTemplate template = ChatTemplate.of(checkpoint).orElse(null);
    try (VLLMGenerator engine = new VLLMGenerator(model, tokenizer, template, engineConfig);
        ModelServer server =
            embedder == null
                ? ModelServer.start(engine, metrics, config)
                : ModelServer.start(engine, embedder.model(), metrics, config)) {
      console()
          .out()
          .printf("%s is served at http://%s:%d%n", config.modelName(), host, server.port());
      console().out().flush();
      console().awaitCancellation(serving.drainSeconds());
      if (!server.drain(Duration.ofSeconds(serving.drainSeconds()))) {
        console()
            .err()
            .printf(
                "tttv2: %d requests have not ended within %d s, and are cancelled%n",
                server.activeRequests(), serving.drainSeconds());
        engine.cancelAll();
        server.drain(ANSWERING);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
