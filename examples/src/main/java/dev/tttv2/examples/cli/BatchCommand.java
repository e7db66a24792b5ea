// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.ChatTemplate;
import dev.tttv2.interfaces.EngineConfig;
import dev.tttv2.interfaces.Tokenizer;
import dev.tttv2.interfaces.VLLMGenerator;
import dev.tttv2.interfaces.batch.BatchConfig;
import dev.tttv2.interfaces.batch.BatchCounts;
import dev.tttv2.interfaces.batch.BatchJob;
import dev.tttv2.interfaces.server.ModelApi;
import dev.tttv2.interfaces.server.ServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Answers a file of requests. */
@Command(
    name = "batch",
    customSynopsis = "tttv2 batch [OPTION...] IN.jsonl OUT.jsonl",
    description = {
      "Answers a file of requests in OpenAI's batch format, an object a line, many at a time.",
      "",
      "URLs: /v1/completions, /v1/chat/completions, /v1/embeddings. Results are added to the output"
          + " as they come, in another order than the input's. A run that was ended or killed is"
          + " resumed by the same command: what is in the output is not done again. Lines that are"
          + " no requests are errors in the output, with the line's number, and end nothing.",
      "Ctrl-C and SIGTERM: no further lines are taken; what does not end in time is left for the"
          + " next run. Exit codes: 0 every line has what it asks for, 1 some have an error, 130"
          + " (Ctrl-C) and 143 (SIGTERM) not done."
    })
final class BatchCommand extends ModelCommand {
  @Mixin private DecoderOptions run = new DecoderOptions();

  @Mixin private CalibrationOption calibration = new CalibrationOption();
  @Mixin private ServingOptions serving = new ServingOptions();

  @Parameters(index = "0", paramLabel = "IN.jsonl", description = "the requests")
  private Path in;

  @Parameters(index = "1", paramLabel = "OUT.jsonl", description = "the results")
  private Path out;

  @Option(
      names = "--max-in-flight",
      paramLabel = "N",
      defaultValue = "64",
      description = "lines that are being answered at a time (default: ${DEFAULT-VALUE})")
  private int maxInFlight;

  @Option(
      names = "--max-line",
      paramLabel = "BYTES",
      defaultValue = "8388608",
      description = "longest line of the input (default: ${DEFAULT-VALUE})")
  private int maxLine;

  BatchCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws IOException {
    run.check();
    serving.check();
    RunOptions.positive("--max-in-flight", maxInFlight);
    RunOptions.positive("--max-line", maxLine);
    if (!Files.isReadable(in) || Files.isDirectory(in)) {
      throw new CommandFailure("%s is no file that can be read".formatted(in));
    }
    try (Checkpoint checkpoint = openCheckpoint();
        PendingTokenizer tokenizer = PendingTokenizer.start(() -> Tokenizer.of(checkpoint))) {
      ServerConfig config;
      try {
        config = serving.config(checkpoint).build();
      } catch (IllegalArgumentException e) {
        throw CommandFailure.usage(e.getMessage());
      }
      try (ModelSession<CausalLM> session =
              ModelSession.decoder(checkpoint, run, calibration, console());
          Embedder embedder = serving.embedder(session.model().device(), run).orElse(null);
          VLLMGenerator engine =
              new VLLMGenerator(
                  session.model(),
                  tokenizer.get(),
                  ChatTemplate.of(checkpoint).orElse(null),
                  EngineConfig.builder().maxUsers(serving.maxUsers()).build())) {
        ModelApi api =
            embedder == null
                ? ModelApi.of(engine, config)
                : ModelApi.of(engine, embedder.model(), config);
        return answer(api);
      }
    }
  }

  private int answer(ModelApi api) throws IOException {
    BatchConfig config =
        BatchConfig.builder().maxInFlight(maxInFlight).maxLineBytes(maxLine).build();
    BatchJob job = new BatchJob(api, in, out, config);
    Thread watch = Thread.ofVirtual().name("batch-stop").start(() -> stopWhenCancelled(job));
    try (BatchProgress progress =
        new BatchProgress(console().err(), console().isTerminal(), Files.size(in))) {
      BatchCounts counts = job.run(progress::show);
      progress.summary(counts);
      return !counts.complete()
          ? CommandFailure.INTERRUPTED
          : counts.failed() + counts.failedBefore() > 0 ? CommandFailure.FAILED : CommandFailure.OK;
    } finally {
      watch.interrupt();
    }
  }

  private void stopWhenCancelled(BatchJob job) {
    try {
      console().awaitCancellation(serving.drainSeconds());
      job.stop(Duration.ofSeconds(serving.drainSeconds()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
