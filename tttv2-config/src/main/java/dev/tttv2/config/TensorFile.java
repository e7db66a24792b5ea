// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A safetensors file whose tensors are no weights but values, such as a model's inputs. Mapped;
 * nothing but the header is read before it is asked for.
 *
 * <p>Any thread may read. The arrays that it returns outlive it.
 */
public final class TensorFile implements AutoCloseable {
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int MAX_VALUES = Integer.MAX_VALUE - 8;

  private final Arena arena;
  private final Path path;
  private final Map<String, StoredTensor> tensors;
  private final AtomicBoolean closed = new AtomicBoolean();

  private TensorFile(MappedFile file, Arena arena) {
    this.arena = arena;
    this.path = file.path();
    this.tensors = SafetensorsFile.read(file);
  }

  /** Reads bytes that stand for a file's content. */
  static TensorFile of(MappedFile file) {
    return new TensorFile(file, Arena.ofShared());
  }

  /**
   * Opens a file.
   *
   * @throws CheckpointException if it is missing or damaged
   */
  public static TensorFile open(Path path) {
    Arena arena = Arena.ofShared();
    try {
      return new TensorFile(MappedFile.open(path, arena), arena);
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  /** Returns the file that was opened. */
  public Path path() {
    return path;
  }

  /** Returns the names of all tensors, in the order of the file. */
  public Set<String> names() {
    return Collections.unmodifiableSet(tensors.keySet());
  }

  /**
   * Returns a tensor's shape, outermost extent first.
   *
   * @throws CheckpointException if there is none of this name
   */
  public long[] shape(String name) {
    return tensor(name).shape().clone();
  }

  /**
   * Returns the values of an I64, I32, U8 or BOOL tensor, row-major.
   *
   * @throws CheckpointException if there is none of this name, it has another dtype, or a value
   *     does not fit 32 bits
   */
  public int[] ints(String name) {
    StoredTensor tensor = tensor(name);
    MemorySegment data = data(tensor, "I64", "I32", "U8", "BOOL");
    return switch (tensor.dtype()) {
      case "I32" -> data.toArray(INT);
      case "I64" -> {
        int[] values = new int[(int) (data.byteSize() / Long.BYTES)];
        for (int i = 0; i < values.length; i++) {
          long value = data.get(LONG, (long) i * Long.BYTES);
          if (value != (int) value) {
            throw tensor.refuse("value %d is %d, which does not fit 32 bits".formatted(i, value));
          }
          values[i] = (int) value;
        }
        yield values;
      }
      default -> {
        int[] values = new int[(int) data.byteSize()];
        Arrays.setAll(values, i -> Byte.toUnsignedInt(data.get(ValueLayout.JAVA_BYTE, i)));
        yield values;
      }
    };
  }

  /**
   * Returns the values of an F32 tensor, row-major.
   *
   * @throws CheckpointException if there is none of this name, or it has another dtype
   */
  public float[] floats(String name) {
    return data(tensor(name), "F32").toArray(FLOAT);
  }

  /** Makes the exception for a tensor that the caller cannot accept. */
  public CheckpointException refuse(String name, String problem) {
    return tensor(name).refuse(problem);
  }

  private StoredTensor tensor(String name) {
    StoredTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new CheckpointException(
          path, "tensor " + CheckpointException.quote(name), "is missing; there are " + names());
    }
    return tensor;
  }

  private static MemorySegment data(StoredTensor tensor, String... dtypes) {
    if (!Arrays.asList(dtypes).contains(tensor.dtype())) {
      throw tensor.refuse(
          "has dtype %s, expected %s".formatted(tensor.dtype(), String.join(" or ", dtypes)));
    }
    MemorySegment data = tensor.file().data(tensor.offset(), tensor.length());
    if (Arrays.stream(tensor.shape()).reduce(1, Math::multiplyExact) > MAX_VALUES) {
      throw tensor.refuse(
          "of shape %s is too large to be read".formatted(Arrays.toString(tensor.shape())));
    }
    return data;
  }

  /** Ends the mapping. Idempotent. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      arena.close();
    }
  }
}
