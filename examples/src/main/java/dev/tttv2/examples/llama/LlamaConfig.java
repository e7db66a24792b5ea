// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.llama;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.CheckpointException;
import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.DecoderMetadata;
import dev.tttv2.config.GgufCheckpoint;
import dev.tttv2.config.HuggingFaceCheckpoint;
import dev.tttv2.config.Metadata;
import java.util.List;
import java.util.Set;

/**
 * Reads a Llama's description from Hugging Face's {@code config.json}, as transformers 4 and 5
 * spell it, or from a GGUF's metadata. Features that this Llama does not have are refused by the
 * name of their field; fields that nobody knows are ignored with a warning.
 */
final class LlamaConfig {
  private static final System.Logger LOG = System.getLogger(LlamaConfig.class.getName());

  private LlamaConfig() {}

  /**
   * Reads the description.
   *
   * @throws CheckpointException if a field is missing or wrong, or asks for something unsupported
   */
  static DecoderConfig read(Checkpoint checkpoint) {
    DecoderConfig.Builder config = DecoderMetadata.read(checkpoint, false);
    switch (checkpoint) {
      case HuggingFaceCheckpoint huggingFace -> readHuggingFace(huggingFace.metadata());
      case GgufCheckpoint gguf -> readGguf(gguf, config);
    }
    return config.build();
  }

  private static void readHuggingFace(Metadata fields) {
    refuseIf(fields.contains("quantization_config"), fields, "quantization_config");
    refuseIf(fields.contains("sliding_window"), fields, "sliding_window");
    refuseIf(fields.booleanOr("rope_interleaved", false), fields, "rope_interleaved");
    fields.ignore("is_llama_config", "transformers.js_config");
    warnOfUnread(fields);
  }

  private static void readGguf(GgufCheckpoint checkpoint, DecoderConfig.Builder config) {
    Metadata fields = checkpoint.metadata().scope("llama.");
    refuseIf(fields.intOr("expert_count", 0, 0, 1 << 16) != 0, fields, "expert_count");
    int window = fields.intOr("attention.sliding_window", 0, 0, Integer.MAX_VALUE);
    refuseIf(window != 0, fields, "attention.sliding_window");
    fields.ignore("rope.scaling.original_context_length", "rope.scaling.finetuned");

    Set<String> tensors = checkpoint.tensorNames();
    if (tensors.contains("rope_freqs.weight")) {
      throw new CheckpointException(
          checkpoint.path(),
          "tensor rope_freqs.weight",
          "scaled rotary frequencies are not read from a GGUF; use the Hugging Face checkpoint");
    }
    config.attentionBias(tensors.contains("blk.0.attn_q.bias"));
    config.mlpBias(tensors.contains("blk.0.ffn_gate.bias"));
    warnOfUnread(fields);
  }

  private static void refuseIf(boolean unsupported, Metadata fields, String field) {
    if (unsupported) {
      throw fields.refuse(field, "asks for something that this Llama does not support");
    }
  }

  private static void warnOfUnread(Metadata fields) {
    List<String> unread = fields.unread();
    if (!unread.isEmpty()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "{0}: fields that are not known are ignored: {1}",
          fields.file(),
          String.join(", ", unread));
    }
  }
}
