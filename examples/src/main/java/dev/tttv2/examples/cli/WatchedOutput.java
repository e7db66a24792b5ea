// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/** Remembers why writing failed, which a {@link java.io.PrintStream} around it does not tell. */
final class WatchedOutput extends FilterOutputStream {
  private IOException failure;

  WatchedOutput(OutputStream out) {
    super(out);
  }

  /** Returns what the first write that failed has failed with. */
  Optional<IOException> failure() {
    return Optional.ofNullable(failure);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      failure = failure == null ? e : failure;
      throw e;
    }
  }
}
