// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.interfaces.scheduling.Scheduler;
import dev.tttv2.interfaces.scheduling.Step;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Lock;

/** Carries out what the scheduler decides. For the engine's thread alone. */
final class EngineSteps {
  private final ModelRunner runner;
  private final Lock device;
  private final Scheduler<EngineSequence> scheduler;
  private final boolean deviceArgmax;
  private final List<Integer> batches;
  private final int blockSize;
  private final float[] row;
  private final Map<FinishReason, Long> finished = new EnumMap<>(FinishReason.class);
  // Who has which row of the decode steps, and whether the device knows the rows' next tokens.
  private EngineSequence[] rows = new EngineSequence[0];
  private boolean deviceGoesOn;
  private long steps;
  private long promptTokens;
  private long generationTokens;
  private long failed;

  EngineSteps(
      ModelRunner runner,
      CausalLM model,
      EngineConfig config,
      Scheduler<EngineSequence> scheduler) {
    this.runner = runner;
    this.device = model.device().lock();
    this.scheduler = scheduler;
    this.deviceArgmax = config.deviceArgmax();
    this.batches = runner.capabilities().decodeBatches();
    this.blockSize = config.blockSize();
    this.row = new float[model.config().vocabSize()];
  }

  boolean isIdle() {
    return scheduler.running() == 0 && scheduler.waiting() == 0;
  }

  void add(EngineRequest request) {
    request.sequences.forEach(scheduler::add);
  }

  /** Ends a request with what it has. */
  void cancel(EngineRequest request) {
    for (EngineSequence sequence : request.sequences) {
      if (!sequence.isFinished()) {
        sequence.text().cancel();
        end(sequence);
      }
    }
    finishIfComplete(request);
  }

  /**
   * Ends a request with an exception, unless it has failed already. One that has ended counts as
   * failed all the same: its listener, which lags behind, has thrown.
   */
  void fail(EngineRequest request, Throwable cause) {
    if (request.hasFailed()) {
      return;
    }
    for (EngineSequence sequence : request.sequences) {
      if (!sequence.isFinished()) {
        sequence.text().cancel();
        remove(sequence);
      }
    }
    abandon(request, cause);
  }

  /** Ends a request with an exception, and leaves its sequences where they are. */
  void abandon(EngineRequest request, Throwable cause) {
    failed++;
    request.fail(cause);
  }

  /**
   * Runs the next step.
   *
   * @param publish is run after each part of it, when requests may have ended
   */
  EngineStep run(Runnable publish) {
    Step<EngineSequence> step = scheduler.next();
    step.preempted().forEach(this::leaveRow);
    if (!step.preempted().isEmpty()) {
      tellOfPressure(step.preempted().size());
    }
    long begin = System.nanoTime();
    int batch = step.decodes().isEmpty() ? 0 : decode(step.decodes());
    long decoded = System.nanoTime();
    steps++;
    publish.run();
    int chunkTokens = 0;
    for (Step.Chunk<EngineSequence> chunk : step.chunks()) {
      if (chunk.sequence().isRunning()) { // another sample of its request may have failed
        chunkTokens += chunk.end() - chunk.start();
        prefill(chunk);
        publish.run();
      }
    }
    return new EngineStep(
        step.decodes().size(),
        batch,
        step.chunks().size(),
        chunkTokens,
        step.preempted().size(),
        Duration.ofNanos(decoded - begin),
        Duration.ofNanos(System.nanoTime() - decoded));
  }

  private void tellOfPressure(int preempted) {
    CachePressureEvent event = new CachePressureEvent();
    event.preempted = preempted;
    event.running = scheduler.running();
    event.waiting = scheduler.waiting();
    event.usedBlocks = scheduler.usedBlocks();
    event.blocks = scheduler.numBlocks();
    event.commit();
  }

  // ---- Decode ----

  private int decode(List<EngineSequence> sequences) {
    DecodeStepEvent event = new DecodeStepEvent();
    event.begin();
    sequences.forEach(sequence -> sequence.request.begin(sequence));
    boolean stay = assignRows(sequences);
    boolean chooses = deviceArgmax && sequences.stream().allMatch(EngineSteps::mayChooseOnDevice);
    DecodeReload reload =
        stay && chooses && deviceGoesOn ? DecodeReload.PAGE_TABLES : DecodeReload.ALL;
    DecodeOutput output;
    device.lock();
    try {
      output = runner.decodeForward(input(reload, chooses), true);
    } finally {
      device.unlock();
    }
    deviceGoesOn = chooses;
    for (EngineSequence sequence : sequences) {
      scheduler.computed(sequence, sequence.length());
    }
    for (EngineSequence sequence : sequences) {
      if (sequence.isRunning()) {
        int from = sequence.slot;
        if (chooses) {
          next(sequence, () -> sequence.text().take(output.token(from)));
        } else {
          output.logits(from, row);
          next(sequence, () -> sequence.text().next(row, 0));
        }
      }
    }
    event.sequences = sequences.size();
    event.rows = rows.length;
    event.commit();
    return rows.length;
  }

  private static boolean mayChooseOnDevice(EngineSequence sequence) {
    SamplingParams params = sequence.request.request.sampling();
    return params.isGreedy()
        && !params.changesLogits()
        && params.logprobs().isEmpty()
        && !params.choosesBest();
  }

  /**
   * Gives each sequence a row of the smallest batch that has room for all, its last one if that is
   * possible.
   *
   * @return whether all have the rows that they had, and nobody left
   */
  private boolean assignRows(List<EngineSequence> sequences) {
    int count = sequences.size();
    int size = batches.stream().filter(batch -> batch >= count).findFirst().orElseThrow();
    EngineSequence[] next = new EngineSequence[size];
    for (EngineSequence sequence : sequences) {
      if (sequence.slot >= 0 && sequence.slot < size) {
        next[sequence.slot] = sequence;
      }
    }
    int free = 0;
    for (EngineSequence sequence : sequences) {
      if (sequence.slot < 0 || sequence.slot >= size) {
        while (next[free] != null) {
          free++;
        }
        next[free] = sequence;
        sequence.slot = free;
      }
    }
    boolean stay = Arrays.equals(rows, next);
    rows = next;
    return stay;
  }

  private DecodeInput input(DecodeReload reload, boolean chooses) {
    int[] tokens = new int[rows.length];
    int[] positions = new int[rows.length];
    int[][] blocks = new int[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      EngineSequence sequence = rows[i];
      boolean idle = sequence == null;
      tokens[i] = idle ? 0 : sequence.token(sequence.length() - 1);
      positions[i] = idle ? -1 : sequence.length() - 1;
      blocks[i] = idle ? new int[0] : sequence.blocks();
    }
    return new DecodeInput(tokens, positions, blocks, Optional.empty(), reload, chooses);
  }

  private void leaveRow(EngineSequence sequence) {
    if (sequence.slot >= 0 && sequence.slot < rows.length && rows[sequence.slot] == sequence) {
      rows[sequence.slot] = null;
      deviceGoesOn = false;
    }
    sequence.slot = EngineSequence.NO_SLOT;
  }

  // ---- Prefill ----

  private void prefill(Step.Chunk<EngineSequence> chunk) {
    PrefillEvent event = new PrefillEvent();
    event.begin();
    EngineSequence sequence = chunk.sequence();
    sequence.request.begin(sequence);
    if (chunk.start() == 0) {
      sequence.promptLogprobs = promptLogprobs(sequence);
    }
    boolean all = sequence.promptLogprobs != null;
    int most = all ? Math.max(blockSize, Scorer.CHUNK / blockSize * blockSize) : chunk.end();
    for (int start = chunk.start(); start < chunk.end(); start += most) {
      int end = Math.min(chunk.end(), start + most);
      device.lock();
      try {
        PrefillInput input =
            new PrefillInput(
                sequence.tokens(start, end),
                start,
                sequence.length(),
                sequence.blocks(),
                all ? Logits.ALL : Logits.LAST);
        event.traced = runner.isCaptured(input);
        runner.prefillForward(
            List.of(input),
            event.traced,
            (part, position, logits) -> take(sequence, position, logits));
      } finally {
        device.unlock();
      }
    }
    event.request = sequence.request.id;
    event.start = chunk.start();
    event.tokens = chunk.end() - chunk.start();
    event.commit();
    boolean last = chunk.isLast();
    scheduler.computed(sequence, chunk.end());
    if (last) {
      if (all) {
        sequence.text().setPromptLogprobs(sequence.promptLogprobs.logprobs());
        sequence.promptLogprobs = null;
      }
      next(sequence, () -> sequence.text().next(row, 0));
    }
  }

  private void take(EngineSequence sequence, int position, float[] logits) {
    if (sequence.promptLogprobs != null) {
      sequence.promptLogprobs.logits(0, position, logits);
    }
    System.arraycopy(logits, 0, row, 0, row.length);
  }

  /** What collects the log-probabilities of the prompt: the first text of a request has it. */
  private PromptLogprobs promptLogprobs(EngineSequence sequence) {
    SamplingParams params = sequence.request.request.sampling();
    return params.promptLogprobs().isPresent()
            && sequence.sample == 0
            && sequence.text().size() == 0
        ? new PromptLogprobs(
            sequence.request.prompt, row.length, params.promptLogprobs().getAsInt())
        : null;
  }

  // ---- Tokens ----

  private interface Choice {
    Token next();
  }

  /**
   * Chooses the next token of a text and tells it; what is wrong with it fails its request alone.
   */
  private void next(EngineSequence sequence, Choice choice) {
    Token token;
    try {
      token = choice.next();
    } catch (RuntimeException e) {
      fail(sequence.request, e);
      return;
    }
    if (token.index() == 0) {
      promptTokens += sequence.promptLength();
    }
    generationTokens++;
    sequence.append(token.id());
    sequence.request.token(token);
    if (sequence.isFinished()) {
      end(sequence);
      finishIfComplete(sequence.request);
    }
  }

  private void end(EngineSequence sequence) {
    finished.merge(sequence.text().finishReason().orElseThrow(), 1L, Long::sum);
    remove(sequence);
  }

  private void remove(EngineSequence sequence) {
    scheduler.remove(sequence);
    leaveRow(sequence);
  }

  private void finishIfComplete(EngineRequest request) {
    if (!request.hasEnded() && request.isFinished()) {
      request.finish();
    }
  }

  /** How things stand, as far as this thread knows. */
  EngineStats stats() {
    return new EngineStats(
        scheduler.running(),
        scheduler.waiting(),
        scheduler.usedBlocks(),
        scheduler.numBlocks(),
        0,
        promptTokens,
        generationTokens,
        scheduler.prefixQueries(),
        scheduler.prefixHits(),
        scheduler.preemptions(),
        steps,
        Map.copyOf(finished),
        failed,
        0);
  }
}
