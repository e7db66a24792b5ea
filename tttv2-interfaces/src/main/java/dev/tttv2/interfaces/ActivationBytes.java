// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

/**
 * What activations of a decoder take on a device, estimated: some 4 to 25 % more than five models'
 * traces took on mocked boards.
 *
 * @param hidden the residual stream's extent, which a device has whole within a layer
 * @param inner the widest of what a device computes in a layer: queries, keys and values, or the
 *     MLP's inner width
 * @param vocabulary the logits' extent
 * @param experts what a row takes within a mixture of experts, in values; 0 without
 * @param expertRows how many rows are given to experts at once
 * @param elementBytes the bytes of a value
 */
record ActivationBytes(
    int hidden, int inner, int vocabulary, long experts, int expertRows, long elementBytes) {
  private static final int TILE = 32;

  /** Tokens of a prompt that are computed at once. */
  private static final int CHUNK = 2048;

  /** Returns what a prompt of a context, or a part of it, takes. */
  long prompt(int context) {
    return layers(rows(context)) + logits();
  }

  /**
   * Returns what the traces of a {@link ModelRunner} keep: the layers of each padded length of a
   * prompt, and steps of each number of rows. Beside what it uses, a trace keeps as much as its
   * largest result has.
   */
  long traces(int users, int context) {
    long steps =
        ModelRunner.batches(users).size()
            * (layers(TILE) + logits() + Math.max(logits(), ofExperts(TILE)));
    return steps
        + PrefillBuckets.all(rows(context), CHUNK, context).stream()
            .mapToLong(rows -> layers(rows) + largest(rows))
            .sum();
  }

  private static int rows(int context) {
    return Math.min(CHUNK, context);
  }

  /** The residual stream, its norm and its sum; the inner width four times; experts twice. */
  private long layers(long rows) {
    return rows * (3L * hidden + 4L * inner) * elementBytes + 2 * ofExperts(rows);
  }

  private long largest(long rows) {
    return Math.max(rows * Math.max(hidden, inner) * elementBytes, ofExperts(rows));
  }

  private long ofExperts(long rows) {
    return Math.min(rows, expertRows) * experts * elementBytes;
  }

  private long logits() {
    return (long) TILE * vocabulary * elementBytes;
  }
}
