// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.scheduling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Random arrivals and cancellations at a scheduler, whose decisions are carried out on a reference:
 * a cache whose every position remembers of which beginning of a text it is. Whoever reads must
 * find its own beginning, whoever writes must be alone in its block.
 */
final class RandomTraffic {
  private static final int ALPHABET = 3;

  private final String name;
  private final Random random;
  private final int blockSize;
  private final int numBlocks;
  private final int maxRunning;
  private final int chunk;
  private final int busyChunk;
  private final boolean caching;
  private final Scheduler<Text> scheduler;
  private final long[][] cache; // what each position of each block holds
  private final List<Text> live = new ArrayList<>();
  private int arrivals;
  private int steps;

  /** A text: it knows by heart what the cache has to hold for each of its positions. */
  private static final class Text extends ScheduledSequence {
    private final int number;
    private final int priority;
    private final int last; // its length at its end
    private final long salt;

    Text(
        int number,
        int priority,
        int[] prompt,
        int last,
        String salt,
        boolean cached,
        int reserved) {
      super(priority, prompt, BlockHash.salt(salt), cached, reserved);
      this.number = number;
      this.priority = priority;
      this.last = last;
      this.salt = salt.hashCode();
    }

    /** Names the first tokens, up to a position inclusive. Not as {@link BlockHash} does. */
    long beginning(int position) {
      long value = salt * 1_000_003L + 17;
      for (int i = 0; i <= position; i++) {
        value = value * 6364136223846793005L + token(i) + 1442695040888963407L;
      }
      return value;
    }

    boolean goesBefore(Text other) {
      return priority != other.priority ? priority < other.priority : number < other.number;
    }

    @Override
    public String toString() {
      return "text " + number;
    }
  }

  RandomTraffic(long seed) {
    name = "seed " + seed;
    random = new Random(seed);
    blockSize = 1 << random.nextInt(3) + 1;
    numBlocks = 3 + random.nextInt(random.nextBoolean() ? 8 : 60);
    maxRunning = 1 + random.nextInt(8);
    chunk = blockSize * (1 + random.nextInt(8));
    busyChunk = blockSize * (1 + random.nextInt(chunk / blockSize));
    caching = random.nextInt(4) > 0;
    scheduler = new Scheduler<>(maxRunning, numBlocks, blockSize, chunk, busyChunk);
    cache = new long[numBlocks][blockSize];
  }

  int steps() {
    return steps;
  }

  long preemptions() {
    return scheduler.preemptions();
  }

  long hits() {
    return scheduler.prefixHits();
  }

  void run() {
    int number = 10 + random.nextInt(40);
    long tokens = 0;
    while (arrivals < number || !live.isEmpty()) {
      while (arrivals < number && random.nextInt(3) == 0) {
        Text text = arrive();
        tokens += text.last;
      }
      if (!live.isEmpty() && random.nextInt(20) == 0) {
        cancel(live.get(random.nextInt(live.size())));
      }
      step();
      // Every step but those that make room computes a token; texts are computed anew at most once
      // for every token of those before them.
      assertTrue(steps < 1000 + tokens * 100, () -> name + ": still " + live);
    }
    assertEquals(0, scheduler.usedBlocks(), name);
    assertEquals(0, scheduler.running() + scheduler.waiting(), name);
  }

  private Text arrive() {
    int most = numBlocks * blockSize;
    int last = 2 + random.nextInt(most - 1);
    last = Math.min(last, most);
    int[] prompt = new int[1 + random.nextInt(last - 1)];
    // Texts of one kind begin alike, for a random number of tokens.
    Random kind = new Random(random.nextInt(3));
    int common = random.nextInt(prompt.length + 1);
    for (int i = 0; i < prompt.length; i++) {
      prompt[i] = (i < common ? kind : random).nextInt(ALPHABET);
    }
    String salt = random.nextInt(5) == 0 ? "other" : "";
    boolean reserves = random.nextInt(10) == 0;
    Text text =
        new Text(
            arrivals++,
            random.nextInt(3) - 1,
            prompt,
            last,
            salt,
            caching && random.nextInt(10) > 0,
            reserves ? last : 0);
    scheduler.add(text);
    live.add(text);
    return text;
  }

  private void cancel(Text text) {
    scheduler.remove(text);
    live.remove(text);
    assertFalse(text.isRunning(), name);
    checkOwnership();
  }

  private void step() {
    List<Text> ranBefore = live.stream().filter(Text::isRunning).toList();
    Step<Text> step = scheduler.next();
    steps++;
    assertTrue(
        live.isEmpty() || !step.isEmpty() || !step.preempted().isEmpty(),
        () -> name + ": nothing runs of " + live);
    checkOwnership();
    checkOrder(step, ranBefore);
    boolean busy = step.decodes().stream().anyMatch(ranBefore::contains);
    int chunkTokens = 0;
    Set<Text> once = new HashSet<>();
    for (Text text : step.decodes()) {
      assertTrue(once.add(text), name);
      compute(text, text.length() - 1, text.length());
      append(text);
    }
    for (Step.Chunk<Text> part : step.chunks()) {
      assertTrue(once.add(part.sequence()), name);
      assertEquals(0, part.start() % blockSize, name);
      boolean last = part.isLast();
      assertTrue(last || part.end() % blockSize == 0, name);
      chunkTokens += part.end() - part.start();
      compute(part.sequence(), part.start(), part.end());
      if (last) {
        append(part.sequence());
      }
    }
    assertTrue(chunkTokens <= (busy ? busyChunk : chunk), name);
  }

  /** Reads what lies before, and writes. */
  private void compute(Text text, int start, int end) {
    assertEquals(start, text.computed(), name);
    for (int i = 0; i < start; i++) {
      long found = cache[text.block(i / blockSize)][i % blockSize];
      assertEquals(text.beginning(i), found, name + ": " + text + " reads position " + i);
    }
    for (int i = start; i < end; i++) {
      int block = text.block(i / blockSize);
      for (Text other : live) {
        assertTrue(
            other == text || !holds(other, block),
            () -> "%s: %s writes to block %d of %s".formatted(name, text, block, other));
      }
      cache[block][i % blockSize] = text.beginning(i);
    }
    scheduler.computed(text, end);
  }

  private static boolean holds(Text text, int block) {
    for (int i = 0; i < text.numBlocks(); i++) {
      if (text.block(i) == block) {
        return true;
      }
    }
    return false;
  }

  /** The next token is a function of all before, so that equal texts stay equal. */
  private void append(Text text) {
    if (text.length() == text.last) {
      scheduler.remove(text);
      live.remove(text);
      checkOwnership();
    } else {
      text.append((int) Long.remainderUnsigned(text.beginning(text.length() - 1) >>> 20, ALPHABET));
    }
  }

  private void checkOwnership() {
    boolean[] held = new boolean[numBlocks];
    int running = 0;
    for (Text text : live) {
      running += text.isRunning() ? 1 : 0;
      assertTrue(text.isRunning() || text.numBlocks() == 0, name);
      for (int i = 0; i < text.numBlocks(); i++) {
        held[text.block(i)] = true;
      }
    }
    int used = 0;
    for (boolean block : held) {
      used += block ? 1 : 0;
    }
    assertEquals(used, scheduler.usedBlocks(), name);
    assertEquals(running, scheduler.running(), name);
    assertEquals(live.size() - running, scheduler.waiting(), name);
    assertTrue(running <= maxRunning, name);
  }

  private void checkOrder(Step<Text> step, List<Text> ranBefore) {
    for (Text text : step.preempted()) {
      assertTrue(
          ranBefore.stream().anyMatch(other -> other != text && other.goesBefore(text)),
          () -> "%s: %s gave way to nobody before it".formatted(name, text));
    }
    if (caching) {
      return; // texts wait for beginnings that others compute, and are passed
    }
    for (Text text : live) {
      if (text.isRunning() && !ranBefore.contains(text)) {
        for (Text other : live) {
          assertTrue(
              other.isRunning() || text.goesBefore(other),
              () -> "%s: %s passed %s".formatted(name, text, other));
        }
      }
    }
  }
}
