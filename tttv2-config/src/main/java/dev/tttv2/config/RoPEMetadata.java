// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import static dev.tttv2.config.CheckpointException.quote;

import dev.tttv2.config.PositionEncoding.Frequencies;
import dev.tttv2.core.block.RoPEScaling;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * What a checkpoint says about rotary position embeddings, whatever its family and whichever
 * spelling it uses.
 *
 * @param frequencies how fast pairs turn
 * @param localFrequencies how fast in layers with a sliding window, if the file says so
 * @param rotaryDim how many values of a head are rotated
 */
public record RoPEMetadata(
    Frequencies frequencies, Optional<Frequencies> localFrequencies, int rotaryDim) {
  private static final double MAX_THETA = 1e15;
  private static final double MAX_FACTOR = 1e6;
  private static final int MAX_POSITIONS = ModelMetadata.MAX_POSITIONS;
  private static final Pattern FREQUENCIES =
      Pattern.compile(
          "(model|gpt_neox)\\.layers\\.\\d+\\.(self_attn|attention)\\.rotary_emb\\.inv_freq");
  private static final String FACTORS = "rope_freqs.weight";
  private static final String SHORT_FACTORS = "rope_factors_short.weight";
  private static final String LONG_FACTORS = "rope_factors_long.weight";

  /** The names that transformers 5 gives to layers without and with a sliding window. */
  private static final List<String> LAYER_TYPES = List.of("full_attention", "sliding_attention");

  /**
   * What is known already.
   *
   * @param headDim width of a head
   * @param maxPositions the longest context, in tokens
   * @param theta base of the frequencies if the file gives none
   */
  public record Defaults(int headDim, int maxPositions, double theta) {}

  /**
   * Reads a config.json as transformers 4 ({@code rope_theta}, {@code rope_scaling}) or 5 ({@code
   * rope_parameters}, for all layers or for each type of layers) writes it.
   *
   * @throws CheckpointException if a value is wrong, or the kind of scaling is not supported
   */
  public static RoPEMetadata huggingFace(Metadata config, Defaults defaults) {
    return new HuggingFace(config, defaults).read();
  }

  /** Tells whether a GGUF's tensor holds factors of rotary frequencies, which are read here. */
  public static boolean isFactors(String tensor) {
    return tensor.equals(FACTORS) || tensor.equals(SHORT_FACTORS) || tensor.equals(LONG_FACTORS);
  }

  /** Tells whether a tensor holds a layer's rotary frequencies, as old checkpoints have them. */
  public static boolean isFrequencies(String tensor) {
    return FREQUENCIES.matcher(tensor).matches();
  }

  /** Reads one config.json. */
  private record HuggingFace(Metadata config, Defaults defaults) {
    RoPEMetadata read() {
      // What the file says elsewhere counts more than a default.
      Metadata given = config.withoutDefaults();
      OptionalDouble theta = agreed(given, "rope_theta", "rotary_emb_base", 1e-3, MAX_THETA);
      OptionalDouble fraction = agreed(given, "partial_rotary_factor", "rotary_pct", 0, 1);
      OptionalInt original =
          given.optionalInt("original_max_position_embeddings", 1, MAX_POSITIONS);
      OptionalDouble localTheta = config.optionalDouble("rope_local_base_freq", 1e-3, MAX_THETA);
      Optional<Metadata> old = config.object("rope_scaling");
      Optional<Metadata> parameters = config.object("rope_parameters");
      if (parameters.isEmpty()) {
        RoPEScaling scaling =
            old.map(o -> scaling(o, Optional.empty(), original)).orElse(RoPEScaling.NONE);
        return new RoPEMetadata(
            new Frequencies(theta.orElse(defaultTheta()), scaling),
            localTheta.stream().mapToObj(t -> new Frequencies(t, RoPEScaling.NONE)).findFirst(),
            rotaryDim(fraction));
      }
      if (old.isPresent()) {
        throw config.refuse("rope_scaling", "contradicts rope_parameters: only one can hold");
      }
      Metadata rope = parameters.get();
      if (LAYER_TYPES.stream().noneMatch(rope::contains)) {
        return new RoPEMetadata(
            frequencies(rope, theta, original),
            localTheta.stream().mapToObj(t -> new Frequencies(t, RoPEScaling.NONE)).findFirst(),
            rotaryDim(fraction(rope, fraction)));
      }
      Metadata full = layerType(rope, LAYER_TYPES.getFirst());
      Metadata sliding = layerType(rope, LAYER_TYPES.getLast());
      int rotaryDim = rotaryDim(fraction(full, fraction));
      if (rotaryDim(fraction(sliding, fraction)) != rotaryDim) {
        throw sliding.refuse(
            "partial_rotary_factor", "differs from full_attention's, which is not supported");
      }
      return new RoPEMetadata(
          frequencies(full, theta, original),
          Optional.of(frequencies(sliding, localTheta, original)),
          rotaryDim);
    }

    private Metadata layerType(Metadata rope, String name) {
      return rope.object(name)
          .orElseThrow(
              () -> rope.refuse(name, "is missing, although there are parameters by layer type"));
    }

    private Frequencies frequencies(
        Metadata rope, OptionalDouble outerTheta, OptionalInt original) {
      OptionalDouble theta =
          agreed(
              config, "rope_theta", rope.optionalDouble("rope_theta", 1e-3, MAX_THETA), outerTheta);
      return new Frequencies(
          theta.orElse(defaultTheta()), scaling(rope, Optional.of("default"), original));
    }

    private double defaultTheta() {
      return config.doubleOr("rope_theta", defaults.theta, 1e-3, MAX_THETA);
    }

    private OptionalDouble fraction(Metadata rope, OptionalDouble outer) {
      String name = "partial_rotary_factor";
      return config.isVisible(name)
          ? agreed(config, name, rope.optionalDouble(name, 0, 1), outer)
          : outer;
    }

    private int rotaryDim(OptionalDouble fraction) {
      int headDim = defaults.headDim;
      OptionalInt given = config.optionalInt("rotary_dim", 2, headDim);
      double absent = config.doubleOr("partial_rotary_factor", 1, 0, 1);
      if (given.isPresent() && fraction.isPresent()) {
        throw config.refuse("rotary_dim", "contradicts partial_rotary_factor: only one can hold");
      }
      // Rounded down, as in transformers.
      int rotaryDim = given.orElse((int) (headDim * fraction.orElse(absent)));
      if (rotaryDim < 2 || rotaryDim % 2 != 0) {
        boolean whole = given.isEmpty() && fraction.isEmpty() && absent == 1;
        throw config.refuse(
            given.isPresent() ? "rotary_dim" : whole ? "head_dim" : "partial_rotary_factor",
            "rotates %d of a head's %d values, expected an even number"
                .formatted(rotaryDim, headDim));
      }
      return rotaryDim;
    }

    // Reads "rope_scaling", or the part of "rope_parameters" that is the same.
    private RoPEScaling scaling(
        Metadata rope, Optional<String> defaultType, OptionalInt outerOriginal) {
      String type = type(rope, defaultType);
      try {
        return switch (type) {
          case "default" -> RoPEScaling.NONE;
          case "linear" -> new RoPEScaling.Linear(factor(rope));
          case "dynamic" -> {
            // Has no effect in transformers, which takes max_position_embeddings.
            rope.ignore("original_max_position_embeddings");
            yield new RoPEScaling.Dynamic(factor(rope), defaults.maxPositions);
          }
          case "llama3" ->
              new RoPEScaling.Llama3(
                  factor(rope),
                  rope.requireDouble("low_freq_factor", 1e-6, MAX_FACTOR),
                  rope.requireDouble("high_freq_factor", 1e-6, MAX_FACTOR),
                  original(rope, outerOriginal)
                      .orElseThrow(
                          () -> rope.refuse("original_max_position_embeddings", "is missing")));
          case "yarn" -> yarn(rope, original(rope, outerOriginal).orElseGet(this::defaultOriginal));
          case "longrope", "su" -> longRope(rope, original(rope, outerOriginal));
          default ->
              throw unsupported(
                  rope,
                  rope.firstOf("rope_type", "type"),
                  type,
                  "default, linear, dynamic, llama3, yarn and longrope");
        };
      } catch (CheckpointException e) {
        throw e;
      } catch (IllegalArgumentException e) {
        throw rope.refuse(rope.firstOf("rope_type", "type"), e.getMessage());
      }
    }

    // Older files say "type", and some say both.
    private static String type(Metadata rope, Optional<String> defaultType) {
      Optional<String> newer = rope.optionalString("rope_type");
      Optional<String> older = rope.optionalString("type");
      if (newer.isPresent() && older.isPresent() && !newer.equals(older)) {
        throw rope.refuse(
            "type", "is %s, but rope_type is %s".formatted(quote(older.get()), quote(newer.get())));
      }
      return newer
          .or(() -> older)
          .or(() -> defaultType)
          .orElseThrow(() -> rope.refuse("rope_type", "is missing"));
    }

    private static double factor(Metadata rope) {
      return rope.requireDouble("factor", 1, MAX_FACTOR);
    }

    private OptionalInt original(Metadata rope, OptionalInt outer) {
      OptionalInt inner = rope.optionalInt("original_max_position_embeddings", 1, MAX_POSITIONS);
      if (inner.isPresent() && outer.isPresent() && !inner.equals(outer)) {
        throw config.refuse(
            "original_max_position_embeddings",
            "is %d, but %d with the rotary parameters"
                .formatted(outer.getAsInt(), inner.getAsInt()));
      }
      return inner.isPresent() ? inner : outer;
    }

    private int defaultOriginal() {
      return config.intOr(
          "original_max_position_embeddings", defaults.maxPositions, 1, MAX_POSITIONS);
    }

    private static RoPEScaling yarn(Metadata rope, int original) {
      rope.ignore("finetuned"); // of the first checkpoints; says how they were trained
      double factor = factor(rope);
      double mscale = rope.doubleOr("mscale", 0, 0, MAX_FACTOR);
      double mscaleAllDim = rope.doubleOr("mscale_all_dim", 0, 0, MAX_FACTOR);
      double attentionFactor =
          mscale > 0 && mscaleAllDim > 0
              ? RoPEScaling.Yarn.attentionFactor(factor, mscale)
                  / RoPEScaling.Yarn.attentionFactor(factor, mscaleAllDim)
              : RoPEScaling.Yarn.attentionFactor(factor, 1);
      return new RoPEScaling.Yarn(
          factor,
          original,
          orIfZero(rope.doubleOr("beta_fast", 0, 0, MAX_FACTOR), 32),
          orIfZero(rope.doubleOr("beta_slow", 0, 0, MAX_FACTOR), 1),
          rope.doubleOr("attention_factor", attentionFactor, 1e-6, MAX_FACTOR),
          rope.booleanOr("truncate", true));
    }

    private static double orIfZero(double value, double otherwise) {
      return value == 0 ? otherwise : value;
    }

    private RoPEScaling longRope(Metadata rope, OptionalInt original) {
      int context = original.orElseGet(this::defaultOriginal);
      double ratio = (double) defaults.maxPositions / context;
      double factor = rope.doubleOr("factor", ratio, 1e-6, MAX_FACTOR);
      return new RoPEScaling.LongRope(
          rope.floats("short_factor", 1e-6, MAX_FACTOR),
          rope.floats("long_factor", 1e-6, MAX_FACTOR),
          context,
          rope.doubleOr(
              "attention_factor",
              RoPEScaling.LongRope.attentionFactor(factor, context),
              1e-6,
              MAX_FACTOR));
    }
  }

  /**
   * Reads a GGUF's metadata, and the factors of frequencies that may be among its tensors.
   *
   * @param fields the architecture's own, such as {@code metadata.scope("llama.")}
   * @param tensors finds a tensor's values by name
   * @throws CheckpointException if a value is wrong, or the kind of scaling is not supported
   */
  static RoPEMetadata gguf(
      Metadata fields, Function<String, Optional<float[]>> tensors, Defaults defaults) {
    int headDim = defaults.headDim;
    int rotaryDim = fields.intOr("rope.dimension_count", headDim, 2, headDim);
    if (rotaryDim % 2 != 0) {
      throw fields.refuse(
          "rope.dimension_count", "is %d, expected an even number".formatted(rotaryDim));
    }
    double theta = fields.doubleOr("rope.freq_base", defaults.theta, 1e-3, MAX_THETA);
    String local = fields.firstOf("rope.freq_base_swa", "rope.local.freq_base");
    OptionalDouble localTheta = fields.optionalDouble(local, 1e-3, MAX_THETA);
    RoPEScaling scaling;
    try {
      scaling = ggufScaling(fields, tensors, defaults);
      scaling.frequencies(theta, rotaryDim, 1);
    } catch (CheckpointException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw fields.refuse("rope.scaling.type", e.getMessage());
    }
    return new RoPEMetadata(
        new Frequencies(theta, scaling),
        localTheta.stream().mapToObj(t -> new Frequencies(t, RoPEScaling.NONE)).findFirst(),
        rotaryDim);
  }

  private static RoPEScaling ggufScaling(
      Metadata fields, Function<String, Optional<float[]>> tensors, Defaults defaults) {
    OptionalDouble factor = fields.optionalDouble("rope.scaling.factor", 0, MAX_FACTOR);
    OptionalDouble legacy = fields.optionalDouble("rope.scale_linear", 0, MAX_FACTOR);
    int original =
        fields.intOr(
            "rope.scaling.original_context_length", defaults.maxPositions, 1, MAX_POSITIONS);
    fields.ignore("rope.scaling.finetuned");
    Optional<float[]> shortFactors = tensors.apply(SHORT_FACTORS);
    Optional<float[]> longFactors = tensors.apply(LONG_FACTORS);
    Optional<float[]> divisors = tensors.apply(FACTORS);
    boolean longRope = shortFactors.isPresent() && longFactors.isPresent();
    String type =
        fields
            .optionalString("rope.scaling.type")
            .orElse(legacy.isPresent() ? "linear" : longRope ? "longrope" : "none");
    if (divisors.isPresent() && !type.equals("none")) {
      throw fields.refuse(
          "rope.scaling.type",
          "%s and a tensor %s together are not supported".formatted(quote(type), FACTORS));
    }
    // llama.cpp takes a factor of 0 for "not given".
    double stretch = factor.isPresent() ? factor.getAsDouble() : legacy.orElse(1);
    return switch (type) {
      case "none" -> divisors.<RoPEScaling>map(RoPEScaling.Factors::new).orElse(RoPEScaling.NONE);
      case "linear" ->
          stretch == 0 || stretch == 1 ? RoPEScaling.NONE : new RoPEScaling.Linear(stretch);
      case "yarn" ->
          new RoPEScaling.Yarn(
              stretch,
              original,
              fields.doubleOr("rope.scaling.yarn_beta_fast", 32, 1e-6, MAX_FACTOR),
              fields.doubleOr("rope.scaling.yarn_beta_slow", 1, 1e-6, MAX_FACTOR),
              attentionFactor(fields) * RoPEScaling.Yarn.attentionFactor(stretch, 1),
              true);
      case "longrope" -> {
        if (!longRope) {
          throw fields.refuse(
              "rope.scaling.type",
              "\"longrope\" needs tensors %s and %s".formatted(SHORT_FACTORS, LONG_FACTORS));
        }
        yield new RoPEScaling.LongRope(
            shortFactors.get(), longFactors.get(), original, attentionFactor(fields));
      }
      default ->
          throw unsupported(fields, "rope.scaling.type", type, "none, linear, yarn and longrope");
    };
  }

  private static double attentionFactor(Metadata fields) {
    return fields.doubleOr("rope.scaling.attn_factor", 1, 1e-6, MAX_FACTOR);
  }

  private static CheckpointException unsupported(
      Metadata fields, String name, String type, String supported) {
    return fields.refuse(
        name, "%s is not supported; supported are %s".formatted(quote(type), supported));
  }

  // Some files say the same under two names.
  private static OptionalDouble agreed(
      Metadata config, String name, String other, double min, double max) {
    OptionalDouble first = config.optionalDouble(name, min, max);
    OptionalDouble second = config.optionalDouble(other, min, max);
    if (first.isPresent() && second.isPresent() && !first.equals(second)) {
      throw config.refuse(
          other, "is %s, but %s is %s".formatted(second.getAsDouble(), name, first.getAsDouble()));
    }
    return first.isPresent() ? first : second;
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
