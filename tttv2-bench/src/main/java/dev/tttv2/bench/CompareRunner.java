// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.bench;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.WeightCache;
import dev.tttv2.core.Device;
import dev.tttv2.core.DeviceOptions;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.Generation;
import dev.tttv2.interfaces.GenerationConfig;
import dev.tttv2.interfaces.Generator;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.ModelFamily;
import dev.tttv2.interfaces.Prompt;
import dev.tttv2.interfaces.SamplingParams;
import dev.tttv2.interfaces.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * This library's side of {@code compare.sh}: generates with one model, precision and number of
 * threads, some times to warm up and some times measured, and prints what it measured as JSON.
 *
 * <pre>
 * CompareRunner model=FILE precision=NAME threads=N ids=FILE prompt=N new=N users=N context=N warmups=N repeats=N
 * </pre>
 *
 * <p>{@code ids} is a file of token ids, of which each user's prompt is the first {@code prompt};
 * with {@code text=FILE} it also checks that the tokenizer makes the same ids of that text.
 */
public final class CompareRunner {
  private static final double NANOS = 1e9;

  /** Tokens of a prompt. */
  private static final int LONGEST_WARMUP = 512;

  private CompareRunner() {}

  /** Runs once. */
  public static void main(String[] args) throws IOException {
    Arguments arguments = new Arguments(args);
    int[] ids =
        Arrays.stream(Files.readString(arguments.path("ids")).strip().split("\\s+"))
            .mapToInt(Integer::parseInt)
            .toArray();
    WeightCache cache = WeightCache.open();
    try (Checkpoint checkpoint = Checkpoint.open(arguments.path("model"));
        Device device =
            Device.open(DeviceOptions.builder().numThreads(arguments.number("threads")).build());
        CausalLM model =
            ModelFamily.of(checkpoint)
                .load(
                    checkpoint,
                    device,
                    LoadOptions.of(Precisions.of(arguments.text("precision")), cache)
                        .withMaxContext(arguments.number("context")))) {
      if (arguments.has("text")) {
        checkTokenizer(checkpoint, arguments.path("text"), ids);
      }
      Run[] runs = run(model, ids, arguments);
      print(device.backend(), runs, cache.size().bytes());
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
   * What one generation took.
   *
   * @param prefillSeconds of the first user's prompt
   * @param decodeSeconds of all steps
   * @param stepSeconds of a decode step, the median
   * @param tokens the first user's new tokens
   */
  private record Run(
      double prefillSeconds, double decodeSeconds, double stepSeconds, List<Integer> tokens) {}

  private static Run[] run(CausalLM model, int[] ids, Arguments arguments) {
    int length = arguments.number("prompt");
    if (length > ids.length) {
      throw new IllegalArgumentException(
          "prompt=%d, but there are %d ids".formatted(length, ids.length));
    }
    int users = arguments.number("users");
    GenerationConfig config =
        GenerationConfig.builder()
            .sampling(
                SamplingParams.builder().maxTokens(arguments.number("new")).ignoreEos(true).build())
            .deviceArgmax(true)
            .build();
    Generator generator = new Generator(model, null);
    for (int i = 0; i < arguments.number("warmups"); i++) {
      run(generator, Arrays.copyOf(ids, Math.min(length, LONGEST_WARMUP)), users, config);
    }
    Run[] runs = new Run[arguments.number("repeats")];
    for (int i = 0; i < runs.length; i++) {
      runs[i] = run(generator, Arrays.copyOf(ids, length), users, config);
    }
    return runs;
  }

  /** Users decode in lock step: a step ends with the last user's token. */
  private static Run run(Generator generator, int[] prompt, int users, GenerationConfig config) {
    List<Prompt> prompts = Collections.nCopies(users, new Prompt.Tokens(prompt));
    long[] ends = new long[config.sampling().maxTokens()];
    List<Generation> generations =
        generator.generate(prompts, config, token -> ends[token.index()] = System.nanoTime());
    double[] steps = new double[ends.length - 1];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = (ends[i + 1] - ends[i]) / NANOS;
    }
    Generation first = generations.getFirst();
    return new Run(
        prompt.length / first.stats().prefillTokensPerSecond(),
        (ends[ends.length - 1] - ends[0]) / NANOS,
        median(steps),
        first.tokens());
  }

  private static double median(double[] values) {
    if (values.length == 0) {
      return 0;
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private static void print(String backend, Run[] runs, long weightBytes) {
    System.out.printf(
        Locale.ROOT,
        "{\"backend\":\"%s\",\"weight_bytes\":%d,\"runs\":[%s]}%n",
        backend,
        weightBytes,
        Arrays.stream(runs)
            .map(
                run ->
                    String.format(
                        Locale.ROOT,
                        "{\"prefill_s\":%.6f,\"decode_s\":%.6f,\"step_s\":%.6f,\"tokens\":%s}",
                        run.prefillSeconds(),
                        run.decodeSeconds(),
                        run.stepSeconds(),
                        run.tokens()))
            .collect(Collectors.joining(",")));
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
