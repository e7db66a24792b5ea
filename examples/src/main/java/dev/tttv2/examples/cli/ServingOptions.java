// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.core.Device;
import dev.tttv2.interfaces.Generator;
import dev.tttv2.interfaces.Pooling;
import dev.tttv2.interfaces.server.SamplingDefaults;
import dev.tttv2.interfaces.server.ServerConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of the commands that answer requests in OpenAI's form. */
final class ServingOptions {
  @Option(
      names = "--served-model-name",
      paramLabel = "NAME",
      description =
          "what the model is called in requests (default: the file's or directory's name)")
  private String name;

  @Option(
      names = "--embedding-model",
      paramLabel = "DIR",
      description = "an encoder that answers /v1/embeddings")
  private Path embeddingModel;

  @Option(
      names = "--embedding-pooling",
      paramLabel = "NAME",
      defaultValue = "mean",
      description =
          "one vector of a text is the mean of its tokens' (mean), or the first one's (cls)"
              + " (default: ${DEFAULT-VALUE})")
  private String pooling;

  @Option(
      names = "--max-users",
      paramLabel = "N",
      defaultValue = "32",
      description = "texts that are generated at a time, 32 at most (default: ${DEFAULT-VALUE})")
  private int maxUsers;

  @Option(
      names = "--drain-seconds",
      paramLabel = "N",
      defaultValue = "30",
      description = "in the end, longest wait for what runs (default: ${DEFAULT-VALUE})")
  private int drainSeconds;

  /** Refuses values that make no sense. */
  void check() {
    RunOptions.positive("--max-users", maxUsers);
    if (maxUsers > Generator.MAX_USERS) {
      throw CommandFailure.usage(
          "--max-users is %d, expected at most %d".formatted(maxUsers, Generator.MAX_USERS));
    }
    RunOptions.positive("--drain-seconds", drainSeconds);
    if (!List.of("mean", "cls").contains(pooling)) {
      throw CommandFailure.usage(
          "--embedding-pooling is \"%s\", expected mean or cls".formatted(pooling));
    }
  }

  /** Returns how many texts are generated at a time. */
  int maxUsers() {
    return maxUsers;
  }

  /** Returns how long to wait for what runs, in seconds. */
  int drainSeconds() {
    return drainSeconds;
  }

  /** Starts from what the model says of itself. */
  ServerConfig.Builder config(Checkpoint checkpoint) {
    return ServerConfig.builder(name != null ? name : nameOf(checkpoint.path()))
        .defaults(SamplingDefaults.of(checkpoint));
  }

  private static String nameOf(Path path) {
    return path.toAbsolutePath().normalize().getFileName().toString();
  }

  /** Loads the model for embeddings, if one is wanted. */
  Optional<Embedder> embedder(Device device, RunOptions run) {
    return Optional.ofNullable(embeddingModel)
        .map(
            path ->
                Embedder.load(
                    path,
                    nameOf(path),
                    Pooling.valueOf(pooling.toUpperCase(Locale.ROOT)),
                    device,
                    run));
  }
}
