// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * A list in a GGUF's metadata, left in the mapped file: vocabularies have 10^5 entries and are
 * often not wanted. Its extent in the file was checked when the file was opened.
 *
 * @param where the field, for messages
 * @param type the elements' type, as in {@link GgufCursor}
 * @param size how many there are
 * @param offset where the first begins in the file
 */
record GgufArray(Path file, MemorySegment bytes, String where, int type, int size, long offset) {

  /** Returns a function that reads the elements one after the other. */
  Supplier<Object> reader() {
    checkOpen();
    GgufCursor cursor = new GgufCursor(file, bytes, offset);
    return () -> cursor.value(type, where);
  }

  /**
   * Returns all elements of a list of texts.
   *
   * @param elementName names an element in messages
   */
  List<String> strings(IntFunction<String> elementName) {
    checkOpen();
    if (type != GgufCursor.STRING) {
      throw new CheckpointException(
          file, where, "is a list of value type %d, expected texts".formatted(type));
    }
    String[] strings = new String[size];
    GgufCursor cursor = new GgufCursor(file, bytes, offset);
    for (int i = 0; i < size; i++) {
      try {
        strings[i] = cursor.string(where);
      } catch (CheckpointException e) {
        // Named only now: a name for each of 10^5 elements would cost more than reading them.
        throw new CheckpointException(
            file, elementName.apply(i), e.getMessage().substring(prefixLength()), e);
      }
    }
    return Collections.unmodifiableList(Arrays.asList(strings));
  }

  private int prefixLength() {
    return (file + ": " + where + ": ").length();
  }

  private void checkOpen() {
    if (!bytes.scope().isAlive()) {
      throw new IllegalStateException(
          "%s: %s cannot be read, the checkpoint is closed".formatted(file, where));
    }
  }
}
