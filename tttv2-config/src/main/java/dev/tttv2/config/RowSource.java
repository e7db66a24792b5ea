// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import dev.tttv2.config.WeightFormat.Scratch;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Rows of values that can be decoded to float32 in any order: rows in a file, or an arrangement of
 * other rows. Sources are immutable and safe to use from several threads.
 */
sealed interface RowSource {
  /** Returns how many rows there are. */
  long rows();

  /** Returns how many values a row has. */
  int width();

  /** Decodes rows {@code from} (inclusive) to {@code to} (exclusive). */
  void decode(long from, long to, Scratch scratch, float[] dst, int at);

  /** Shows the stored tensors that this is made of, in order, repeated if used repeatedly. */
  void forEachTensor(Consumer<StoredTensor> visitor);

  /**
   * Describes completely how the values come from the tensors, which have their hashes for names.
   */
  String recipe(SourceHashes hashes);

  /** Rows {@code first} to {@code first + rows} of a tensor in a file. */
  record Stored(StoredTensor tensor, WeightFormat format, long first, long rows, int width)
      implements RowSource {
    @Override
    public void decode(long from, long to, Scratch scratch, float[] dst, int at) {
      format.decode(bytes(from, to), scratch, dst, at);
    }

    /** Returns rows as they are stored. */
    MemorySegment bytes(long from, long to) {
      long rowBytes = format.bytes(width);
      return tensor
          .file()
          .data(tensor.offset() + (first + from) * rowBytes, (to - from) * rowBytes);
    }

    @Override
    public void forEachTensor(Consumer<StoredTensor> visitor) {
      visitor.accept(tensor);
    }

    @Override
    public String recipe(SourceHashes hashes) {
      return "stored(%s,%s,width=%d,rows=%d+%d)"
          .formatted(hashes.of(tensor), format, width, first, rows);
    }
  }

  /** One source after the other; all of one width. */
  record Concatenated(List<RowSource> parts) implements RowSource {
    @Override
    public long rows() {
      return parts.stream().mapToLong(RowSource::rows).sum();
    }

    @Override
    public int width() {
      return parts.getFirst().width();
    }

    @Override
    public void decode(long from, long to, Scratch scratch, float[] dst, int at) {
      long start = 0;
      for (RowSource part : parts) {
        long end = start + part.rows();
        long first = Math.max(from, start);
        long last = Math.min(to, end);
        if (first < last) {
          int offset = at + Math.toIntExact((first - from) * width());
          part.decode(first - start, last - start, scratch, dst, offset);
        }
        start = end;
      }
    }

    @Override
    public void forEachTensor(Consumer<StoredTensor> visitor) {
      parts.forEach(part -> part.forEachTensor(visitor));
    }

    @Override
    public String recipe(SourceHashes hashes) {
      return parts.stream()
          .map(part -> part.recipe(hashes))
          .collect(Collectors.joining(",", "concat(", ")"));
    }
  }

  /**
   * Per head, rows 2i and 2i+1 become rows i and i + d/2: rotary pairs that lie next to each other
   * are split into halves.
   */
  record Unpermuted(RowSource source, long headRows) implements RowSource {
    @Override
    public long rows() {
      return source.rows();
    }

    @Override
    public int width() {
      return source.width();
    }

    @Override
    public void decode(long from, long to, Scratch scratch, float[] dst, int at) {
      for (long row = from; row < to; row++) {
        long inHead = row % headRows;
        long half = headRows / 2;
        long stored = row - inHead + (inHead < half ? 2 * inHead : 2 * (inHead - half) + 1);
        source.decode(stored, stored + 1, scratch, dst, at + (int) (row - from) * width());
      }
    }

    @Override
    public void forEachTensor(Consumer<StoredTensor> visitor) {
      source.forEachTensor(visitor);
    }

    @Override
    public String recipe(SourceHashes hashes) {
      return "unpermute(%s,%d)".formatted(source.recipe(hashes), headRows);
    }
  }

  /** Rows {@code first} to {@code first + rows} of another source. */
  record Slice(RowSource source, long first, long rows) implements RowSource {
    @Override
    public int width() {
      return source.width();
    }

    @Override
    public void decode(long from, long to, Scratch scratch, float[] dst, int at) {
      source.decode(first + from, first + to, scratch, dst, at);
    }

    @Override
    public void forEachTensor(Consumer<StoredTensor> visitor) {
      source.forEachTensor(visitor);
    }

    @Override
    public String recipe(SourceHashes hashes) {
      return "slice(%s,%d+%d)".formatted(source.recipe(hashes), first, rows);
    }
  }
}
