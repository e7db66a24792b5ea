// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * What a JVM does with its signals, and how it ends: with an open device, with one that was closed,
 * and with none, which must make no difference.
 */
final class SignalsProbe {
  private static final int SIGNALS = 64;

  // A struct sigaction of Linux on x86-64: the handler, 64 signals of 1024 that are masked, flags.
  private static final int SIGACTION = 152;
  private static final int HANDLER = 0;
  private static final int MASK = 8;
  private static final int FLAGS = 136;

  /** A flag that the C library adds to whatever is set, the default handler included. */
  private static final int RESTORER = 0x0400_0000;

  private static final long[] SHAPE = {32, 64};

  private static int[] nothing;
  private static volatile int depth;

  private SignalsProbe() {}

  /**
   * Arguments: the device (none, closed, open), and the end: return, exit, throw, wait for a
   * signal, or work until one comes.
   */
  public static void main(String[] arguments) throws Throwable {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("hook")));
    List<String> before = handlers();
    provoke();
    MemorySegment device = MemorySegment.NULL;
    if (!arguments[0].equals("none")) {
      device = open();
      provoke();
      work(device, 20);
    }
    provoke();
    if (arguments[0].equals("closed")) {
      TtnnC.deviceClose(device);
      provoke();
    }
    List<String> after = handlers();
    for (int signal = 0; signal < SIGNALS; signal++) {
      if (!before.get(signal).equals(after.get(signal))) {
        System.out.println("the handler of signal " + (signal + 1) + " has changed");
      }
    }
    System.out.println("ready");
    switch (arguments[1]) {
      case "return" -> {}
      case "exit" -> System.exit(7);
      case "throw" -> throw new IllegalStateException("uncaught");
      case "wait" -> Thread.sleep(600_000);
      case "work" -> {
        while (true) {
          if (arguments[0].equals("open")) {
            work(device, 1);
          }
        }
      }
      default -> throw new IllegalArgumentException(arguments[1]);
    }
  }

  private static MemorySegment open() {
    try (Arena arena = Arena.ofConfined()) {
      return TtnnC.deviceOpen(DeviceOptionsStruct.allocate(arena).segment());
    }
  }

  /** Adds tensors, with what the collector has to do meanwhile, and a call that fails. */
  private static void work(MemorySegment device, int times) {
    try (Arena arena = Arena.ofConfined()) {
      TensorSpecStruct spec =
          TensorSpecStruct.allocate(arena)
              .dtype(TtnnConstants.DTYPE_BFLOAT16)
              .layout(TtnnConstants.LAYOUT_TILE)
              .shape(SHAPE);
      MemorySegment x = TtnnC.tensorCreate(device, spec.segment());
      for (int i = 0; i < times; i++) {
        MemorySegment sum = TtnnC.add(x, x, MemorySegment.NULL);
        TtnnC.tensorDestroy(sum);
        try {
          TtnnC.matmul(x, x, MemorySegment.NULL);
          throw new AssertionError("64 columns by 32 rows");
        } catch (TtnnException.Shape expected) {
          nothing = null;
        }
      }
      TtnnC.tensorDestroy(x);
    }
    System.gc();
  }

  /** Exceptions that the JVM makes of SIGSEGV and SIGFPE. */
  private static void provoke() {
    int caught = 0;
    for (int i = 0; i < 20_000; i++) {
      try {
        caught += nothing.length;
      } catch (NullPointerException e) {
        caught++;
      }
      try {
        caught += i / (i - i);
      } catch (ArithmeticException e) {
        caught++;
      }
    }
    try {
      caught += deeper();
    } catch (StackOverflowError e) {
      caught++;
    }
    if (caught != 40_001) {
      System.out.println("caught " + caught);
    }
  }

  private static int deeper() {
    depth++;
    return 1 + deeper();
  }

  /** Each signal's handler, mask and flags. */
  private static List<String> handlers() throws Throwable {
    Linker linker = Linker.nativeLinker();
    MethodHandle sigaction =
        linker.downcallHandle(
            linker.defaultLookup().find("sigaction").orElseThrow(),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS));
    List<String> handlers = new ArrayList<>();
    for (int signal = 1; signal <= SIGNALS; signal++) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment old = arena.allocate(SIGACTION, Long.BYTES);
        int ignored = (int) sigaction.invokeExact(signal, MemorySegment.NULL, old);
        handlers.add(
            "%x %x %x"
                .formatted(
                    old.get(ValueLayout.JAVA_LONG, HANDLER),
                    old.get(ValueLayout.JAVA_LONG, MASK),
                    old.get(ValueLayout.JAVA_INT, FLAGS) & ~RESTORER));
      }
    }
    return handlers;
  }
}
