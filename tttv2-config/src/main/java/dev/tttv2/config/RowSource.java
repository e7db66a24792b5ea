// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import dev.tttv2.config.WeightFormat.Scratch;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
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

  /**
   * Decodes the values {@code from} (inclusive) to {@code to} (exclusive) of one row. Sources that
   * need not decode the whole row for them override this.
   */
  default void decodePart(long row, int from, int to, Scratch scratch, float[] dst, int at) {
    float[] whole = new float[width()];
    decode(row, row + 1, scratch, whole, 0);
    System.arraycopy(whole, from, dst, at, to - from);
  }

  /** Returns some of the rows. */
  default RowSource slice(long first, long rows) {
    return new Slice(this, first, rows);
  }

  /** Returns the same values in rows of another width, which divides their number. */
  default RowSource reshaped(int width) {
    return width == width() ? this : new Reshaped(this, width);
  }

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

    @Override
    public RowSource slice(long first, long rows) {
      return new Stored(tensor, format, this.first + first, rows, width);
    }

    @Override
    public RowSource reshaped(int newWidth) {
      boolean whole = newWidth % format.blockValues() == 0 && first * width % newWidth == 0;
      return whole
          ? new Stored(tensor, format, first * width / newWidth, rows * width / newWidth, newWidth)
          : RowSource.super.reshaped(newWidth);
    }

    /** Decodes no more than the blocks that the values are in. */
    @Override
    public void decodePart(long row, int from, int to, Scratch scratch, float[] dst, int at) {
      int block = format.blockValues();
      int first = from / block * block;
      int last = (to + block - 1) / block * block;
      long rowStart = tensor.offset() + (this.first + row) * format.bytes(width);
      MemorySegment blocks =
          tensor.file().data(rowStart + format.bytes(first), format.bytes(last - first));
      if (first == from && last == to) {
        format.decode(blocks, scratch, dst, at);
      } else {
        float[] whole = new float[last - first];
        format.decode(blocks, scratch, whole, 0);
        System.arraycopy(whole, from - first, dst, at, to - from);
      }
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
    public void decodePart(long row, int from, int to, Scratch scratch, float[] dst, int at) {
      long start = 0;
      for (RowSource part : parts) {
        if (row < start + part.rows()) {
          part.decodePart(row - start, from, to, scratch, dst, at);
          return;
        }
        start += part.rows();
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
   * Every {@code group} entries of rows become {@code pattern.length}: the group's entry that the
   * pattern names, or zeros for -1.
   *
   * @param entryRows rows that make an entry
   */
  record RearrangedRows(RowSource source, long entryRows, int group, int[] pattern)
      implements RowSource {
    @Override
    public long rows() {
      return source.rows() / group * pattern.length;
    }

    @Override
    public int width() {
      return source.width();
    }

    /** Returns the source's row that becomes a row; -1 for zeros. */
    private long stored(long row) {
      long entry = row / entryRows;
      int chosen = pattern[(int) (entry % pattern.length)];
      return chosen < 0
          ? -1
          : (entry / pattern.length * group + chosen) * entryRows + row % entryRows;
    }

    @Override
    public void decode(long from, long to, Scratch scratch, float[] dst, int at) {
      int width = width();
      long row = from;
      while (row < to) {
        long first = stored(row);
        long end = row + 1;
        // Rows that lie next to each other are decoded together.
        while (end < to && stored(end) == (first < 0 ? -1 : first + (end - row))) {
          end++;
        }
        int offset = at + Math.toIntExact((row - from) * width);
        if (first < 0) {
          Arrays.fill(dst, offset, offset + Math.toIntExact((end - row) * width), 0);
        } else {
          source.decode(first, first + (end - row), scratch, dst, offset);
        }
        row = end;
      }
    }

    @Override
    public void decodePart(long row, int from, int to, Scratch scratch, float[] dst, int at) {
      long stored = stored(row);
      if (stored < 0) {
        Arrays.fill(dst, at, at + to - from, 0);
      } else {
        source.decodePart(stored, from, to, scratch, dst, at);
      }
    }

    @Override
    public void forEachTensor(Consumer<StoredTensor> visitor) {
      source.forEachTensor(visitor);
    }

    @Override
    public String recipe(SourceHashes hashes) {
      return "rearrange rows(%s,%d,%d,%s)"
          .formatted(source.recipe(hashes), entryRows, group, Arrays.toString(pattern));
    }
  }

  /** As {@link RearrangedRows}, but of the values in each row. */
  record RearrangedColumns(RowSource source, int group, int[] pattern) implements RowSource {
    @Override
    public long rows() {
      return source.rows();
    }

    @Override
    public int width() {
      return source.width() / group * pattern.length;
    }

    @Override
    public void decode(long from, long to, Scratch scratch, float[] dst, int at) {
      float[] stored = new float[Math.toIntExact((to - from) * source.width())];
      source.decode(from, to, scratch, stored, 0);
      int next = at;
      for (int first = 0; first < stored.length; first += group) {
        for (int chosen : pattern) {
          dst[next++] = chosen < 0 ? 0 : stored[first + chosen];
        }
      }
    }

    @Override
    public void forEachTensor(Consumer<StoredTensor> visitor) {
      source.forEachTensor(visitor);
    }

    @Override
    public String recipe(SourceHashes hashes) {
      return "rearrange columns(%s,%d,%s)"
          .formatted(source.recipe(hashes), group, Arrays.toString(pattern));
    }
  }

  /** Rows become columns. */
  record Transposed(RowSource source) implements RowSource {
    @Override
    public long rows() {
      return source.width();
    }

    @Override
    public int width() {
      return Math.toIntExact(source.rows());
    }

    @Override
    public void decode(long from, long to, Scratch scratch, float[] dst, int at) {
      int rows = (int) (to - from);
      int width = width();
      float[] part = new float[rows];
      for (int column = 0; column < width; column++) {
        source.decodePart(column, (int) from, (int) to, scratch, part, 0);
        for (int row = 0; row < rows; row++) {
          dst[at + row * width + column] = part[row];
        }
      }
    }

    @Override
    public void decodePart(long row, int from, int to, Scratch scratch, float[] dst, int at) {
      for (int column = from; column < to; column++) {
        source.decodePart(column, (int) row, (int) row + 1, scratch, dst, at + column - from);
      }
    }

    @Override
    public void forEachTensor(Consumer<StoredTensor> visitor) {
      source.forEachTensor(visitor);
    }

    @Override
    public String recipe(SourceHashes hashes) {
      return "transpose(%s)".formatted(source.recipe(hashes));
    }
  }

  /** Values {@code first} to {@code first + width} of every row. */
  record Columns(RowSource source, int first, int width) implements RowSource {
    @Override
    public long rows() {
      return source.rows();
    }

    @Override
    public void decode(long from, long to, Scratch scratch, float[] dst, int at) {
      for (long row = from; row < to; row++) {
        decodePart(row, 0, width, scratch, dst, at + (int) (row - from) * width);
      }
    }

    @Override
    public void decodePart(long row, int from, int to, Scratch scratch, float[] dst, int at) {
      source.decodePart(row, first + from, first + to, scratch, dst, at);
    }

    @Override
    public void forEachTensor(Consumer<StoredTensor> visitor) {
      source.forEachTensor(visitor);
    }

    @Override
    public String recipe(SourceHashes hashes) {
      return "columns(%s,%d+%d)".formatted(source.recipe(hashes), first, width);
    }
  }

  /** The same values in the same order, in rows of another width. */
  record Reshaped(RowSource source, int width) implements RowSource {
    @Override
    public long rows() {
      return source.rows() * source.width() / width;
    }

    @Override
    public void decode(long from, long to, Scratch scratch, float[] dst, int at) {
      decodeValues(from * width, to * width, scratch, dst, at);
    }

    @Override
    public void decodePart(long row, int from, int to, Scratch scratch, float[] dst, int at) {
      decodeValues(row * width + from, row * width + to, scratch, dst, at);
    }

    private void decodeValues(long from, long to, Scratch scratch, float[] dst, int at) {
      int stored = source.width();
      long next = from;
      while (next < to) {
        long row = next / stored;
        int offset = at + Math.toIntExact(next - from);
        if (next % stored == 0 && to - next >= stored) {
          long end = to / stored;
          source.decode(row, end, scratch, dst, offset);
          next = end * stored;
        } else {
          int first = (int) (next % stored);
          int last = (int) Math.min(stored, first + (to - next));
          source.decodePart(row, first, last, scratch, dst, offset);
          next += last - first;
        }
      }
    }

    @Override
    public void forEachTensor(Consumer<StoredTensor> visitor) {
      source.forEachTensor(visitor);
    }

    @Override
    public String recipe(SourceHashes hashes) {
      return "reshape(%s,%d)".formatted(source.recipe(hashes), width);
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
    public void decodePart(long row, int from, int to, Scratch scratch, float[] dst, int at) {
      source.decodePart(first + row, from, to, scratch, dst, at);
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
