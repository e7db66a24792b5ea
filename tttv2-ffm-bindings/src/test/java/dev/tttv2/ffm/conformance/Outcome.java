// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm.conformance;

import dev.tttv2.ffm.TtnnException;
import java.util.List;

/**
 * What came of a call.
 *
 * @param status a class of statuses
 * @param outputs what the new tensors are
 */
record Outcome(String status, List<TensorText> outputs) {
  static Outcome ok(List<TensorText> outputs) {
    return new Outcome("ok", List.copyOf(outputs));
  }

  static Outcome of(TtnnException e) {
    String status =
        switch (e) {
          case TtnnException.InvalidArgument x -> "refused";
          case TtnnException.Shape x -> "refused";
          case TtnnException.Dtype x -> "refused";
          case TtnnException.Unsupported x -> "refused";
          case TtnnException.OutOfMemory x -> "out_of_memory";
          case TtnnException.DeviceFailure x -> "device";
          case TtnnException.Internal x -> "internal";
        };
    return new Outcome(status, List.of());
  }

  boolean succeeded() {
    return status.equals("ok");
  }

  static Outcome parse(String text) {
    List<String> words = List.of(text.split(" "));
    return new Outcome(words.getFirst(), words.stream().skip(1).map(TensorText::parse).toList());
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(status);
    outputs.forEach(output -> text.append(' ').append(output));
    return text.toString();
  }
}
