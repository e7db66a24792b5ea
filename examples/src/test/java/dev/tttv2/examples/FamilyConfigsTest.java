// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.CheckpointException;
import dev.tttv2.config.ModelConfig;
import dev.tttv2.core.block.Activation;
import dev.tttv2.interfaces.EncoderFamily;
import dev.tttv2.interfaces.Family;
import dev.tttv2.interfaces.ModelFamily;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What families make of config.json, beside the reference data's. */
class FamilyConfigsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Fields of some families that ask others for something they do not do. */
  private static final String FOREIGN =
      """
      {"num_experts": 4, "num_local_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 32,
       "shared_expert_intermediate_size": 32, "mlp_only_layers": [0], "decoder_sparse_step": 2,
       "use_parallel_residual": true, "residual_multiplier": 0.5, "embedding_multiplier": 2,
       "logits_scaling": 2, "attention_multiplier": 0.5, "query_pre_attn_scalar": 64,
       "attn_logit_softcapping": 50, "final_logit_softcapping": 30, "sliding_window": 16,
       "use_sliding_window": true, "max_window_layers": 1, "layer_types": ["full_attention"],
       "sliding_window_pattern": 2, "partial_rotary_factor": 0.5, "rotary_pct": 0.5, "rotary_dim": 32,
       "rotary_emb_base": 5000, "rope_local_base_freq": 5000, "no_rope_layers": [0],
       "no_rope_layer_interval": 2, "attention_bias": true, "mlp_bias": true, "rope_theta": 5000,
       "rope_scaling": {"rope_type": "linear", "factor": 2}, "type_vocab_size": 2,
       "position_embedding_type": "absolute", "qkv_bias": true, "num_channels": 3}
      """;

  /** Fields of some families that always have a value, under all of their names. */
  private static final Set<String> NEVER_NULL =
      Set.of(
          "hidden_act",
          "hidden_activation",
          "activation_function",
          "rms_norm_eps",
          "layer_norm_eps",
          "layer_norm_epsilon",
          "norm_epsilon",
          "rope_theta",
          "rotary_emb_base",
          "rope_local_base_freq",
          "query_pre_attn_scalar",
          "attention_multiplier",
          "embedding_multiplier",
          "residual_multiplier",
          "logits_scaling",
          "norm_topk_prob");

  @TempDir Path directory;

  /**
   * A config.json that says little means what the configuration class of Hugging Face transformers
   * makes of it, written out by transformers 4 and by 5.
   */
  @TestFactory
  Stream<DynamicTest> silenceMeansWhatTransformersTakesForGranted() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode model : resource("silent.json")) {
      ObjectNode given = (ObjectNode) model.get("given");
      for (String version : List.of("transformers_4", "transformers_5")) {
        ObjectNode all = (ObjectNode) model.get(version);
        all.set("architectures", given.get("architectures"));
        all.remove("id2label"); // two labels that a model without a classifier does not have
        tests.add(
            dynamicTest(
                "%s %s, %s".formatted(model.get("type").asText(), given.size(), version),
                () -> assertEquals(config(all), config(given))));
      }
    }
    return tests.stream();
  }

  /** A family that is announced is held to transformers above; both announcements name the same. */
  @Test
  void everyFamilyIsAnnouncedTwiceAndTried() throws IOException {
    Set<String> tried = new TreeSet<>();
    for (JsonNode model : resource("silent.json")) {
      try (Checkpoint checkpoint = checkpoint((ObjectNode) model.get("given"))) {
        tried.add(Family.of(checkpoint).getClass().getName());
      }
    }
    assertEquals(tried, announced(ModelFamily.class, EncoderFamily.class));
  }

  private static Set<String> announced(Class<?>... services) throws IOException {
    ModuleDescriptor module = FamilyConfigsTest.class.getModule().getDescriptor();
    Set<String> classes = new TreeSet<>();
    for (Class<?> service : services) {
      List<String> lines =
          Files.readAllLines(
              Path.of("src/main/resources/META-INF/services").resolve(service.getName()));
      assertEquals(
          Set.copyOf(lines),
          module.provides().stream()
              .filter(provided -> provided.service().equals(service.getName()))
              .flatMap(provided -> provided.providers().stream())
              .collect(Collectors.toSet()));
      classes.addAll(lines);
    }
    return classes;
  }

  /** Whatever models on the Hugging Face hub carry beside what is computed from. */
  @TestFactory
  Stream<DynamicTest> publishedConfigsAreRead() throws IOException {
    return resource("published.json")
        .valueStream()
        .map(
            model ->
                dynamicTest(
                    model.get("from").asText(),
                    () -> assertTrue(config((ObjectNode) model.get("config")).numLayers() > 0)));
  }

  /** transformers 5 takes "gelu" for the approximation; hidden_activation may not say another. */
  @Test
  void filesOfGemmaAgreeOnTheActivation() throws IOException {
    ObjectNode gemma = null;
    for (JsonNode model : resource("silent.json")) {
      gemma = model.get("type").asText().equals("gemma") ? (ObjectNode) model.get("given") : gemma;
    }
    assertEquals(Activation.GELU_TANH, config(gemma.put("hidden_act", "gelu")).mlp().activation());
    assertEquals(Activation.SILU, config(gemma.put("hidden_act", "silu")).mlp().activation());
    ObjectNode both = gemma.put("hidden_activation", "gelu_pytorch_tanh");
    String message = assertThrows(CheckpointException.class, () -> config(both)).getMessage();
    assertTrue(message.contains("hidden_activation: is \"gelu_pytorch_tanh\""), message);
  }

  /** No family takes over, and none ignores, what another family's fields ask for. */
  @TestFactory
  Stream<DynamicTest> fieldsOfOtherFamiliesAreRefused() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode model : resource("silent.json")) {
      ObjectNode given = (ObjectNode) model.get("given");
      for (var field : JSON.readTree(FOREIGN).properties()) {
        String name = field.getKey();
        if (given.has(name) || isOwn(model, name)) {
          continue;
        }
        ObjectNode more = given.deepCopy();
        more.set(name, field.getValue());
        tests.add(
            dynamicTest(
                model.get("type").asText() + " " + name,
                () -> {
                  String message =
                      assertThrows(CheckpointException.class, () -> config(more)).getMessage();
                  assertTrue(message.contains(name), message);
                  assertTrue(message.contains("config.json"), message);
                }));
      }
    }
    assertTrue(tests.size() > 500, "only " + tests.size());
    return tests.stream();
  }

  /** transformers goes by model_type, and has no default for a null. */
  @TestFactory
  Stream<DynamicTest> contradictionsAndNullsAreRefused() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode model : resource("silent.json")) {
      ObjectNode given = (ObjectNode) model.get("given");
      String type = model.get("type").asText();
      tests.add(
          refused(
              type + " another model_type",
              given.deepCopy().put("model_type", "none"),
              "field model_type: is \"none\", expected one of [" + type + "]"));
      for (var field : model.get("transformers_4").properties()) {
        String name = field.getKey();
        if (NEVER_NULL.contains(name) && !field.getValue().isNull()) {
          tests.add(
              refused(
                  type + " " + name + " null",
                  given.deepCopy().putNull(name),
                  "field " + name + ": is null, expected a value"));
        }
      }
    }
    assertTrue(tests.size() > 100, "only " + tests.size());
    return tests.stream();
  }

  /** transformers ignores it there, and the window stays. */
  @TestFactory
  Stream<DynamicTest> aWindowThatCannotBeTurnedOffIsNot() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode model : resource("silent.json")) {
      String type = model.get("type").asText();
      if (Set.of("mistral", "starcoder2").contains(type)) {
        ObjectNode given = ((ObjectNode) model.get("given")).deepCopy();
        given.put("sliding_window", 16).put("use_sliding_window", false);
        tests.add(refused(type, given, "unknown field: use_sliding_window"));
        ObjectNode none = given.deepCopy().putNull("sliding_window");
        tests.add(dynamicTest(type + " without", () -> config(none)));
      }
    }
    assertTrue(tests.size() >= 4, "only " + tests.size());
    return tests.stream();
  }

  private DynamicTest refused(String what, ObjectNode fields, String expected) {
    return dynamicTest(
        what,
        () -> {
          String message =
              assertThrows(CheckpointException.class, () -> config(fields)).getMessage();
          assertTrue(message.contains(expected), message);
          assertTrue(message.contains("config.json"), message);
        });
  }

  /** Tells whether transformers' class has the field, or its model asks for it. */
  private static boolean isOwn(JsonNode model, String name) {
    String type = model.get("type").asText();
    return model.get("transformers_4").has(name)
        || model.get("transformers_5").has(name)
        || model.get("transformers_5").has("rope_parameters") && name.equals("rope_scaling")
        || type.equals("gemma3_text") && name.equals("sliding_window_pattern")
        // Of published files; without effect.
        || type.equals("qwen3_moe") && name.equals("max_window_layers")
        || type.equals("smollm3") && name.equals("max_window_layers");
  }

  private static JsonNode resource(String name) throws IOException {
    try (InputStream in = FamilyConfigsTest.class.getResourceAsStream("/families/" + name)) {
      return JSON.readTree(in);
    }
  }

  private ModelConfig config(ObjectNode fields) throws IOException {
    try (Checkpoint checkpoint = checkpoint(fields)) {
      return Family.of(checkpoint).config(checkpoint);
    }
  }

  private Checkpoint checkpoint(ObjectNode fields) throws IOException {
    Path model = Files.createTempDirectory(directory, "model");
    Files.writeString(model.resolve("config.json"), JSON.writeValueAsString(fields));
    byte[] header = "{}".getBytes(StandardCharsets.UTF_8);
    Files.write(
        model.resolve("model.safetensors"),
        ByteBuffer.allocate(Long.BYTES + header.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length)
            .put(header)
            .array());
    return Checkpoint.open(model);
  }
}
