// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.boards;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Published models without their weights: the numbers of their config.json on Hugging Face, and the
 * tensors that follow from them.
 */
public enum Shape {
  SMOLLM2_135M(
      new Decoder(
          "LlamaForCausalLM", "llama", 30, 576, 1536, 9, 3, 64, 49152, true, false, false, 0),
      """
      "hidden_act": "silu", "rms_norm_eps": 1e-05, "rope_theta": 100000, "max_position_embeddings": 8192
      """),
  LLAMA_3_1_8B(
      new Decoder(
          "LlamaForCausalLM", "llama", 32, 4096, 14336, 32, 8, 128, 128256, false, false, false, 0),
      """
      "hidden_act": "silu", "rms_norm_eps": 1e-05, "rope_theta": 500000.0, "max_position_embeddings": 131072,
      "rope_scaling": {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
        "original_max_position_embeddings": 8192}
      """),
  LLAMA_3_3_70B(
      new Decoder(
          "LlamaForCausalLM", "llama", 80, 8192, 28672, 64, 8, 128, 128256, false, false, false, 0),
      """
      "hidden_act": "silu", "rms_norm_eps": 1e-05, "rope_theta": 500000.0, "max_position_embeddings": 131072,
      "rope_scaling": {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
        "original_max_position_embeddings": 8192}
      """),
  /** Heads wider than hidden / heads, norms of queries and keys. */
  QWEN3_0_6B(
      new Decoder(
          "Qwen3ForCausalLM", "qwen3", 28, 1024, 3072, 16, 8, 128, 151936, true, true, false, 0),
      """
      "hidden_act": "silu", "rms_norm_eps": 1e-06, "rope_theta": 1000000, "max_position_embeddings": 40960,
      "attention_bias": false
      """),
  /**
   * Heads of 256, one of keys; windows in five layers of six, two rotations, four norms a layer.
   */
  GEMMA3_1B(
      new Decoder(
          "Gemma3ForCausalLM",
          "gemma3_text",
          26,
          1152,
          6912,
          4,
          1,
          256,
          262144,
          true,
          true,
          true,
          0),
      """
      "hidden_activation": "gelu_pytorch_tanh", "rms_norm_eps": 1e-06, "rope_theta": 1000000,
      "rope_local_base_freq": 10000, "query_pre_attn_scalar": 256, "sliding_window": 512,
      "sliding_window_pattern": 6, "max_position_embeddings": 32768
      """),
  /** 128 experts, of which 8 are chosen. */
  QWEN3_30B_A3B(
      new Decoder(
          "Qwen3MoeForCausalLM",
          "qwen3_moe",
          48,
          2048,
          768,
          32,
          4,
          128,
          151936,
          false,
          true,
          false,
          128),
      """
      "hidden_act": "silu", "rms_norm_eps": 1e-06, "rope_theta": 1000000.0, "max_position_embeddings": 40960,
      "attention_bias": false, "moe_intermediate_size": 768, "num_experts": 128, "num_experts_per_tok": 8,
      "norm_topk_prob": true, "decoder_sparse_step": 1, "mlp_only_layers": []
      """);

  private final Decoder decoder;
  private final String further;

  /**
   * What all have.
   *
   * @param intermediate of the MLP, or of an expert
   * @param qkNorms whether queries and keys have norms
   * @param postNorms whether sublayers have norms behind them too
   * @param experts 0: one MLP
   */
  private record Decoder(
      String architecture,
      String type,
      int layers,
      long hidden,
      long intermediate,
      int heads,
      int kvHeads,
      long headDim,
      long vocabulary,
      boolean tied,
      boolean qkNorms,
      boolean postNorms,
      int experts) {}

  Shape(Decoder decoder, String further) {
    this.decoder = decoder;
    this.further = further;
  }

  /** Returns how many layers the model has. */
  public int layers() {
    return decoder.layers;
  }

  /** Returns how few layers show what is to be seen: there is one of each kind among them. */
  public int fewLayers() {
    return decoder.experts == 0 ? 6 : 2;
  }

  /** Writes a checkpoint of this shape with so many layers. */
  public void write(Path directory, int layers) throws IOException {
    SparseCheckpoint.write(directory, config(layers), tensors(layers));
  }

  private String config(int layers) {
    return """
    {"architectures": ["%s"], "model_type": "%s", "num_hidden_layers": %d, "hidden_size": %d,
    "intermediate_size": %d, "num_attention_heads": %d, "num_key_value_heads": %d, "head_dim": %d,
    "vocab_size": %d, "tie_word_embeddings": %b, "torch_dtype": "bfloat16", %s}
    """
        .formatted(
            decoder.architecture,
            decoder.type,
            layers,
            decoder.hidden,
            decoder.intermediate,
            decoder.heads,
            decoder.kvHeads,
            decoder.headDim,
            decoder.vocabulary,
            decoder.tied,
            further);
  }

  private Map<String, long[]> tensors(int layers) {
    Map<String, long[]> all = new LinkedHashMap<>();
    long hidden = decoder.hidden;
    long q = decoder.heads * decoder.headDim;
    long kv = decoder.kvHeads * decoder.headDim;
    all.put("model.embed_tokens.weight", new long[] {decoder.vocabulary, hidden});
    for (int i = 0; i < layers; i++) {
      String layer = "model.layers." + i + ".";
      all.put(layer + "input_layernorm.weight", new long[] {hidden});
      all.put(layer + "self_attn.q_proj.weight", new long[] {q, hidden});
      all.put(layer + "self_attn.k_proj.weight", new long[] {kv, hidden});
      all.put(layer + "self_attn.v_proj.weight", new long[] {kv, hidden});
      all.put(layer + "self_attn.o_proj.weight", new long[] {hidden, q});
      if (decoder.qkNorms) {
        all.put(layer + "self_attn.q_norm.weight", new long[] {decoder.headDim});
        all.put(layer + "self_attn.k_norm.weight", new long[] {decoder.headDim});
      }
      all.put(layer + "post_attention_layernorm.weight", new long[] {hidden});
      if (decoder.postNorms) {
        all.put(layer + "pre_feedforward_layernorm.weight", new long[] {hidden});
        all.put(layer + "post_feedforward_layernorm.weight", new long[] {hidden});
      }
      if (decoder.experts == 0) {
        putMlp(all, layer + "mlp.");
        continue;
      }
      all.put(layer + "mlp.gate.weight", new long[] {decoder.experts, hidden});
      for (int expert = 0; expert < decoder.experts; expert++) {
        putMlp(all, layer + "mlp.experts." + expert + ".");
      }
    }
    all.put("model.norm.weight", new long[] {hidden});
    if (!decoder.tied) {
      all.put("lm_head.weight", new long[] {decoder.vocabulary, hidden});
    }
    return all;
  }

  private void putMlp(Map<String, long[]> all, String mlp) {
    all.put(mlp + "gate_proj.weight", new long[] {decoder.intermediate, decoder.hidden});
    all.put(mlp + "up_proj.weight", new long[] {decoder.intermediate, decoder.hidden});
    all.put(mlp + "down_proj.weight", new long[] {decoder.hidden, decoder.intermediate});
  }
}
