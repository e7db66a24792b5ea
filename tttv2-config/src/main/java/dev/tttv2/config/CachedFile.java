// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The form of a cache file: a header that says which converted weight this is, padded to whole
 * pages of 4096 bytes, then the weight in the backend's own form.
 *
 * <pre>
 * offset  bytes
 *      0      8  "TTTV2W" and the version of this form
 *      8      4  header bytes, a multiple of 4096
 *     12      4  CRC32C of the header, computed with zero in this place
 *     16      8  payload bytes
 *     24      4  CRC32C of the payload
 *     28      4  description bytes
 *     32         description, UTF-8: what the key is the hash of
 * </pre>
 */
final class CachedFile {
  private static final long MAGIC = 0x0100_5732_5654_5454L; // "TTTV2W", 0, 1
  private static final int PAGE = 4096;
  private static final int FIXED = 32;
  private static final int MAX_HEADER = 1 << 26;
  private static final long CHUNK = 1L << 23;

  private CachedFile() {}

  /** Says why a file cannot be used. */
  static final class DamagedException extends Exception {
    private static final long serialVersionUID = 1L;

    DamagedException(String message) {
      super(message);
    }
  }

  /** Writes a whole file, in pieces, so that a full disk is an exception and nothing worse. */
  static void write(FileChannel channel, String description, MemorySegment payload)
      throws IOException {
    byte[] text = description.getBytes(StandardCharsets.UTF_8);
    int headerBytes = Math.ceilDiv(FIXED + text.length, PAGE) * PAGE;
    ByteBuffer header = ByteBuffer.allocate(headerBytes).order(ByteOrder.LITTLE_ENDIAN);
    header.putLong(0, MAGIC);
    header.putInt(8, headerBytes);
    header.putLong(16, payload.byteSize());
    header.putInt(24, crc(payload));
    header.putInt(28, text.length);
    header.put(FIXED, text);
    header.putInt(12, crc(MemorySegment.ofBuffer(header)));
    writeFully(channel, header);
    for (long at = 0; at < payload.byteSize(); at += CHUNK) {
      long length = Math.min(CHUNK, payload.byteSize() - at);
      writeFully(channel, payload.asSlice(at, length).asByteBuffer());
    }
  }

  /**
   * Checks a mapped file and returns its payload.
   *
   * @param verifyPayload whether to compare the payload with its checksum, which reads all of it
   * @throws DamagedException if it is not whole, or not the file described
   */
  static MemorySegment payload(MemorySegment file, String description, boolean verifyPayload)
      throws DamagedException {
    if (file.byteSize() < PAGE) {
      throw new DamagedException("it has %d bytes".formatted(file.byteSize()));
    }
    ByteBuffer fixed = file.asSlice(0, FIXED).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    int headerBytes = fixed.getInt(8);
    if (fixed.getLong(0) != MAGIC) {
      throw new DamagedException("it is not a file of this cache");
    }
    if (headerBytes < PAGE
        || headerBytes > MAX_HEADER
        || headerBytes % PAGE != 0
        || headerBytes > file.byteSize()) {
      throw new DamagedException("its header has %d bytes".formatted(headerBytes));
    }
    byte[] header = new byte[headerBytes];
    MemorySegment.copy(file, ValueLayout.JAVA_BYTE, 0, header, 0, headerBytes);
    int expected = fixed.getInt(12);
    Arrays.fill(header, 12, 16, (byte) 0);
    int actual = crc(MemorySegment.ofArray(header));
    if (actual != expected) {
      throw new DamagedException(
          "its header has checksum %08x, expected %08x".formatted(actual, expected));
    }
    long payloadBytes = fixed.getLong(16);
    if (payloadBytes != file.byteSize() - headerBytes) {
      throw new DamagedException(
          "it has %d bytes after the header, expected %d"
              .formatted(file.byteSize() - headerBytes, payloadBytes));
    }
    int textBytes = fixed.getInt(28);
    if (textBytes < 0
        || textBytes > headerBytes - FIXED
        || !new String(header, FIXED, textBytes, StandardCharsets.UTF_8).equals(description)) {
      throw new DamagedException("it describes another weight");
    }
    MemorySegment payload = file.asSlice(headerBytes);
    if (verifyPayload) {
      int sum = crc(payload);
      if (sum != fixed.getInt(24)) {
        throw new DamagedException(
            "its data have checksum %08x, expected %08x".formatted(sum, fixed.getInt(24)));
      }
    }
    return payload;
  }

  private static int crc(MemorySegment bytes) {
    CRC32C crc = new CRC32C();
    for (long at = 0; at < bytes.byteSize(); at += CHUNK) {
      crc.update(bytes.asSlice(at, Math.min(CHUNK, bytes.byteSize() - at)).asByteBuffer());
    }
    return (int) crc.getValue();
  }

  private static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }
}
