// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorScope;
import dev.tttv2.core.Trace;
import dev.tttv2.core.Ttnn;
import dev.tttv2.core.block.KVCache;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Decode steps of one number of rows, which replay a captured trace. Where programs are compiled,
 * the first step runs directly and compiles them. Callers hold the device's lock.
 */
final class StepRunner implements AutoCloseable {
  private final CausalLM model;
  private final KVCache cache;
  private final boolean traces;
  private final boolean choosesOnDevice;
  private final int vocabSize;
  private final int[] ids;
  private final int[] positions;
  private final int[] ropePositions;
  private final int[] chosen;
  private final TensorScope tensors = new TensorScope(); // inputs, and what the trace makes
  // Shared: whoever closes a stream may be another thread than the one that reads it.
  private final Arena arena = Arena.ofShared();
  private final MemorySegment logits;
  private final DecodeInputs inputs;
  private Trace trace;
  private Tensor traced; // logits, or tokens chosen, of the trace
  private boolean compiled;

  /**
   * Allocates the inputs of idle rows.
   *
   * @param table the page table, with a row for each of theirs
   * @param traces whether steps are captured and replayed
   * @param choosesOnDevice whether the most likely tokens are found on the device
   */
  StepRunner(
      CausalLM model, KVCache cache, PageTable table, boolean traces, boolean choosesOnDevice) {
    this.model = model;
    this.cache = cache;
    this.traces = traces;
    this.choosesOnDevice = choosesOnDevice;
    vocabSize = model.config().vocabSize();
    int rows = table.users();
    ids = new int[rows];
    positions = new int[rows];
    ropePositions = new int[rows];
    chosen = new int[rows];
    Arrays.fill(positions, -1);
    logits = arena.allocate(ValueLayout.JAVA_FLOAT, (long) rows * vocabSize);
    Device device = model.device();
    compiled = !device.target().compilesPrograms();
    try {
      inputs =
          new DecodeInputs(
              tensors.add(Tensor.ofInts(device, DataType.UINT32, ids, 1, rows)),
              tensors.add(Tensor.ofInts(device, DataType.INT32, positions, rows)),
              tensors.add(Tensor.ofInts(device, DataType.UINT32, ropePositions, 1, rows)),
              tensors.add(
                  Tensor.ofInts(device, DataType.INT32, table.entries(), rows, table.width())));
    } catch (Throwable e) {
      close();
      throw e;
    }
  }

  Tensor pageTable() {
    return inputs.pageTable();
  }

  /** Writes a changed page table. */
  void write(PageTable table) {
    inputs.pageTable().write(table.entries());
  }

  /** Says what a row feeds in the next step. */
  void set(int row, int id, int position) {
    ids[row] = id;
    positions[row] = position;
    ropePositions[row] = position;
  }

  /** Leaves a row out of the next step. */
  void idle(int row) {
    ids[row] = 0;
    positions[row] = -1;
    ropePositions[row] = 0;
  }

  /** Runs one step of all rows. */
  void run() {
    inputs.ids().write(ids);
    inputs.positions().write(positions);
    inputs.ropePositions().write(ropePositions);
    if (!traces || !compiled) {
      try (Tensor result = step()) {
        read(result);
      }
      compiled = true;
      return;
    }
    if (trace == null) {
      trace = model.device().capture(() -> traced = tensors.add(step()));
    }
    trace.execute(false);
    read(traced);
  }

  private Tensor step() {
    Tensor result = model.decode(inputs, cache);
    if (!choosesOnDevice) {
      return result;
    }
    try (result) {
      return Ttnn.argmax(result, -1, true);
    }
  }

  private void read(Tensor result) {
    if (choosesOnDevice) {
      result.read(chosen);
    } else {
      result.read(DataType.FLOAT32, logits);
    }
  }

  /** Returns the token that the device chose for a row in the last step. */
  int chosen(int row) {
    return chosen[row];
  }

  /** Copies the logits of a row of the last step. */
  void logits(int row, float[] to) {
    MemorySegment.copy(logits, ValueLayout.JAVA_FLOAT, 4L * row * vocabSize, to, 0, vocabSize);
  }

  @Override
  public void close() {
    if (trace != null) {
      trace.close();
    }
    tensors.close();
    arena.close();
  }
}
