// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;

/**
 * The beams of a few prompts on the device, in lock step: each prompt has a row for each of its
 * beams. Beams share the cache's blocks that are full; where a beam goes on in several ways, the
 * block in which it goes on is copied.
 */
final class BeamBatch implements AutoCloseable {
  private final ModelRun run;
  private final int beams;
  private final List<Beams> prompts;
  private final float[][] logits;
  private final Deque<Integer> free = new ArrayDeque<>();
  private PageTable table;
  private int[] owners; // how many rows name a block
  private int prefilled;
  private final long[] prefillNanos;
  private long stepNanos;
  private int steps;
  private boolean cancelled;

  BeamBatch(CausalLM model, GenerationConfig config, int beams, List<Beams> prompts) {
    run = new ModelRun(model, config);
    this.beams = beams;
    this.prompts = prompts;
    logits = new float[beams][model.config().vocabSize()];
    prefillNanos = new long[prompts.size()];
  }

  boolean isFinished() {
    return cancelled || prompts.stream().allMatch(Beams::isFinished);
  }

  /** Does the next piece of work: one prompt's prefill, or one step of all. */
  void advance() {
    Lock lock = run.lock();
    lock.lock();
    try {
      if (run.isCancelled()) {
        cancelled = true;
      } else if (prefilled < prompts.size()) {
        prefill(prefilled, prompts.get(prefilled));
        prefilled++;
      } else {
        step();
      }
    } finally {
      lock.unlock();
    }
  }

  private void allocate() {
    int own = 0;
    int width = 0;
    for (Beams prompt : prompts) {
      int shared = prompt.prompt().length / Generator.BLOCK_SIZE;
      own += shared + beams * (ModelRun.blocks(prompt.end()) - shared);
      width = Math.max(width, run.width(prompt.prompt().length, prompt.end()));
    }
    table = new PageTable(prompts.size() * beams, width, own);
    owners = new int[own];
    for (int block = 0; block < own; block++) {
      free.add(block);
    }
  }

  private void prefill(int index, Beams prompt) {
    if (!run.isAllocated()) {
      allocate();
      run.allocate(table, false);
    }
    long begin = System.nanoTime();
    int row = index * beams;
    for (int i = 0; i < ModelRun.blocks(prompt.prompt().length); i++) {
      table.set(row, i, take());
    }
    run.steps().write(table);
    float[] last = run.prefill(row, index, prompt.prompt(), List.of());
    if (last == null) {
      cancelled = true;
      return;
    }
    prefillNanos[index] = System.nanoTime() - begin;
    System.arraycopy(last, 0, logits[0], 0, last.length);
    advance(row, prompt);
  }

  private void step() {
    long begin = System.nanoTime();
    StepRunner runner = run.steps();
    for (int index = 0; index < prompts.size(); index++) {
      List<Beams.Beam> running = prompts.get(index).running();
      for (int i = 0; i < beams; i++) {
        int row = index * beams + i;
        if (i < running.size() && !prompts.get(index).isFinished()) {
          runner.set(row, running.get(i).last(), running.get(i).tokens().length - 1);
        } else {
          runner.idle(row);
        }
      }
    }
    runner.write(table);
    runner.run();
    steps++;
    for (int index = 0; index < prompts.size(); index++) {
      Beams prompt = prompts.get(index);
      if (!prompt.isFinished()) {
        for (int i = 0; i < prompt.running().size(); i++) {
          runner.logits(index * beams + i, logits[i]);
        }
        advance(index * beams, prompt);
      }
    }
    stepNanos += System.nanoTime() - begin;
  }

  /** Lets a prompt's beams choose, and gives those that go on the blocks of their parents. */
  private void advance(int firstRow, Beams prompt) {
    int before = prompt.running().size();
    int cached = prompt.running().getFirst().tokens().length;
    prompt.advance(logits);
    if (!prompt.isFinished()) {
      inherit(firstRow, before, prompt.running(), cached);
    }
  }

  private void inherit(int firstRow, int before, List<Beams.Beam> running, int cached) {
    int full = cached / Generator.BLOCK_SIZE;
    int filled = ModelRun.blocks(cached); // with the one that is full in part
    int[][] old = new int[before][filled];
    for (int i = 0; i < before; i++) {
      for (int j = 0; j < filled; j++) {
        old[i][j] = table.get(firstRow + i, j);
      }
    }
    // The first child of a beam takes its last block over.
    boolean[] taken = new boolean[before];
    List<Integer> copies = new ArrayList<>();
    for (int i = 0; i < running.size(); i++) {
      int parent = running.get(i).parent();
      int inherited = taken[parent] ? full : filled;
      taken[parent] = true;
      for (int j = 0; j < inherited; j++) {
        table.set(firstRow + i, j, old[parent][j]);
        owners[old[parent][j]]++;
      }
      if (inherited < filled) {
        copies.add(i);
      }
    }
    for (int[] blocks : old) {
      for (int block : blocks) {
        release(block);
      }
    }
    for (int i : copies) {
      int block = take();
      table.set(firstRow + i, full, block);
      run.copyBlock(old[running.get(i).parent()][full], block);
    }
    if (full == filled) {
      for (int i = 0; i < running.size(); i++) {
        table.set(firstRow + i, full, take());
      }
    }
  }

  /**
   * Returns what came of the prompts.
   *
   * @param first the number of the first one
   * @param begin when the search was asked for
   */
  List<Generation> generations(int first, Optional<Tokenizer> tokenizer, long begin) {
    double millis = (System.nanoTime() - begin) / 1e6; // the first token is known with the last
    List<Generation> generations = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      Beams prompt = prompts.get(i);
      GenerationStats stats =
          new GenerationStats(
              millis,
              GenerationStats.rate(prompt.prompt().length, prefillNanos[i]),
              GenerationStats.rate(steps, stepNanos),
              0,
              0);
      generations.addAll(prompt.generations(first + i, cancelled, tokenizer, stats));
    }
    return generations;
  }

  private int take() {
    int block = free.remove();
    owners[block] = 1;
    return block;
  }

  private void release(int block) {
    if (--owners[block] == 0) {
      free.add(block);
    }
  }

  /** Frees everything on the device. Idempotent. */
  @Override
  public void close() {
    run.close();
  }
}
