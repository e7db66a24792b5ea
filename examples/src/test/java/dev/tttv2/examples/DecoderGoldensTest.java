// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.config.PositionEncoding;
import dev.tttv2.config.WeightCache;
import dev.tttv2.core.BufferType;
import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.Trace;
import dev.tttv2.core.block.KVCache;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.Generation;
import dev.tttv2.interfaces.GenerationConfig;
import dev.tttv2.interfaces.Generator;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.Logits;
import dev.tttv2.interfaces.ModelFamily;
import dev.tttv2.interfaces.Prompt;
import dev.tttv2.interfaces.PromptLayers;
import dev.tttv2.interfaces.SamplingParams;
import dev.tttv2.interfaces.Scorer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every small random decoder, of the reference data and of this module's resources, in float32
 * against Hugging Face transformers: whatever directory there is, some family has to load it.
 */
public class DecoderGoldensTest {
  /** On logits and hidden states, as the reference data's own noise allows. */
  private static final double TOLERANCE = 5e-4;

  private static final int NEW_TOKENS = 16;

  /** Of the form of the reference data's tiny/. */
  private static final Path MORE = Path.of("src/test/resources/decoders");

  /**
   * The names of tensors. Margins say how far a choice leads. greedy_hf_cache is what Hugging
   * Face's cache makes of prompts that cross a change of rotary scaling; where it is, greedy is
   * recomputed text, which no cache gives.
   */
  private static final Pattern LOOKED_AT =
      Pattern.compile(
          "input_ids|logits|(hidden_states|layer_out)\\.\\d+|last_hidden_state"
              + "|(leftpad\\.)?(greedy|greedy_hf_cache)\\.(tokens|logits|margin)"
              + "|(prompt|logits|greedy\\.tokens|greedy\\.logits|greedy\\.margin)\\.\\d+"
              + "|leftpad\\.(input_ids|attention_mask|position_ids)");

  private static final Set<String> OTHER_FILES =
      Set.of("config.json", "config_v5.json", "generation_config.json", "golden.json");

  private static Device device;

  @TempDir Path temporary;

  @BeforeAll
  static void openDevice() {
    device = Device.open();
  }

  @AfterAll
  static void closeDevice() {
    assertEquals(0, device.memory(BufferType.DRAM).liveTensors());
    device.close();
  }

  /** Tells whether a directory holds a decoder; refuses files of a kind that no test knows. */
  private static boolean isDecoder(Path directory) throws IOException {
    JsonNode files = new ObjectMapper().readTree(directory.resolve("golden.json").toFile());
    Set<String> kinds = new TreeSet<>();
    files.get("files").forEach(file -> kinds.add(file.get("kind").asText()));
    assertTrue(
        kinds.equals(Set.of("encoder")) || Set.of("lm", "ragged").containsAll(kinds),
        directory + " has files of kinds " + kinds);
    return !kinds.contains("encoder");
  }

  /** Returns every decoder's directory of the reference data, or every encoder's. */
  static List<Path> directories(boolean decoders) throws IOException {
    List<Path> directories = new ArrayList<>();
    try (Stream<Path> all = Files.list(Golden.root().resolve("tiny"))) {
      for (Path directory : all.sorted().toList()) {
        if (isDecoder(directory) == decoders) {
          directories.add(directory);
        }
      }
    }
    assertTrue(!directories.isEmpty(), "no reference data");
    return directories;
  }

  /** Returns every decoder's directory: the reference data's, and those that they leave out. */
  static List<Path> decoders() throws IOException {
    List<Path> directories = directories(true);
    if (Files.isDirectory(MORE)) {
      try (Stream<Path> more = Files.list(MORE)) {
        directories.addAll(more.sorted().toList());
      }
    }
    return directories;
  }

  private interface Body {
    void run(Path directory, Golden golden) throws IOException;
  }

  /** Makes a test of every file whose name begins so and that has a tensor. */
  private static Stream<DynamicTest> files(String tensor, Body body) throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (Path directory : decoders()) {
      for (Path file : goldenFiles(directory)) {
        Golden golden = Golden.read(file);
        if (golden.has(tensor)) {
          tests.add(
              dynamicTest(
                  directory.getFileName() + ", " + file.getFileName(),
                  () -> body.run(directory, golden)));
        }
      }
    }
    return tests.stream();
  }

  private static CausalLM load(Path directory) {
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      LoadOptions options = LoadOptions.of(OptimizationConfig.float32(), WeightCache.none());
      return ModelFamily.of(checkpoint).load(checkpoint, device, options);
    }
  }

  private static GenerationConfig.Builder greedy() {
    return greedy(NEW_TOKENS);
  }

  private static GenerationConfig.Builder greedy(int newTokens) {
    return GenerationConfig.builder()
        .sampling(SamplingParams.builder().maxTokens(newTokens).ignoreEos(true).build());
  }

  @TestFactory
  Stream<DynamicTest> logitsAndContinuation() throws IOException {
    return files(
        "input_ids",
        (directory, golden) -> {
          try (CausalLM model = load(directory)) {
            equalsTheReference(model, golden);
          }
        });
  }

  private static void equalsTheReference(CausalLM model, Golden golden) {
    int[] shape = golden.shape("input_ids");
    int[] ids = golden.ints("input_ids");
    float[] logits = golden.floats("logits");
    // Where recomputation and a cache of rotated keys differ, ours is a cache.
    String greedy = golden.has("greedy_hf_cache.tokens") ? "greedy_hf_cache." : "greedy.";
    int[] tokens = golden.ints(greedy + "tokens");
    float[] stepLogits = golden.floats(greedy + "logits");
    int vocabulary = model.config().vocabSize();
    for (int row = 0; row < shape[0]; row++) {
      int first = row * shape[1];
      int[] prompt = Arrays.copyOfRange(ids, first, first + shape[1]);
      new Scorer(model)
          .read(
              prompt,
              (p, position, values) ->
                  assertClose(
                      logits, (first + position) * vocabulary, values, "position " + position));
      int step = row * NEW_TOKENS;
      for (boolean trace : new boolean[] {true, false}) {
        assertContinues(
            model,
            prompt,
            Arrays.copyOfRange(tokens, step, step + NEW_TOKENS),
            Arrays.copyOfRange(stepLogits, step * vocabulary, (step + NEW_TOKENS) * vocabulary),
            trace);
      }
    }
  }

  private static void assertContinues(
      CausalLM model, int[] prompt, int[] tokens, float[] stepLogits, boolean trace) {
    int vocabulary = model.config().vocabSize();
    GenerationConfig config =
        greedy()
            .trace(trace)
            .logits(
                (p, position, values) -> {
                  int step = position - (prompt.length - 1);
                  if (step >= 0) {
                    assertClose(stepLogits, step * vocabulary, values, "step " + step);
                  }
                })
            .build();
    Generation generation =
        new Generator(model, null).generate(List.of(Prompt.tokens(prompt)), config).getFirst();
    assertArrayEquals(tokens, toArray(generation.tokens()));
  }

  /** The reference agrees with itself: its tokens are the largest of its logits, by its margins. */
  @TestFactory
  Stream<DynamicTest> referenceTokensAreTheLargest() throws IOException {
    return files(
        "logits",
        (directory, golden) -> {
          for (String margin : golden.names()) {
            if (!margin.contains("margin")) {
              continue;
            }
            float[] logits = golden.floats(margin.replace("margin", "logits"));
            int[] tokens = golden.ints(margin.replace("margin", "tokens"));
            float[] margins = golden.floats(margin);
            int vocabulary = logits.length / tokens.length;
            for (int step = 0; step < tokens.length; step++) {
              float[] row = Arrays.copyOfRange(logits, step * vocabulary, (step + 1) * vocabulary);
              float largest = row[tokens[step]];
              Arrays.sort(row);
              assertEquals(row[vocabulary - 1], largest, margin);
              assertEquals(margins[step], row[vocabulary - 1] - row[vocabulary - 2], 1e-5, margin);
            }
          }
        });
  }

  /** Parts end at tile boundaries; the later ones attend through the paged cache. */
  @TestFactory
  Stream<DynamicTest> promptsInParts() throws IOException {
    return files(
        "input_ids",
        (directory, golden) -> {
          int length = golden.shape("input_ids")[1];
          int[] prompt = Arrays.copyOf(golden.ints("input_ids"), length);
          float[] logits = golden.floats("logits");
          try (CausalLM model = load(directory)) {
            int vocabulary = model.config().vocabSize();
            GenerationConfig config =
                greedy(1)
                    .prefillChunk(32)
                    .logits(
                        (p, position, values) ->
                            assertClose(logits, position * vocabulary, values, "at " + position))
                    .build();
            new Generator(model, null).generate(List.of(Prompt.tokens(prompt)), config);
          }
        });
  }

  /** What stands behind a prompt, in its last part or in the only one, changes nothing. */
  @TestFactory
  Stream<DynamicTest> paddedPrompts() throws IOException {
    return files(
        "input_ids",
        (directory, golden) -> {
          int length = golden.shape("input_ids")[1];
          int[] prompt = Arrays.copyOf(golden.ints("input_ids"), length - 1);
          try (CausalLM model = load(directory)) {
            Generator generator = new Generator(model, null);
            for (int chunk : new int[] {32, 2048}) {
              GenerationConfig.Builder config = greedy(8).prefillChunk(chunk);
              assertEquals(
                  generate(generator, prompt, config.padPrompts(false)),
                  generate(generator, prompt, config.padPrompts(true)));
            }
          }
        });
  }

  /**
   * Layers captured once for a length run every prompt of that length, or of less. Those that can't
   * be captured say so.
   */
  @TestFactory
  Stream<DynamicTest> tracedPrompts() throws IOException {
    return files(
        "input_ids",
        (directory, golden) -> {
          int length = golden.shape("input_ids")[1];
          int[] ids = Arrays.copyOf(golden.ints("input_ids"), length);
          try (CausalLM model = load(directory)) {
            boolean hosts =
                model.config().positions() instanceof PositionEncoding.ALiBi
                    || model.config().ropes(length).stream()
                        .anyMatch(rope -> rope.build().scaling().dependsOnLength());
            assertEquals(!hosts, model.promptLayers().isPresent());
            if (model.promptLayers().isPresent()) {
              equalsPrefill(model, ids);
            }
          }
        });
  }

  private static void equalsPrefill(CausalLM model, int[] ids) {
    Device device = model.device();
    PromptLayers layers = model.promptLayers().orElseThrow();
    int blocks = Math.ceilDiv(ids.length, 32);
    int[] table = IntStream.range(0, blocks).toArray();
    Tensor[] hidden = new Tensor[1];
    try (KVCache cache = model.newCache(blocks, 32);
        Tensor pageTable = Tensor.ofInts(device, DataType.INT32, table, 1, blocks);
        Tensor tokens = Tensor.ofInts(device, DataType.UINT32, new int[ids.length], 1, ids.length);
        Trace trace = device.capture(() -> hidden[0] = layers.forward(tokens, cache, pageTable));
        Tensor traced = hidden[0]) {
      for (int last : new int[] {ids.length - 1, ids.length / 2, 0}) {
        tokens.write(Arrays.copyOf(Arrays.copyOf(ids, last + 1), ids.length));
        trace.execute(false);
        try (Tensor logits = layers.logits(traced, last);
            Tensor expected =
                model.prefill(tokens, 0, last + 1, cache, pageTable, 0, Logits.LAST)) {
          assertArrayEquals(expected.toFloats(), logits.toFloats(), "position " + last);
        }
      }
    }
  }

  private static List<Integer> generate(
      Generator generator, int[] prompt, GenerationConfig.Builder config) {
    return generator.generate(List.of(Prompt.tokens(prompt)), config.build()).getFirst().tokens();
  }

  @TestFactory
  Stream<DynamicTest> hiddenStates() throws IOException {
    return files(
        "last_hidden_state",
        (directory, golden) -> {
          try (CausalLM model = load(directory)) {
            equalHiddenStates(model, golden, 0);
          }
        });
  }

  /**
   * Compares what flows between the layers, of which a file may have the last alone, at every
   * position of every prompt.
   *
   * @param relative what is allowed beside the tolerance, as a part of the value
   */
  public static void equalHiddenStates(CausalLM model, Golden golden, double relative) {
    Device device = model.device();
    int[] shape = golden.shape("input_ids");
    int[] ids = golden.ints("input_ids");
    int width = model.config().hiddenSize();
    int layers = model.config().numLayers();
    int blocks = Math.ceilDiv(shape[1], 32);
    int[] table = new int[blocks];
    Arrays.setAll(table, i -> i);
    for (int row = 0; row < shape[0]; row++) {
      int first = row * shape[1];
      int[] prompt = Arrays.copyOfRange(ids, first, first + shape[1]);
      try (KVCache cache = model.newCache(blocks, 32);
          Tensor pageTable = Tensor.ofInts(device, DataType.INT32, table, 1, blocks);
          Tensor tokens = Tensor.ofInts(device, DataType.UINT32, prompt, 1, prompt.length);
          Tensor logits =
              model.prefill(
                  tokens,
                  0,
                  prompt.length,
                  cache,
                  pageTable,
                  0,
                  Logits.ALL,
                  (index, x) -> {
                    String name =
                        index <= layers - 1
                            ? "hidden_states." + index
                            : index == layers ? "layer_out." + (layers - 1) : "last_hidden_state";
                    if (index > layers || golden.has("hidden_states.0")) {
                      assertRowsClose(
                          golden.floats(name), first * width, x.toFloats(), width, name, relative);
                    }
                  })) {
        assertEquals(prompt.length, logits.dim(-2));
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> raggedPromptsGiveTheSameTogetherAndAlone() throws IOException {
    return files(
        "prompt.0",
        (directory, golden) -> {
          try (CausalLM model = load(directory)) {
            for (boolean trace : new boolean[] {true, false}) {
              raggedEqualsAlone(new Generator(model, null), golden, trace);
            }
          }
        });
  }

  /**
   * What Hugging Face computes of one batch whose short prompts have padding in front, is what is
   * computed here of the prompts without it: nothing is padded, and positions count from 0.
   */
  @TestFactory
  Stream<DynamicTest> leftPaddedBatchesAreTheirPrompts() throws IOException {
    return files(
        "leftpad.input_ids",
        (directory, golden) -> {
          int[] shape = golden.shape("leftpad.input_ids");
          int[] ids = golden.ints("leftpad.input_ids");
          int[] mask = golden.ints("leftpad.attention_mask");
          int[] places = golden.ints("leftpad.position_ids");
          List<Prompt> prompts = new ArrayList<>();
          for (int row = 0; row < shape[0]; row++) {
            int end = (row + 1) * shape[1];
            int begin = end - Arrays.stream(mask, row * shape[1], end).sum();
            assertEquals(0, places[begin]);
            assertEquals(end - begin - 1, places[end - 1]);
            prompts.add(Prompt.tokens(Arrays.copyOfRange(ids, begin, end)));
          }
          Map<List<Integer>, float[]> logits = new HashMap<>();
          GenerationConfig config =
              greedy()
                  .logits((p, position, row) -> logits.put(List.of(p, position), row.clone()))
                  .build();
          try (CausalLM model = load(directory)) {
            List<Generation> generations = new Generator(model, null).generate(prompts, config);
            int vocabulary = model.config().vocabSize();
            int[] tokens = golden.ints("leftpad.greedy.tokens");
            float[] expected = golden.floats("leftpad.greedy.logits");
            for (int row = 0; row < shape[0]; row++) {
              String what = "row " + row;
              assertArrayEquals(
                  Arrays.copyOfRange(tokens, row * NEW_TOKENS, (row + 1) * NEW_TOKENS),
                  toArray(generations.get(row).tokens()),
                  what);
              int last = Arrays.stream(mask, row * shape[1], (row + 1) * shape[1]).sum() - 1;
              for (int step = 0; step < NEW_TOKENS; step++) {
                assertClose(
                    expected,
                    (row * NEW_TOKENS + step) * vocabulary,
                    logits.get(List.of(row, last + step)),
                    what);
              }
            }
          }
        });
  }

  /** A tensor that the tests above do not look at would be left out. */
  @TestFactory
  Stream<DynamicTest> everyTensorIsLookedAt() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (Path directory : decoders()) {
      for (Path file : goldenFiles(directory)) {
        tests.add(
            dynamicTest(
                directory.getFileName() + " " + file.getFileName(),
                () -> {
                  Set<String> left = Golden.read(file).names();
                  left.removeIf(name -> LOOKED_AT.matcher(name).matches());
                  assertEquals(Set.of(), left);
                  assertNumberedWithoutGaps(Golden.read(file).names());
                }));
      }
    }
    return tests.stream();
  }

  /** Returns a directory's files of reference data; refuses files that no test knows. */
  static List<Path> goldenFiles(Path directory) throws IOException {
    List<Path> goldens = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        if (name.startsWith("golden") && name.endsWith(".safetensors")) {
          goldens.add(file);
        } else {
          assertTrue(OTHER_FILES.contains(name) || name.startsWith("model"), file.toString());
        }
      }
    }
    return goldens;
  }

  /** Tests count up from 0 to the last layer or prompt: a number behind a gap would be left out. */
  static void assertNumberedWithoutGaps(Set<String> names) {
    Map<String, Set<Integer>> numbers = new TreeMap<>();
    for (String name : names) {
      Matcher numbered = Pattern.compile("(.*)\\.(\\d+)").matcher(name);
      if (numbered.matches()) {
        numbers
            .computeIfAbsent(numbered.group(1), prefix -> new TreeSet<>())
            .add(Integer.valueOf(numbered.group(2)));
      }
    }
    int layers = numbers.getOrDefault("hidden_states", Set.of()).size();
    int prompts = numbers.getOrDefault("prompt", Set.of()).size();
    numbers.forEach(
        (prefix, found) -> {
          int count = prefix.equals("hidden_states") ? layers : prompts;
          List<Integer> expected =
              prefix.equals("layer_out")
                  ? List.of(layers - 1)
                  : IntStream.range(0, count).boxed().toList();
          assertEquals(expected, List.copyOf(found), prefix);
        });
  }

  private static void raggedEqualsAlone(Generator generator, Golden golden, boolean trace) {
    int vocabulary = generator.model().config().vocabSize();
    List<Prompt> prompts = new ArrayList<>();
    for (int i = 0; golden.has("prompt." + i); i++) {
      prompts.add(Prompt.tokens(golden.ints("prompt." + i)));
    }
    Map<List<Integer>, float[]> batched = new HashMap<>();
    GenerationConfig config =
        greedy()
            .trace(trace)
            .logits((p, position, row) -> batched.put(List.of(p, position), row.clone()))
            .build();
    List<Generation> together = generator.generate(prompts, config);
    for (int i = 0; i < prompts.size(); i++) {
      String what = "prompt " + i + ", trace " + trace;
      int[] expected = golden.ints("greedy.tokens." + i);
      assertArrayEquals(expected, toArray(together.get(i).tokens()), what);
      Generation alone =
          generator.generate(List.of(prompts.get(i)), greedy().trace(trace).build()).getFirst();
      assertEquals(together.get(i).tokens(), alone.tokens(), what);
      int length = golden.shape("logits." + i)[0];
      float[] promptLogits = golden.floats("logits." + i);
      float[] stepLogits = golden.floats("greedy.logits." + i);
      for (int position = 0; position < length; position++) {
        assertClose(promptLogits, position * vocabulary, batched.get(List.of(i, position)), what);
      }
      for (int step = 0; step < NEW_TOKENS; step++) {
        float[] row = batched.get(List.of(i, length - 1 + step));
        assertClose(stepLogits, step * vocabulary, row, what + ", step " + step);
      }
    }
  }

  /** The same checkpoint with the config.json that transformers 5 would write. */
  @TestFactory
  Stream<DynamicTest> spellingOfTransformers5() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (Path directory : decoders()) {
      String name = directory.getFileName().toString();
      tests.add(
          dynamicTest(
              name,
              () -> {
                Path copy = inTheSpellingOfTransformers5(directory, temporary.resolve(name));
                try (CausalLM model = load(copy)) {
                  equalsTheReference(model, Golden.read(directory.resolve("golden.safetensors")));
                }
              }));
    }
    return tests.stream();
  }

  /** Copies a checkpoint and takes its other config.json. */
  static Path inTheSpellingOfTransformers5(Path directory, Path copy) throws IOException {
    Files.createDirectories(copy);
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.startsWith("model") || name.equals("generation_config.json")) {
          Files.copy(file, copy.resolve(name));
        }
      }
    }
    Files.copy(directory.resolve("config_v5.json"), copy.resolve("config.json"));
    return copy;
  }

  static void assertClose(float[] expected, int offset, float[] actual, String what) {
    for (int i = 0; i < actual.length; i++) {
      assertClose(expected[offset + i], actual[i], TOLERANCE, what);
    }
  }

  /** Row by row, as the largest value of a row sets the roundings of all that is added to it. */
  private static void assertRowsClose(
      float[] expected, int offset, float[] actual, int width, String what, double relative) {
    for (int row = 0; row < actual.length; row += width) {
      double largest = 0;
      for (int i = row; i < row + width; i++) {
        largest = Math.max(largest, Math.abs(expected[offset + i]));
      }
      for (int i = row; i < row + width; i++) {
        double tolerance = TOLERANCE + relative * largest;
        assertClose(expected[offset + i], actual[i], tolerance, what);
      }
    }
  }

  private static void assertClose(float expected, float actual, double tolerance, String what) {
    // Written so that NaN fails.
    assertTrue(
        Math.abs(expected - actual) <= tolerance,
        () ->
            "%s: a value is %s, expected %s within %s"
                .formatted(what, actual, expected, tolerance));
  }

  private static int[] toArray(List<Integer> tokens) {
    return tokens.stream().mapToInt(Integer::intValue).toArray();
  }
}
