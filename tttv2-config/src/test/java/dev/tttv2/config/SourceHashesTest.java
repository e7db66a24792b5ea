// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceHashesTest {
  @TempDir Path directory;

  private SourceHashes hashes(Duration granularity) {
    return new SourceHashes(Optional.of(directory.resolve("sources")), granularity);
  }

  /** What hashing the file's one tensor gives, and whether it was read for that. */
  private record Outcome(String hash, boolean read) {}

  private static Outcome hash(SourceHashes hashes, Path model) {
    try (Checkpoint checkpoint = GgufCheckpoint.open(model)) {
      HostWeight weight = checkpoint.weight("w");
      String recipe = weight.recipe(hashes);
      return new Outcome(recipe, checkpoint.bytesRead() > 0);
    }
  }

  private Path model(float value) throws IOException {
    return new GgufBuilder()
        .string("general.architecture", "test")
        .floats("w", new float[] {value, 2, 3}, 3)
        .write(directory.resolve("model.gguf"));
  }

  @Test
  void unchangedFileIsNotReadAgain() throws IOException {
    Path model = model(1);
    Outcome first = hash(hashes(Duration.ZERO), model);
    assertEquals(true, first.read());
    assertEquals(new Outcome(first.hash(), false), hash(hashes(Duration.ZERO), model));
    assertEquals(
        new Outcome(first.hash(), false),
        hash(hashes(Duration.ZERO), directory.resolve(".").resolve("model.gguf")));
  }

  @Test
  void changedFileIsReadAgain() throws IOException {
    Path model = model(1);
    Outcome first = hash(hashes(Duration.ZERO), model);
    // Same size, same modification time, other content.
    var modified = Files.getLastModifiedTime(model);
    Path other = Files.move(model, directory.resolve("away"));
    Files.delete(other);
    model(7);
    Files.setLastModifiedTime(model, modified);
    Outcome second = hash(hashes(Duration.ZERO), model);
    assertEquals(true, second.read());
    assertNotEquals(first.hash(), second.hash());
    try (Stream<Path> records = Files.list(directory.resolve("sources"))) {
      assertEquals(1, records.count(), "the old version is forgotten");
    }
    model(1);
    assertEquals(first.hash(), hash(hashes(Duration.ZERO), model).hash());
  }

  @Test
  void copyHasTheSameHash() throws IOException {
    Path model = model(1);
    Path copy =
        Files.copy(model, directory.resolve("copy.gguf"), StandardCopyOption.COPY_ATTRIBUTES);
    Outcome first = hash(hashes(Duration.ZERO), model);
    Outcome second = hash(hashes(Duration.ZERO), copy);
    assertEquals(first.hash(), second.hash());
    assertEquals(true, second.read());
  }

  @Test
  void youngFileIsNotTrusted() throws IOException {
    Path model = model(1);
    hash(hashes(Duration.ofHours(1)), model);
    assertEquals(true, hash(hashes(Duration.ofHours(1)), model).read());
  }

  @Test
  void damagedRecordIsPassedOver() throws IOException {
    Path model = model(1);
    Outcome first = hash(hashes(Duration.ZERO), model);
    try (Stream<Path> records = Files.list(directory.resolve("sources"))) {
      Path record = records.findFirst().orElseThrow();
      String line = Files.readString(record);
      Files.writeString(record, "x\n1 2 3\n" + line.substring(0, 30) + "\n99999999999999999999 1 ");
      assertEquals(new Outcome(first.hash(), true), hash(hashes(Duration.ZERO), model));
      assertEquals(new Outcome(first.hash(), false), hash(hashes(Duration.ZERO), model));
      // No UTF-8: found by mutation.
      byte[] bytes = Files.readAllBytes(record);
      bytes[bytes.length / 2] = (byte) 0xff;
      Files.write(record, bytes);
      assertEquals(new Outcome(first.hash(), true), hash(hashes(Duration.ZERO), model));
    }
  }

  @Test
  void hashesOfChunksCoverEverything() {
    byte[] bytes = new byte[(1 << 22) * 2 + 100];
    String zeros = Sha256.ofChunks(MemorySegment.ofArray(bytes));
    for (int at : new int[] {0, (1 << 22) - 1, 1 << 22, bytes.length - 1}) {
      bytes[at] = 1;
      assertNotEquals(zeros, Sha256.ofChunks(MemorySegment.ofArray(bytes)));
      bytes[at] = 0;
    }
    assertEquals(zeros, Sha256.ofChunks(MemorySegment.ofArray(bytes)));
  }
}
