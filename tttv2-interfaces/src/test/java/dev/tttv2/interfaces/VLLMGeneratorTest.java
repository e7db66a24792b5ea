// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.core.BufferType;
import dev.tttv2.core.Device;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An engine's ways with requests, listeners and its own end, with a model that is a table. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class VLLMGeneratorTest {
  private static Device device;
  private MarkovModel model;
  private int liveBefore;

  @BeforeAll
  static void open() {
    device = Device.open();
  }

  @AfterAll
  static void close() {
    device.close();
  }

  @BeforeEach
  void start() {
    model = new MarkovModel(device);
    liveBefore = device.memory(BufferType.DRAM).liveTensors();
  }

  @AfterEach
  void nothingIsLeft() {
    assertEquals(liveBefore, device.memory(BufferType.DRAM).liveTensors());
    model.close();
  }

  private VLLMGenerator engine(EngineConfig.Builder config) {
    return new VLLMGenerator(model, null, config.build());
  }

  private static EngineConfig.Builder config() {
    return EngineConfig.builder().numBlocks(64);
  }

  private static SamplingParams greedy(int tokens) {
    return SamplingParams.builder().maxTokens(tokens).ignoreEos(true).build();
  }

  private static List<Integer> chain(int id, int count) {
    return Stream.iterate(MarkovModel.next(id), MarkovModel::next).limit(count).toList();
  }

  private static Prompt prompt(int length, int last) {
    int[] ids = IntStream.range(0, length).map(i -> (i * 3 + length) % 60).toArray();
    ids[length - 1] = last;
    return Prompt.tokens(ids);
  }

  @Test
  void promptsOfAllLengthsGiveWhatTheyGiveAlone() {
    for (boolean trace : new boolean[] {true, false}) {
      for (boolean onDevice : new boolean[] {true, false}) {
        for (boolean caching : new boolean[] {true, false}) {
          try (VLLMGenerator engine =
              engine(
                  config()
                      .maxUsers(5)
                      .trace(trace)
                      .deviceArgmax(onDevice)
                      .prefixCaching(caching)
                      .prefillChunk(64)
                      .maxBatchedTokens(32))) {
            List<Prompt> prompts = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
              prompts.add(prompt(1 + i * 5 % 130, i));
            }
            List<RequestOutput> outputs = engine.generate(prompts, greedy(20));
            for (int i = 0; i < prompts.size(); i++) {
              Generation text = outputs.get(i).outputs().getFirst();
              assertEquals(chain(i, 20), text.tokens());
              assertEquals(FinishReason.LENGTH, text.finishReason());
              assertEquals(1 + i * 5 % 130, outputs.get(i).promptTokens().size());
            }
            EngineStats stats = engine.stats();
            assertEquals(800, stats.generationTokens());
            assertEquals(Map.of(FinishReason.LENGTH, 40L), stats.finished());
            assertEquals(0, stats.usedBlocks());
            assertEquals(0, stats.running() + stats.waiting());
          }
        }
      }
    }
  }

  @Test
  void tokensAreStreamedInOrderAndThenTheWhole() throws InterruptedException {
    List<Object> events = new CopyOnWriteArrayList<>();
    try (VLLMGenerator engine = engine(config())) {
      RequestHandle handle =
          engine.submit(
              Request.of(Prompt.tokens(1, 2, 3), greedy(10)).withId("mine"),
              new RequestListener() {
                @Override
                public void token(Token token) {
                  events.add(token.id());
                }

                @Override
                public void finished(RequestOutput output) {
                  events.add(output);
                }
              });
      RequestOutput output = handle.await();
      assertEquals("mine", output.requestId());
      List<Object> expected = new ArrayList<>(chain(3, 10));
      expected.add(output);
      assertEquals(expected, events);
      assertEquals(10, output.generatedTokens());
    }
  }

  @Test
  void samplesOfOneRequestShareItsPrompt() throws InterruptedException {
    for (boolean caching : new boolean[] {true, false}) {
      model.prefills.clear();
      try (VLLMGenerator engine = engine(config().prefixCaching(caching))) {
        SamplingParams params =
            SamplingParams.builder().temperature(1).seed(7).n(4).maxTokens(12).build();
        RequestOutput output = engine.submit(Request.of(prompt(100, 5), params)).await();
        assertEquals(4, output.outputs().size());
        for (int i = 0; i < 4; i++) {
          SamplingParams alone = params.toBuilder().n(1).seed(7 + i).build();
          Generation lone =
              engine.submit(Request.of(prompt(100, 5), alone)).await().outputs().getFirst();
          assertEquals(lone.tokens(), output.outputs().get(i).tokens());
          assertEquals(i, output.outputs().get(i).sample());
        }
        assertEquals(caching ? 7 * 96 : 3 * 96, engine.stats().prefixHits());
      }
    }
  }

  @Test
  void aSharedBeginningIsComputedOnceUnlessSaltsDiffer() throws InterruptedException {
    try (VLLMGenerator engine = engine(config())) {
      assertEquals(0, engine.submit(Request.of(prompt(100, 1), greedy(3))).await().cachedTokens());
      assertEquals(96, engine.submit(Request.of(prompt(100, 2), greedy(3))).await().cachedTokens());
      assertEquals(
          0,
          engine
              .submit(Request.of(prompt(100, 2), greedy(3)).withCacheSalt("secret"))
              .await()
              .cachedTokens());
      // A prompt that is cached as a whole: its last block is computed for its last token.
      engine.submit(Request.of(prompt(96, 1), greedy(3))).await();
      assertEquals(64, engine.submit(Request.of(prompt(96, 1), greedy(3))).await().cachedTokens());
    }
  }

  @Test
  void cancelledRequestsKeepWhatTheyHave() throws InterruptedException {
    CountDownLatch five = new CountDownLatch(5);
    CountDownLatch cancelled = new CountDownLatch(1);
    StepListener pause =
        (step, stats) -> {
          five.countDown();
          if (stats.steps() == 5) {
            await(cancelled);
          }
        };
    try (VLLMGenerator engine = engine(config().stepListener(pause))) {
      RequestHandle handle = engine.submit(Request.of(Prompt.tokens(1), greedy(250)));
      five.await();
      handle.cancel();
      cancelled.countDown();
      Generation text = handle.await().outputs().getFirst();
      assertEquals(FinishReason.CANCELLED, text.finishReason());
      assertEquals(chain(1, 5), text.tokens());
      handle.cancel();
      assertEquals(0, engine.stats().usedBlocks());
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatCanNeverRunIsRefusedWithTheNumbers() {
    try (VLLMGenerator engine = engine(config().numBlocks(3))) {
      assertEquals(96, engine.maxContext());
      refused(
          "prompt 0 has 96 tokens, context is 96", engine, Request.of(prompt(96, 1), greedy(1)));
      refused("has 0 tokens", engine, Request.of(Prompt.tokens(), greedy(1)));
      refused("no tokenizer", engine, Request.of(Prompt.text("a"), greedy(1)));
      refused(
          "token 0 is 64, the vocabulary has 64", engine, Request.of(Prompt.tokens(64), greedy(1)));
      SamplingParams banned = SamplingParams.builder().allowedTokens(List.of(64)).build();
      refused("64", engine, Request.of(Prompt.tokens(1), banned));
    }
    assertThrows(
        IllegalArgumentException.class, () -> engine(config().numBlocks(3).maxContext(97)));
  }

  private static void refused(String message, VLLMGenerator engine, Request request) {
    Exception e = assertThrows(IllegalArgumentException.class, () -> engine.submit(request));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void contextEndsATextWhereTheCacheDoes() throws InterruptedException {
    try (VLLMGenerator engine = engine(config().numBlocks(2))) {
      Generation text =
          engine.submit(Request.of(prompt(60, 1), greedy(100))).await().outputs().getFirst();
      assertEquals(chain(1, 4), text.tokens());
      assertEquals(FinishReason.LENGTH, text.finishReason());
    }
  }

  @Test
  void aFullQueueRefusesAndNamesAreUnique() throws InterruptedException {
    Request request = Request.of(Prompt.tokens(1), greedy(255));
    List<RequestHandle> handles = new ArrayList<>();
    try (VLLMGenerator engine = engine(config().maxUsers(1).maxWaiting(2))) {
      holdingTheDevice(
          () -> {
            handles.add(engine.submit(request.withId("a")));
            refused("\"a\" is on its way", engine, request.withId("a"));
            handles.add(engine.submit(request.withId("b")));
            handles.add(engine.submit(request.withId("c")));
            QueueFullException e =
                assertThrows(QueueFullException.class, () -> engine.submit(request.withId("d")));
            assertEquals("2 requests wait, at most 2 may", e.getMessage());
            assertEquals(1, engine.stats().refused());
          });
      handles.get(0).cancel();
      handles.get(0).await();
      handles.add(engine.submit(request.withId("a")));
    }
    for (RequestHandle handle : handles) {
      List<Integer> tokens = handle.await().outputs().getFirst().tokens();
      assertEquals(chain(1, tokens.size()), tokens);
    }
  }

  /** Places for four texts: two requests of two start, then others wait, and no more than may. */
  @Test
  void whatStartsAtOnceDoesNotWait() {
    SamplingParams two = SamplingParams.builder().n(2).temperature(1).maxTokens(2).build();
    Request request = Request.of(Prompt.tokens(1), two);
    try (VLLMGenerator engine = engine(config().maxUsers(4).maxWaiting(1))) {
      holdingTheDevice(
          () -> {
            for (int i = 0; i < 3; i++) {
              engine.submit(request);
            }
            QueueFullException e =
                assertThrows(QueueFullException.class, () -> engine.submit(request));
            assertEquals("1 requests wait, at most 1 may", e.getMessage());
          });
    }
  }

  /** Does something while nobody else can use the device. */
  private static void holdingTheDevice(Runnable work) {
    device.lock().lock();
    try {
      work.run();
    } finally {
      device.lock().unlock();
    }
  }

  @Test
  void lowerPrioritiesGoFirst() throws InterruptedException {
    int[] priorities = {5, 1, 1, -3};
    try (VLLMGenerator engine = engine(config().maxUsers(1))) {
      List<RequestHandle> handles = new ArrayList<>();
      holdingTheDevice(
          () -> {
            for (int i = 0; i < priorities.length; i++) {
              Request request = Request.of(prompt(10 + i, 1), greedy(1));
              handles.add(engine.submit(request.withPriority(priorities[i])));
            }
          });
      for (RequestHandle handle : handles) {
        handle.await();
      }
    }
    List<Integer> lengths = model.prefills.stream().map(MarkovModel.Prefill::length).toList();
    // The first was chosen from those that had come by then.
    assertTrue(
        List.of(List.of(10, 13, 11, 12), List.of(11, 13, 12, 10), List.of(13, 11, 12, 10))
            .contains(lengths),
        lengths.toString());
  }

  @Test
  void listenersThatThrowOrBlockHarmNobodyElse() throws InterruptedException {
    try (VLLMGenerator engine = engine(config())) {
      CountDownLatch never = new CountDownLatch(1);
      RequestHandle blocked =
          engine.submit(Request.of(Prompt.tokens(1), greedy(5)), token -> await(never));
      RequestHandle broken =
          engine.submit(
              Request.of(Prompt.tokens(2), greedy(250)),
              token -> {
                throw new IllegalStateException("mine");
              });
      assertEquals("mine", assertThrows(IllegalStateException.class, broken::await).getMessage());
      assertEquals(
          chain(3, 100),
          engine
              .generate(List.of(Prompt.tokens(3)), greedy(100))
              .getFirst()
              .outputs()
              .getFirst()
              .tokens());
      assertTrue(engine.drain(Duration.ofMinutes(5)));
      assertFalse(blocked.future().isDone());
      never.countDown();
      assertEquals(chain(1, 5), blocked.await().outputs().getFirst().tokens());
      assertEquals(1, engine.stats().failed());
    }
  }

  @Test
  void aListenerThatThrowsAfterTheLastTokenWasMadeFailsItsRequestToo() throws InterruptedException {
    CountDownLatch made = new CountDownLatch(1);
    try (VLLMGenerator engine = engine(config())) {
      RequestHandle late =
          engine.submit(
              Request.of(Prompt.tokens(1), greedy(5)),
              token -> {
                await(made);
                throw new IllegalStateException("late");
              });
      assertTrue(engine.drain(Duration.ofMinutes(5)));
      made.countDown();
      assertEquals("late", assertThrows(IllegalStateException.class, late::await).getMessage());
      assertEquals(Map.of(FinishReason.LENGTH, 1L), engine.stats().finished());
    }
  }

  @Test
  void aModelThatThrowsEndsTheEngineAndItsRequests() throws InterruptedException {
    model.failingStep = 12;
    try (VLLMGenerator engine = engine(config().trace(false))) {
      List<RequestHandle> handles = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        handles.add(engine.submit(Request.of(Prompt.tokens(i), greedy(200))));
      }
      for (RequestHandle handle : handles) {
        Exception e = assertThrows(EngineStoppedException.class, handle::await);
        assertEquals("step 12 fails", e.getCause().getMessage());
      }
      Exception later =
          assertThrows(
              EngineStoppedException.class,
              () -> engine.submit(Request.of(Prompt.tokens(1), greedy(1))));
      assertEquals("step 12 fails", later.getCause().getMessage());
      assertThrows(
          EngineStoppedException.class,
          () -> engine.generate(List.of(Prompt.tokens(1)), greedy(1)));
    }
  }

  @Test
  void closingCancelsWhatIsOnItsWay() throws InterruptedException {
    VLLMGenerator engine = engine(config().maxUsers(2));
    CountDownLatch begun = new CountDownLatch(1);
    List<RequestHandle> handles = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      handles.add(
          engine.submit(Request.of(Prompt.tokens(1), greedy(250)), token -> begun.countDown()));
    }
    begun.await();
    engine.close();
    engine.close();
    for (RequestHandle handle : handles) {
      Generation text = handle.await().outputs().getFirst();
      assertEquals(chain(1, text.tokens().size()), text.tokens());
    }
    assertThrows(
        EngineStoppedException.class, () -> engine.submit(Request.of(Prompt.tokens(1), greedy(1))));
    assertEquals(0, engine.stats().running());
  }

  @Test
  void allMayBeCancelledAtOnce() throws InterruptedException {
    try (VLLMGenerator engine = engine(config().maxUsers(2))) {
      List<RequestHandle> handles = new ArrayList<>();
      holdingTheDevice(
          () -> {
            for (int i = 0; i < 30; i++) {
              handles.add(engine.submit(Request.of(Prompt.tokens(1), greedy(250))));
            }
            engine.cancelAll();
          });
      for (RequestHandle handle : handles) {
        Generation text = handle.await().outputs().getFirst();
        assertEquals(FinishReason.CANCELLED, text.finishReason());
        assertEquals(chain(1, text.tokens().size()), text.tokens());
      }
      assertEquals(
          chain(4, 3),
          engine
              .generate(List.of(Prompt.tokens(4)), greedy(3))
              .getFirst()
              .outputs()
              .getFirst()
              .tokens());
    }
  }

  @Test
  void drainingLetsRequestsEndAndTakesNoMore() throws InterruptedException {
    try (VLLMGenerator engine = engine(config())) {
      RequestHandle handle = engine.submit(Request.of(Prompt.tokens(1), greedy(100)));
      assertTrue(engine.drain(Duration.ofMinutes(5)));
      assertEquals(chain(1, 100), handle.await().outputs().getFirst().tokens());
      assertThrows(
          EngineStoppedException.class,
          () -> engine.submit(Request.of(Prompt.tokens(1), greedy(1))));
    }
  }

  @Test
  void manyThreadsMayUseItAndTheDevice() throws Exception {
    try (VLLMGenerator engine =
            engine(config().numBlocks(20).maxUsers(8).prefillChunk(64).maxBatchedTokens(32));
        ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<?>> futures = new ArrayList<>();
      for (int thread = 0; thread < 8; thread++) {
        int own = thread;
        futures.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 12; i++) {
                    int last = (own * 7 + i) % 60;
                    if (own == 0) {
                      Generation text =
                          new Generator(model, null)
                              .generate(List.of(prompt(40, last)), GenerationConfig.of(greedy(15)))
                              .getFirst();
                      assertEquals(chain(last, 15), text.tokens());
                      continue;
                    }
                    RequestHandle handle =
                        engine.submit(Request.of(prompt(30 + 3 * i, last), greedy(30)));
                    if (i % 5 == 4) {
                      handle.cancel();
                    }
                    Generation text = handle.await().outputs().getFirst();
                    assertEquals(chain(last, text.tokens().size()), text.tokens());
                    assertTrue(i % 5 == 4 || text.tokens().size() == 30);
                  }
                  return null;
                }));
      }
      for (Future<?> future : futures) {
        future.get();
      }
      assertEquals(0, engine.stats().usedBlocks());
    }
  }

  @Test
  void othersGetTheDeviceBetweenSteps() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    try (VLLMGenerator engine = engine(config().stepListener((step, stats) -> begun.countDown()))) {
      RequestHandle[] busy = new RequestHandle[30];
      Arrays.setAll(busy, i -> engine.submit(Request.of(Prompt.tokens(i), greedy(255))));
      begun.await();
      long[] steps = new long[21];
      for (int i = 0; i < steps.length; i++) {
        long before = engine.stats().steps();
        holdingTheDevice(() -> {});
        steps[i] = engine.stats().steps() - before;
      }
      Arrays.sort(steps);
      assertTrue(steps[steps.length / 2] <= 2, Arrays.toString(steps));
    }
  }

  @Test
  void requestsLeaveNothingOnTheDevice() {
    try (VLLMGenerator engine = engine(config().numBlocks(12))) {
      int live = device.memory(BufferType.DRAM).liveTensors();
      for (int round = 0; round < 5; round++) {
        List<Prompt> prompts = IntStream.range(0, 40).mapToObj(i -> prompt(1 + 4 * i, i)).toList();
        engine.generate(prompts, greedy(60));
        assertEquals(0, engine.stats().usedBlocks());
        assertEquals(live, device.memory(BufferType.DRAM).liveTensors());
      }
      assertTrue(engine.stats().preemptions() > 0);
    }
  }

  @Test
  void logprobsOfPromptAndTokensAreTold() throws InterruptedException {
    SamplingParams params =
        SamplingParams.builder().maxTokens(5).logprobs(2).promptLogprobs(1).build();
    try (VLLMGenerator engine = engine(config().prefillChunk(64).maxBatchedTokens(32))) {
      for (int round = 0; round < 2; round++) {
        Generation ours =
            engine.submit(Request.of(prompt(150, 5), params)).await().outputs().getFirst();
        Generation expected =
            new Generator(model, null)
                .generate(List.of(prompt(150, 5)), GenerationConfig.of(params))
                .getFirst();
        assertEquals(expected.logprobs(), ours.logprobs());
        assertEquals(149, ours.promptLogprobs().size());
        assertEquals(expected.promptLogprobs(), ours.promptLogprobs());
      }
    }
  }
}
