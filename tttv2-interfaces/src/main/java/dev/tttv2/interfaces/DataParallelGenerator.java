// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.core.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Generates with copies of a model that work side by side, each on devices of its own ({@link
 * Device#openGroups}): data parallel. Prompts are dealt out in runs of equal length; every copy
 * generates with its own as a {@link Generator} does.
 *
 * {@snippet :
 * List<Device> groups = Device.openGroups(DeviceOptions.builder().mesh(1, 8).build(), 1, 2);
 * List<CausalLM> copies = groups.stream().map(group -> family.load(checkpoint, group, options)).toList();
 * new DataParallelGenerator(copies, tokenizer).generate(prompts, config);
 * }
 */
public final class DataParallelGenerator {
  private final List<CausalLM> copies;
  private final Optional<Tokenizer> tokenizer;

  /**
   * Makes a generator; the models stay the caller's.
   *
   * @param copies the model, loaded once for each group of devices
   * @param tokenizer text to tokens and back, or null: prompts are token ids, and there is no text
   * @throws IllegalArgumentException if there is no copy, or two are on one device
   */
  public DataParallelGenerator(List<CausalLM> copies, Tokenizer tokenizer) {
    this.copies = List.copyOf(copies);
    this.tokenizer = Optional.ofNullable(tokenizer);
    long devices = copies.stream().map(CausalLM::device).distinct().count();
    if (copies.isEmpty() || devices < copies.size()) {
      throw new IllegalArgumentException(
          "%d copies of a model on %d devices, expected at least one, each on a device of its own"
              .formatted(copies.size(), devices));
    }
  }

  /**
   * Generates until every prompt's end. Interrupting the calling thread, or the configuration's
   * token, ends it early; a failure of one copy ends the others.
   *
   * @param prompts at least one
   * @param config how to generate
   * @param listener is told of every token, by one copy at a time
   * @return as {@link Generator#generate(List, GenerationConfig, TokenListener)}
   * @throws IllegalArgumentException as there, or if the configuration has a listener for logits
   */
  public List<Generation> generate(
      List<Prompt> prompts, GenerationConfig config, TokenListener listener) {
    if (config.logits().isPresent()) {
      throw new IllegalArgumentException("data parallel: a listener for logits is not served");
    }
    // Here, so that messages have the caller's numbers.
    List<int[]> all =
        new PromptEncoder(copies.getFirst(), tokenizer, config.maxContext()).encode(prompts);
    try (ExecutorService threads = Executors.newFixedThreadPool(copies.size())) {
      CompletionService<List<Generation>> running = new ExecutorCompletionService<>(threads);
      List<Future<List<Generation>>> parts = new ArrayList<>();
      for (int i = 0; i < copies.size(); i++) {
        int from = (int) ((long) all.size() * i / copies.size());
        int to = (int) ((long) all.size() * (i + 1) / copies.size());
        if (from < to) {
          Generator copy = new Generator(copies.get(i), tokenizer.orElse(null));
          List<Prompt> own = all.subList(from, to).stream().map(Prompt::tokens).toList();
          parts.add(running.submit(() -> generate(copy, own, from, config, listener)));
        }
      }
      await(threads, running, parts.size());
      return parts.stream().flatMap(part -> part.resultNow().stream()).toList();
    }
  }

  /** As {@link #generate(List, GenerationConfig, TokenListener)}, without streaming. */
  public List<Generation> generate(List<Prompt> prompts, GenerationConfig config) {
    return generate(prompts, config, TokenListener.NONE);
  }

  private List<Generation> generate(
      Generator copy, List<Prompt> own, int from, GenerationConfig config, TokenListener listener) {
    TokenListener renumbered =
        token -> {
          synchronized (this) {
            listener.token(token.ofPrompt(from + token.prompt()));
          }
        };
    return copy.generate(own, config, renumbered).stream()
        .map(generation -> generation.ofPrompt(from + generation.prompt()))
        .toList();
  }

  /** Interrupts all copies when one fails, or when this thread is interrupted. */
  private static void await(
      ExecutorService threads, CompletionService<List<Generation>> running, int parts) {
    boolean interrupted = false;
    Throwable failure = null;
    for (int done = 0; done < parts; ) {
      try {
        Future<List<Generation>> part = running.take();
        done++;
        if (part.state() == Future.State.FAILED && failure == null) {
          failure = part.exceptionNow();
          threads.shutdownNow();
        }
      } catch (InterruptedException e) {
        interrupted = true;
        threads.shutdownNow();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    switch (failure) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(failure);
    }
  }
}
