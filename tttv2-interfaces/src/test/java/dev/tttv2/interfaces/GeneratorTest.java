// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.tttv2.core.BufferType;
import dev.tttv2.core.Device;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Control flow of generation, with a model that is a table. */
class GeneratorTest {
  private static Device device;
  private static Tokenizer tokenizer;
  private MarkovModel model;
  private Generator generator;
  private int liveBefore;

  @BeforeAll
  static void open() {
    device = Device.open();
    // One printable character a token; token 63 is the end.
    List<String> tokens = new ArrayList<>();
    for (int i = 0; i < MarkovModel.VOCAB - 1; i++) {
      tokens.add(Character.toString('!' + i));
    }
    tokens.add("<end>");
    int[] types = new int[tokens.size()];
    Arrays.fill(types, GgufVocabulary.NORMAL);
    types[MarkovModel.EOS] = GgufVocabulary.CONTROL;
    tokenizer =
        Tokenizer.fromJson(
            TokenizerJson.of(
                new GgufVocabulary(
                    "gpt2",
                    "gpt-2",
                    tokens,
                    types,
                    new float[0],
                    List.of(),
                    -1,
                    List.of(),
                    List.of(),
                    false)));
  }

  @AfterAll
  static void close() {
    tokenizer.close();
    device.close();
  }

  @BeforeEach
  void start() {
    model = new MarkovModel(device);
    generator = new Generator(model, tokenizer);
    liveBefore = liveTensors();
  }

  @AfterEach
  void nothingIsLeft() {
    assertEquals(liveBefore, liveTensors());
    model.close();
  }

  private static int liveTensors() {
    return device.memory(BufferType.DRAM).liveTensors();
  }

  private static GenerationConfig.Builder config(int maxTokens) {
    return config(sampling(maxTokens));
  }

  private static GenerationConfig.Builder config(SamplingParams.Builder sampling) {
    return GenerationConfig.builder().sampling(sampling.build());
  }

  private static SamplingParams.Builder sampling(int maxTokens) {
    return SamplingParams.builder().maxTokens(maxTokens);
  }

  private static List<Integer> chain(int id, int count) {
    return Stream.iterate(MarkovModel.next(id), MarkovModel::next).limit(count).toList();
  }

  private static Prompt prompt(int length, int last) {
    int[] ids = IntStream.range(0, length).map(i -> (i * 3) % 60).toArray();
    ids[length - 1] = last;
    return Prompt.tokens(ids);
  }

  private static String text(List<Integer> ids) {
    return tokenizer.decode(ids.stream().mapToInt(i -> i).toArray(), true);
  }

  @Test
  void raggedPromptsGiveWhatEachGivesAlone() {
    List<Prompt> prompts = List.of(prompt(1, 7), prompt(33, 20), prompt(5, 0), prompt(64, 41));
    int[] last = {7, 20, 0, 41};
    for (boolean trace : new boolean[] {true, false}) {
      for (boolean onDevice : new boolean[] {true, false}) {
        GenerationConfig config = config(9).trace(trace).deviceArgmax(onDevice).build();
        List<Generation> generations = generator.generate(prompts, config);
        for (int i = 0; i < prompts.size(); i++) {
          Generation generation = generations.get(i);
          assertEquals(i, generation.prompt());
          assertEquals(chain(last[i], 9), generation.tokens());
          assertEquals(Optional.of(text(generation.tokens())), generation.text());
          assertEquals(FinishReason.LENGTH, generation.finishReason());
          assertTrue(generation.stats().ttftMillis() > 0);
          assertTrue(generation.stats().prefillTokensPerSecond() > 0);
          assertTrue(generation.stats().decodeTokensPerSecond() > 0);
        }
      }
    }
  }

  @Test
  void stepsAreReplayedAsSoonAsTheirProgramsAreCompiled() {
    boolean compiles = device.target().compilesPrograms();
    assertEquals(!device.backend().equals("host"), compiles);
    generator.generate(List.of(prompt(3, 7)), config(9).build());
    assertEquals(compiles ? 2 : 1, model.steps);
    generator.generate(List.of(prompt(3, 7)), config(9).trace(false).build());
    assertEquals((compiles ? 2 : 1) + 8, model.steps);
  }

  @Test
  void sampledTokensDependOnThePromptAndItsSeedAlone() {
    SamplingParams.Builder sampling =
        sampling(20).temperature(1.5).topP(0.95).presencePenalty(0.5).seed(3).ignoreEos(true);
    GenerationConfig config = config(sampling).build();
    List<Prompt> prompts = List.of(prompt(3, 1), prompt(40, 2), prompt(9, 3));
    List<Generation> together = generator.generate(prompts, config);
    for (int i = 0; i < prompts.size(); i++) {
      List<Integer> alone = generator.generate(List.of(prompts.get(i)), config).getFirst().tokens();
      assertEquals(alone, together.get(i).tokens());
      assertEquals(20, alone.size());
    }
  }

  @Test
  void positionsBlocksAndIdleUsers() {
    model.records = true;
    GenerationConfig config = config(sampling(4).stopTokens(List.of(17))).trace(false).build();
    // The first one ends with its second token, 12 -> 17.
    generator.generate(List.of(prompt(2, 7), prompt(31, 20), prompt(64, 30)), config);
    assertArrayEquals(new int[] {2, 31, 64}, model.positions.get(0));
    assertArrayEquals(new int[] {-1, 32, 65}, model.positions.get(1));
    assertArrayEquals(new int[] {-1, 33, 66}, model.positions.get(2));
    assertEquals(3, model.positions.size());
    // 2 + 4, 31 + 4 and 64 + 4 positions in blocks of 32.
    assertEquals(List.of(1 + 2 + 3 + 1), model.cacheBlocks);
    assertArrayEquals(new int[] {0, 6, 6, 1, 2, 6, 3, 4, 5}, model.tables.getFirst());
  }

  @Test
  void longPromptsArePrefilledInChunks() {
    GenerationConfig config = config(2).prefillChunk(32).build();
    List<Generation> generations = generator.generate(List.of(prompt(70, 9)), config);
    assertEquals(chain(9, 2), generations.getFirst().tokens());
    assertEquals(
        List.of(
            new MarkovModel.Prefill(0, 0, 32, Logits.LAST),
            new MarkovModel.Prefill(0, 32, 32, Logits.LAST),
            new MarkovModel.Prefill(0, 64, 6, Logits.LAST)),
        model.prefills);
  }

  @Test
  void promptsArePaddedToAFewLengths() {
    GenerationConfig config = config(2).prefillChunk(192).padPrompts(true).build();
    List<Prompt> prompts = List.of(prompt(1, 9), prompt(129, 9), prompt(192, 9), prompt(200, 9));
    for (Generation generation : generator.generate(prompts, config)) {
      assertEquals(chain(9, 2), generation.tokens());
    }
    assertEquals(
        List.of(
            new MarkovModel.Prefill(0, 0, 128, Logits.LAST),
            new MarkovModel.Prefill(1, 0, 192, Logits.LAST),
            new MarkovModel.Prefill(2, 0, 192, Logits.LAST),
            new MarkovModel.Prefill(3, 0, 192, Logits.LAST),
            new MarkovModel.Prefill(3, 192, 64, Logits.LAST)),
        model.prefills);
    // Own blocks 1, 5, 7 and 7; then the spare one, up to the context's end.
    assertEquals(List.of(1 + 5 + 7 + 7 + 1), model.cacheBlocks);
    int[] table = model.tables.getFirst();
    assertEquals(4 * 8, table.length);
    assertEquals(19, table[3 * 8 + 6]);
    assertEquals(20, table[3 * 8 + 7]);
    assertEquals(20, table[1]);
  }

  @Test
  void lengthsOfPieces() {
    int[] lengths = {1, 128, 129, 1000, 1024, 1025, 2048, 5};
    int[] padded = {128, 128, 256, 1024, 1024, 2048, 2048, 128};
    for (int i = 0; i < lengths.length; i++) {
      assertEquals(padded[i], PrefillBuckets.padded(lengths[i], 2048, 4096));
    }
    assertEquals(96, PrefillBuckets.padded(70, 96, 4096), "no longer than a chunk");
    assertEquals(150, PrefillBuckets.padded(140, 2048, 150), "no further than the context");
  }

  @Test
  void moreThan32PromptsRunInTurn() {
    List<Prompt> prompts = IntStream.range(0, 70).mapToObj(i -> prompt(1 + i % 7, i % 60)).toList();
    List<Generation> generations = generator.generate(prompts, config(3).build());
    assertEquals(70, generations.size());
    assertEquals(3, model.cacheBlocks.size());
    for (int i = 0; i < 70; i++) {
      assertEquals(i, generations.get(i).prompt());
      assertEquals(chain(i % 60, 3), generations.get(i).tokens());
    }
  }

  @Test
  void endOfTextAndStopTokens() {
    // 58 -> 0 -> 5 -> 10; EOS is only reached by choice, so a prompt that ends with it goes on to
    // 0.
    GenerationConfig stops = config(sampling(10).stopTokens(List.of(5))).build();
    Generation stopped = generator.generate(List.of(Prompt.tokens(58)), stops).getFirst();
    assertEquals(List.of(0, 5), stopped.tokens());
    assertEquals(FinishReason.STOP, stopped.finishReason());
    assertEquals(Optional.of("!"), stopped.text(), "the stop token is not in the text");
    GenerationConfig ignoring = config(sampling(3).stopTokens(List.of(5)).ignoreEos(true)).build();
    assertEquals(
        List.of(0, 5),
        generator.generate(List.of(Prompt.tokens(58)), ignoring).getFirst().tokens());
  }

  @Test
  void theModelsEndOfTextStopsUnlessIgnored() {
    SamplingParams.Builder hot = sampling(250).temperature(100).seed(2);
    List<Integer> stopped =
        generator.generate(List.of(Prompt.tokens(1)), config(hot).build()).getFirst().tokens();
    List<Integer> all =
        generator
            .generate(List.of(Prompt.tokens(1)), config(hot.ignoreEos(true)).build())
            .getFirst()
            .tokens();
    assertEquals(MarkovModel.EOS, stopped.getLast());
    assertEquals(250, all.size());
    assertEquals(stopped, all.subList(0, stopped.size()));
    assertEquals(stopped.size() - 1, stopped.indexOf(MarkovModel.EOS));
  }

  @Test
  void stopStringsAreNeverEmitted() {
    // 7 -> 12 17 22 27 32 37 42: "-" "2" "7" "<" "A" "F" "K"
    for (boolean trace : new boolean[] {true, false}) {
      List<Token> tokens = new ArrayList<>();
      GenerationConfig config =
          config(sampling(20).stop(List.of("<AF", "never"))).trace(trace).build();
      Generation generation =
          generator.generate(List.of(Prompt.tokens(7)), config, tokens::add).getFirst();
      assertEquals(Optional.of("-27"), generation.text());
      assertEquals(FinishReason.STOP, generation.finishReason());
      assertEquals(chain(7, 6), generation.tokens());
      assertEquals(List.of("-", "2", "7", "", "", ""), tokens.stream().map(Token::text).toList());
      assertEquals(Optional.of(FinishReason.STOP), tokens.getLast().finishReason());
    }
  }

  @Test
  void heldBackTextComesOutAtTheEnd() {
    List<Token> tokens = new ArrayList<>();
    GenerationConfig config = config(sampling(4).stop(List.of("<AF"))).build();
    Generation generation =
        generator.generate(List.of(Prompt.tokens(7)), config, tokens::add).getFirst();
    assertEquals(Optional.of("-27<"), generation.text());
    assertEquals(FinishReason.LENGTH, generation.finishReason());
    assertEquals("<", tokens.getLast().text());
  }

  @Test
  void streamedTextsMakeTheWholeText() {
    Map<Integer, StringBuilder> texts = new HashMap<>();
    List<Generation> generations =
        generator.generate(
            List.of(Prompt.text("ABC"), Prompt.rendered("-27<"), prompt(20, 5)),
            config(12).build(),
            token -> {
              texts.computeIfAbsent(token.prompt(), p -> new StringBuilder()).append(token.text());
              assertEquals(token.index() == 11, token.finishReason().isPresent());
            });
    for (Generation generation : generations) {
      assertEquals(generation.text().orElseThrow(), texts.get(generation.prompt()).toString());
    }
    assertEquals(List.of(32, 33, 34), generations.getFirst().promptTokens());
  }

  /** Of Java's heap, by all threads, on average; the first tokens of a generation cost more. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.8})
  void aStreamedTokenAllocatesLessThanAKilobyte(double temperature) {
    int few = 40;
    int many = 240;
    allocated(temperature, many);
    double least = Double.MAX_VALUE;
    for (int round = 0; round < 5; round++) {
      long bytes = allocated(temperature, many) - allocated(temperature, few);
      least = Math.min(least, (double) bytes / (many - few));
    }
    double bytes = least;
    assertTrue(bytes < 1 << 10, () -> bytes + " bytes a token");
  }

  private long allocated(double temperature, int tokens) {
    SamplingParams params =
        SamplingParams.builder()
            .temperature(temperature)
            .seed(1)
            .maxTokens(tokens)
            .ignoreEos(true)
            .build();
    StringBuilder text = new StringBuilder(4096);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getTotalThreadAllocatedBytes();
    generator.generate(
        List.of(prompt(3, 1)), GenerationConfig.of(params), token -> text.append(token.text()));
    long after = threads.getTotalThreadAllocatedBytes();
    assertTrue(text.length() > tokens / 2, text.toString());
    return after - before;
  }

  @Test
  void iteratorGeneratesAsItIsAsked() {
    try (TokenIterator tokens = generator.iterator(List.of(prompt(3, 1)), config(5).build())) {
      assertEquals(0, model.cacheBlocks.size(), "nothing is allocated before the first token");
      for (int id : chain(1, 5)) {
        assertTrue(tokens.hasNext());
        assertEquals(id, tokens.next().id());
      }
      assertFalse(tokens.hasNext());
      assertEquals(liveBefore, liveTensors(), "the last token frees everything");
      assertThrows(NoSuchElementException.class, tokens::next);
      assertEquals(chain(1, 5), tokens.generations().getFirst().tokens());
    }
  }

  @Test
  void closingAStreamCancels() {
    try (Stream<Token> stream =
        generator.stream(List.of(prompt(3, 1), prompt(4, 2)), config(100).build())) {
      Iterator<Token> tokens = stream.iterator();
      for (int i = 0; i < 7; i++) {
        tokens.next();
      }
      assertTrue(liveTensors() > liveBefore);
    }
    assertEquals(liveBefore, liveTensors());
    TokenIterator tokens = generator.iterator(List.of(prompt(3, 1)), config(100).build());
    tokens.next();
    tokens.close();
    tokens.close();
    assertFalse(tokens.hasNext());
    assertEquals(FinishReason.CANCELLED, tokens.generations().getFirst().finishReason());
  }

  @Test
  void aSecondThreadIsRefused() {
    TokenIterator tokens = generator.iterator(List.of(prompt(3, 1)), config(3).build());
    List<Throwable> refused = new ArrayList<>();
    List<Executable> calls = List.of(tokens::hasNext, tokens::next, tokens::close);
    model.during =
        () -> {
          for (Executable call : calls) {
            Thread other =
                Thread.ofPlatform()
                    .start(() -> refused.add(assertThrows(IllegalStateException.class, call)));
            try {
              other.join();
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
          }
        };
    List<Integer> ids = new ArrayList<>();
    tokens.forEachRemaining(token -> ids.add(token.id()));
    assertEquals(chain(1, 3), ids);
    assertTrue(refused.size() >= calls.size());
    refused.forEach(e -> assertEquals("two threads use a TokenIterator at a time", e.getMessage()));
  }

  @Test
  void streamsToItsEnd() {
    try (Stream<Token> stream = generator.stream(List.of(prompt(3, 1)), config(6).build())) {
      assertEquals(chain(1, 6), stream.map(Token::id).toList());
    }
  }

  @Test
  void anotherThreadCancels() throws InterruptedException {
    CancellationToken cancellation = new CancellationToken();
    GenerationConfig config =
        config(sampling(200).stop(List.of("F~"))).cancellation(cancellation).build();
    List<Token> tokens = new ArrayList<>();
    List<Generation> generations =
        generator.generate(
            List.of(prompt(3, 7), prompt(30, 2)),
            config,
            token -> {
              tokens.add(token);
              if (token.prompt() == 0 && token.index() == 5) {
                Thread other = Thread.ofPlatform().start(cancellation::cancel);
                try {
                  other.join();
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              }
            });
    for (Generation generation : generations) {
      assertEquals(FinishReason.CANCELLED, generation.finishReason());
      assertEquals(6, generation.tokens().size());
      assertEquals(
          Optional.of(text(generation.tokens())), generation.text(), "nothing is held back");
    }
  }

  @Test
  void anInterruptedThreadStops() {
    List<Generation> generations;
    try {
      generations =
          generator.generate(
              List.of(prompt(3, 7)),
              config(200).build(),
              token -> {
                if (token.index() == 3) {
                  Thread.currentThread().interrupt();
                }
              });
    } finally {
      assertTrue(Thread.interrupted(), "the thread stays interrupted");
    }
    assertEquals(FinishReason.CANCELLED, generations.getFirst().finishReason());
    assertEquals(4, generations.getFirst().tokens().size());
  }

  @Test
  void cancelledBeforeItBegins() {
    CancellationToken cancellation = new CancellationToken();
    cancellation.cancel();
    GenerationConfig config = config(5).cancellation(cancellation).build();
    Generation generation = generator.generate(List.of(prompt(3, 7)), config).getFirst();
    assertEquals(FinishReason.CANCELLED, generation.finishReason());
    assertEquals(List.of(), generation.tokens());
    assertEquals(Optional.of(""), generation.text());
    assertEquals(0, model.cacheBlocks.size());
  }

  @Test
  void failuresFreeEverything() {
    int tracedCalls = device.target().compilesPrograms() ? 2 : 1;
    for (int step = 0; step < tracedCalls; step++) {
      failureFreesEverything(step, true);
    }
    for (int step = 0; step < 3; step++) {
      failureFreesEverything(step, false);
    }
    assertThrows(
        UnsupportedOperationException.class,
        () ->
            generator.generate(
                List.of(prompt(3, 7)),
                config(9).build(),
                token -> {
                  throw new UnsupportedOperationException();
                }));
  }

  private static void failureFreesEverything(int step, boolean trace) {
    MarkovModel failing = new MarkovModel(device);
    failing.failingStep = step;
    GenerationConfig config = config(9).trace(trace).build();
    int before = liveTensors();
    IllegalStateException e =
        assertThrows(
            IllegalStateException.class,
            () -> new Generator(failing, tokenizer).generate(List.of(prompt(3, 7)), config));
    assertEquals("step " + step + " fails", e.getMessage());
    assertEquals(before, liveTensors());
    failing.close();
  }

  @Test
  void twoHundredGenerationsLeaveNothing() {
    long bytes = device.memory(BufferType.DRAM).allocatedBytes();
    for (int i = 0; i < 200; i++) {
      GenerationConfig config = config(4).trace(i % 2 == 0).deviceArgmax(i % 3 == 0).build();
      generator.generate(List.of(prompt(1 + i % 50, i % 60), prompt(3, 4)), config);
    }
    assertEquals(liveBefore, liveTensors());
    assertEquals(bytes, device.memory(BufferType.DRAM).allocatedBytes());
  }

  @Test
  void theContextIsTheLimit() {
    Generation generation =
        generator.generate(List.of(prompt(250, 7)), config(100).build()).getFirst();
    assertEquals(6, generation.tokens().size());
    assertEquals(FinishReason.LENGTH, generation.finishReason());
    Generation shorter =
        generator.generate(List.of(prompt(60, 7)), config(100).maxContext(64).build()).getFirst();
    assertEquals(4, shorter.tokens().size());
  }

  private String refusal(Prompt prompt, GenerationConfig config) {
    return assertThrows(
            IllegalArgumentException.class,
            () -> generator.generate(List.of(prompt(1, 1), prompt), config))
        .getMessage();
  }

  @Test
  void refusalsNameTheNumbers() {
    GenerationConfig config = config(5).build();
    assertEquals("prompt 1 has 9000 tokens, context is 256", refusal(prompt(9000, 1), config));
    assertEquals(
        "prompt 1 has 256 tokens, context is 256: no room for a new one",
        refusal(prompt(256, 1), config));
    assertEquals("prompt 1 has 0 tokens, expected at least 1", refusal(Prompt.tokens(), config));
    assertEquals("prompt 1 has 0 tokens, expected at least 1", refusal(Prompt.text(""), config));
    assertEquals(
        "prompt 1: token 1 is 64, the vocabulary has 64", refusal(Prompt.tokens(1, 64), config));
    assertEquals(
        "prompt 1: token 0 is -1, the vocabulary has 64", refusal(Prompt.tokens(-1), config));
    assertEquals(
        "maxContext is 257, the model has 256 positions",
        refusal(prompt(1, 1), config(5).maxContext(257).build()));
    assertEquals(
        "there are 0 prompts, expected at least 1",
        assertThrows(IllegalArgumentException.class, () -> generator.generate(List.of(), config))
            .getMessage());
    Generator withoutText = new Generator(model, null);
    assertEquals(
        "prompt 0 is text, but there is no tokenizer",
        assertThrows(
                IllegalArgumentException.class,
                () -> withoutText.generate(List.of(Prompt.text("x")), config))
            .getMessage());
    assertEquals(
        "1 stop strings, but no tokenizer to make text with",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    withoutText.generate(
                        List.of(prompt(1, 1)), config(sampling(5).stop(List.of("x"))).build()))
            .getMessage());
    assertEquals(0, model.cacheBlocks.size());
  }

  @Test
  void samplesShareTheirPrompt() {
    SamplingParams.Builder sampling = sampling(5).temperature(1).seed(1).n(3).ignoreEos(true);
    List<Token> tokens = new ArrayList<>();
    List<Generation> generations =
        generator.generate(
            List.of(prompt(70, 9), prompt(3, 4)), config(sampling).build(), tokens::add);
    assertEquals(
        List.of(
            new MarkovModel.Prefill(0, 0, 70, Logits.LAST),
            new MarkovModel.Prefill(3, 0, 3, Logits.LAST)),
        model.prefills);
    // Two blocks are shared, one is everybody's own; the short prompt has nothing to share.
    assertEquals(List.of(2 + 3 + 3 + 1), model.cacheBlocks);
    int[] table = model.tables.getFirst();
    assertArrayEquals(new int[] {0, 1, 2, 0, 1, 3, 0, 1, 4}, Arrays.copyOf(table, 9));
    assertEquals(6, generations.size());
    for (int i = 0; i < 6; i++) {
      Generation generation = generations.get(i);
      assertEquals(List.of(i / 3, i % 3), List.of(generation.prompt(), generation.sample()));
      assertEquals(i % 3 == 0, generation.stats().prefillTokensPerSecond() > 0);
      List<Integer> streamed =
          tokens.stream()
              .filter(t -> t.prompt() == generation.prompt() && t.sample() == generation.sample())
              .map(Token::id)
              .toList();
      assertEquals(generation.tokens(), streamed);
    }
    assertEquals(
        "a listener for logits sees one text of a prompt, 3 are to be generated",
        refusal(prompt(2, 1), config(sampling).logits((p, position, row) -> {}).build()));
  }

  @Test
  void textsEndNoEarlierThanMinTokens() {
    // 58 -> 0 -> 5 -> 10 -> 15: "!" "&" "+" "0"
    GenerationConfig config = config(sampling(10).stop(List.of("&", "+0")).minTokens(2)).build();
    Generation byText = generator.generate(List.of(Prompt.tokens(58)), config).getFirst();
    assertEquals(Optional.of("!&"), byText.text());
    assertEquals(List.of(0, 5, 10, 15), byText.tokens());
    GenerationConfig shown =
        config(sampling(10).stop(List.of("&+")).includeStopInOutput(true)).build();
    assertEquals(
        Optional.of("!&+"),
        generator.generate(List.of(Prompt.tokens(58)), shown).getFirst().text());
    GenerationConfig byToken =
        config(sampling(9).stopTokens(List.of(5)).minTokens(4).includeStopInOutput(true)).build();
    Generation later = generator.generate(List.of(Prompt.tokens(58)), byToken).getFirst();
    assertTrue(later.tokens().size() > 4, "5 cannot be chosen at first");
    assertFalse(later.tokens().subList(0, 4).contains(5));
    GenerationConfig included =
        config(sampling(9).stopTokens(List.of(5)).includeStopInOutput(true)).build();
    assertEquals(
        Optional.of("!&"),
        generator.generate(List.of(Prompt.tokens(58)), included).getFirst().text());
  }

  @Test
  void aCompleteConstraintEndsTheText() {
    TokenConstraint three =
        () ->
            new TokenConstraint.Matcher() {
              private int count;

              @Override
              public long[] allowed() {
                return new long[] {count < 3 ? 1L << 20 + count : 0};
              }

              @Override
              public boolean mayEnd() {
                return count == 3;
              }

              @Override
              public void accept(int token) {
                assertEquals(20 + count++, token);
              }

              @Override
              public boolean isComplete() {
                return count == 3;
              }
            };
    for (Generation generation :
        generator.generate(
            List.of(prompt(3, 1), prompt(9, 30)),
            config(sampling(50).constraint(three)).deviceArgmax(true).build())) {
      assertEquals(List.of(20, 21, 22), generation.tokens());
      assertEquals(FinishReason.STOP, generation.finishReason());
    }
  }

  @Test
  void guessesTakeFewerSteps() {
    // The cycle of 63 tokens comes round: from then on all is foreseen.
    GenerationConfig config = config(150).promptLookup(PromptLookup.of(7)).trace(false).build();
    model.records = true;
    Generation generation = generator.generate(List.of(Prompt.tokens(1)), config).getFirst();
    assertEquals(chain(1, 150), generation.tokens());
    assertEquals(FinishReason.LENGTH, generation.finishReason());
    assertEquals(generation.stats().draftedTokens(), generation.stats().acceptedTokens());
    assertEquals(149, model.positions.size() + generation.stats().acceptedTokens());
    assertTrue(generation.stats().acceptedTokens() > 70, generation.stats().toString());
    assertEquals(
        149,
        model.positions.stream().flatMapToInt(IntStream::of).max().orElseThrow(),
        "no further");
  }

  @Test
  void beamsLookForTheLikeliestText() {
    BeamSearch search = new BeamSearch(4, 0, BeamSearch.EarlyStopping.NEVER, 4);
    int length = 4;
    List<Generation> found =
        generator.beamSearch(List.of(Prompt.tokens(7)), search, config(length).build());
    assertEquals(4, found.size());
    assertEquals(chain(7, length), found.getFirst().tokens());
    double last = 0;
    for (Generation generation : found) {
      double sum = 0;
      int id = 7;
      for (int next : generation.tokens()) {
        float[] logits = model.logits(id);
        sum += logits[next] - LogSoftmax.normalizer(logits, 0, MarkovModel.VOCAB);
        id = next;
      }
      assertEquals(sum, generation.cumulativeLogprob().orElseThrow(), 1e-4);
      assertTrue(last == 0 || sum <= last);
      last = sum;
      assertEquals(Optional.of(text(generation.tokens())), generation.text());
    }
  }

  @Test
  void awkwardBeams() {
    BeamSearch search = new BeamSearch(8, 1, BeamSearch.EarlyStopping.HEURISTIC, 8);
    // Fewer tokens than beams: 2, then 4, then 8 texts.
    List<Integer> two = List.of(3, 4);
    List<Generation> few =
        generator.beamSearch(
            List.of(prompt(5, 1)), search, config(sampling(4).allowedTokens(two)).build());
    assertEquals(8, few.stream().map(Generation::tokens).distinct().count());
    // All end at once, with the first token.
    List<Generation> atOnce =
        generator.beamSearch(
            List.of(prompt(5, 1)),
            search,
            config(sampling(9).allowedTokens(two).stopTokens(two)).build());
    assertEquals(2, atOnce.size(), "there are no more texts");
    for (Generation generation : atOnce) {
      assertEquals(1, generation.tokens().size());
      assertEquals(FinishReason.STOP, generation.finishReason());
      assertEquals(Optional.of(""), generation.text());
    }
    // To the end of the context, in several batches.
    List<Prompt> prompts = IntStream.range(0, 9).mapToObj(i -> prompt(256 - 1 - 4 * i, i)).toList();
    List<Generation> longest = generator.beamSearch(prompts, search, config(200).build());
    assertEquals(72, longest.size());
    for (int i = 0; i < 9; i++) {
      Generation best = longest.get(8 * i);
      assertEquals(chain(i, 1 + 4 * i), best.tokens());
      assertEquals(FinishReason.LENGTH, best.finishReason());
      assertEquals(i, best.prompt());
    }
    assertEquals(
        "no token may follow after 1 new ones: allowedTokens, bannedTokens, noRepeatNgram,"
            + " minTokens and constraint rule out all 64",
        assertThrows(
                IllegalStateException.class,
                () ->
                    generator.beamSearch(
                        List.of(Prompt.tokens(3)),
                        search,
                        config(sampling(5).allowedTokens(two).noRepeatNgram(1)).build()))
            .getMessage());
  }

  @Test
  void cancelledBeamsTellWhatThereIs() {
    CancellationToken cancellation = new CancellationToken();
    cancellation.cancel();
    BeamSearch search = BeamSearch.of(3);
    Generation generation =
        generator
            .beamSearch(List.of(prompt(3, 7)), search, config(5).cancellation(cancellation).build())
            .getFirst();
    assertEquals(FinishReason.CANCELLED, generation.finishReason());
    assertEquals(List.of(), generation.tokens());
  }

  @Test
  void whatBeamsDoNotDoIsNamed() {
    Map<String, GenerationConfig.Builder> wrong =
        Map.of(
            "a temperature", config(sampling(1).temperature(1)),
            "stop strings", config(sampling(1).stop(List.of("a"))),
            "a constraint", config(sampling(1).constraint(() -> null)),
            "logprobs", config(sampling(1).logprobs(0)),
            "promptLogprobs", config(sampling(1).promptLogprobs(0)),
            "prompt lookup", config(1).promptLookup(PromptLookup.of(2)),
            "a listener for logits", config(1).logits((p, position, row) -> {}));
    wrong.forEach(
        (what, config) ->
            assertEquals(
                "beam search does not go together with " + what,
                assertThrows(
                        IllegalArgumentException.class,
                        () ->
                            generator.beamSearch(
                                List.of(prompt(1, 1)), BeamSearch.of(2), config.build()))
                    .getMessage()));
    Map<String, Runnable> outOfRange =
        Map.of(
            "beam search: beams is 33, expected 1 to 32",
            () -> BeamSearch.of(33),
            "beam search: returned is 3, expected 1 to beams, which is 2",
            () -> new BeamSearch(2, 1, BeamSearch.EarlyStopping.ALWAYS, 3),
            "beam search: lengthPenalty is NaN, expected a number",
            () -> new BeamSearch(2, Double.NaN, BeamSearch.EarlyStopping.ALWAYS, 1),
            "prompt lookup: numTokens is 32, expected 1 to 31",
            () -> PromptLookup.of(32),
            "prompt lookup: maxNgram is 0, expected at least 1",
            () -> new PromptLookup(1, 0));
    outOfRange.forEach(
        (message, call) ->
            assertEquals(
                message, assertThrows(IllegalArgumentException.class, call::run).getMessage()));
  }

  @Test
  void settingsOutOfRangeAreNamed() {
    Map<String, GenerationConfig.Builder> wrong =
        Map.of(
            "maxContext is -1, expected 0 (the model's) or more",
            config(1).maxContext(-1),
            "prefillChunk is 33, expected a multiple of 32",
            config(1).prefillChunk(33),
            "prefillChunk is 0, expected a multiple of 32",
            config(1).prefillChunk(0));
    wrong.forEach(
        (message, builder) ->
            assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, builder::build).getMessage()));
  }

  @Test
  void worksWithoutTokenizer() {
    Generation generation =
        new Generator(model, null).generate(List.of(prompt(4, 7)), config(3).build()).getFirst();
    assertEquals(chain(7, 3), generation.tokens());
    assertEquals(Optional.empty(), generation.text());
  }

  @Test
  void logitsOfEveryPositionAreTold() {
    Set<Integer> prompts = new HashSet<>();
    List<Integer> positions = new ArrayList<>();
    LogitsListener listener =
        new LogitsListener() {
          @Override
          public boolean wants(int prompt) {
            return prompt == 1;
          }

          @Override
          public void logits(int prompt, int position, float[] logits) {
            prompts.add(prompt);
            positions.add(position);
            if (position >= 149) {
              int id = position == 149 ? 9 : chain(9, 5).get(position - 150);
              assertArrayEquals(model.logits(id), logits);
            }
          }
        };
    GenerationConfig config = config(5).logits(listener).deviceArgmax(true).build();
    List<Generation> generations =
        generator.generate(List.of(prompt(3, 1), prompt(150, 9)), config);
    assertEquals(chain(9, 5), generations.get(1).tokens());
    assertEquals(chain(1, 5), generations.get(0).tokens());
    assertEquals(Set.of(1), prompts);
    assertEquals(IntStream.range(0, 150 + 5 - 1).boxed().toList(), positions);
  }

  @Test
  void scoresByTeacherForcing() {
    int[] ids = IntStream.range(0, 200).map(i -> (i * 7 + i / 5) % 60).toArray();
    double nll = 0;
    int[][] reference = new int[ids.length][];
    for (int i = 0; i < ids.length; i++) {
      float[] logits = model.logits(ids[i]);
      double sum = 0;
      for (float logit : logits) {
        sum += Math.exp(logit);
      }
      nll += i + 1 < ids.length ? Math.log(sum) - logits[ids[i + 1]] : 0;
      int best = MarkovModel.next(ids[i]);
      // First at every second position, among the five at every second of the others.
      reference[i] =
          i % 2 == 0
              ? new int[] {best, 1, 2, 3, 4}
              : new int[] {MarkovModel.EOS, 1, 2, i % 4 == 1 ? best : MarkovModel.EOS, 62};
    }
    Scorer scorer = new Scorer(model);
    Score score = scorer.score(ids);
    assertEquals(200, score.tokens());
    assertEquals(Math.exp(nll / 199), score.perplexity(), 1e-6 * score.perplexity());
    assertTrue(score.top1().isEmpty());
    Score compared = scorer.score(ids, reference);
    assertEquals(score.perplexity(), compared.perplexity());
    assertEquals(0.5, compared.top1().orElseThrow());
    assertTrue(compared.top5().orElseThrow() >= 0.75);
    assertEquals(1, scorer.score(5).perplexity());
    assertEquals(
        "text has 257 tokens, expected 1 to 256, the context",
        assertThrows(IllegalArgumentException.class, () -> scorer.score(new int[257]))
            .getMessage());
    assertEquals(
        "reference has choices for 2 positions, the text has 3 tokens",
        assertThrows(IllegalArgumentException.class, () -> scorer.score(new int[3], new int[2][5]))
            .getMessage());
    assertEquals(
        "text: token 1 is 64, the vocabulary has 64",
        assertThrows(IllegalArgumentException.class, () -> scorer.score(0, 64)).getMessage());
  }
}
