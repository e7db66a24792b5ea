// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import static dev.tttv2.config.CheckpointException.quote;

import dev.tttv2.core.block.RoPEScaling;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a checkpoint says about rotary position embeddings, whatever its family and whichever
 * spelling it uses.
 *
 * @param theta base of the frequencies
 * @param scaling how they are stretched
 * @param rotaryFraction the part of a head that is rotated, in (0, 1]
 */
public record RoPEMetadata(double theta, RoPEScaling scaling, double rotaryFraction) {
  private static final double DEFAULT_THETA = 10_000.0;
  private static final double MAX_THETA = 1e15;
  private static final double MAX_FACTOR = 1e6;
  private static final int MAX_POSITIONS = 1 << 28;

  /**
   * Reads a config.json as transformers 4 ({@code rope_theta}, {@code rope_scaling}) or 5 ({@code
   * rope_parameters}) writes it.
   *
   * @throws CheckpointException if a value is wrong, or the kind of scaling is not supported
   */
  public static RoPEMetadata huggingFace(Metadata config) {
    Optional<Metadata> parameters = config.object("rope_parameters");
    OptionalDouble outerTheta = config.optionalDouble("rope_theta", 1e-3, MAX_THETA);
    OptionalDouble outerFraction = config.optionalDouble("partial_rotary_factor", 1e-6, 1);
    Optional<Metadata> oldScaling = config.object("rope_scaling");
    if (parameters.isEmpty()) {
      return new RoPEMetadata(
          outerTheta.orElse(DEFAULT_THETA),
          oldScaling.map(old -> scaling(old, Optional.empty())).orElse(RoPEScaling.NONE),
          outerFraction.orElse(1));
    }
    Metadata rope = parameters.get();
    for (String layerType : List.of("full_attention", "sliding_attention")) {
      if (rope.contains(layerType)) {
        throw rope.refuse(layerType, "rotary parameters that differ by layer are not supported");
      }
    }
    if (oldScaling.isPresent()) {
      throw config.refuse("rope_scaling", "contradicts rope_parameters: only one can hold");
    }
    return new RoPEMetadata(
        agreed(config, "rope_theta", rope.optionalDouble("rope_theta", 1e-3, MAX_THETA), outerTheta)
            .orElse(DEFAULT_THETA),
        scaling(rope, Optional.of("default")),
        agreed(
                config,
                "partial_rotary_factor",
                rope.optionalDouble("partial_rotary_factor", 1e-6, 1),
                outerFraction)
            .orElse(1));
  }

  /**
   * Reads a GGUF's metadata.
   *
   * @param fields the architecture's own, such as {@code metadata.scope("llama.")}
   * @param headDim width of a head
   * @throws CheckpointException if a value is wrong, or the kind of scaling is not supported
   */
  public static RoPEMetadata gguf(Metadata fields, int headDim) {
    double theta = fields.doubleOr("rope.freq_base", DEFAULT_THETA, 1e-3, MAX_THETA);
    int rotated = fields.intOr("rope.dimension_count", headDim, 1, headDim);
    OptionalDouble factor = fields.optionalDouble("rope.scaling.factor", 0, MAX_FACTOR);
    OptionalDouble legacy = fields.optionalDouble("rope.scale_linear", 0, MAX_FACTOR);
    String type =
        fields.optionalString("rope.scaling.type").orElse(legacy.isPresent() ? "linear" : "none");
    // llama.cpp takes a factor of 0 for "not given".
    double stretch = factor.isPresent() ? factor.getAsDouble() : legacy.orElse(1);
    RoPEScaling scaling =
        switch (type) {
          case "none" -> RoPEScaling.NONE;
          case "linear" ->
              stretch == 0 || stretch == 1 ? RoPEScaling.NONE : new RoPEScaling.Linear(stretch);
          default -> throw unsupported(fields, "rope.scaling.type", type, "none and linear");
        };
    return new RoPEMetadata(theta, scaling, (double) rotated / headDim);
  }

  // Reads "rope_scaling", or the part of "rope_parameters" that is the same.
  private static RoPEScaling scaling(Metadata rope, Optional<String> defaultType) {
    // Older files say "type", and some say both.
    Optional<String> newer = rope.optionalString("rope_type");
    Optional<String> older = rope.optionalString("type");
    if (newer.isPresent() && older.isPresent() && !newer.equals(older)) {
      throw rope.refuse(
          "type", "is %s, but rope_type is %s".formatted(quote(older.get()), quote(newer.get())));
    }
    String type =
        newer
            .or(() -> older)
            .or(() -> defaultType)
            .orElseThrow(() -> rope.refuse("rope_type", "is missing"));
    try {
      return switch (type) {
        case "default" -> RoPEScaling.NONE;
        case "linear" -> new RoPEScaling.Linear(rope.requireDouble("factor", 1, MAX_FACTOR));
        case "llama3" ->
            new RoPEScaling.Llama3(
                rope.requireDouble("factor", 1, MAX_FACTOR),
                rope.requireDouble("low_freq_factor", 1e-6, MAX_FACTOR),
                rope.requireDouble("high_freq_factor", 1e-6, MAX_FACTOR),
                rope.requireInt("original_max_position_embeddings", 1, MAX_POSITIONS));
        default -> throw unsupported(rope, "rope_type", type, "default, linear and llama3");
      };
    } catch (CheckpointException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw rope.refuse("rope_type", e.getMessage());
    }
  }

  private static CheckpointException unsupported(
      Metadata fields, String name, String type, String supported) {
    return fields.refuse(
        name, "%s is not supported; supported are %s".formatted(quote(type), supported));
  }

  // transformers 5 keeps some values in both places.
  private static OptionalDouble agreed(
      Metadata config, String name, OptionalDouble inner, OptionalDouble outer) {
    if (inner.isPresent() && outer.isPresent() && !inner.equals(outer)) {
      throw config.refuse(
          name,
          "is %s, but %s in rope_parameters".formatted(outer.getAsDouble(), inner.getAsDouble()));
    }
    return inner.isPresent() ? inner : outer;
  }
}
