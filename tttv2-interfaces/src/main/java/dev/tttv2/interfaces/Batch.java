// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.locks.Lock;

/**
 * Up to 32 texts that share a cache: each prompt is prefilled once, then all are decoded in lock
 * step, those that have ended as idle users. Everything on the device is made on the first {@link
 * #advance} and freed by {@link #close}.
 */
final class Batch implements AutoCloseable {
  private final ModelRun run;
  private final GenerationConfig config;
  private final List<Sequence> sequences;
  private final int vocabSize;
  private final boolean choosesOnDevice;
  private final float[] row;
  private final int[][] drafts;
  private PageTable table;
  private float[] promptLogits;
  private int prefilled;
  private boolean closed;

  Batch(CausalLM model, GenerationConfig config, List<Sequence> sequences) {
    this.run = new ModelRun(model, config);
    this.config = config;
    this.sequences = sequences;
    this.vocabSize = model.config().vocabSize();
    this.choosesOnDevice =
        config.deviceArgmax()
            && config.sampling().isGreedy()
            && !config.sampling().changesLogits()
            && config.sampling().logprobs().isEmpty()
            && config.promptLookup().isEmpty()
            && config.logits().isEmpty();
    this.row = new float[vocabSize];
    this.drafts = new int[sequences.size()][];
  }

  List<Sequence> sequences() {
    return sequences;
  }

  boolean isFinished() {
    return sequences.stream().allMatch(Sequence::isFinished);
  }

  /**
   * Does the next piece of work: one prompt's prefill, or one decode step of all. Not after {@link
   * #isFinished}. Generations of several threads on one device take turns.
   */
  void advance(TokenListener listener) {
    Lock lock = run.lock();
    lock.lock();
    try {
      advanceAlone(listener);
    } finally {
      lock.unlock();
    }
  }

  private void advanceAlone(TokenListener listener) {
    if (run.isCancelled()) {
      cancel();
      return;
    }
    if (!run.isAllocated()) {
      allocate();
    }
    if (prefilled < sequences.size()) {
      prefill(prefilled, sequences.get(prefilled), listener);
      prefilled++;
    } else {
      decode(listener);
    }
  }

  void cancel() {
    sequences.forEach(Sequence::cancel);
  }

  /** The first user with the same prompt; another sample of it, unless it is the user itself. */
  private int first(int user) {
    int first = user;
    while (first > 0 && sequences.get(first - 1).index == sequences.get(user).index) {
      first--;
    }
    return first;
  }

  /** The blocks of another user's that a sample shares: those that the prompt fills. */
  private int shared(int user) {
    return first(user) == user ? 0 : sequences.get(user).prompt.length / Generator.BLOCK_SIZE;
  }

  private void allocate() {
    int own = 0;
    int width = 0;
    for (int user = 0; user < sequences.size(); user++) {
      Sequence sequence = sequences.get(user);
      own += ModelRun.blocks(sequence.end()) - shared(user);
      width = Math.max(width, run.width(sequence.prompt.length, sequence.end()));
    }
    table = new PageTable(sequences.size(), width, own);
    int next = 0;
    for (int user = 0; user < sequences.size(); user++) {
      for (int i = 0; i < ModelRun.blocks(sequences.get(user).end()); i++) {
        table.set(user, i, i < shared(user) ? table.get(first(user), i) : next++);
      }
    }
    run.allocate(table, choosesOnDevice);
  }

  private void prefill(int user, Sequence sequence, TokenListener listener) {
    long begin = System.nanoTime();
    int first = first(user);
    if (first == user) {
      runPrompt(user, sequence);
      sequence.prefilled(System.nanoTime() - begin);
    } else {
      copyPrompt(first, user);
    }
    if (!sequence.isFinished()) {
      listener.token(sequence.next(promptLogits, 0));
    }
  }

  private void runPrompt(int user, Sequence sequence) {
    List<LogitsListener> listeners = new ArrayList<>();
    config.logits().filter(l -> l.wants(sequence.index)).ifPresent(listeners::add);
    OptionalInt top = config.sampling().promptLogprobs();
    PromptLogprobs logprobs = new PromptLogprobs(sequence.prompt, vocabSize, top.orElse(0));
    if (top.isPresent()) {
      listeners.add(logprobs);
    }
    promptLogits = run.prefill(user, sequence.index, sequence.prompt, listeners);
    if (promptLogits == null) {
      cancel();
    } else {
      sequence.setPromptLogprobs(logprobs.logprobs());
    }
  }

  /**
   * Gives another sample of a prompt what it does not share: the block that the prompt fills in
   * part, in which the sample goes on.
   */
  private void copyPrompt(int from, int to) {
    Sequence sequence = sequences.get(to);
    if (sequence.prompt.length % Generator.BLOCK_SIZE != 0) {
      run.copyBlock(table.get(from, shared(to)), table.get(to, shared(to)));
    }
    sequence.setPromptLogprobs(sequences.get(from).promptLogprobs());
  }

  private void decode(TokenListener listener) {
    int longest = 0;
    for (int user = 0; user < drafts.length; user++) {
      drafts[user] = draft(sequences.get(user));
      longest = Math.max(longest, drafts[user].length);
    }
    long begin = System.nanoTime();
    int rows = longest == 0 ? 1 : config.promptLookup().orElseThrow().numTokens() + 1;
    StepRunner steps = rows == 1 ? run.steps() : run.wideSteps(rows);
    for (int user = 0; user < drafts.length; user++) {
      set(steps, user * rows, rows, sequences.get(user), drafts[user]);
    }
    steps.run();
    long nanos = System.nanoTime() - begin;
    for (int user = 0; user < drafts.length; user++) {
      Sequence sequence = sequences.get(user);
      if (!sequence.isFinished()) {
        sequence.decoded(nanos);
        take(steps, user * rows, sequence, drafts[user], listener);
      }
    }
  }

  private int[] draft(Sequence sequence) {
    return config.promptLookup().isEmpty() || sequence.isFinished()
        ? PromptLookup.NONE
        : sequence.draft(config.promptLookup().get());
  }

  /** Feeds a text's last token, and its draft in the rows after it. */
  private static void set(StepRunner steps, int first, int rows, Sequence sequence, int[] draft) {
    for (int i = 0; i < rows; i++) {
      if (sequence.isFinished() || i > draft.length) {
        steps.idle(first + i);
      } else {
        int id = i == 0 ? sequence.lastToken() : draft[i - 1];
        steps.set(first + i, id, sequence.position() + i);
      }
    }
  }

  /** Takes tokens as long as the draft foresaw them, and the one after. */
  private void take(
      StepRunner steps, int first, Sequence sequence, int[] draft, TokenListener listener) {
    sequence.drafted(draft.length);
    for (int i = 0; i <= draft.length; i++) {
      if (choosesOnDevice) {
        listener.token(sequence.take(steps.chosen(first)));
        return;
      }
      steps.logits(first + i, row);
      if (config.logits().isPresent() && config.logits().get().wants(sequence.index)) {
        config.logits().get().logits(sequence.index, sequence.position(), row);
      }
      Token token = sequence.next(row, 0);
      if (i < draft.length && token.id() == draft[i]) {
        sequence.accepted();
      }
      listener.token(token);
      if (sequence.isFinished() || i < draft.length && token.id() != draft[i]) {
        return;
      }
    }
  }

  /** Frees everything on the device; sequences that have not ended are cancelled. Idempotent. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    cancel();
    run.close();
  }
}
