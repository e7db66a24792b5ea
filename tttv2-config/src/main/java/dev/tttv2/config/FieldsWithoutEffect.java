// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;

/**
 * The fields of a config.json that say nothing of what a forward pass computes, whatever their
 * value: bookkeeping, training, and generation.
 */
public final class FieldsWithoutEffect {
  private static final String[] ALL = {
    "_attn_implementation",
    "_attn_implementation_autoset",
    "_commit_hash",
    "_name_or_path",
    "architectures",
    "attention_dropout",
    "attention_probs_dropout_prob",
    "attn_pdrop",
    "auto_map",
    "chunk_size_feed_forward",
    "classifier_dropout",
    "dropout",
    "dtype",
    "embd_pdrop",
    "hidden_dropout",
    "hidden_dropout_prob",
    "init_std",
    "initializer_factor",
    "initializer_range",
    "layerdrop",
    "model_type",
    "name_or_path",
    "output_attentions",
    "output_hidden_states",
    "problem_type",
    "resid_pdrop",
    "return_dict",
    "tokenizer_class",
    "torch_dtype",
    "transformers.js_config",
    "transformers_version",
    "use_cache"
  };
  // Class names of a classifier that was made of the model, and training of experts' routers.
  private static final String[] DECODER = {
    "cache_implementation",
    "id2label",
    "is_decoder",
    "label2id",
    "output_router_logits",
    "pad_token_id",
    "pretraining_tp",
    "router_aux_loss_coef",
    "router_jitter_noise",
    "summary_activation",
    "summary_first_dropout",
    "summary_proj_to_labels",
    "summary_type",
    "summary_use_proj",
    "unk_token_id"
  };
  private static final String[] ENCODER = {
    "bos_token_id", "gradient_checkpointing", "id2label", "label2id", "tie_word_embeddings"
  };
  private static final String[] VISION = {"encoder_stride", "label2id"};

  private FieldsWithoutEffect() {}

  /** Returns the names for a kind of models. */
  public static Set<String> of(ModelKind kind) {
    Set<String> names = new TreeSet<>(Arrays.asList(ALL));
    names.addAll(
        Arrays.asList(
            switch (kind) {
              case DECODER -> DECODER;
              case ENCODER -> ENCODER;
              case VISION -> VISION;
            }));
    return names;
  }

  static void ignore(Metadata config, ModelKind kind) {
    config.ignore(of(kind).toArray(String[]::new));
  }
}
