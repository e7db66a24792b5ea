// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.MeshMapping;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * A weight in a checkpoint's mapped files, as one tensor there or as an arrangement of several.
 * Nothing is read before {@link #load} or {@link #toFloats}; rows are decoded in parallel.
 *
 * <p>Immutable; every combinator returns a new weight. Usable until the checkpoint is closed.
 */
public final class HostWeight implements LazyWeight {
  private static final int MAX_RANK = 8;
  private static final int MAX_WIDTH = 1 << 24;
  // Values a task decodes: enough to outweigh its start, few enough for the processor's caches.
  private static final int TASK_VALUES = 1 << 16;

  private final String name;
  private final long[] shape;
  private final RowSource source;

  private HostWeight(String name, long[] shape, RowSource source) {
    this.name = name;
    this.shape = shape;
    this.source = source;
  }

  static HostWeight of(StoredTensor tensor) {
    WeightFormat format =
        tensor
            .format()
            .orElseThrow(
                () ->
                    tensor.refuse(
                        "has format %s; as weights %s are read"
                            .formatted(tensor.dtype(), Arrays.toString(WeightFormat.values()))));
    long[] shape = tensor.shape();
    if (shape.length < 1 || shape.length > MAX_RANK) {
      throw tensor.refuse("has %d dimensions, expected 1 to %d".formatted(shape.length, MAX_RANK));
    }
    if (Arrays.stream(shape).anyMatch(extent -> extent == 0)) {
      throw tensor.refuse("is empty: shape %s".formatted(Arrays.toString(shape)));
    }
    long width = rowWidth(shape, format.isQuantised());
    if (width > MAX_WIDTH) {
      throw tensor.refuse("has rows of %d values, expected at most %d".formatted(width, MAX_WIDTH));
    }
    long rows = volume(shape) / width;
    return new HostWeight(
        tensor.name(), shape.clone(), new RowSource.Stored(tensor, format, 0, rows, (int) width));
  }

  /** A vector's values are rows of their own, so that vectors can be cut and joined anywhere. */
  private static long rowWidth(long[] shape, boolean quantised) {
    return shape.length == 1 && !quantised ? 1 : shape[shape.length - 1];
  }

  private static long volume(long[] shape) {
    return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
  }

  /** Returns the tensor's name in the checkpoint, or the names of its parts. */
  @Override
  public String name() {
    return name;
  }

  /** Returns the shape, outermost extent first: [out, in] for a linear. */
  @Override
  public long[] shape() {
    return shape.clone();
  }

  /** Returns the formats that the parts have in their files, each once. */
  public List<WeightFormat> formats() {
    LinkedHashSet<WeightFormat> formats = new LinkedHashSet<>();
    source.forEachTensor(tensor -> tensor.format().ifPresent(formats::add));
    return List.copyOf(formats);
  }

  /**
   * Joins weights along the first dimension, such as q, k and v to one [q + k + v, in].
   *
   * @param name the name of the result
   * @throws IllegalArgumentException if the other dimensions differ
   */
  public static HostWeight concatRows(String name, List<HostWeight> weights) {
    if (weights.isEmpty()) {
      throw new IllegalArgumentException(name + ": no weights to join");
    }
    HostWeight first = weights.getFirst();
    long[] shape = first.shape.clone();
    shape[0] = 0;
    for (HostWeight weight : weights) {
      if (weight.shape.length != shape.length
          || !Arrays.equals(weight.shape, 1, shape.length, shape, 1, shape.length)
          || weight.source.width() != first.source.width()) {
        throw new IllegalArgumentException(
            "%s: weight %s has shape %s, which cannot be joined by rows to %s of %s"
                .formatted(
                    name,
                    weight.name,
                    Arrays.toString(weight.shape),
                    Arrays.toString(first.shape),
                    first.name));
      }
      shape[0] += weight.shape[0];
    }
    List<RowSource> parts = weights.stream().map(w -> w.source).toList();
    return new HostWeight(name, shape, new RowSource.Concatenated(parts));
  }

  /** Joins weights along the first dimension under their joined names. */
  public static HostWeight concatRows(List<HostWeight> weights) {
    String name = weights.stream().map(HostWeight::name).collect(Collectors.joining("+"));
    return concatRows(name, weights);
  }

  /** Joins weights as {@link #concatRows(List)}, in host memory if all of them are there. */
  @Override
  public LazyWeight joinedWith(List<LazyWeight> others) {
    List<HostWeight> weights = new ArrayList<>(List.of(this));
    for (LazyWeight other : others) {
      if (!(other instanceof HostWeight weight)) {
        return LazyWeight.super.joinedWith(others);
      }
      weights.add(weight);
    }
    return concatRows(weights);
  }

  /**
   * Brings query or key rows from the order in which rotary pairs lie next to each other (GGUF's
   * "llama" files, Meta's) to the one in which pairs are half a head apart (Hugging Face): {@code
   * w.reshape(heads, d/2, 2, in).swapaxes(1, 2)}. Takes [heads d, in], or a bias [heads d].
   *
   * @throws IllegalArgumentException if the rows are not {@code heads} heads of an even size
   */
  public HostWeight unpermuteRope(int heads) {
    if (heads < 1 || shape.length > 2 || shape[0] % (2L * heads) != 0) {
      throw new IllegalArgumentException(
          "weight %s of shape %s is not %d heads of an even number of rows"
              .formatted(name, Arrays.toString(shape), heads));
    }
    int headDim = Math.toIntExact(shape[0] / heads);
    int[] pattern = new int[headDim];
    for (int i = 0; i < headDim / 2; i++) {
      pattern[i] = 2 * i;
      pattern[i + headDim / 2] = 2 * i + 1;
    }
    return rearranged(0, headDim, pattern);
  }

  /**
   * Brings rows or columns into another order, leaves some out, or puts zeros between them: along
   * dimension {@code dim}, every {@code group} consecutive entries become {@code pattern.length}.
   *
   * <p>It also takes apart what lies interleaved: with the rows of q, k and v of each head
   * together, [heads 3 d, in], the queries are {@code rearranged(0, 3 * d, 0..d-1)}.
   */
  @Override
  public HostWeight rearranged(int dim, int group, int[] pattern) {
    long[] moved = LazyWeight.rearrangedShape(name, shape, dim, group, pattern);
    int[] order = pattern.clone();
    RowSource rearranged =
        (dim == 0 || shape.length == 1) && !isOneRow()
            ? new RowSource.RearrangedRows(source, source.rows() / shape[0], group, order)
            : new RowSource.RearrangedColumns(source, group, order);
    return new HostWeight(name, moved, rearranged);
  }

  /**
   * Swaps the dimensions of a matrix, for linears that are stored as [in, out]. Loaded {@code
   * transposed}, such a weight is handed over as it is stored.
   *
   * @throws IllegalArgumentException if the weight is no matrix
   */
  public HostWeight transposed() {
    if (shape.length != 2 || shape[0] > MAX_WIDTH) {
      throw new IllegalArgumentException(
          "weight %s of shape %s cannot be transposed, only matrices of at most %d rows"
              .formatted(name, Arrays.toString(shape), MAX_WIDTH));
    }
    RowSource swapped =
        source instanceof RowSource.Transposed twice
            ? twice.source()
            : new RowSource.Transposed(source);
    return new HostWeight(name, new long[] {shape[1], shape[0]}, swapped);
  }

  /**
   * Gives the values another shape, in the order they have: a convolution's [out, channels, height,
   * width] becomes the linear [out, channels height width].
   *
   * @throws IllegalArgumentException if the shape has another number of values
   */
  public HostWeight reshaped(long... newShape) {
    long left = newShape.length >= 1 && newShape.length <= MAX_RANK ? values() : 0;
    for (long extent : newShape) {
      left = extent > 0 && left % extent == 0 ? left / extent : 0;
    }
    boolean fits = left == 1;
    boolean quantised = formats().stream().anyMatch(WeightFormat::isQuantised);
    long width = fits ? rowWidth(newShape, quantised) : 0;
    if (!fits || width > MAX_WIDTH) {
      throw new IllegalArgumentException(
          "weight %s of shape %s cannot be reshaped to %s"
              .formatted(name, Arrays.toString(shape), Arrays.toString(newShape)));
    }
    return new HostWeight(name, newShape.clone(), source.reshaped((int) width));
  }

  /**
   * Cuts out part of the first dimension.
   *
   * @param from the first row, inclusive
   * @param to the last row, exclusive
   * @throws IllegalArgumentException unless 0 &lt;= from &lt; to &lt;= the first extent
   */
  @Override
  public HostWeight rows(long from, long to) {
    checkRange("rows", 0, from, to);
    long[] cut = shape.clone();
    cut[0] = to - from;
    long perRow = source.rows() / shape[0];
    return new HostWeight(
        "%s[%d:%d]".formatted(name, from, to),
        cut,
        isOneRow()
            ? new RowSource.Columns(source, (int) from, (int) (to - from))
            : source.slice(from * perRow, (to - from) * perRow));
  }

  /**
   * Cuts out part of the last dimension, such as some inputs of a linear.
   *
   * @param from the first column, inclusive
   * @param to the last column, exclusive
   * @throws IllegalArgumentException unless 0 &lt;= from &lt; to &lt;= the last extent
   */
  public HostWeight columns(long from, long to) {
    if (shape.length == 1) {
      return rows(from, to);
    }
    int last = shape.length - 1;
    checkRange("columns", last, from, to);
    long[] cut = shape.clone();
    cut[last] = to - from;
    return new HostWeight(
        "%s[.., %d:%d]".formatted(name, from, to),
        cut,
        new RowSource.Columns(source, (int) from, (int) (to - from)));
  }

  /** Tells whether the values of a vector are one row, as a quantised one's are. */
  private boolean isOneRow() {
    return shape.length == 1 && source.width() > 1;
  }

  private void checkRange(String what, int dim, long from, long to) {
    if (from < 0 || from >= to || to > shape[dim]) {
      throw new IllegalArgumentException(
          "weight %s of shape %s has no %s %d to %d"
              .formatted(name, Arrays.toString(shape), what, from, to));
    }
  }

  /**
   * Converts the weight to a device tensor, without any cache. Quantised and rearranged weights
   * pass through a float32 copy of this one weight, which is freed before the call returns; others,
   * and transposed ones, are handed over from the mapped file.
   *
   * @param device where to
   * @param spec the tensor wanted; a matrix keeps its last two extents, other weights their size
   * @param transposed whether the last two extents of {@code spec} are the weight's in reverse
   *     order: [in, out] of an [out, in] linear
   * @return the tensor; the caller closes it
   * @throws IllegalArgumentException if the shapes do not fit
   */
  @Override
  public Tensor load(Device device, TensorSpec spec, boolean transposed) {
    return load(device, spec, transposed, MeshMapping.REPLICATED);
  }

  /**
   * Converts the weight to a tensor of a mesh, as {@link #load(Device, TensorSpec, boolean)} does.
   *
   * @param spec what each device shall hold
   * @param mapping how the whole lies on the mesh
   */
  @Override
  public Tensor load(Device device, TensorSpec spec, boolean transposed, MeshMapping mapping) {
    checkShape(spec.whole(mapping, device.target()), transposed);
    Optional<Tensor> direct = loadStored(device, spec, transposed, mapping);
    if (direct.isPresent()) {
      return direct.get();
    }
    // Shared, not confined: the workers write to it.
    try (Arena arena = Arena.ofShared()) {
      MemorySegment floats = arena.allocate(values() * Float.BYTES, 64);
      toFloats(floats);
      return Tensor.fromHost(device, spec, DataType.FLOAT32, floats, transposed, mapping);
    }
  }

  private Optional<Tensor> loadStored(
      Device device, TensorSpec spec, boolean transposed, MeshMapping mapping) {
    return switch (source) {
      case RowSource.Stored stored -> loadStored(stored, device, spec, transposed, mapping);
      case RowSource.Transposed(RowSource.Stored stored) ->
          loadStored(stored, device, spec, !transposed, mapping);
      default -> Optional.empty();
    };
  }

  private static Optional<Tensor> loadStored(
      RowSource.Stored stored,
      Device device,
      TensorSpec spec,
      boolean transposed,
      MeshMapping mapping) {
    return stored
        .format()
        .hostType()
        .flatMap(
            type -> {
              MemorySegment bytes = stored.bytes(0, stored.rows());
              // safetensors does not align tensors; native code may want values aligned.
              return bytes.address() % stored.format().blockBytes() == 0
                  ? Optional.of(Tensor.fromHost(device, spec, type, bytes, transposed, mapping))
                  : Optional.empty();
            });
  }

  /**
   * Decodes all values, row-major.
   *
   * @param dst native memory of exactly the values' size in float32
   * @throws IllegalArgumentException if dst is larger or smaller
   */
  public void toFloats(MemorySegment dst) {
    if (dst.byteSize() != values() * Float.BYTES) {
      throw new IllegalArgumentException(
          "weight %s has %d float32 bytes, the destination %d"
              .formatted(name, values() * Float.BYTES, dst.byteSize()));
    }
    long rowsPerTask = Math.max(1, TASK_VALUES / source.width());
    long tasks = (source.rows() + rowsPerTask - 1) / rowsPerTask;
    // A few workers a processor, each with one working memory for all of its tasks.
    long workers = Math.min(tasks, 4L * ForkJoinPool.getCommonPoolParallelism() + 4);
    LongStream.range(0, workers)
        .parallel()
        .forEach(
            worker -> {
              WeightFormat.Scratch scratch = new WeightFormat.Scratch();
              float[] floats =
                  new float[(int) Math.min(rowsPerTask, source.rows()) * source.width()];
              for (long task = worker; task < tasks; task += workers) {
                long from = task * rowsPerTask;
                long to = Math.min(from + rowsPerTask, source.rows());
                source.decode(from, to, scratch, floats, 0);
                MemorySegment.copy(
                    floats,
                    0,
                    dst,
                    ValueLayout.JAVA_FLOAT_UNALIGNED,
                    from * source.width() * Float.BYTES,
                    (int) (to - from) * source.width());
              }
            });
  }

  /**
   * Decodes all values, row-major, to a new array: for small weights.
   *
   * @throws IllegalStateException if they do not fit an array
   */
  public float[] toFloats() {
    if (values() > Integer.MAX_VALUE - 8) {
      throw new IllegalStateException(
          "weight %s of shape %s does not fit an array".formatted(name, Arrays.toString(shape)));
    }
    float[] floats = new float[(int) values()];
    toFloats(MemorySegment.ofArray(floats));
    return floats;
  }

  /** Returns how many values the weight has. */
  long values() {
    return source.rows() * source.width();
  }

  void forEachTensor(Consumer<StoredTensor> visitor) {
    source.forEachTensor(visitor);
  }

  /** Tells whether another weight, both of one tensor as it is stored, has the same bytes. */
  boolean sameBytes(HostWeight other) {
    StoredTensor mine = stored();
    StoredTensor its = other.stored();
    return mine.format().equals(its.format())
        && mine.length() == its.length()
        && mine.file()
                .data(mine.offset(), mine.length())
                .mismatch(its.file().data(its.offset(), its.length()))
            == -1;
  }

  private StoredTensor stored() {
    List<StoredTensor> tensors = new ArrayList<>();
    source.forEachTensor(tensors::add);
    return tensors.getFirst();
  }

  /** Makes the exception for something wrong with the tensor this is, or is made of first. */
  CheckpointException refuse(String problem) {
    return stored().refuse(problem);
  }

  /** Describes the values completely: equal recipes mean equal values. */
  String recipe(SourceHashes hashes) {
    return source.recipe(hashes);
  }

  /**
   * Checks that a tensor of this spec can hold the weight. Matrices keep their last two extents;
   * vectors, and weights of more dimensions, may be given another shape of the same size.
   */
  void checkShape(TensorSpec spec, boolean transposed) {
    long[] wanted = spec.shape();
    int w = wanted.length;
    int s = shape.length;
    boolean fits = spec.volume() == values();
    if (transposed) {
      fits &= w >= 2 && s >= 2 && wanted[w - 1] == shape[s - 2] && wanted[w - 2] == shape[s - 1];
    } else if (s == 2) {
      fits &= w >= 2 && wanted[w - 1] == shape[1] && wanted[w - 2] == shape[0];
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "weight %s has shape %s, expected %s%s"
              .formatted(
                  name,
                  Arrays.toString(shape),
                  Arrays.toString(wanted),
                  transposed ? " transposed" : ""));
    }
  }

  @Override
  public String toString() {
    return "%s %s".formatted(name, Arrays.toString(shape));
  }
}
