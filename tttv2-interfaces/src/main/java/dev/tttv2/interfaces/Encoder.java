// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.config.ModelConfig;
import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.core.Device;
import java.util.SequencedMap;

/**
 * An encoder on a device, which makes vectors of texts or images: what an {@link EncoderFamily}
 * loads. Inputs and outputs go by the names that Hugging Face transformers gives them.
 *
 * <p>An encoder holds weights and nothing of any call. Any thread may call; batches of several
 * threads on one device take turns.
 */
public interface Encoder extends AutoCloseable {
  /** A vector for each token or patch, [B, S, H]; every encoder has it. */
  String LAST_HIDDEN_STATE = "last_hidden_state";

  /** One vector for each input, [B, H], of the encoders that make one. */
  String POOLER_OUTPUT = "pooler_output";

  /** Returns the description: of an encoder of texts or of images. */
  ModelConfig config();

  /** Returns the device that holds the weights. */
  Device device();

  /** Returns the precisions the weights were loaded with. */
  OptimizationConfig optimizations();

  /**
   * Encodes a batch, of any size.
   *
   * @return {@link #LAST_HIDDEN_STATE}, and what else the model makes: {@link #POOLER_OUTPUT},
   *     {@code logits}, {@code text_embeds}, {@code image_embeds}. Rows of padding, where {@code
   *     attention_mask} is 0, are zeros
   * @throws IllegalArgumentException if the inputs are not what the model takes: texts for an
   *     encoder of images, ids outside of the vocabulary, texts longer than its positions, images
   *     of another size
   */
  default SequencedMap<String, EncoderOutput> encode(EncoderInputs inputs) {
    return encode(inputs, HiddenStateListener.NONE);
  }

  /**
   * Encodes a batch as {@link #encode(EncoderInputs)} does, and shows what flows between the
   * layers. A large batch is run in parts, each of which is shown.
   *
   * @throws IllegalArgumentException if the inputs are not what the model takes, likewise
   */
  SequencedMap<String, EncoderOutput> encode(EncoderInputs inputs, HiddenStateListener listener);

  /** Frees the weights. Idempotent; does not close the device. */
  @Override
  void close();
}
