// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.DecoderConfig;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.ModelFamily;
import dev.tttv2.interfaces.Score;
import dev.tttv2.interfaces.Scorer;
import dev.tttv2.interfaces.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures how well a model foretells a text. */
@Command(
    name = "score",
    customSynopsis = "tttv2 score [FILE.txt] [--reference FILE.json] [OPTION...]",
    description = {
      "Feeds a text token by token and prints the model's perplexity on it; with --reference also"
          + " the shares of positions at which the model's first choice is the reference's first"
          + " (top1), or among its five (top5).",
      "",
      "Give one of FILE.txt and --reference."
    })
final class ScoreCommand extends ModelCommand {
  @Parameters(paramLabel = "FILE.txt", arity = "0..1", description = "the text, UTF-8")
  private Path file;

  @Option(
      names = "--reference",
      paramLabel = "FILE.json",
      description = "tokens of a text (ids) and another implementation's choices (top5_ids)")
  private Path referenceFile;

  @Mixin private DecoderOptions run = new DecoderOptions();

  @Mixin private CalibrationOption calibration = new CalibrationOption();

  @Option(names = "--json", description = "print an object instead of text")
  private boolean json;

  ScoreCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws IOException {
    if ((file == null) == (referenceFile == null)) {
      throw CommandFailure.usage("give one of FILE.txt and --reference FILE.json");
    }
    run.check();
    String text = file == null ? null : TextInput.read(file);
    Reference reference = referenceFile == null ? null : Reference.read(referenceFile);
    try (Checkpoint checkpoint = openCheckpoint()) {
      DecoderConfig config = ModelFamily.of(checkpoint).config(checkpoint);
      int context = run.context(config.maxPositions());
      int[] ids;
      if (reference == null) {
        ids = encode(checkpoint, text, context);
      } else {
        reference.check(config.vocabSize(), context);
        ids = reference.ids();
      }
      try (ModelSession<CausalLM> session =
          ModelSession.decoder(checkpoint, run, calibration, console())) {
        Scorer scorer = new Scorer(session.model());
        print(reference == null ? scorer.score(ids) : scorer.score(ids, reference.top5()));
      } catch (ArithmeticException e) {
        throw WeightsCheck.failure(checkpoint, e);
      }
    }
    return CommandFailure.OK;
  }

  private int[] encode(Checkpoint checkpoint, String text, int context) {
    int[] ids;
    try (Tokenizer tokenizer = Tokenizer.of(checkpoint)) {
      try {
        ids = tokenizer.encode(text, true, context);
      } catch (IllegalArgumentException e) {
        throw new CommandFailure(file + ": " + e.getMessage(), e);
      }
    }
    if (ids.length < 2) {
      throw new CommandFailure(
          "%s: has %d tokens, expected at least 2: the first is given, not predicted"
              .formatted(file, ids.length));
    }
    if (ids.length > context) {
      throw tooLong(file, ids.length, context);
    }
    return ids;
  }

  /** Makes the failure for a text that does not fit the context. */
  static CommandFailure tooLong(Path file, int tokens, int context) {
    return new CommandFailure(
        "%s: has %d tokens, expected at most %d, the context".formatted(file, tokens, context));
  }

  private void print(Score score) throws IOException {
    if (json) {
      JsonLine.print(console().out(), object -> write(object, score));
      return;
    }
    console().out().printf(Locale.ROOT, "tokens      %d%n", score.tokens());
    console().out().printf(Locale.ROOT, "perplexity  %.4f%n", score.perplexity());
    score
        .top1()
        .ifPresent(
            share -> console().out().printf(Locale.ROOT, "top1        %.2f %%%n", 100 * share));
    score
        .top5()
        .ifPresent(
            share -> console().out().printf(Locale.ROOT, "top5        %.2f %%%n", 100 * share));
  }

  private static void write(JsonGenerator object, Score score) throws IOException {
    object.writeNumberField("tokens", score.tokens());
    JsonLine.number(object, "perplexity", score.perplexity());
    if (score.top1().isPresent() && score.top5().isPresent()) {
      JsonLine.number(object, "top1", score.top1().getAsDouble());
      JsonLine.number(object, "top5", score.top5().getAsDouble());
    }
  }
}
