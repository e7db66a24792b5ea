// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.PendingRead;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorScope;
import dev.tttv2.core.Trace;
import dev.tttv2.core.Ttnn;
import dev.tttv2.core.block.KVCache;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Decode steps of a number of rows: their inputs on the device, and the traces that read them. One
 * trace ends with logits. The other one, if it is wanted, ends with the most likely tokens, which
 * it feeds to the next step itself.
 */
final class DecodeBatch implements AutoCloseable {
  private final CausalLM model;
  private final KVCache cache;
  private final int spare;
  private final boolean choosesToo;
  private final TensorScope tensors = new TensorScope(); // inputs, and what the traces make
  private final DecodeInputs inputs;
  // What the inputs hold, by row.
  private final int[] ids;
  private final int[] positions;
  private final int[] ropePositions;
  private final int[] table;
  private final int width;
  private Trace logitsTrace;
  private Trace chosenTrace;
  private Tensor logits; // of the trace, or of the last step
  private boolean tableChanged;

  DecodeBatch(CausalLM model, KVCache cache, EngineConfig config, int rows, int width, int spare) {
    this.model = model;
    this.cache = cache;
    this.spare = spare;
    this.width = width;
    this.choosesToo = config.deviceArgmax();
    ids = new int[rows];
    positions = new int[rows];
    ropePositions = new int[rows];
    table = new int[rows * width];
    Arrays.fill(positions, -1);
    Arrays.fill(table, spare);
    Device device = model.device();
    inputs =
        new DecodeInputs(
            tensors.add(Tensor.ofInts(device, DataType.UINT32, ids, 1, rows)),
            tensors.add(Tensor.ofInts(device, DataType.INT32, positions, rows)),
            tensors.add(Tensor.ofInts(device, DataType.UINT32, ropePositions, 1, rows)),
            tensors.add(Tensor.ofInts(device, DataType.INT32, table, rows, width)));
  }

  int rows() {
    return ids.length;
  }

  boolean choosesToo() {
    return choosesToo;
  }

  /** Runs every kind of step once, all rows idle. */
  void compile() {
    model.decode(inputs, cache).close();
    if (choosesToo) {
      choose();
      writeInputs();
    }
  }

  /** Captures every kind of step. */
  void capture() {
    Device device = model.device();
    logitsTrace = device.capture(() -> logits = tensors.add(model.decode(inputs, cache)));
    if (choosesToo) {
      chosenTrace = device.capture(this::choose);
    }
  }

  /** Takes the most likely tokens as the next step's inputs, and moves on all positions. */
  private void choose() {
    try (Tensor all = model.decode(inputs, cache);
        Tensor chosen = Ttnn.argmax(all, -1, true);
        Tensor row = Ttnn.reshape(chosen, 1, rows())) {
      Ttnn.copy(row, inputs.ids());
    }
    Ttnn.plusOne(inputs.positions());
    Ttnn.plusOne(inputs.ropePositions());
  }

  /** Sets what a row feeds; -1: nothing. */
  void set(int row, int token, int position) {
    boolean idle = position < 0;
    ids[row] = idle ? 0 : token;
    positions[row] = idle ? -1 : position;
    ropePositions[row] = idle ? 0 : position;
  }

  /** Sets a row's blocks; the rest of its page table names the spare block. */
  void setBlocks(int row, int[] blocks) {
    int from = row * width;
    int count = Math.min(blocks.length, width);
    if (!Arrays.equals(table, from, from + count, blocks, 0, count)
        || (count < width && table[from + count] != spare)) {
      System.arraycopy(blocks, 0, table, from, count);
      Arrays.fill(table, from + count, from + width, spare);
      tableChanged = true;
    }
  }

  /** Takes over the rows of another batch, or of this one, with the tokens that come next. */
  void take(DecodeBatch other, int[] tokens, int[] slotRemap) {
    int[] from = other.positions.clone();
    int[] rows = other.table.clone();
    for (int row = 0; row < rows(); row++) {
      int slot = slotRemap[row];
      boolean idle = slot < 0 || from[slot] < 0;
      set(row, idle ? 0 : tokens[slot], idle ? -1 : from[slot]);
      setBlocks(
          row, idle ? new int[0] : Arrays.copyOfRange(rows, slot * width, (slot + 1) * width));
    }
  }

  void writeInputs() {
    inputs.ids().write(ids);
    inputs.positions().write(positions);
    inputs.ropePositions().write(ropePositions);
    writeTable();
  }

  void writeTable() {
    if (tableChanged) {
      inputs.pageTable().write(table);
      tableChanged = false;
    }
  }

  /** Runs a step; it may still run when this returns. */
  void run(boolean chooses) {
    if (chooses) {
      if (chosenTrace == null) {
        choose();
      } else {
        chosenTrace.execute(false);
      }
      for (int row = 0; row < rows(); row++) {
        if (positions[row] >= 0) {
          positions[row]++;
        }
      }
      return;
    }
    if (logitsTrace == null) {
      closeLogits();
      logits = model.decode(inputs, cache);
    } else {
      logitsTrace.execute(false);
    }
  }

  private void closeLogits() {
    if (logits != null) {
      logits.close();
    }
  }

  void readLogits(MemorySegment into) {
    logits.read(DataType.FLOAT32, into);
  }

  int[] readTokens() {
    return inputs.ids().toInts();
  }

  /** Begins to read what the last step has computed: tokens, if it chose them, or logits. */
  PendingRead beginRead(boolean chose) {
    return chose ? inputs.ids().beginRead(DataType.UINT32) : logits.beginRead(DataType.FLOAT32);
  }

  @Override
  public void close() {
    if (logitsTrace != null) {
      logitsTrace.close();
    }
    if (chosenTrace != null) {
      chosenTrace.close();
    }
    closeLogits();
    tensors.close();
  }
}
