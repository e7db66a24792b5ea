// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.interfaces.scheduling.BlockHash;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;

/**
 * Serves many requests at once, as vLLM does: sequences join and leave the batch at every step
 * (continuous batching), long prompts run in parts between the steps of others, equal beginnings
 * are computed once, and when the cache is full the last sequences give way and are computed anew.
 *
 * <p>What comes of a request depends neither on others nor on when it came, as far as the model's
 * rows are computed independently of each other; on the host backend they are in FLOAT32, bit for
 * bit.
 *
 * <p>All methods may be called by any thread. One thread of the engine's own does the work on the
 * device, and takes {@link dev.tttv2.core.Device#lock} for each step, so that others may use the
 * device between steps. Listeners are called on threads of their own, see {@link RequestListener}.
 *
 * {@snippet :
 * try (VLLMGenerator engine = new VLLMGenerator(model, tokenizer, EngineConfig.DEFAULT)) {
 *   SamplingParams params = SamplingParams.builder().maxTokens(64).build();
 *   RequestHandle handle =
 *       engine.submit(
 *           Request.of(Prompt.text("The capital of France is"), params),
 *           token -> System.out.print(token.text()));
 *   RequestOutput output = handle.await();
 *   engine.generate(List.of(Prompt.text("One"), Prompt.text("Two")), params);
 * }
 * }
 */
public final class VLLMGenerator implements AutoCloseable {
  private final CausalLM model;
  private final Optional<Tokenizer> tokenizer;
  private final Optional<ChatTemplate> template;
  private final EngineConfig config;
  private final PromptEncoder encoder;
  private final Engine engine;
  private final RunnerCapabilities capabilities;
  private final AtomicLong names = new AtomicLong();

  /**
   * Starts an engine without chat template, see {@link #VLLMGenerator(CausalLM, Tokenizer,
   * ChatTemplate, EngineConfig)}.
   */
  public VLLMGenerator(CausalLM model, Tokenizer tokenizer, EngineConfig config) {
    this(model, tokenizer, null, config);
  }

  /**
   * Starts an engine: allocates its cache and captures its decode steps. The model stays the
   * caller's, who closes it after the engine.
   *
   * @param model the model
   * @param tokenizer text to tokens and back, or null: prompts are token ids, and there is no text
   * @param template renders conversations, or null: {@link #chat} is refused
   * @param config how to run requests
   * @throws IllegalArgumentException if the context that the config asks for is longer than the
   *     model's, or does not fit the cache
   * @throws dev.tttv2.ffm.TtnnException if the device lacks memory
   */
  public VLLMGenerator(
      CausalLM model, Tokenizer tokenizer, ChatTemplate template, EngineConfig config) {
    this.model = Objects.requireNonNull(model, "model");
    this.tokenizer = Optional.ofNullable(tokenizer);
    this.template = Optional.ofNullable(template);
    this.config = Objects.requireNonNull(config, "config");
    engine = new Engine(model, config);
    capabilities = engine.capabilities();
    encoder = new PromptEncoder(model, this.tokenizer, capabilities.maxContext());
  }

  /** Returns the model. */
  public CausalLM model() {
    return model;
  }

  /** Returns the tokenizer, if there is one. */
  public Optional<Tokenizer> tokenizer() {
    return tokenizer;
  }

  /** Returns the chat template, if there is one. */
  public Optional<ChatTemplate> chatTemplate() {
    return template;
  }

  /** Returns how requests are run. */
  public EngineConfig config() {
    return config;
  }

  /** Returns how long prompt and new tokens together may be. */
  public int maxContext() {
    return capabilities.maxContext();
  }

  /** Returns what the device-facing layer can do. */
  public RunnerCapabilities capabilities() {
    return capabilities;
  }

  /** Returns how things stand. */
  public EngineStats stats() {
    return engine.stats();
  }

  // ---- One request ----

  /**
   * Hands over a request and returns at once.
   *
   * @param listener is told of every token
   * @throws IllegalArgumentException if the prompt is empty, does not fit the context, has tokens
   *     outside of the vocabulary, or needs a tokenizer that is not there; if tokens that the
   *     parameters name are outside of the vocabulary; or if a request of its name is on its way
   * @throws QueueFullException if as many requests wait as may
   * @throws EngineStoppedException if the engine takes no requests any more
   */
  public RequestHandle submit(Request request, RequestListener listener) {
    return submit(prepare(request, listener), false);
  }

  /** Hands over a request without streaming. See {@link #submit(Request, RequestListener)}. */
  public RequestHandle submit(Request request) {
    return submit(request, RequestListener.NONE);
  }

  /**
   * Asks the engine to end all requests on their way before its next step, as {@link
   * RequestHandle#cancel} does one. It goes on taking others.
   */
  public void cancelAll() {
    engine.cancelAll();
  }

  /**
   * Hands over a request however many others wait, and returns at once: for callers who bound how
   * many there are, as {@link #generate(List)} does.
   *
   * @param listener is told of every token
   * @throws IllegalArgumentException as {@link #submit(Request, RequestListener)}
   * @throws EngineStoppedException if the engine takes no requests any more
   */
  public RequestHandle enqueue(Request request, RequestListener listener) {
    return submit(prepare(request, listener), true);
  }

  private RequestHandle submit(EngineRequest request, boolean mayWait) {
    engine.submit(request, mayWait);
    return new RequestHandle(request.id, () -> engine.cancel(request), request.promise);
  }

  private EngineRequest prepare(Request request, RequestListener listener) {
    Objects.requireNonNull(listener, "listener");
    String id = request.id().isEmpty() ? "request-" + names.incrementAndGet() : request.id();
    SamplingParams params = request.sampling();
    if (tokenizer.isEmpty() && !params.stop().isEmpty()) {
      throw new IllegalArgumentException(
          "%d stop strings, but no tokenizer to make text with".formatted(params.stop().size()));
    }
    Sampler.checkCount(
        "promptLogprobs", params.promptLogprobs().orElse(0), model.config().vocabSize());
    int[] prompt = encoder.encode(request.prompt(), 0);
    IntFunction<Sequence> texts =
        sample -> new Sequence(0, sample, prompt, maxContext(), params, model.config(), tokenizer);
    int limit = texts.apply(0).limit; // refuses what the parameters must not name
    EngineRequest prepared =
        new EngineRequest(id, request, prompt, texts, listener, engine.listeners(), engine::fail);
    BlockHash salt = BlockHash.salt(salt(id, request, prompt));
    for (int sample = 0; sample < params.bestOf(); sample++) {
      // The prompt's own logits are computed, not found.
      boolean usesCache = sample > 0 || params.promptLogprobs().isEmpty();
      int reserved = capabilities.prefixCaching() ? 0 : prompt.length + limit;
      prepared.sequences.add(new EngineSequence(prepared, sample, salt, usesCache, reserved));
    }
    return prepared;
  }

  /** Names those with whom a request may share blocks. */
  private String salt(String id, Request request, int[] prompt) {
    String shared = config.prefixCaching() ? "shared:" + request.cacheSalt() : "request:" + id;
    return capabilities.prefixCaching() ? shared : prompt.length + ":" + shared;
  }

  // ---- Many requests ----

  /**
   * Generates for all prompts and waits, as vLLM's {@code LLM.generate}. They are handed over
   * little by little, and however many others wait. A thread that is interrupted cancels what is
   * left, returns, and stays interrupted.
   *
   * @return one output for each prompt, in order
   * @throws IllegalArgumentException as {@link #submit(Request, RequestListener)}, before anything
   *     has run
   * @throws EngineStoppedException if the engine is closed, or fails
   * @throws RuntimeException that with which the first request failed; the others are then
   *     cancelled
   */
  public List<RequestOutput> generate(List<Prompt> prompts, SamplingParams sampling) {
    return generate(prompts.stream().map(prompt -> Request.of(prompt, sampling)).toList());
  }

  /** Runs all requests and waits. See {@link #generate(List, SamplingParams)}. */
  public List<RequestOutput> generate(List<Request> requests) {
    List<EngineRequest> prepared = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      try {
        prepared.add(prepare(requests.get(i), RequestListener.NONE));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("request %d: %s".formatted(i, e.getMessage()), e);
      }
    }
    return new BulkRun(request -> submit(request, true), 2 * config.maxUsers()).run(prepared);
  }

  /**
   * Continues conversations and waits, as vLLM's {@code LLM.chat}.
   *
   * @param conversations the messages so far
   * @throws IllegalStateException if there is no chat template
   * @throws dev.tttv2.interfaces.jinja.TemplateException if the template refuses a conversation
   * @see #generate(List, SamplingParams)
   */
  public List<RequestOutput> chat(List<List<ChatMessage>> conversations, SamplingParams sampling) {
    ChatTemplate chat =
        template.orElseThrow(() -> new IllegalStateException("there is no chat template"));
    return generate(
        conversations.stream()
            .map(messages -> Prompt.rendered(chat.render(messages, true)))
            .toList(),
        sampling);
  }

  // ---- The end ----

  /**
   * Takes no further requests, and waits until those on their way have ended. {@link #close}
   * cancels what is left.
   *
   * @param most how long to wait
   * @return whether all have ended
   * @throws InterruptedException if the thread is interrupted
   */
  public boolean drain(Duration most) throws InterruptedException {
    return engine.drain(most.toNanos());
  }

  /**
   * Cancels the requests on their way, and waits until the engine's memory on the device is free;
   * not for listeners, which may be told of the end later. Idempotent.
   */
  @Override
  public void close() {
    engine.close();
  }
}
