// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** What tests do in a process of their own, since a process has one native library, once. */
final class LibraryProbe {
  private LibraryProbe() {}

  public static void main(String[] args) throws Exception {
    switch (args[0]) {
      case "load" -> {
        NativeLibrary.load();
        NativeLibrary.load();
        System.out.println(NativeLibrary.backend());
        System.out.println(NativeLibrary.version());
        System.out.println(NativeLibrary.storageFormat());
        System.out.println(NativeLibrary.path());
      }
      case "fail" -> {
        report(NativeLibrary::load);
        report(TtnnC::abiVersion);
        report(() -> TtnnC.tensorDestroy(MemorySegment.NULL));
        report(NativeLibrary::backend);
      }
      case "statuses" -> {
        for (int status = 1; status >= -8; status--) {
          int source = status;
          report(() -> TtnnC.copy(MemorySegment.ofAddress(source), MemorySegment.NULL));
        }
      }
      case "virtual" -> virtualThreads();
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  /** Prints what an action throws: class, message, class of the cause. */
  private static void report(Runnable action) {
    try {
      action.run();
      System.out.println("nothing");
    } catch (TtnnException e) {
      System.out.println(
          e.getClass().getSimpleName()
              + " | "
              + e.getMessage()
              + " | "
              + e.operation()
              + " | "
              + e.status());
    } catch (Throwable e) {
      System.out.println(
          e.getClass().getSimpleName()
              + " | "
              + e.getMessage()
              + " | "
              + (e.getCause() == null ? "-" : e.getCause().getClass().getSimpleName()));
    }
  }

  /** Each thread fails with a number of its own, and must be told that number. */
  private static void virtualThreads() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> results =
          IntStream.range(1, 2001).<Future<?>>mapToObj(i -> threads.submit(() -> fail(i))).toList();
      for (Future<?> result : results) {
        result.get();
      }
    }
    System.out.println("ok");
  }

  private static void fail(int number) {
    for (int i = 0; i < 50; i++) {
      try {
        TtnnC.copy(MemorySegment.ofAddress(-2), MemorySegment.ofAddress(number));
        throw new AssertionError("no exception");
      } catch (TtnnException.Shape e) {
        if (!e.getMessage().equals("copy: number " + number)) {
          throw new AssertionError(number + " was told: " + e.getMessage());
        }
      }
      Thread.yield();
    }
  }
}
