// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tttv2.interfaces.VLLMGenerator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Answers the bodies of requests as a {@link ModelServer} does, without HTTP: completions, chats
 * and embeddings, whole and not streamed. Needs none of the server's libraries.
 *
 * <p>The engine and the embedding model stay the caller's. Any number of threads may ask at once;
 * who asks bounds how many there are, for the engine's own limit of waiting requests does not count
 * here.
 *
 * {@snippet :
 * ModelApi api = ModelApi.of(engine, ServerConfig.builder("my-model").build());
 * byte[] body = "{\"prompt\": \"The capital of France is\"}".getBytes(StandardCharsets.UTF_8);
 * System.out.println(api.answer("/v1/completions", "request-1", body).json());
 * }
 */
public final class ModelApi {
  private static final String COMPLETIONS = "/v1/completions";
  private static final String CHAT_COMPLETIONS = "/v1/chat/completions";
  private static final String EMBEDDINGS = "/v1/embeddings";

  /** What bodies may be sent to. */
  public static final List<String> PATHS = List.of(COMPLETIONS, CHAT_COMPLETIONS, EMBEDDINGS);

  private static final System.Logger LOG = System.getLogger(ModelApi.class.getName());

  private static final AtomicLong NUMBERS = new AtomicLong();

  private final Map<String, Inference.Reader> readers;

  private ModelApi(VLLMGenerator engine, Optional<EmbeddingModel> embeddings, ServerConfig config) {
    readers = readers(ServedModel.of(engine, config), embeddings, Generations.bulk(engine));
  }

  /**
   * Answers with an engine's model.
   *
   * @param engine has a tokenizer; without chat template, chats are refused
   * @param config the model's name, defaults and limits; address, key and origins mean nothing here
   * @throws IllegalArgumentException if the engine has no tokenizer
   */
  public static ModelApi of(VLLMGenerator engine, ServerConfig config) {
    return new ModelApi(engine, Optional.empty(), config);
  }

  /**
   * Answers with an engine's model, and one for embeddings.
   *
   * @throws IllegalArgumentException if the engine has no tokenizer, or both models have one name
   */
  public static ModelApi of(VLLMGenerator engine, EmbeddingModel embeddings, ServerConfig config) {
    embeddings.checkName(config);
    return new ModelApi(engine, Optional.of(embeddings), config);
  }

  /** Returns what reads the bodies of each path. */
  static Map<String, Inference.Reader> readers(
      ServedModel served, Optional<EmbeddingModel> embeddings, Generations generations) {
    Map<String, Inference.Reader> readers = new LinkedHashMap<>();
    readers.put(COMPLETIONS, new CompletionEndpoint(served, generations));
    readers.put(CHAT_COMPLETIONS, new ChatEndpoint(served, generations));
    readers.put(EMBEDDINGS, new EmbeddingEndpoint(embeddings));
    return readers;
  }

  /**
   * Answers a body, and waits until the answer is whole. What is wrong with the body is an answer,
   * too. A thread that is interrupted cancels its request, and gets the status 503.
   *
   * @param path one of {@link #PATHS}
   * @param id the request's name, part of the answer's own
   * @param body JSON in UTF-8
   * @throws IllegalArgumentException if there is no such path
   */
  public ApiAnswer answer(String path, String id, byte[] body) {
    Inference.Reader reader = readers.get(Objects.requireNonNull(path, "path"));
    if (reader == null) {
      throw new IllegalArgumentException(
          "nothing is at %s; there are %s"
              .formatted(Fields.excerpt(path), String.join(", ", PATHS)));
    }
    try {
      Fields fields = new Fields(Json.readObject(body), "");
      if (fields.flag("stream", false)) {
        throw ApiException.unsupported("stream", "stream is true: answers here are whole");
      }
      ObjectNode answer = reader.read(new Caller(id), fields).answer();
      return ApiAnswer.of(200, answer);
    } catch (ApiException e) {
      return ApiAnswer.of(e.status(), e.body());
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "request %s failed".formatted(id), e);
      ApiException failure = ApiException.internal("the request failed; the log says why");
      return ApiAnswer.of(failure.status(), failure.body());
    }
  }

  /** A thread that waits for its answer. */
  private record Caller(String id, long number) implements Requester {
    private Caller(String id) {
      this(Objects.requireNonNull(id, "id"), NUMBERS.incrementAndGet());
    }

    @Override
    public String engineId(int part) {
      // None of a server's, which has numbers of its own.
      return "%s-api%d-%d".formatted(id, number, part);
    }

    @Override
    public void onDisconnect(Runnable action) {
      // It is interrupted instead.
    }

    @Override
    public boolean isDisconnected() {
      return false;
    }
  }
}
