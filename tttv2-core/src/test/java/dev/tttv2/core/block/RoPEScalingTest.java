// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tttv2.core.Device;
import dev.tttv2.core.DeviceOptions;
import dev.tttv2.core.Goldens;
import dev.tttv2.core.Safetensors;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/** Every kind of scaling against Hugging Face's frequencies and attention factors. */
class RoPEScalingTest {
  @Test
  void tablesThatDoNotFitAreRefusedBeforeTheyAreMade() {
    try (Device device = Device.open(DeviceOptions.builder().dramBytes(1 << 24).build())) {
      RoPEPlan plan = RoPEConfig.builder(64, 1 << 28).build().resolve(device.target());
      String message =
          assertThrows(IllegalArgumentException.class, () -> new RoPE(device, plan)).getMessage();
      assertEquals(
          "RoPE: to make tables of 268435456 positions in BFLOAT16 takes 137438953472 bytes,"
              + " the device has 16777216 free",
          message);
    }
  }

  @TestFactory
  Stream<DynamicTest> goldens() throws IOException {
    Safetensors file = Safetensors.read(Goldens.path("blocks", "rope.safetensors"));
    JsonNode cases =
        new ObjectMapper().readTree(Goldens.path("blocks", "rope.json").toFile()).get("cases");
    Set<String> kinds = new HashSet<>();
    cases.forEach(c -> kinds.add(kind(c.get("params"))));
    assertEquals(Set.of("default", "linear", "dynamic", "llama3", "yarn", "longrope"), kinds);
    return cases
        .propertyStream()
        .map(
            c ->
                DynamicTest.dynamicTest(
                    c.getKey(), () -> check(c.getKey(), c.getValue().get("params"), file)));
  }

  private static void check(String name, JsonNode params, Safetensors file) {
    RoPEScaling scaling = of(params);
    float[] expected = file.floats(name + "/inv_freq");
    float[] actual =
        scaling.frequencies(
            params.get("theta").asDouble(),
            params.get("rotary_dim").asInt(),
            params.get("seq_len").asInt());
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      // Roundings of the reference's powf, and of blends.
      assertEquals(expected[i], actual[i], 3 * Math.ulp(expected[i]), "frequency " + i);
    }
    assertEquals(file.floats(name + "/attention_factor")[0], (float) scaling.attentionFactor());
    assertEquals(Set.of("dynamic", "longrope").contains(kind(params)), scaling.dependsOnLength());
    assertEquals(scaling, of(params));
    assertEquals(scaling.hashCode(), of(params).hashCode());
  }

  private static String kind(JsonNode params) {
    return params.has("scaling") ? params.get("scaling").get("rope_type").asText() : "default";
  }

  /** Reads the parameters of a golden case, which spell them as config.json does. */
  static RoPEScaling of(JsonNode params) {
    JsonNode scaling = params.path("scaling");
    double factor = scaling.path("factor").asDouble();
    int original = scaling.path("original_max_position_embeddings").asInt();
    return switch (kind(params)) {
      case "default" -> RoPEScaling.NONE;
      case "linear" -> new RoPEScaling.Linear(factor);
      case "dynamic" ->
          new RoPEScaling.Dynamic(factor, params.get("max_position_embeddings").asInt());
      case "llama3" ->
          new RoPEScaling.Llama3(
              factor,
              scaling.get("low_freq_factor").asDouble(),
              scaling.get("high_freq_factor").asDouble(),
              original);
      case "yarn" -> {
        double attentionFactor = RoPEScaling.Yarn.attentionFactor(factor, 1);
        if (scaling.has("mscale")) {
          attentionFactor =
              RoPEScaling.Yarn.attentionFactor(factor, scaling.get("mscale").asDouble())
                  / RoPEScaling.Yarn.attentionFactor(
                      factor, scaling.get("mscale_all_dim").asDouble());
        }
        yield new RoPEScaling.Yarn(
            factor,
            original,
            scaling.path("beta_fast").asDouble(32),
            scaling.path("beta_slow").asDouble(1),
            scaling.path("attention_factor").asDouble(attentionFactor),
            scaling.path("truncate").asBoolean(true));
      }
      case "longrope" ->
          new RoPEScaling.LongRope(
              floats(scaling.get("short_factor")),
              floats(scaling.get("long_factor")),
              original,
              RoPEScaling.LongRope.attentionFactor(
                  params.get("max_position_embeddings").asDouble() / original, original));
      default -> throw new IllegalArgumentException(params.toString());
    };
  }

  private static float[] floats(JsonNode list) {
    float[] floats = new float[list.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) list.get(i).asDouble();
    }
    return floats;
  }

  @Test
  void dividesEachFrequency() {
    float[] divisors = {1, 2, 4, 8};
    RoPEScaling.Factors factors = new RoPEScaling.Factors(divisors);
    float[] plain = RoPEScaling.NONE.frequencies(10_000, 8, 1);
    assertArrayEquals(new float[] {1, 0.1f, 0.01f, 0.001f}, plain, 1e-8f);
    assertArrayEquals(
        new float[] {plain[0], plain[1] / 2, plain[2] / 4, plain[3] / 8},
        factors.frequencies(10_000, 8, 1));
    divisors[0] = 5;
    factors.divisors()[1] = 5;
    assertEquals(new RoPEScaling.Factors(new float[] {1, 2, 4, 8}), factors);
    assertNotEquals(new RoPEScaling.Factors(divisors), factors);
    assertFalse(factors.dependsOnLength());
  }

  @Test
  void lengthMattersBeyondTheOriginalContext() {
    float[] one = {1, 1, 1, 1};
    float[] two = {2, 2, 2, 2};
    for (RoPEScaling scaling :
        List.of(new RoPEScaling.Dynamic(2, 64), new RoPEScaling.LongRope(one, two, 64, 1))) {
      float[] within = scaling.frequencies(10_000, 8, 1);
      assertArrayEquals(RoPEScaling.NONE.frequencies(10_000, 8, 1), within);
      assertArrayEquals(within, scaling.frequencies(10_000, 8, 64));
      assertTrue(scaling.frequencies(10_000, 8, 65)[3] < within[3]);
    }
    assertEquals(
        new RoPEScaling.LongRope(one, two, 64, 1), new RoPEScaling.LongRope(one, two, 64, 1));
    assertNotEquals(
        new RoPEScaling.LongRope(one, two, 64, 1), new RoPEScaling.LongRope(two, one, 64, 1));
  }

  private static void refuses(String text, Executable body) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, body);
    assertTrue(e.getMessage().contains(text), e.getMessage());
  }

  @Test
  void whatDoesNotFitIsNamed() {
    refuses("factor is 0.5, expected at least 1", () -> new RoPEScaling.Dynamic(0.5, 64));
    refuses("originalMaxPositions is 0", () -> new RoPEScaling.Dynamic(2, 0));
    refuses(
        "betaFast is 1.0, expected at least betaSlow 2.0",
        () -> new RoPEScaling.Yarn(2, 64, 1, 2, 1, true));
    refuses("attentionFactor is 0.0", () -> new RoPEScaling.Yarn(2, 64, 32, 1, 0, true));
    refuses("longFactors[1] is -1.0", () -> longRope(new float[] {1, 1}, new float[] {1, -1}));
    refuses(
        "2 shortFactors, but 3 longFactors",
        () -> longRope(new float[] {1, 1}, new float[] {1, 1, 1}));
    refuses(
        "RoPE longrope scaling: 2 factors for 4 pairs",
        () -> longRope(new float[] {1, 1}, new float[] {1, 1}).frequencies(1e4, 8, 1));
    refuses("divisors[0] is NaN", () -> new RoPEScaling.Factors(new float[] {Float.NaN}));
    refuses("rotaryDim is 7, expected an even", () -> RoPEScaling.NONE.frequencies(1e4, 7, 1));
    refuses("theta is -1.0", () -> RoPEScaling.NONE.frequencies(-1, 8, 1));
    refuses("length is 0", () -> RoPEScaling.NONE.frequencies(1e4, 8, 0));
    refuses("rotaryDim is 2", () -> new RoPEScaling.Dynamic(2, 64).frequencies(1e4, 2, 1));
    refuses("theta is 1.0", () -> new RoPEScaling.Yarn(2, 64).frequencies(1, 8, 1));
  }

  private static RoPEScaling.LongRope longRope(float[] shortFactors, float[] longFactors) {
    return new RoPEScaling.LongRope(shortFactors, longFactors, 64, 1);
  }
}
