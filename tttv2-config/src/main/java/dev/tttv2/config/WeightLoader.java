// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import dev.tttv2.core.Device;
import dev.tttv2.core.DeviceTarget;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.MeshMapping;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorSpec;
import dev.tttv2.ffm.TtnnException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Brings a checkpoint's weights to a device, each converted at most once and then taken from the
 * {@link WeightCache}.
 *
 * <p>A converted weight is written to the cache, dropped, and taken from there again, mapped and
 * not copied: already the first start holds, beside what it maps, no more than the weight it is
 * converting. A second start reads nothing of the checkpoint but its headers.
 *
 * <p>For one model, on one thread. The checkpoint may be closed when everything is loaded.
 */
public final class WeightLoader {
  // To be raised when the same source would be converted to other bytes.
  private static final int CONVERSION = 1;

  private final Checkpoint checkpoint;
  private final WeightCache cache;
  private final LoadProgress progress;
  private final Optional<Calibration> calibration;
  private final SourceHashes hashes;
  private final Set<String> wanted = new HashSet<>();
  private final Set<StoredTensor> used = new HashSet<>();
  private final long totalBytes;
  private long doneBytes;
  private long conversions;
  private long hits;
  private String contents;

  /** Makes a loader that reports no progress. */
  public WeightLoader(Checkpoint checkpoint, WeightCache cache) {
    this(checkpoint, cache, LoadProgress.NONE);
  }

  /**
   * Makes a loader.
   *
   * @param checkpoint where the weights are; stays the caller's
   * @param cache where converted weights are kept
   * @param progress is told of every weight loaded
   */
  public WeightLoader(Checkpoint checkpoint, WeightCache cache, LoadProgress progress) {
    this(checkpoint, cache, progress, Optional.empty());
  }

  /**
   * Makes a loader that takes part in a calibration.
   *
   * @param checkpoint where the weights are; stays the caller's
   * @param cache where converted weights are kept
   * @param progress is told of every weight loaded
   * @param calibration records what linears are given, or rounds their weights by it
   */
  public WeightLoader(
      Checkpoint checkpoint,
      WeightCache cache,
      LoadProgress progress,
      Optional<Calibration> calibration) {
    this.checkpoint = checkpoint;
    this.cache = cache;
    this.progress = progress;
    this.calibration = calibration;
    this.hashes = cache.sourceHashes();
    this.totalBytes = checkpoint.tensorBytes();
  }

  /**
   * Returns a weight that is loaded through the cache.
   *
   * @throws CheckpointException if there is none of this name
   */
  public LazyWeight weight(String name) {
    return cached(host(name));
  }

  /**
   * Returns a weight of the checkpoint, to be rearranged and then given to {@link #cached}.
   *
   * @throws CheckpointException if there is none of this name
   */
  public HostWeight host(String name) {
    HostWeight weight = checkpoint.weight(name);
    wanted.add(name);
    return weight;
  }

  /**
   * Returns a weight that is loaded through the cache and has the shape expected.
   *
   * @throws CheckpointException if there is none of this name, or it has another shape; names file,
   *     tensor and both shapes
   */
  public LazyWeight weight(String name, long... shape) {
    return cached(host(name, shape));
  }

  /**
   * Returns a weight of the shape expected, to be rearranged and then given to {@link #cached}.
   *
   * @throws CheckpointException if there is none of this name, or it has another shape; names file,
   *     tensor and both shapes
   */
  public HostWeight host(String name, long... shape) {
    if (!contains(name)) {
      throw TensorDirectory.missing(
          checkpoint.path(),
          name,
          ", expected shape " + Arrays.toString(shape),
          checkpoint.tensorNames());
    }
    HostWeight weight = host(name);
    if (!Arrays.equals(weight.shape(), shape)) {
      throw weight.refuse(
          "has shape %s, expected %s"
              .formatted(Arrays.toString(weight.shape()), Arrays.toString(shape)));
    }
    return weight;
  }

  /** Tells whether the checkpoint has a tensor of this name. */
  public boolean contains(String name) {
    return checkpoint.tensorNames().contains(name);
  }

  /** Makes a weight, rearranged or not, one that is loaded through the cache. */
  public LazyWeight cached(HostWeight weight) {
    return new Cached(weight);
  }

  /**
   * Returns the tensors nobody asked for, in the order of the checkpoint: a model that has them may
   * need something that was left out.
   */
  public Set<String> unused() {
    Set<String> unused = new LinkedHashSet<>(checkpoint.tensorNames());
    unused.removeAll(wanted);
    return unused;
  }

  /**
   * Refuses tensors nobody asked for: a model that has them needs something that was left out, and
   * would run without it to a wrong result.
   *
   * @param what what does not have them, such as "a decoder of this family", for the message
   * @param harmless tells of a tensor's name whether it may be left out
   * @throws CheckpointException if there are others; names the first of them with their shapes
   */
  public void refuseUnused(String what, Predicate<String> harmless) {
    List<String> unused = unused().stream().filter(harmless.negate()).toList();
    if (!unused.isEmpty()) {
      throw new CheckpointException(
          checkpoint.path(),
          "",
          "%d tensor%s that %s does not have: %s"
              .formatted(
                  unused.size(),
                  unused.size() == 1 ? "" : "s",
                  what,
                  unused.stream().limit(8).map(this::described).collect(Collectors.joining(", "))));
    }
  }

  private String described(String name) {
    return CheckpointException.name(name) + " " + Arrays.toString(checkpoint.shape(name));
  }

  /** Returns how many weights were converted. */
  public long conversions() {
    return conversions;
  }

  /** Returns how many weights were found in the cache. */
  public long hits() {
    return hits;
  }

  private Tensor load(
      HostWeight weight, Device device, TensorSpec spec, boolean transposed, MeshMapping mapping) {
    weight.checkShape(spec.whole(mapping, device.target()), transposed);
    // What the cache has would be found without the checkpoint: then it would depend on the cache
    // what a closed one does.
    weight.forEachTensor(stored -> stored.file().requireOpen());
    Tensor tensor;
    try {
      tensor = prepared(weight, device, spec, transposed, mapping).named(weight.name());
    } catch (TtnnException e) {
      throw e.during("%s: loading %s".formatted(checkpoint.path(), weight.name()));
    }
    weight.forEachTensor(
        stored -> {
          if (used.add(stored)) {
            doneBytes += stored.length();
          }
        });
    try {
      progress.loaded(weight.name(), doneBytes, totalBytes);
      return tensor;
    } catch (RuntimeException | Error e) {
      tensor.close(); // whoever is told may cancel the loading
      throw e;
    }
  }

  /** Loads a weight as it is, or as its calibration wants it. */
  private Tensor prepared(
      HostWeight weight, Device device, TensorSpec spec, boolean transposed, MeshMapping mapping) {
    Optional<Calibration> step =
        calibration.filter(c -> c.covers(weight, device.target(), spec, transposed));
    if (step.isEmpty()) {
      return converted(
          weight,
          device,
          spec,
          transposed,
          mapping,
          () -> weight.recipe(hashes),
          () -> weight.load(device, spec, transposed, mapping));
    }
    return switch (step.get()) {
      case InputRecorder recorder ->
          recorder.record(
              weight.name(),
              weight.load(device, InputRecorder.unrounded(spec), transposed, mapping));
      case CalibratedRounding rounding -> {
        rounding.count();
        yield converted(
            weight,
            device,
            spec,
            transposed,
            mapping,
            () ->
                "%s\n%s\nmodel %s".formatted(weight.recipe(hashes), rounding.recipe(), contents()),
            () -> rounding.convert(weight, device, spec));
      }
    };
  }

  /** Returns the hash of all tensors: each decides what the others' linears are given. */
  private String contents() {
    if (contents == null) {
      TensorDirectory tensors =
          switch (checkpoint) {
            case HuggingFaceCheckpoint directory -> directory.directory();
            case GgufCheckpoint file -> file.directory();
          };
      contents =
          Sha256.ofText(
              tensors.names().stream()
                  .map(name -> name + " " + hashes.of(tensors.tensor(name)))
                  .sorted()
                  .collect(Collectors.joining("\n")));
    }
    return contents;
  }

  /** Takes a converted weight from the cache, or converts it and keeps it there. */
  private Tensor converted(
      HostWeight weight,
      Device device,
      TensorSpec spec,
      boolean transposed,
      MeshMapping mapping,
      Supplier<String> recipe,
      Supplier<Tensor> conversion) {
    if (cache.directory().isEmpty()) {
      conversions++;
      return conversion.get();
    }
    String description =
        "conversion %d\nbackend storage %s\n%s %s %s %s%s%s\n%s"
            .formatted(
                CONVERSION,
                device.storageFormat(),
                spec.dtype(),
                spec.layout(),
                spec.memory(),
                Arrays.toString(spec.shape()),
                transposed ? " transposed" : "",
                onMesh(device.target(), mapping),
                recipe.get());
    Optional<MemorySegment> found = cache.find(description, weight.name());
    if (found.isPresent()) {
      hits++;
      return Tensor.fromStorage(device, spec, found.get(), true);
    }
    conversions++;
    Tensor converted = conversion.get();
    try {
      Optional<MemorySegment> kept =
          cache.store(description, weight.name(), converted.storageSize(), converted::readStorage);
      if (kept.isEmpty()) {
        return converted;
      }
      converted.close();
      return Tensor.fromStorage(device, spec, kept.get(), true);
    } catch (RuntimeException | Error e) {
      converted.close();
      throw e;
    }
  }

  /** What is kept of a mesh has the bytes of all devices. */
  private static String onMesh(DeviceTarget target, MeshMapping mapping) {
    int rows = target.meshRows();
    int columns = target.meshCols();
    return rows * columns == 1 ? "" : " on %d x %d, %s".formatted(rows, columns, mapping);
  }

  private final class Cached implements LazyWeight {
    private final HostWeight weight;

    Cached(HostWeight weight) {
      this.weight = weight;
    }

    @Override
    public String name() {
      return weight.name();
    }

    @Override
    public long[] shape() {
      return weight.shape();
    }

    @Override
    public Tensor load(Device device, TensorSpec spec, boolean transposed) {
      return load(device, spec, transposed, MeshMapping.REPLICATED);
    }

    @Override
    public Tensor load(Device device, TensorSpec spec, boolean transposed, MeshMapping mapping) {
      return WeightLoader.this.load(weight, device, spec, transposed, mapping);
    }

    @Override
    public LazyWeight rows(long from, long to) {
      return cached(weight.rows(from, to));
    }

    @Override
    public LazyWeight rearranged(int dim, int group, int[] pattern) {
      return cached(weight.rearranged(dim, group, pattern));
    }

    @Override
    public LazyWeight joinedWith(List<LazyWeight> others) {
      List<HostWeight> weights = new ArrayList<>(List.of(weight));
      for (LazyWeight other : others) {
        switch (other) {
          case Cached cached -> weights.add(cached.weight);
          case HostWeight host -> weights.add(host);
          default -> {
            return LazyWeight.super.joinedWith(others);
          }
        }
      }
      return cached(HostWeight.concatRows(weights));
    }

    @Override
    public String toString() {
      return weight.toString();
    }
  }
}
