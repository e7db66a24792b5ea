// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

/** What an {@link Encoder} encodes: a batch of texts or of images, in host memory. */
public sealed interface EncoderInputs permits TextBatch, ImageBatch {
  /** Returns how many texts or images there are, B. */
  int size();
}
