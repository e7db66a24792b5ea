// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;

/**
 * Feeds a parser with mutated inputs. Anything that comes out of it except a {@link
 * CheckpointException} is a failure, and so is an input that takes many seconds.
 *
 * <p>Inputs that are refused at a place not seen before (lines of the parser's stack) are mutated
 * further, every other time instead of a seed: the places stand in for coverage. Runs are
 * reproducible: the seed is fixed. Property {@code tttv2.fuzz.runs} sets their number; an input
 * that fails is written to target/fuzz and belongs into src/test/resources/fuzz, whose inputs are
 * always tried first.
 */
final class MutationFuzzer {
  private static final long RUNS =
      Long.getLong("tttv2.fuzz.runs", Boolean.getBoolean("tttv2.full") ? 1_000_000 : 20_000);
  private static final int MAX_INPUT = 1 << 14;
  private static final int MAX_CORPUS = 2_000;
  private static final long SLOW_NANOS = 20_000_000_000L;
  private static final long[] NUMBERS = {
    0,
    1,
    2,
    3,
    7,
    8,
    16,
    31,
    32,
    33,
    64,
    127,
    128,
    255,
    256,
    1 << 12,
    65_535,
    65_536,
    1 << 20,
    Integer.MAX_VALUE - 8L,
    Integer.MAX_VALUE,
    1L << 31,
    0xFFFF_FFFFL,
    1L << 32,
    1L << 40,
    Long.MAX_VALUE / 2,
    Long.MAX_VALUE - 31,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    -1,
    -8,
    -32
  };
  private static final byte[][] TOKENS =
      Stream.of(
              "{",
              "}",
              "[",
              "]",
              ":",
              ",",
              "\"",
              "null",
              "true",
              "false",
              "-1",
              "0",
              "1e400",
              "-0.0",
              "NaN",
              "Infinity",
              "9223372036854775807",
              "9223372036854775808",
              "1.5",
              "\"\"",
              "[]",
              "{}",
              "\\u0000",
              "\\ud800",
              "\"linear\"",
              "\"llama3\"",
              "\"F32\"",
              "\"BF16\"",
              "[[[[",
              "{\"a\":{\"a\":",
              "\u00e9",
              "../",
              "GGUF")
          .map(token -> token.getBytes(StandardCharsets.UTF_8))
          .toArray(byte[][]::new);

  /** What is fuzzed. */
  interface Target {
    /** Takes an input; throws a CheckpointException if it does not like it. */
    void accept(byte[] input) throws CheckpointException;
  }

  /**
   * What came of it.
   *
   * @param inputs how many were tried
   * @param refused how many of them were refused
   * @param places how many different places refused
   */
  record Report(long inputs, long refused, int places) {}

  private final String name;
  private final Target target;
  private final List<byte[]> seeds = new ArrayList<>();
  private final List<byte[]> corpus = new ArrayList<>();
  private final Set<String> places = new HashSet<>();
  private final SplittableRandom random;
  private long inputs;
  private long refused;

  MutationFuzzer(String name, Target target, byte[]... seeds) {
    this.name = name;
    this.target = target;
    this.random = new SplittableRandom(name.hashCode());
    this.seeds.addAll(List.of(seeds));
  }

  /** Runs on a thread of its own: far from JUnit's deep stack, exceptions are much cheaper. */
  Report run() throws IOException {
    FutureTask<Report> task = new FutureTask<>(this::runHere);
    Thread.ofPlatform().name("fuzz " + name).start(task);
    try {
      return task.get();
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private Report runHere() throws IOException {
    for (byte[] seed : seeds) {
      attempt(seed);
    }
    if (refused > 0) {
      fail(name + ": a seed is refused");
    }
    Path kept = Path.of("src/test/resources/fuzz", name);
    if (Files.isDirectory(kept)) {
      try (Stream<Path> files = Files.list(kept)) {
        for (Path file : files.sorted().toList()) {
          byte[] input = Files.readAllBytes(file);
          attempt(input);
          seeds.add(input);
        }
      }
    }
    while (inputs < RUNS) {
      byte[] input = parent();
      do {
        input = mutate(input);
      } while (random.nextInt(3) == 0);
      if (attempt(input) && corpus.size() < MAX_CORPUS) {
        corpus.add(input);
      }
    }
    Report report = new Report(inputs, refused, places.size());
    System.out.println("fuzz " + name + ": " + report);
    return report;
  }

  private byte[] parent() {
    List<byte[]> from = corpus.isEmpty() || random.nextBoolean() ? seeds : corpus;
    return from.get(random.nextInt(from.size()));
  }

  // Returns whether the input was refused at a new place.
  private boolean attempt(byte[] input) {
    inputs++;
    long start = System.nanoTime();
    boolean news = false;
    try {
      target.accept(input);
    } catch (CheckpointException e) {
      refused++;
      news = places.add(place(e));
    } catch (Throwable e) {
      fail("%s failed with %s; input kept as %s".formatted(name, e, keep(input)), e);
    }
    long nanos = System.nanoTime() - start;
    if (nanos > SLOW_NANOS) {
      fail("%s took %d ms; input kept as %s".formatted(name, nanos / 1_000_000, keep(input)));
    }
    return news;
  }

  private static String place(CheckpointException e) {
    StringBuilder place = new StringBuilder();
    // Of the cause, where it was thrown; of the exception, the way through this module.
    if (e.getCause() != null && e.getCause().getStackTrace().length > 0) {
      place.append(e.getCause().getStackTrace()[0]);
    }
    Arrays.stream(e.getStackTrace())
        .filter(frame -> frame.getClassName().startsWith("dev.tttv2.config."))
        .filter(frame -> !frame.getClassName().contains("Fuzz"))
        .map(frame -> frame.getFileName() + frame.getLineNumber())
        .distinct()
        .forEach(place::append);
    return place.toString();
  }

  private Path keep(byte[] input) {
    try {
      Path folder = Files.createDirectories(Path.of("target/fuzz", name));
      return Files.write(folder.resolve("%08x".formatted(Arrays.hashCode(input))), input);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] mutate(byte[] input) {
    int length = input.length;
    if (length == 0) {
      return pick(TOKENS).clone();
    }
    int at = random.nextInt(length);
    int span = Math.min(1 + random.nextInt(random.nextInt(8) == 0 ? 256 : 8), length - at);
    return switch (random.nextInt(10)) {
      case 0 -> {
        byte[] flipped = input.clone();
        flipped[at] ^= (byte) (1 << random.nextInt(8));
        yield flipped;
      }
      case 1 -> {
        byte[] set = input.clone();
        set[at] = (byte) random.nextInt(256);
        yield set;
      }
      case 2 -> number(input, at);
      case 3 -> splice(input, at, at + span, new byte[0]);
      case 4 -> splice(input, at, at, Arrays.copyOfRange(input, at, at + span));
      case 5 -> splice(input, at, at, pick(TOKENS));
      case 6 -> splice(input, at, at + span, pick(TOKENS));
      case 7 -> Arrays.copyOf(input, at);
      case 8 -> {
        byte[] other = parent();
        int from = other.length == 0 ? 0 : random.nextInt(other.length);
        yield splice(input, at, length, Arrays.copyOfRange(other, from, other.length));
      }
      default -> decimal(input, at);
    };
  }

  // A little-endian number in the place of 1, 2, 4 or 8 bytes, or a step away from the one there.
  private byte[] number(byte[] input, int at) {
    int bytes = Math.min(1 << random.nextInt(4), input.length - at);
    long value;
    if (random.nextBoolean()) {
      value = NUMBERS[random.nextInt(NUMBERS.length)];
    } else {
      value = random.nextInt(-4, 5);
      for (int i = 0; i < bytes; i++) {
        value += (input[at + i] & 0xFFL) << 8 * i;
      }
    }
    byte[] result = input.clone();
    for (int i = 0; i < bytes; i++) {
      result[at + i] = (byte) (value >> 8 * i);
    }
    return result;
  }

  // Another number for the digits next to a place.
  private byte[] decimal(byte[] input, int at) {
    int from = at;
    while (from < input.length && !(input[from] >= '0' && input[from] <= '9')) {
      from++;
    }
    int to = from;
    while (to < input.length && input[to] >= '0' && input[to] <= '9') {
      to++;
    }
    String number = Long.toString(NUMBERS[random.nextInt(NUMBERS.length)]);
    return splice(input, from, to, number.getBytes(StandardCharsets.US_ASCII));
  }

  private byte[] pick(byte[][] choices) {
    return choices[random.nextInt(choices.length)];
  }

  private static byte[] splice(byte[] input, int from, int to, byte[] middle) {
    int length = Math.min(from + middle.length + input.length - to, MAX_INPUT);
    byte[] result = Arrays.copyOf(input, length);
    int kept = Math.min(middle.length, Math.max(length - from, 0));
    System.arraycopy(middle, 0, result, from, kept);
    int tail = Math.max(length - from - kept, 0);
    System.arraycopy(input, to, result, from + kept, Math.min(tail, input.length - to));
    return result;
  }
}
