// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.core.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a flight recording holds of an engine. */
class EngineEventsTest {
  @TempDir Path temporary;

  @Test
  void stepsPromptsAndPressureAreRecorded() throws IOException, InterruptedException {
    try (Recording recording = new Recording();
        Device device = Device.open();
        MarkovModel model = new MarkovModel(device)) {
      recording.start();
      int blocks;
      // Two of 60 + 60 tokens need eight blocks; there are five, and a spare one.
      try (VLLMGenerator engine =
          new VLLMGenerator(model, null, EngineConfig.builder().maxUsers(2).numBlocks(6).build())) {
        SamplingParams params = SamplingParams.builder().maxTokens(60).ignoreEos(true).build();
        int[] ids = IntStream.range(0, 60).toArray();
        int[] others = IntStream.range(1, 61).toArray();
        RequestHandle first;
        RequestHandle second;
        device.lock().lock(); // no step before both are there
        try {
          first = engine.submit(Request.of(Prompt.tokens(ids), params));
          second = engine.submit(Request.of(Prompt.tokens(others), params));
        } finally {
          device.lock().unlock();
        }
        first.await();
        second.await();
        blocks = engine.stats().numBlocks();
      }
      recording.stop();
      Path file = temporary.resolve("engine.jfr");
      recording.dump(file);
      List<RecordedEvent> events = RecordingFile.readAllEvents(file);
      List<RecordedEvent> steps = named(events, "DecodeStep");
      assertTrue(steps.size() >= 59, steps.size() + " steps");
      assertTrue(steps.stream().anyMatch(step -> step.getInt("sequences") == 2));
      assertTrue(steps.stream().allMatch(step -> step.getInt("rows") >= step.getInt("sequences")));
      assertTrue(steps.stream().allMatch(step -> step.getDuration().isPositive()));
      List<RecordedEvent> prefills = named(events, "Prefill");
      assertEquals(60, prefills.getFirst().getInt("tokens"));
      assertEquals(0, prefills.getFirst().getInt("start"));
      assertTrue(prefills.getFirst().getString("request").startsWith("request-"));
      List<RecordedEvent> pressure = named(events, "CachePressure");
      assertFalse(pressure.isEmpty());
      assertEquals(1, pressure.getFirst().getInt("preempted"));
      assertEquals(blocks, pressure.getFirst().getInt("blocks"));
    }
  }

  private static List<RecordedEvent> named(List<RecordedEvent> events, String name) {
    return events.stream()
        .filter(event -> event.getEventType().getName().equals("dev.tttv2." + name))
        .toList();
  }
}
