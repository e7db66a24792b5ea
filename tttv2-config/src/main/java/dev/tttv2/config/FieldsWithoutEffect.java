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
    "_num_labels",
    "activation_dropout",
    "architectures",
    "attention_dropout",
    "attention_probs_dropout_prob",
    "attn_pdrop",
    "auto_map",
    "chunk_size_feed_forward",
    "classifier_dropout",
    "cross_attention_hidden_size",
    "dropout",
    "dtype",
    "embd_pdrop",
    "embedding_dropout",
    "finetuning_task",
    "gradient_checkpointing",
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
    "output_past",
    "prefix",
    "problem_type",
    "resid_pdrop",
    "residual_dropout",
    "return_dict",
    "sep_token_id",
    "task_specific_params",
    "tf_legacy_loss",
    "tie_encoder_decoder",
    "tokenizer_class",
    "torch_dtype",
    "torchscript",
    "transformers.js_config",
    "transformers_version",
    "unsloth_fixed",
    "unsloth_version",
    "use_bfloat16",
    "use_cache"
  };
  // How texts are generated; a generation_config.json says it, and whoever generates.
  private static final String[] GENERATION = {
    "bad_words_ids",
    "begin_suppress_tokens",
    "decoder_start_token_id",
    "diversity_penalty",
    "do_sample",
    "early_stopping",
    "encoder_no_repeat_ngram_size",
    "exponential_decay_length_penalty",
    "forced_bos_token_id",
    "forced_eos_token_id",
    "length_penalty",
    "max_length",
    "min_length",
    "no_repeat_ngram_size",
    "num_beam_groups",
    "num_beams",
    "num_return_sequences",
    "output_scores",
    "remove_invalid_values",
    "repetition_penalty",
    "return_dict_in_generate",
    "suppress_tokens",
    "temperature",
    "top_k",
    "top_p",
    "typical_p"
  };
  // Class names of a classifier that was made of the model, and training of experts' routers.
  private static final String[] DECODER = {
    "cache_implementation",
    "id2label",
    "is_decoder",
    "label2id",
    "max_sequence_length",
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
    "bos_token_id", "eos_token_id", "id2label", "label2id", "tie_word_embeddings"
  };
  private static final String[] VISION = {
    "bos_token_id",
    "encoder_stride",
    "eos_token_id",
    "id2label",
    "label2id",
    "pad_token_id",
    "tie_word_embeddings"
  };

  private FieldsWithoutEffect() {}

  /** Returns the names for a kind of models. */
  public static Set<String> of(ModelKind kind) {
    Set<String> names = new TreeSet<>(Arrays.asList(ALL));
    names.addAll(Arrays.asList(GENERATION));
    names.addAll(
        Arrays.asList(
            switch (kind) {
              case DECODER -> DECODER;
              case ENCODER -> ENCODER;
              case VISION -> VISION;
            }));
    return names;
  }
}
