// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.PositionEncoding.Rotary;
import dev.tttv2.examples.gemma2.Gemma2Family;
import dev.tttv2.examples.granite.GraniteFamily;
import dev.tttv2.examples.mixtral.MixtralFamily;
import dev.tttv2.examples.smollm3.SmolLM3Family;
import dev.tttv2.interfaces.ModelFamily;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a family takes for granted where config.json does not say: the defaults of its configuration
 * class in Hugging Face transformers, not those of another family.
 */
class FamilyDefaultsTest {
  private static final double EXACT = 0;

  @TempDir Path directory;

  @Test
  void gemma2() throws IOException {
    DecoderConfig config = config(new Gemma2Family(), "gemma2", "Gemma2ForCausalLM");
    assertEquals(1.0 / 16, config.attention().scale(), EXACT);
    assertEquals(50, config.attention().logitSoftcap(), EXACT);
    assertEquals(30, config.logitSoftcap(), EXACT);
    assertEquals(List.of(4096, 0, 4096, 0), config.attention().slidingWindows());
  }

  @Test
  void granite() throws IOException {
    DecoderConfig config = config(new GraniteFamily(), "granite", "GraniteForCausalLM");
    assertEquals(1, config.attention().scale(), EXACT);
  }

  @Test
  void mixtral() throws IOException {
    DecoderConfig config = config(new MixtralFamily(), "mixtral", "MixtralForCausalLM");
    assertEquals(1e6, ((Rotary) config.positions()).frequencies().theta(), EXACT);
  }

  @Test
  void smollm3() throws IOException {
    DecoderConfig config = config(new SmolLM3Family(), "smollm3", "SmolLM3ForCausalLM");
    assertEquals(2e6, ((Rotary) config.positions()).frequencies().theta(), EXACT);
  }

  /** The description of a config.json that gives the shapes alone. */
  private DecoderConfig config(ModelFamily family, String type, String architecture)
      throws IOException {
    String experts = ", \"num_local_experts\": 4, \"num_experts_per_tok\": 2";
    Files.writeString(
        directory.resolve("config.json"),
        """
        {"architectures": ["%s"], "model_type": "%s", "vocab_size": 96, "hidden_size": 64,
         "num_hidden_layers": 4, "num_attention_heads": 4, "num_key_value_heads": 2,
         "head_dim": 16, "intermediate_size": 128, "max_position_embeddings": 256,
         "hidden_act": "%s", "rms_norm_eps": 1e-6%s}
        """
            .formatted(
                architecture,
                type,
                type.equals("gemma2") ? "gelu_pytorch_tanh" : "silu",
                type.equals("mixtral") ? experts : ""));
    byte[] header = "{}".getBytes(StandardCharsets.UTF_8);
    Files.write(
        directory.resolve("model.safetensors"),
        ByteBuffer.allocate(Long.BYTES + header.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length)
            .put(header)
            .array());
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      return family.config(checkpoint);
    }
  }
}
