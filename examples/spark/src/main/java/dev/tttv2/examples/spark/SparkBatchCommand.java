// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.spark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What {@code spark-submit} runs. */
@Command(
    name = "spark-batch",
    mixinStandardHelpOptions = true,
    description = {
      "Answers files of requests in OpenAI's batch format on a Spark cluster.",
      "What the output has is not done again. Exit codes: 0 done, 1 failed, or some lines have an"
          + " error, 2 wrong usage."
    })
public final class SparkBatchCommand implements Callable<Integer> {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "FILE|DIR",
      description = "a GGUF file, or a directory; every executor reads it there")
  private Path model;

  @Option(
      names = "--served-model-name",
      paramLabel = "NAME",
      description =
          "what the model is called in requests (default: the file's or directory's name)")
  private String name;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      defaultValue = "accuracy",
      description = "precision: float32, accuracy, performance (default: ${DEFAULT-VALUE})")
  private String preset;

  @Option(
      names = "--context",
      paramLabel = "N",
      defaultValue = "4096",
      description = "longest context in tokens (default: ${DEFAULT-VALUE})")
  private int context;

  @Option(
      names = "--max-users",
      paramLabel = "N",
      defaultValue = "32",
      description =
          "texts that an executor generates at a time, 32 at most (default: ${DEFAULT-VALUE})")
  private int maxUsers;

  @Option(
      names = "--max-in-flight",
      paramLabel = "N",
      defaultValue = "64",
      description = "lines that a task has answered at a time (default: ${DEFAULT-VALUE})")
  private int maxInFlight;

  @Option(
      names = "--max-line",
      paramLabel = "BYTES",
      defaultValue = "8388608",
      description = "longest line of the input (default: ${DEFAULT-VALUE})")
  private int maxLine;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description =
          "tasks to spread the lines over; less is lost with one that fails if there are more"
              + " (default: four for each core)")
  private Integer partitions;

  @Parameters(index = "0", paramLabel = "IN", description = "a file or directory of requests")
  private String in;

  @Parameters(index = "1", paramLabel = "OUT", description = "the directory of the results")
  private String out;

  /** Made by {@link #main}. */
  private SparkBatchCommand() {}

  /** Runs in a driver, and exits. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new SparkBatchCommand()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    try (SparkSession spark = SparkSession.builder().appName("tttv2 batch").getOrCreate()) {
      ModelSpec spec =
          new ModelSpec(
              model.toAbsolutePath().toString(),
              name != null ? name : model.toAbsolutePath().normalize().getFileName().toString(),
              preset,
              context,
              maxUsers);
      int tasks = partitions != null ? partitions : 4 * spark.sparkContext().defaultParallelism();
      SparkBatch.Summary summary =
          SparkBatch.run(spark, spec, in, out, tasks, maxInFlight, maxLine);
      System.err.printf(
          "tttv2: %d lines answered by %d engines, %d of them failed%n",
          summary.answered(), summary.engines(), summary.failed());
      return summary.failed() == 0 ? 0 : 1;
    }
  }
}
