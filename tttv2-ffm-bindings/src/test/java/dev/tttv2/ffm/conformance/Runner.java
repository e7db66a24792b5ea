// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm.conformance;

import dev.tttv2.ffm.DeviceOptionsStruct;
import dev.tttv2.ffm.HostDataStruct;
import dev.tttv2.ffm.TensorSpecStruct;
import dev.tttv2.ffm.TtnnC;
import dev.tttv2.ffm.TtnnConstants;
import dev.tttv2.ffm.TtnnException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes calls on the library that is loaded, each on the mesh that it names. One mesh is open at a
 * time: calls on the same one should follow each other.
 */
final class Runner implements AutoCloseable {
  private static final int UNKNOWN_TRACE = 12345;

  private MeshText mesh;
  private MemorySegment device = MemorySegment.NULL;

  private void open(MeshText wanted) {
    if (wanted.equals(mesh)) {
      return;
    }
    close();
    try (Arena arena = Arena.ofConfined()) {
      DeviceOptionsStruct options =
          DeviceOptionsStruct.allocate(arena)
              .dramBytes(4L << 30)
              .traceRegionSize(1 << 20)
              .meshRows(wanted.rows())
              .meshCols(wanted.columns());
      device = TtnnC.deviceOpen(options.segment());
      mesh = wanted;
    }
  }

  @Override
  public void close() {
    TtnnC.deviceClose(device);
    device = MemorySegment.NULL;
    mesh = null;
  }

  /** Makes the inputs, then the call, and leaves nothing behind. */
  Outcome run(Call call) {
    Functions.Invocation function = Functions.ALL.get(call.function());
    if (function == null) {
      throw new IllegalArgumentException("there is no function of that name: " + call);
    }
    open(call.mesh());
    Map<String, MemorySegment> tensors = new LinkedHashMap<>();
    List<Integer> traces = new ArrayList<>();
    List<MemorySegment> outputs = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      call.arguments()
          .forEach(
              (name, value) -> {
                if (!name.equals("out") && TensorText.is(value)) {
                  tensors.put(name, input(arena, call, name, TensorText.parse(value)));
                }
              });
      int trace = trace(call.arguments().getOrDefault("trace", "unknown"), traces);
      if (call.arguments().containsKey("capture")) {
        traces.add(TtnnC.beginTraceCapture(device));
      }
      Arguments arguments = new Arguments(arena, device, call, tensors, trace, traces);
      try {
        outputs.addAll(function.call(arguments));
        arguments.checkAllRead();
        return Outcome.ok(outputs.stream().map(output -> describe(arena, output)).toList());
      } catch (TtnnException e) {
        return Outcome.of(e);
      }
    } finally {
      traces.forEach(this::release);
      outputs.forEach(Runner::destroy);
      tensors.values().forEach(Runner::destroy);
    }
  }

  /** Makes a trace in a state. */
  private int trace(String state, List<Integer> traces) {
    if (state.equals("unknown")) {
      return UNKNOWN_TRACE;
    }
    int trace = TtnnC.beginTraceCapture(device);
    traces.add(trace);
    switch (state) {
      case "capturing" -> {}
      case "ended" -> TtnnC.endTraceCapture(device, trace);
      case "released" -> {
        TtnnC.endTraceCapture(device, trace);
        TtnnC.releaseTrace(device, trace);
      }
      default -> throw new IllegalArgumentException("a trace is not \"" + state + "\"");
    }
    return trace;
  }

  private void release(int trace) {
    try {
      TtnnC.releaseTrace(device, trace);
    } catch (TtnnException.InvalidArgument e) {
      // the call has released it
    }
  }

  private MemorySegment input(Arena arena, Call call, String name, TensorText text) {
    MemorySegment tensor;
    try {
      MemorySegment request = text.request(arena).segment();
      tensor =
          name.equals("trans_mat")
              ? TtnnC.tensorFromHost(device, request, rotation(arena, text))
              : TtnnC.tensorCreate(device, request);
      if ("deallocated".equals(text.state())) {
        TtnnC.deallocate(tensor);
      } else if ("destroyed".equals(text.state())) {
        TtnnC.tensorDestroy(tensor);
      }
    } catch (TtnnException e) {
      throw new IllegalStateException("there is no input " + name + " of: " + call, e);
    }
    return tensor;
  }

  /** Tiles with T[2i][2i+1] = 1 and T[2i+1][2i] = -1, one above the other. */
  private static MemorySegment rotation(Arena arena, TensorText text) {
    int width = Math.toIntExact(text.shape().getLast());
    int height = Math.toIntExact(text.shape().stream().reduce(1L, (x, y) -> x * y)) / width;
    float[] values = new float[height * width];
    for (int row = 0; row < height; row++) {
      int column = row % TtnnConstants.TILE_SIZE ^ 1;
      if (column < width) {
        values[row * width + column] = row % 2 == 0 ? 1 : -1;
      }
    }
    MemorySegment source = arena.allocateFrom(ValueLayout.JAVA_FLOAT, values);
    return HostDataStruct.allocate(arena)
        .dtype(TtnnConstants.DTYPE_FLOAT32)
        .data(source)
        .size(source.byteSize())
        .segment();
  }

  private static TensorText describe(Arena arena, MemorySegment tensor) {
    TensorSpecStruct spec = TensorSpecStruct.allocate(arena);
    TtnnC.tensorGetSpec(tensor, spec.segment());
    return TensorText.of(spec);
  }

  private static void destroy(MemorySegment tensor) {
    try {
      TtnnC.tensorDestroy(tensor);
    } catch (TtnnException.InvalidArgument e) {
      // it was destroyed before the call
    }
  }
}
