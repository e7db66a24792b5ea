// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.core.DataType;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorScope;
import dev.tttv2.core.Trace;
import dev.tttv2.core.block.KVCache;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The layers of prompts, or of their first parts, of a few lengths: tokens on the device, and for
 * each length the trace that reads them. The head follows by itself: which row it takes differs
 * from prompt to prompt.
 */
final class PromptTraces implements AutoCloseable {
  private final PromptLayers layers;
  private final Map<Integer, Traced> lengths = new TreeMap<>();
  private final TensorScope tensors = new TensorScope();

  /** What there is of a length. */
  private static final class Traced {
    private final Tensor tokens;
    private Tensor hidden;
    private Trace trace;

    private Traced(Tensor tokens) {
      this.tokens = tokens;
    }
  }

  /** Makes the inputs. */
  PromptTraces(CausalLM model, PromptLayers layers, List<Integer> lengths) {
    this.layers = layers;
    for (int length : lengths) {
      Tensor tokens = Tensor.ofInts(model.device(), DataType.UINT32, new int[length], 1, length);
      this.lengths.put(length, new Traced(tensors.add(tokens)));
    }
  }

  /** Captures every length. Its programs were compiled before. */
  void capture(CausalLM model, KVCache cache, Tensor pageTable) {
    for (Traced length : lengths.values()) {
      length.trace =
          model
              .device()
              .capture(
                  () ->
                      length.hidden = tensors.add(layers.forward(length.tokens, cache, pageTable)));
    }
  }

  boolean has(int length) {
    return lengths.containsKey(length);
  }

  /** Returns the lengths that there are, ascending. */
  Set<Integer> lengths() {
    return lengths.keySet();
  }

  /**
   * Replays a length.
   *
   * @param tokens as many as the length
   * @param row the position whose logits are wanted
   * @return [1, 1, 1, V]; the caller closes them
   */
  Tensor run(int[] tokens, int row) {
    Traced length = lengths.get(tokens.length);
    length.tokens.write(tokens);
    length.trace.execute(false);
    return layers.logits(length.hidden, row);
  }

  @Override
  public void close() {
    for (Traced length : lengths.values()) {
      if (length.trace != null) {
        length.trace.close();
      }
    }
    tensors.close();
  }
}
