// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import dev.tttv2.ffm.generated.ttnn_embedding_options;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * Options of {@link TtnnC#embedding}.
 *
 * <p>A view of C's {@code ttnn_embedding_options}. Zero means the default for every field. A
 * pointer is stored as its address alone: what it points to stays alive for as long as the struct
 * is used.
 */
public final class EmbeddingOptions extends NativeStruct {
  private EmbeddingOptions(SegmentAllocator allocator) {
    super(allocator, ttnn_embedding_options.layout());
  }

  /**
   * Allocates an EmbeddingOptions with every field zero but its size.
   *
   * @param allocator where; the struct lives as long as what the allocator gives
   * @return the struct
   */
  public static EmbeddingOptions allocate(SegmentAllocator allocator) {
    return new EmbeddingOptions(allocator);
  }

  /**
   * Sets the output's layout.
   *
   * @param value the output's layout; default ROW_MAJOR
   * @return this
   */
  public EmbeddingOptions layout(int value) {
    ttnn_embedding_options.layout(segment(), value);
    return this;
  }

  /**
   * Returns the output's layout.
   *
   * @return the output's layout; default ROW_MAJOR
   */
  public int layout() {
    return ttnn_embedding_options.layout(segment());
  }

  /**
   * Sets the output's dtype.
   *
   * @param value the output's dtype
   * @return this
   */
  public EmbeddingOptions dtype(int value) {
    ttnn_embedding_options.dtype(segment(), value);
    return this;
  }

  /**
   * Returns the output's dtype.
   *
   * @return the output's dtype
   */
  public int dtype() {
    return ttnn_embedding_options.dtype(segment());
  }

  /**
   * Sets where the output lies.
   *
   * @param value where the output lies, a {@link MemoryConfigStruct}; default: TTNN's choice
   * @return this
   */
  public EmbeddingOptions memoryConfig(MemorySegment value) {
    ttnn_embedding_options.memory_config(segment(), value);
    return this;
  }

  /**
   * Returns where the output lies.
   *
   * @return where the output lies, a {@link MemoryConfigStruct}; default: TTNN's choice
   */
  public MemorySegment memoryConfig() {
    return ttnn_embedding_options.memory_config(segment());
  }
}
