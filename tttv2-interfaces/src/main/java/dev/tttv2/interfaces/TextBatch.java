// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Texts as token ids, filled up to one length S, with Hugging Face's names.
 *
 * @param inputIds [B, S]
 * @param attentionMask [B, S], 1 for tokens and 0 for padding; null: no padding
 * @param tokenTypeIds [B, S], the segment of each token; null: not given, which means 0
 */
public record TextBatch(int[][] inputIds, int[][] attentionMask, int[][] tokenTypeIds)
    implements EncoderInputs {
  /**
   * Checks the shapes and the mask.
   *
   * @throws IllegalArgumentException if there is nothing to encode, an array is not [B, S], a value
   *     of the mask is neither 0 nor 1, or a text is all padding; says where
   * @throws NullPointerException if inputIds is null
   */
  public TextBatch {
    Objects.requireNonNull(inputIds, "inputIds");
    if (inputIds.length == 0 || inputIds[0].length == 0) {
      throw new IllegalArgumentException("input_ids are empty: there is nothing to encode");
    }
    if (attentionMask == null) {
      attentionMask = new int[inputIds.length][inputIds[0].length];
      for (int[] row : attentionMask) {
        Arrays.fill(row, 1);
      }
    }
    checkShape("input_ids", inputIds, inputIds);
    checkShape("attention_mask", attentionMask, inputIds);
    if (tokenTypeIds != null) {
      checkShape("token_type_ids", tokenTypeIds, inputIds);
    }
    for (int text = 0; text < attentionMask.length; text++) {
      checkMask(text, attentionMask[text]);
    }
  }

  private static void checkShape(String name, int[][] values, int[][] inputIds) {
    if (values.length != inputIds.length) {
      throw new IllegalArgumentException(
          "%s have %d rows, input_ids %d".formatted(name, values.length, inputIds.length));
    }
    for (int text = 0; text < values.length; text++) {
      if (values[text].length != inputIds[0].length) {
        throw new IllegalArgumentException(
            "%s[%d] has %d values, expected %d"
                .formatted(name, text, values[text].length, inputIds[0].length));
      }
    }
  }

  private static void checkMask(int text, int[] mask) {
    int tokens = 0;
    for (int i = 0; i < mask.length; i++) {
      if (mask[i] != 0 && mask[i] != 1) {
        throw new IllegalArgumentException(
            "attention_mask[%d, %d] is %d, expected 0 or 1".formatted(text, i, mask[i]));
      }
      tokens += mask[i];
    }
    if (tokens == 0) {
      throw new IllegalArgumentException(
          "attention_mask[%d] is 0 everywhere: the text has no tokens".formatted(text));
    }
  }

  /**
   * Makes a batch of texts of different lengths: the shorter ones are filled up at their ends with
   * id 0 and masked there.
   *
   * @param texts the ids of each text, at least one
   * @throws IllegalArgumentException if there are no texts, or one has no tokens
   */
  public static TextBatch of(List<int[]> texts) {
    int length = texts.stream().mapToInt(ids -> ids.length).max().orElse(0);
    int[][] inputIds = new int[texts.size()][];
    int[][] mask = new int[texts.size()][length];
    for (int text = 0; text < inputIds.length; text++) {
      int[] ids = texts.get(text);
      inputIds[text] = Arrays.copyOf(ids, length);
      Arrays.fill(mask[text], 0, ids.length, 1);
    }
    return new TextBatch(inputIds, mask, null);
  }

  @Override
  public int size() {
    return inputIds.length;
  }

  /** Returns the length that all texts are filled up to, S. */
  public int length() {
    return inputIds[0].length;
  }

  /** Returns where a text ends: one past its last token, padding behind it left out. */
  public int end(int text) {
    int end = length();
    while (attentionMask[text][end - 1] == 0) {
      end--;
    }
    return end;
  }

  /** Returns a text's ids, padding behind it left out. */
  public int[] ids(int text) {
    return Arrays.copyOf(inputIds[text], end(text));
  }

  /** Returns some of the texts, without the padding that all of them end in. */
  TextBatch part(int from, int to) {
    int length = 0;
    for (int text = from; text < to; text++) {
      length = Math.max(length, end(text));
    }
    return new TextBatch(
        part(inputIds, from, to, length),
        part(attentionMask, from, to, length),
        tokenTypeIds == null ? null : part(tokenTypeIds, from, to, length));
  }

  private static int[][] part(int[][] values, int from, int to, int length) {
    int[][] part = new int[to - from][];
    for (int i = 0; i < part.length; i++) {
      part[i] = Arrays.copyOf(values[from + i], length);
    }
    return part;
  }
}
