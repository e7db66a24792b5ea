// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import dev.tttv2.interfaces.EngineStoppedException;
import dev.tttv2.interfaces.FinishReason;
import dev.tttv2.interfaces.NoTokenException;
import dev.tttv2.interfaces.QueueFullException;
import dev.tttv2.interfaces.Request;
import dev.tttv2.interfaces.RequestHandle;
import dev.tttv2.interfaces.RequestListener;
import dev.tttv2.interfaces.RequestOutput;
import dev.tttv2.interfaces.SamplingParams;
import dev.tttv2.interfaces.Token;
import dev.tttv2.interfaces.VLLMGenerator;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;

/** Runs what a client asks for through the engine: a request for each of its prompts. */
final class Generations {
  private final BiFunction<Request, RequestListener, RequestHandle> submit;
  private final Observer observer;

  private Generations(
      BiFunction<Request, RequestListener, RequestHandle> submit, Observer observer) {
    this.submit = submit;
    this.observer = observer;
  }

  /** Runs requests of clients, who are refused when too many wait. */
  static Generations served(VLLMGenerator engine, ServerMetrics metrics) {
    return new Generations(
        engine::submit,
        new Observer() {
          @Override
          public void token(long nanos) {
            metrics.token(nanos);
          }

          @Override
          public void finished(SamplingParams sampling, RequestOutput output) {
            metrics.finished(sampling, output);
          }
        });
  }

  /** Runs requests of a caller who bounds by itself how many there are at a time. */
  static Generations bulk(VLLMGenerator engine) {
    return new Generations(engine::enqueue, new Observer() {});
  }

  /** Is told how requests fare. */
  private interface Observer {
    /** Takes note of a token that came so long after the one before. */
    default void token(long nanos) {}

    /** Takes note of a request that has ended. */
    default void finished(SamplingParams sampling, RequestOutput output) {}
  }

  /** Takes tokens as they come. */
  interface TokenSink {
    /** Takes none. */
    TokenSink NONE = (prompt, token) -> {};

    /**
     * Takes a token.
     *
     * @param prompt which of the prompts it continues; those of several come on several threads
     */
    void token(int prompt, Token token);
  }

  /**
   * Runs requests and waits. They are cancelled if the client goes.
   *
   * @return one output for each
   * @throws ApiException if the engine refuses one or fails; all are cancelled then
   * @throws DisconnectedException if the client has gone
   */
  List<RequestOutput> run(Requester requester, List<Request> requests, TokenSink sink) {
    List<RequestHandle> handles = new CopyOnWriteArrayList<>();
    Runnable cancel = () -> handles.forEach(RequestHandle::cancel);
    boolean complete = false;
    try {
      requester.onDisconnect(cancel);
      for (int i = 0; i < requests.size(); i++) {
        handles.add(submit.apply(requests.get(i), new Listener(i, sink)));
      }
      if (requester.isDisconnected()) {
        throw new DisconnectedException();
      }
      List<RequestOutput> outputs = new ArrayList<>();
      for (int i = 0; i < handles.size(); i++) {
        RequestOutput output = handles.get(i).await();
        observer.finished(requests.get(i).sampling(), output);
        outputs.add(output);
      }
      checkWhole(requester, outputs);
      complete = true;
      return outputs;
    } catch (QueueFullException e) {
      throw ApiException.overloaded(e.getMessage());
    } catch (EngineStoppedException e) {
      throw ApiException.unavailable(e.getMessage());
    } catch (IllegalArgumentException e) {
      throw ApiException.invalid(null, e.getMessage());
    } catch (NoTokenException e) {
      throw ApiException.invalid(
          null,
          ("no token may follow after %d new ones: allowed_token_ids, bad_words, min_tokens,"
                  + " stop_token_ids and the output's structure rule out all of them")
              .formatted(e.newTokens()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ApiException.unavailable("the server ends");
    } finally {
      if (!complete) {
        cancel.run();
      }
    }
  }

  private static void checkWhole(Requester requester, List<RequestOutput> outputs) {
    boolean cancelled =
        outputs.stream()
            .flatMap(output -> output.outputs().stream())
            .anyMatch(text -> text.finishReason() == FinishReason.CANCELLED);
    if (requester.isDisconnected()) {
      throw new DisconnectedException();
    }
    if (cancelled) {
      throw ApiException.unavailable("the server ends");
    }
  }

  /** Hands tokens on, and measures the time between those of each text. */
  private final class Listener implements RequestListener {
    private final int prompt;
    private final TokenSink sink;
    private final List<Long> last = new ArrayList<>(); // of each sample, 0: none yet

    private Listener(int prompt, TokenSink sink) {
      this.prompt = prompt;
      this.sink = sink;
    }

    @Override
    public void token(Token token) {
      long now = System.nanoTime();
      while (last.size() <= token.sample()) {
        last.add(0L);
      }
      long before = last.set(token.sample(), now);
      if (before != 0) {
        observer.token(now - before);
      }
      try {
        sink.token(prompt, token);
      } catch (DisconnectedException e) {
        // The request is cancelled already; it has not failed.
      }
    }
  }
}
