// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import dev.tttv2.ffm.generated.ttnn_c_h;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The one native library of this process: chosen, unpacked, checked and loaded.
 *
 * <p>The backend is {@code -Dtttv2.backend=host|ttnn}, else the environment's {@code
 * TTTV2_BACKEND}, else ttnn if a Tenstorrent device node is present and the library loads, else
 * host. {@code -Dtttv2.native.library=FILE} loads that file. Libraries from the jar are unpacked to
 * {@code -Dtttv2.native.cache=DIR}, else {@code native} in the {@link CacheDirectory}.
 *
 * <p>Loading is done once, by whichever thread comes first; the outcome, good or bad, stands for
 * the life of the process.
 */
public final class NativeLibrary {
  private static final Logger LOG = System.getLogger(NativeLibrary.class.getName());

  private record Loaded(Path path, String backend, String version, String storageFormat) {}

  private static volatile Loaded loaded;
  private static NativeLibraryException failure;

  private NativeLibrary() {}

  /**
   * Loads the library unless that has been done.
   *
   * @throws NativeLibraryException if it cannot be loaded, now or at the first attempt
   */
  public static void load() {
    loaded();
  }

  /**
   * Returns the name of the loaded backend, loading it if needed.
   *
   * @return {@code "host"} or {@code "ttnn"}
   * @throws NativeLibraryException as {@link #load} does
   */
  public static String backend() {
    return loaded().backend;
  }

  /**
   * Returns the backend's own version, loading it if needed.
   *
   * @return such as {@code "0.1.0"}, or TTNN's {@code "0.81.1"}
   * @throws NativeLibraryException as {@link #load} does
   */
  public static String version() {
    return loaded().version;
  }

  /**
   * Names the form of stored tensors, loading the library if needed.
   *
   * @return the name; a backend refuses bytes of another form
   * @throws NativeLibraryException as {@link #load} does
   */
  public static String storageFormat() {
    return loaded().storageFormat;
  }

  /**
   * Returns the file that was loaded, loading it if needed.
   *
   * @return the file
   * @throws NativeLibraryException as {@link #load} does
   */
  public static Path path() {
    return loaded().path;
  }

  private static Loaded loaded() {
    Loaded now = loaded;
    return now != null ? now : loadOnce();
  }

  private static synchronized Loaded loadOnce() {
    if (failure != null) {
      // A new exception shows where it was met this time, its cause where the attempt was made.
      throw new NativeLibraryException(failure.getMessage(), failure);
    }
    if (loaded == null) {
      try {
        loaded = choose();
      } catch (NativeLibraryException e) {
        failure = e;
        throw e;
      } catch (IllegalCallerException e) {
        failure = nativeAccessDenied(e);
        throw failure;
      }
      LOG.log(Level.DEBUG, "loaded {0}", loaded);
    }
    return loaded;
  }

  private static Loaded choose() {
    LibraryChoice choice = LibraryChoice.of(System::getProperty, System::getenv, Path.of("/dev"));
    if (choice.override().isPresent()) {
      Path file = choice.override().get().toAbsolutePath();
      if (!Files.isRegularFile(file)) {
        throw new NativeLibraryException(
            LibraryChoice.LIBRARY_PROPERTY + "=" + file + ": no such file");
      }
      Loaded library = load(file);
      if (!choice.backends().isEmpty() && !choice.backends().contains(library.backend)) {
        throw new NativeLibraryException(
            file
                + " is the "
                + library.backend
                + " backend, but "
                + choice.backends().getFirst()
                + " was asked for");
      }
      return library;
    }
    String first = choice.backends().getFirst();
    if (choice.backends().size() == 1) {
      return load(unpack(first));
    }
    try {
      return load(unpack(first));
    } catch (NativeLibraryException e) {
      String second = choice.backends().getLast();
      LOG.log(
          Level.WARNING,
          "a Tenstorrent device is present, but the {0} backend cannot be used: {1}; using {2}",
          first,
          e.getMessage(),
          second);
      return load(unpack(second));
    }
  }

  private static Path unpack(String backend) {
    String os = System.getProperty("os.name");
    String arch = System.getProperty("os.arch");
    if (!os.equals("Linux") || !arch.equals("amd64")) {
      throw new NativeLibraryException(
          "this build has native libraries for Linux on amd64, and this is "
              + os
              + " on "
              + arch
              + "; name a library with -D"
              + LibraryChoice.LIBRARY_PROPERTY
              + "=FILE");
    }
    return LibraryCache.of(System::getProperty, System::getenv)
        .unpack(
            name -> NativeLibrary.class.getResourceAsStream("/" + name),
            "native/linux-x86_64/libttnn_c_" + backend + ".so");
  }

  private static Loaded load(Path file) {
    // Asked before the class loader has the library, which it would never give up again: a library
    // that is refused must not answer for the one that is tried next.
    try (Arena arena = Arena.ofConfined()) {
      checkVersion(file, arena);
      System.load(file.toString());
    } catch (UnsatisfiedLinkError e) {
      // The linker's text, which begins with the file's name, once or twice.
      throw new NativeLibraryException(
          "cannot load " + file + ": " + e.getMessage().replace(file + ": ", ""), e);
    }
    return new Loaded(
        file,
        ttnn_c_h.ttnn_backend_name().getString(0),
        ttnn_c_h.ttnn_backend_version().getString(0),
        ttnn_c_h.ttnn_storage_format().getString(0));
  }

  private static void checkVersion(Path file, Arena arena) {
    SymbolLookup symbols;
    try {
      symbols = SymbolLookup.libraryLookup(file, arena);
    } catch (IllegalArgumentException e) {
      // This lookup does not tell why; the loader fails likewise, and does.
      System.load(file.toString());
      throw new NativeLibraryException("cannot load " + file + ": " + e.getMessage(), e);
    }
    MemorySegment function =
        symbols
            .find("ttnn_abi_version")
            .orElseThrow(
                () ->
                    new NativeLibraryException(
                        file + " has no ttnn_abi_version: it is not a library of ttnn_c.h"));
    int version;
    try {
      version =
          (int)
              Linker.nativeLinker()
                  .downcallHandle(function, FunctionDescriptor.of(ValueLayout.JAVA_INT))
                  .invokeExact();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a downcall throws nothing", e);
    }
    int major = version / 1000;
    int minor = version % 1000;
    if (major != TtnnConstants.ABI_MAJOR || minor < TtnnConstants.ABI_MINOR) {
      throw new NativeLibraryException(
          file
              + " has interface version "
              + major
              + "."
              + minor
              + ", expected "
              + TtnnConstants.ABI_MAJOR
              + "."
              + TtnnConstants.ABI_MINOR
              + " or a later "
              + TtnnConstants.ABI_MAJOR
              + ".x");
    }
  }

  private static NativeLibraryException nativeAccessDenied(IllegalCallerException cause) {
    Module module = NativeLibrary.class.getModule();
    return new NativeLibraryException(
        "native access is denied: start java with --enable-native-access="
            + (module.isNamed() ? module.getName() : "ALL-UNNAMED"),
        cause);
  }
}
