// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.scheduling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.interfaces.Fixtures;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The scheduler's decisions, one by one and in random traffic. */
class SchedulerTest {
  private static final int BLOCK = 4;
  private static final BlockHash SALT = BlockHash.salt("");

  private static ScheduledSequence sequence(int priority, int... prompt) {
    return new ScheduledSequence(priority, prompt, SALT, true, 0);
  }

  private static int[] tokens(int from, int count) {
    return IntStream.range(from, from + count).toArray();
  }

  private static Scheduler<ScheduledSequence> scheduler(int maxRunning, int numBlocks) {
    return new Scheduler<>(maxRunning, numBlocks, BLOCK, 4 * BLOCK, 2 * BLOCK);
  }

  /** Runs a step: every sequence that is complete gets a token. */
  private static Step<ScheduledSequence> run(Scheduler<ScheduledSequence> scheduler) {
    Step<ScheduledSequence> step = scheduler.next();
    for (ScheduledSequence sequence : step.decodes()) {
      scheduler.computed(sequence, sequence.length());
      sequence.append(99);
    }
    for (Step.Chunk<ScheduledSequence> chunk : step.chunks()) {
      boolean last = chunk.isLast();
      scheduler.computed(chunk.sequence(), chunk.end());
      if (last) {
        chunk.sequence().append(99);
      }
    }
    return step;
  }

  @Test
  void longPromptsRunInPartsBesideTheStepsOfOthers() {
    Scheduler<ScheduledSequence> scheduler = scheduler(4, 100);
    ScheduledSequence first = sequence(0, 1, 2);
    ScheduledSequence longer = sequence(0, tokens(100, 35));
    scheduler.add(first);
    scheduler.add(longer);
    Step<ScheduledSequence> step = run(scheduler);
    // 16 tokens: 2 of the first, and three blocks.
    assertEquals(
        List.of(new Step.Chunk<>(first, 0, 2), new Step.Chunk<>(longer, 0, 12)), step.chunks());
    step = run(scheduler);
    assertEquals(List.of(first), step.decodes());
    assertEquals(List.of(new Step.Chunk<>(longer, 12, 20)), step.chunks());
    assertEquals(9, step.tokens());
    run(scheduler);
    step = run(scheduler);
    assertEquals(List.of(new Step.Chunk<>(longer, 28, 35)), step.chunks());
    assertEquals(List.of(first, longer), run(scheduler).decodes());
  }

  @Test
  void equalBeginningsThatComeTogetherAreComputedOnce() {
    Scheduler<ScheduledSequence> scheduler = scheduler(4, 100);
    ScheduledSequence first = sequence(0, tokens(0, 9));
    ScheduledSequence second = sequence(0, tokens(0, 10));
    ScheduledSequence other = sequence(0, tokens(50, 3));
    List.of(first, second, other).forEach(scheduler::add);
    Step<ScheduledSequence> step = run(scheduler);
    assertEquals(
        List.of(new Step.Chunk<>(first, 0, 9), new Step.Chunk<>(other, 0, 3)), step.chunks());
    step = run(scheduler);
    assertEquals(List.of(new Step.Chunk<>(second, 8, 10)), step.chunks());
    assertEquals(8, second.cached());
    assertEquals(first.block(1), second.block(1));
    assertNotEquals(first.block(2), second.block(2));
    assertEquals(8, scheduler.prefixHits());
  }

  @Test
  void theLastTokenIsAlwaysComputed() {
    Scheduler<ScheduledSequence> scheduler = scheduler(4, 100);
    ScheduledSequence first = sequence(0, tokens(0, 8));
    scheduler.add(first);
    run(scheduler);
    scheduler.remove(first);
    assertEquals(0, scheduler.usedBlocks());
    ScheduledSequence same = sequence(0, tokens(0, 8));
    scheduler.add(same);
    assertEquals(List.of(new Step.Chunk<>(same, 4, 8)), run(scheduler).chunks());
    // One token behind a full block is a decode step.
    ScheduledSequence longer = sequence(0, tokens(0, 9));
    scheduler.add(longer);
    assertEquals(List.of(same, longer), run(scheduler).decodes());
    scheduler.forgetPrefixes();
    ScheduledSequence again = sequence(0, tokens(0, 9));
    scheduler.add(again);
    assertEquals(List.of(new Step.Chunk<>(again, 0, 8)), run(scheduler).chunks());
  }

  @Test
  void theYoungestOfTheLowestPriorityGivesWay() {
    Scheduler<ScheduledSequence> scheduler = scheduler(4, 3);
    ScheduledSequence low = sequence(1, tokens(0, 4));
    ScheduledSequence high = sequence(0, tokens(50, 4));
    scheduler.add(low);
    scheduler.add(high);
    assertEquals(
        List.of(high, low), run(scheduler).chunks().stream().map(Step.Chunk::sequence).toList());
    Step<ScheduledSequence> step = run(scheduler);
    assertEquals(List.of(high), step.decodes());
    assertEquals(List.of(low), step.preempted());
    assertEquals(1, scheduler.preemptions());
    assertFalse(low.isRunning());
    scheduler.remove(high);
    // It goes on with what it had generated, and finds its own block again.
    assertEquals(List.of(low), run(scheduler).decodes());
    assertEquals(6, low.length());
  }

  @Test
  void reservedSequencesNeverGiveWay() {
    Scheduler<ScheduledSequence> scheduler = scheduler(4, 5);
    ScheduledSequence first = new ScheduledSequence(0, tokens(0, 3), SALT, true, 12);
    ScheduledSequence second = new ScheduledSequence(0, tokens(50, 3), SALT, true, 12);
    scheduler.add(first);
    scheduler.add(second);
    for (int i = 0; i < 9; i++) {
      run(scheduler);
      assertFalse(second.isRunning());
    }
    scheduler.remove(first);
    run(scheduler);
    assertTrue(second.isRunning());
    assertEquals(0, scheduler.preemptions());
  }

  @Test
  void whatDoesNotFitAloneIsRefused() {
    Scheduler<ScheduledSequence> scheduler = scheduler(4, 2);
    Exception e =
        assertThrows(
            IllegalArgumentException.class, () -> scheduler.add(sequence(0, tokens(0, 9))));
    assertEquals("a sequence of 9 tokens takes 3 blocks of 4, the cache has 2", e.getMessage());
  }

  @Test
  void namesOfBlocksDependOnSaltAndAllTokensBefore() {
    int[] tokens = tokens(0, 8);
    BlockHash first = SALT.next(tokens, 0, 4);
    assertEquals(first, BlockHash.salt("").next(tokens(0, 4), 0, 4));
    assertNotEquals(first, BlockHash.salt("other").next(tokens, 0, 4));
    assertNotEquals(SALT.next(tokens, 4, 8), first.next(tokens, 4, 8));
  }

  @Test
  void randomTrafficKeepsItsPromises() {
    long events = 0;
    long preemptions = 0;
    long hits = 0;
    int seeds = Fixtures.FULL ? 20_000 : 400;
    for (int seed = 0; seed < seeds; seed++) {
      RandomTraffic traffic = new RandomTraffic(seed);
      traffic.run();
      events += traffic.steps();
      preemptions += traffic.preemptions();
      hits += traffic.hits();
    }
    System.out.printf(
        "scheduler: %d seeds, %d steps, %d preemptions, %d prefix tokens found%n",
        seeds, events, preemptions, hits);
    // Without these the test would not test what it is for.
    assertTrue(preemptions > seeds && hits > seeds);
  }
}
