// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.bench;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.WeightCache;
import dev.tttv2.core.BufferType;
import dev.tttv2.core.Device;
import dev.tttv2.core.DeviceOptions;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.GenerationConfig;
import dev.tttv2.interfaces.Generator;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.ModelFamily;
import dev.tttv2.interfaces.Prompt;
import dev.tttv2.interfaces.SamplingParams;
import dev.tttv2.interfaces.Token;
import dev.tttv2.interfaces.TokenIterator;
import dev.tttv2.interfaces.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * This library's side of {@code compare.sh}: generates with one model, precision and number of
 * threads by {@linkplain Turns turns} with another program.
 *
 * <pre>
 * CompareRunner model=FILE precision=NAME threads=N ids=FILE prompt=N users=N steps=N turns=N context=N
 * </pre>
 *
 * <p>A turn is some decode steps; a generation has some turns, and the first one of each begins
 * with the prompts. {@code ids} is a file of token ids, of which each user's prompt is the first
 * {@code prompt}; with {@code text=FILE} it also checks that the tokenizer makes the same ids of
 * that text.
 */
public final class CompareRunner implements AutoCloseable {
  private static final double NANOS = 1e9;

  private final Generator generator;
  private final List<Prompt> prompts;
  private final GenerationConfig config;
  private final int promptLength;
  private final int users;
  private final double[] steps;
  private final int turns;

  /** Of the first user. */
  private final List<Integer> chosen = new ArrayList<>();

  /** The generation that goes on, or null. */
  private TokenIterator tokens;

  private int turnsLeft;

  private CompareRunner(CausalLM model, int[] prompt, Arguments arguments) {
    generator = new Generator(model, null);
    promptLength = prompt.length;
    users = arguments.number("users");
    prompts = Collections.nCopies(users, new Prompt.Tokens(prompt));
    steps = new double[arguments.number("steps")];
    turns = arguments.number("turns");
    // The token of the prompt; and one that is never asked for, so that no turn has the end in it.
    int most = steps.length * turns + 2;
    config =
        GenerationConfig.builder()
            .sampling(SamplingParams.builder().maxTokens(most).ignoreEos(true).build())
            .deviceArgmax(true)
            .build();
  }

  /** Runs. */
  public static void main(String[] args) throws IOException {
    Arguments arguments = new Arguments(args);
    int[] ids =
        Arrays.stream(Files.readString(arguments.path("ids")).strip().split("\\s+"))
            .mapToInt(Integer::parseInt)
            .toArray();
    int length = arguments.number("prompt");
    if (length > ids.length) {
      throw new IllegalArgumentException(
          "prompt=%d, but there are %d ids".formatted(length, ids.length));
    }
    try (Checkpoint checkpoint = Checkpoint.open(arguments.path("model"));
        Device device =
            Device.open(DeviceOptions.builder().numThreads(arguments.number("threads")).build());
        CausalLM model =
            ModelFamily.of(checkpoint)
                .load(
                    checkpoint,
                    device,
                    LoadOptions.of(Precisions.of(arguments.text("precision")), WeightCache.open())
                        .withMaxContext(arguments.number("context")));
        CompareRunner runner = new CompareRunner(model, Arrays.copyOf(ids, length), arguments)) {
      if (arguments.has("text")) {
        checkTokenizer(checkpoint, arguments.path("text"), ids);
      }
      String about =
          "{\"backend\":\"%s\",\"weight_bytes\":%d}"
              .formatted(device.backend(), device.memory(BufferType.DRAM).borrowedBytes());
      Turns.serve(System.in, System.out, about, line -> runner.turn());
    }
  }

  private static void checkTokenizer(Checkpoint checkpoint, Path text, int[] ids)
      throws IOException {
    try (Tokenizer tokenizer = Tokenizer.of(checkpoint)) {
      int[] own = tokenizer.encode(Files.readString(text), false);
      int parting = Arrays.mismatch(own, ids);
      if (parting >= 0) {
        throw new IllegalStateException(
            "token %d of %s differs from llama.cpp's".formatted(parting, text));
      }
    }
  }

  /**
   * Takes a turn.
   *
   * @return the seconds of the first user's prompt, of the turn's steps and of their median, and
   *     the first user's new tokens, as JSON
   */
  private String turn() {
    chosen.clear();
    if (tokens == null) {
      tokens = generator.iterator(prompts, config);
      turnsLeft = turns;
      step();
    }
    long begin = System.nanoTime();
    long end = begin;
    for (int i = 0; i < steps.length; i++) {
      step();
      long now = System.nanoTime();
      steps[i] = (now - end) / NANOS;
      end = now;
    }
    double prefillRate = tokens.generations().getFirst().stats().prefillTokensPerSecond();
    if (--turnsLeft == 0) {
      close();
    }
    return String.format(
        Locale.ROOT,
        "{\"prefill_s\":%.6f,\"decode_s\":%.6f,\"step_s\":%.6f,\"tokens\":%s}",
        promptLength / prefillRate,
        (end - begin) / NANOS,
        Turns.median(steps),
        chosen);
  }

  /** Users decode in lock step: a step ends with the last user's token. */
  private void step() {
    for (int user = 0; user < users; user++) {
      Token token = tokens.next();
      if (user == 0) {
        chosen.add(token.id());
      }
    }
  }

  /** Ends the generation that goes on. */
  @Override
  public void close() {
    if (tokens != null) {
      tokens.close();
      tokens = null;
    }
  }

  /** Arguments of the form name=value. */
  private static final class Arguments {
    private final Map<String, String> values = new HashMap<>();

    Arguments(String[] args) {
      for (String arg : args) {
        int equals = arg.indexOf('=');
        if (equals < 0) {
          throw new IllegalArgumentException("\"%s\": expected name=value".formatted(arg));
        }
        values.put(arg.substring(0, equals), arg.substring(equals + 1));
      }
    }

    boolean has(String name) {
      return values.containsKey(name);
    }

    String text(String name) {
      String value = values.get(name);
      if (value == null) {
        throw new IllegalArgumentException("%s= is missing".formatted(name));
      }
      return value;
    }

    Path path(String name) {
      return Path.of(text(name));
    }

    int number(String name) {
      return Integer.parseInt(text(name));
    }
  }
}
