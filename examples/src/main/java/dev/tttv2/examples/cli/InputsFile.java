// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import dev.tttv2.config.CheckpointException;
import dev.tttv2.config.TensorFile;
import dev.tttv2.interfaces.EncoderInputs;
import dev.tttv2.interfaces.ImageBatch;
import dev.tttv2.interfaces.TextBatch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads an encoder's inputs from a safetensors file, under Hugging Face's names. */
final class InputsFile {
  private static final String INPUT_IDS = "input_ids";
  private static final List<String> TEXT = List.of(INPUT_IDS, "attention_mask", "token_type_ids");
  private static final String PIXEL_VALUES = "pixel_values";

  private final TensorFile file;

  private InputsFile(TensorFile file) {
    this.file = file;
  }

  /**
   * Reads either {@code input_ids}, with {@code attention_mask} and {@code token_type_ids} if they
   * are there (I64, I32, U8 or BOOL, [B, S]), or {@code pixel_values} (F32, [B, C, height, width]).
   *
   * @throws IllegalArgumentException if the file is missing or damaged, or holds anything else;
   *     names file and tensor
   */
  static EncoderInputs read(Path path) {
    try (TensorFile file = TensorFile.open(path)) {
      return new InputsFile(file).inputs();
    } catch (CheckpointException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("%s: %s".formatted(path, e.getMessage()), e);
    }
  }

  private EncoderInputs inputs() {
    List<String> known = new ArrayList<>(TEXT);
    known.add(PIXEL_VALUES);
    for (String name : file.names()) {
      if (!known.contains(name)) {
        throw file.refuse(name, "is no input, expected " + known);
      }
    }
    boolean images = file.names().contains(PIXEL_VALUES);
    if (images && file.names().size() > 1) {
      throw new IllegalArgumentException(
          "holds %s, expected texts or images".formatted(file.names()));
    }
    if (images) {
      return images();
    }
    return new TextBatch(ids(INPUT_IDS), optionalIds(TEXT.get(1)), optionalIds(TEXT.get(2)));
  }

  private ImageBatch images() {
    int[] shape = shape(PIXEL_VALUES, "[B, C, height, width]", 4);
    return new ImageBatch(file.floats(PIXEL_VALUES), shape[0], shape[1], shape[2], shape[3]);
  }

  private int[][] optionalIds(String name) {
    return file.names().contains(name) ? ids(name) : null;
  }

  private int[][] ids(String name) {
    int[] shape = shape(name, "[B, S]", 2);
    int[] flat = file.ints(name);
    int[][] rows = new int[shape[0]][];
    Arrays.setAll(rows, i -> Arrays.copyOfRange(flat, i * shape[1], (i + 1) * shape[1]));
    return rows;
  }

  private int[] shape(String name, String expected, int rank) {
    long[] shape = file.shape(name);
    if (shape.length != rank
        || Arrays.stream(shape).anyMatch(extent -> extent > Integer.MAX_VALUE)) {
      throw file.refuse(
          name, "has shape %s, expected %s".formatted(Arrays.toString(shape), expected));
    }
    return Arrays.stream(shape).mapToInt(Math::toIntExact).toArray();
  }
}
