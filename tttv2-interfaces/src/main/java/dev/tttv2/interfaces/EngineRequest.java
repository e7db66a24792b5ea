// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;

/**
 * A request in an engine, and the way back to who asked. The engine's thread alone calls it, but
 * for the constructor.
 */
final class EngineRequest {
  private static final System.Logger LOG = System.getLogger(EngineRequest.class.getName());

  final String id;
  final Request request;
  final int[] prompt;
  final CompletableFuture<RequestOutput> promise = new CompletableFuture<>();
  final List<EngineSequence> sequences = new ArrayList<>();

  private final IntFunction<Sequence> texts;
  private final RequestListener listener;
  private final BiConsumer<EngineRequest, Throwable> onListenerFailure;
  private final Mailbox mailbox;
  private final long arrived = System.nanoTime();
  private long begun;
  private long firstToken;
  private long lastToken;
  private int cachedTokens;
  private Runnable ending; // null: has not ended
  private boolean failed;
  // Only the listener's thread uses it. Null: the listener has thrown nothing.
  private Throwable listenerFailure;

  /**
   * Makes a request without sequences.
   *
   * @param texts begins one of the texts, by its number
   * @param onListenerFailure is told on another thread
   */
  EngineRequest(
      String id,
      Request request,
      int[] prompt,
      IntFunction<Sequence> texts,
      RequestListener listener,
      Executor executor,
      BiConsumer<EngineRequest, Throwable> onListenerFailure) {
    this.id = id;
    this.request = request;
    this.prompt = prompt;
    this.texts = texts;
    this.listener = listener;
    this.onListenerFailure = onListenerFailure;
    mailbox = new Mailbox(executor);
  }

  Sequence newText(int sample) {
    return texts.apply(sample);
  }

  boolean hasBegun() {
    return begun != 0;
  }

  boolean hasEnded() {
    return ending != null;
  }

  boolean hasFailed() {
    return failed;
  }

  boolean isFinished() {
    return sequences.stream().allMatch(EngineSequence::isFinished);
  }

  /** Takes note that one of the sequences runs. */
  void begin(EngineSequence sequence) {
    if (begun == 0) {
      begun = System.nanoTime();
      cachedTokens = sequence.cached();
    }
  }

  void token(Token token) {
    lastToken = System.nanoTime();
    if (firstToken == 0) {
      firstToken = lastToken;
    }
    mailbox.post(() -> tell(token));
  }

  private void tell(Token token) {
    if (listenerFailure != null) {
      return;
    }
    try {
      listener.token(token);
    } catch (Throwable e) {
      listenerFailure = e;
      onListenerFailure.accept(this, e);
    }
  }

  /** Ends with what there is; {@link #tellEnd} says so. */
  void finish() {
    RequestOutput output = output();
    ending =
        () -> {
          if (listenerFailure == null) {
            tellEnd(() -> listener.finished(output));
            promise.complete(output);
          } else { // its listener came late: all tokens had been made
            promise.completeExceptionally(listenerFailure);
          }
        };
  }

  /** Ends with an exception, unless it has ended; {@link #tellEnd} says so. */
  void fail(Throwable cause) {
    failed = true;
    if (ending == null) {
      ending =
          () -> {
            if (listenerFailure == null) {
              tellEnd(() -> listener.failed(cause));
            }
            promise.completeExceptionally(cause);
          };
    }
  }

  /** Tells listener and future of the end. */
  void tellEnd() {
    mailbox.post(ending);
  }

  private void tellEnd(Runnable call) {
    try {
      call.run();
    } catch (Throwable e) {
      LOG.log(Level.WARNING, "request %s: its listener failed at its end".formatted(id), e);
    }
  }

  private RequestOutput output() {
    List<Sequence> made = new ArrayList<>();
    sequences.forEach(sequence -> made.add(sequence.text()));
    List<TokenLogprobs> promptLogprobs = made.getFirst().promptLogprobs();
    made.forEach(text -> text.setPromptLogprobs(promptLogprobs));
    if (request.sampling().choosesBest()) {
      made.sort(Comparator.comparingDouble(Sequence::cumulativeLogprob).reversed());
    }
    List<Generation> outputs =
        made.stream().limit(request.sampling().n()).map(Sequence::result).toList();
    return new RequestOutput(id, outputs.getFirst().promptTokens(), outputs, cachedTokens, times());
  }

  private RequestTimes times() {
    long begin = begun == 0 ? System.nanoTime() : begun;
    long first = firstToken == 0 ? begin : firstToken;
    long last = Math.max(first, lastToken);
    return new RequestTimes(
        Duration.ofNanos(begin - arrived),
        Duration.ofNanos(first - begin),
        Duration.ofNanos(last - first));
  }
}
