// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import static dev.tttv2.config.CheckpointException.quote;

import dev.tttv2.core.DataType;
import dev.tttv2.core.block.ProgramConfigs;
import dev.tttv2.ffm.FileProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads overrides of an {@link OptimizationConfig}.
 *
 * <pre>
 * overrides = [override] {separator [override]}     separator: comma, semicolon or line break
 * override  = [where] group "=" value               "#" begins a comment
 * where     = "layers." (N | N "-" M | "*") "."     layers N to M, both included; all layers
 * group     = ff1_3 | ff2 | wqkv | wo | kv_cache | activation | norm | embedding | lm_head
 *           | li_ff1_3 | li_ff2 | li_qkv_decode | li_qkv_prefill | li_o_decode | li_o_prefill
 *           | sdpa_decode | sdpa_prefill | norm_op | li_lm_head | programs
 * value     = bfp4 | bfp8 | bf16 | fp32             of tensors
 *           | lofi | hifi2 | hifi2na | hifi2fp16 | hifi4 | hifi4fp32     of operations
 *           | automatic | tuned                     of "programs", program configs of products
 * </pre>
 *
 * <p>Later overrides replace earlier ones.
 */
final class OptimizationOverrides {
  /** The group of program configs. */
  static final String PROGRAMS = "programs";

  private static final int MAX_LAYERS = 1024;
  private static final Pattern LAYERS =
      Pattern.compile("layers\\.(?:(\\*)|(\\d{1,6})(?:-(\\d{1,6}))?)\\.(.*)");
  private static final Map<String, DataType> DTYPES = new LinkedHashMap<>();

  static {
    DTYPES.put("bfp4", DataType.BFLOAT4_B);
    DTYPES.put("bfp8", DataType.BFLOAT8_B);
    DTYPES.put("bf16", DataType.BFLOAT16);
    DTYPES.put("fp32", DataType.FLOAT32);
  }

  private OptimizationOverrides() {}

  static String nameOf(ProgramConfigs programs) {
    return programs.name().toLowerCase(Locale.ROOT);
  }

  private static ProgramConfigs programs(String name) {
    return named(
        ProgramConfigs.values(), OptimizationOverrides::nameOf, "choice of program configs", name);
  }

  static String nameOf(DataType dtype) {
    return DTYPES.entrySet().stream()
        .filter(entry -> entry.getValue() == dtype)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  static OptimizationConfig apply(OptimizationConfig config, Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw new IllegalArgumentException(file + ": cannot be read: " + FileProblem.of(e), e);
    }
    OptimizationConfig result = config;
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      result = apply(result, file + ":" + number, line);
    }
    return result;
  }

  /**
   * @param source where the text is from, for messages
   */
  static OptimizationConfig apply(OptimizationConfig config, String source, String text) {
    OptimizationConfig result = config;
    for (String line : text.lines().toList()) {
      int comment = line.indexOf('#');
      String content = comment < 0 ? line : line.substring(0, comment);
      for (String override : content.split("[,;]")) {
        if (!override.isBlank()) {
          try {
            result = applyOne(result, override.strip());
          } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                "%s: %s: %s".formatted(source, quote(override.strip()), e.getMessage()), e);
          }
        }
      }
    }
    return result;
  }

  private static OptimizationConfig applyOne(OptimizationConfig config, String override) {
    int equals = override.indexOf('=');
    if (equals < 0) {
      throw new IllegalArgumentException("expected group=value");
    }
    String target = override.substring(0, equals).strip();
    String value = override.substring(equals + 1).strip();
    if (!target.startsWith("layers.")) {
      return applyToModel(config, target, value);
    }
    Matcher matcher = LAYERS.matcher(target);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "%s is not layers.N.group, layers.N-M.group or layers.*.group".formatted(quote(target)));
    }
    String group = matcher.group(4);
    if (matcher.group(1) != null) {
      return applyToModel(config, group, value);
    }
    int first = Integer.parseInt(matcher.group(2));
    int last = matcher.group(3) == null ? first : Integer.parseInt(matcher.group(3));
    if (last < first || last >= MAX_LAYERS) {
      throw new IllegalArgumentException(
          "layers %d-%d are not a range below %d".formatted(first, last, MAX_LAYERS));
    }
    OptimizationConfig result = config;
    for (int layer = first; layer <= last; layer++) {
      result = applyToLayer(result, layer, group, value);
    }
    return result;
  }

  private static OptimizationConfig applyToLayer(
      OptimizationConfig config, int layer, String group, String value) {
    if (group.equals(PROGRAMS)) {
      return config.withOverride(layer, programs(value));
    }
    Optional<TensorGroup> tensors = tensorGroup(group);
    return tensors.isPresent()
        ? config.withOverride(layer, tensors.get(), dtype(value))
        : config.withOverride(layer, opGroup(group), profile(value));
  }

  private static OptimizationConfig applyToModel(
      OptimizationConfig config, String group, String value) {
    if (group.equals(PROGRAMS)) {
      return config.withOverride(programs(value));
    }
    Optional<TensorGroup> tensors = tensorGroup(group);
    return tensors.isPresent()
        ? config.withOverride(tensors.get(), dtype(value))
        : config.withOverride(opGroup(group), profile(value));
  }

  private static Optional<TensorGroup> tensorGroup(String key) {
    return Arrays.stream(TensorGroup.values()).filter(g -> g.key().equals(key)).findFirst();
  }

  private static OpGroup opGroup(String key) {
    return Arrays.stream(OpGroup.values())
        .filter(group -> group.key().equals(key))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s is no group; there are %s"
                        .formatted(
                            quote(key),
                            Stream.of(
                                    Arrays.stream(TensorGroup.values()).map(TensorGroup::key),
                                    Arrays.stream(OpGroup.values()).map(OpGroup::key),
                                    Stream.of(PROGRAMS))
                                .flatMap(keys -> keys)
                                .toList())));
  }

  private static DataType dtype(String name) {
    DataType dtype = DTYPES.get(name);
    if (dtype == null) {
      throw new IllegalArgumentException(
          "%s is no precision; there are %s".formatted(quote(name), DTYPES.keySet()));
    }
    return dtype;
  }

  private static ComputeProfile profile(String name) {
    return named(ComputeProfile.values(), ComputeProfile::key, "fidelity", name);
  }

  private static <T> T named(T[] values, Function<T, String> key, String what, String name) {
    return Arrays.stream(values)
        .filter(value -> key.apply(value).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s is no %s; there are %s"
                        .formatted(quote(name), what, Arrays.stream(values).map(key).toList())));
  }
}
