// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import dev.tttv2.ffm.generated.ttnn_extension_info;
import java.lang.foreign.SegmentAllocator;

/**
 * A rule of TTNN that the backend deliberately does not enforce.
 *
 * <p>A view of C's {@code ttnn_extension_info}, which {@link TtnnC} fills in.
 */
public final class ExtensionInfoStruct extends NativeStruct {
  private ExtensionInfoStruct(SegmentAllocator allocator) {
    super(allocator, ttnn_extension_info.layout());
  }

  /**
   * Allocates an ExtensionInfoStruct with every field zero but its size.
   *
   * @param allocator where; the struct lives as long as what the allocator gives
   * @return the struct
   */
  public static ExtensionInfoStruct allocate(SegmentAllocator allocator) {
    return new ExtensionInfoStruct(allocator);
  }

  /**
   * Returns the operation, as in {@link TtnnC#supports}.
   *
   * @return the operation, as in {@link TtnnC#supports}
   */
  public String operation() {
    return ttnn_extension_info.operation(segment()).getString(0);
  }

  /**
   * Returns what TTNN refuses and the backend takes.
   *
   * @return what TTNN refuses and the backend takes
   */
  public String rule() {
    return ttnn_extension_info.rule(segment()).getString(0);
  }

  /**
   * Returns why.
   *
   * @return why
   */
  public String reason() {
    return ttnn_extension_info.reason(segment()).getString(0);
  }
}
