// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.interfaces.BeamSearch;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.ChatMessage;
import dev.tttv2.interfaces.ChatTemplate;
import dev.tttv2.interfaces.FinishReason;
import dev.tttv2.interfaces.Generation;
import dev.tttv2.interfaces.GenerationConfig;
import dev.tttv2.interfaces.GenerationStats;
import dev.tttv2.interfaces.Generator;
import dev.tttv2.interfaces.LogitsListener;
import dev.tttv2.interfaces.Prompt;
import dev.tttv2.interfaces.SamplingParams;
import dev.tttv2.interfaces.Token;
import dev.tttv2.interfaces.TokenConstraint;
import dev.tttv2.interfaces.TokenListener;
import dev.tttv2.interfaces.Tokenizer;
import dev.tttv2.interfaces.jinja.TemplateException;
import dev.tttv2.interfaces.structured.GrammarCompiler;
import dev.tttv2.interfaces.structured.StructuredOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Continues prompts. */
@Command(
    name = "generate",
    customSynopsis = "tttv2 generate [PROMPT...] [OPTION...]",
    description = {
      "Continues a prompt and streams the text; several prompts make one batch.",
      "",
      "The text goes to standard output, statistics to standard error."
    })
final class GenerateCommand extends ModelCommand {
  @Parameters(
      paramLabel = "PROMPT",
      arity = "0..*",
      description = "the prompts; - reads one from standard input")
  private List<String> prompts = new ArrayList<>();

  @Mixin private DecoderOptions run = new DecoderOptions();

  @Mixin private CalibrationOption calibration = new CalibrationOption();

  @Option(
      names = "--chat",
      description = "each prompt is a user's message in the model's chat format")
  private boolean chat;

  @Option(
      names = "--system",
      paramLabel = "TEXT",
      description = "with --chat: a message that says how to behave, before the user's")
  private String system;

  @Mixin private SamplingOptions sampling = new SamplingOptions();

  @Mixin private SearchOptions search = new SearchOptions();

  @Mixin private StructuredOptions structured = new StructuredOptions();

  @Option(
      names = "--token-ids",
      paramLabel = "ID,ID,...",
      description = "a prompt of token ids, used as they are; repeatable")
  private List<String> tokenIds = new ArrayList<>();

  @Option(
      names = "--json",
      description = "print one object for each prompt and line instead of text")
  private boolean json;

  @Option(
      names = "--dump-logits",
      paramLabel = "FILE.safetensors",
      description =
          "store the first prompt's logits, float32 [prompt length + generated - 1, vocabulary]")
  private Path dumpLogits;

  GenerateCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws IOException {
    if (prompts.isEmpty() && tokenIds.isEmpty()) {
      throw CommandFailure.usage("no prompt: give a text, or --token-ids");
    }
    if (system != null && !chat) {
      throw CommandFailure.usage("--system needs --chat");
    }
    if (sampling.tellsLogprobs() && !json) {
      throw CommandFailure.usage("--logprobs and --prompt-logprobs need --json");
    }
    if (dumpLogits != null && (search.isAsked() || sampling.texts() > 1)) {
      throw CommandFailure.usage("--dump-logits is for one text of a prompt, without --beams");
    }
    Optional<StructuredOutput> output = structured.output();
    Optional<BeamSearch> beams = search.beams(sampling.n());
    if (beams.isPresent() && output.isPresent()) {
      throw CommandFailure.usage(
          "--json-schema, --regex and --choice are not for beam search: leave out --beams");
    }
    SamplingParams params = sampling.params(beams.isPresent());
    GenerationConfig.Builder config =
        GenerationConfig.builder().cancellation(console().cancellation());
    search.configure(config);
    beams.ifPresent(b -> check(b, config.sampling(params).build()));
    List<Prompt> tokenPrompts = tokenIds.stream().map(GenerateCommand::tokenPrompt).toList();
    run.check();

    try (Checkpoint checkpoint = openCheckpoint();
        PendingTokenizer tokenizer = tokenizer(checkpoint, output.isPresent());
        LogitsFile file =
            dumpLogits == null ? null : new LogitsFile(dumpLogits, checkpoint.path())) {
      List<Prompt> all = new ArrayList<>(textPrompts(checkpoint));
      all.addAll(tokenPrompts);
      config.sampling(constrained(params, output, tokenizer));
      try (ModelSession<CausalLM> session =
          ModelSession.decoder(checkpoint, run, calibration, console())) {
        config.maxContext(session.model().config().maxPositions());
        Generator generator = new Generator(session.model(), tokenizer.get());
        List<Generation> generations = generate(checkpoint, generator, all, beams, config, file);
        if (json) {
          for (Generation generation : generations) {
            JsonLine.print(
                console().out(),
                object -> GenerationJson.write(object, generation, sampling.n() > 1));
          }
        } else if (generations.size() > 1) {
          printLabelled(generations);
        } else if (!streams(all, beams)) {
          console().out().println(shown(generations.getFirst()));
        }
        if (!console().outputFailed()) {
          printStatistics(generations);
        }
        return generations.stream().anyMatch(g -> g.finishReason() == FinishReason.CANCELLED)
            ? CommandFailure.INTERRUPTED
            : CommandFailure.OK;
      }
    }
  }

  private static void check(BeamSearch beams, GenerationConfig config) {
    try {
      beams.check(config);
    } catch (IllegalArgumentException e) {
      throw OptionNames.usage(e);
    }
  }

  private static SamplingParams constrained(
      SamplingParams params, Optional<StructuredOutput> output, PendingTokenizer tokenizer) {
    if (output.isEmpty()) {
      return params; // and the tokenizer need not be there yet
    }
    TokenConstraint constraint = new GrammarCompiler(tokenizer.get()).compile(output.get());
    return params.toBuilder().constraint(constraint).build();
  }

  private static Prompt tokenPrompt(String list) {
    String[] parts = list.split(",", -1);
    int[] ids = new int[parts.length];
    for (int i = 0; i < ids.length; i++) {
      try {
        ids[i] = Integer.parseInt(parts[i].strip());
      } catch (NumberFormatException e) {
        throw CommandFailure.usage(
            "--token-ids: \"%s\" is not a token id in \"%s\"".formatted(parts[i], list));
      }
    }
    return Prompt.tokens(ids);
  }

  /** Starts making the tokenizer; of null if there is none and none is needed. */
  private PendingTokenizer tokenizer(Checkpoint checkpoint, boolean constrained) {
    boolean there =
        Files.isDirectory(checkpoint.path())
            ? Files.exists(checkpoint.path().resolve("tokenizer.json"))
            : checkpoint.metadata().contains("tokenizer.ggml.tokens");
    if (there) {
      return PendingTokenizer.start(() -> Tokenizer.of(checkpoint));
    }
    boolean needed = !prompts.isEmpty() || !sampling.stop().isEmpty() || constrained;
    // Says what is missing before weights are loaded.
    return PendingTokenizer.of(needed ? Tokenizer.of(checkpoint) : null);
  }

  private List<Prompt> textPrompts(Checkpoint checkpoint) throws IOException {
    List<String> texts = console().texts(prompts);
    if (!chat) {
      return texts.stream().map(Prompt::text).toList();
    }
    ChatTemplate template =
        ChatTemplate.of(checkpoint)
            .orElseThrow(
                () -> new CommandFailure(checkpoint.path() + ": --chat: it has no chat template"));
    return texts.stream()
        .map(
            text -> {
              List<ChatMessage> messages = new ArrayList<>();
              if (system != null) {
                messages.add(ChatMessage.system(system));
              }
              messages.add(ChatMessage.user(text));
              return Prompt.rendered(render(checkpoint, template, messages));
            })
        .toList();
  }

  private static String render(
      Checkpoint checkpoint, ChatTemplate template, List<ChatMessage> messages) {
    try {
      return template.render(messages, true);
    } catch (TemplateException e) {
      throw new CommandFailure(checkpoint.path() + ": chat " + e.getMessage(), e);
    }
  }

  /** Tells whether there is one text alone, and it can be shown as it comes. */
  private boolean streams(List<Prompt> all, Optional<BeamSearch> beams) {
    return all.size() == 1 && sampling.texts() == 1 && beams.isEmpty();
  }

  private List<Generation> generate(
      Checkpoint checkpoint,
      Generator generator,
      List<Prompt> all,
      Optional<BeamSearch> beams,
      GenerationConfig.Builder config,
      LogitsFile file)
      throws IOException {
    boolean streams = !json && streams(all, beams);
    // Without a tokenizer the ids are all there is to show.
    TokenListener listener =
        !streams
            ? token -> stopIfUnread()
            : generator.tokenizer().isPresent() ? this::stream : this::streamId;
    if (file != null) {
      config.logits(new FirstPrompt(file));
    }
    List<Generation> generations;
    try {
      generations =
          beams.isPresent()
              ? generator.beamSearch(all, beams.get(), config.build())
              : generator.generate(all, config.build(), listener);
    } catch (UncheckedIOException e) {
      throw SafetensorsWriter.failure(dumpLogits, e.getCause());
    } catch (ArithmeticException e) {
      throw WeightsCheck.failure(checkpoint, e);
    }
    if (streams) {
      console().stream("\n");
    }
    if (file != null) {
      Generation first = generations.getFirst();
      int wanted = first.promptTokens().size() + first.tokens().size() - 1;
      // Fewer, if it was cancelled early.
      file.finish(Math.min(file.rows(), wanted));
    }
    return generations;
  }

  /** Stores the first prompt's logits. */
  private record FirstPrompt(LogitsFile file) implements LogitsListener {
    @Override
    public boolean wants(int prompt) {
      return prompt == 0;
    }

    @Override
    public void logits(int prompt, int position, float[] logits) {
      try {
        file.append(logits);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void stream(Token token) {
    console().stream(token.text());
    stopIfUnread();
  }

  private void streamId(Token token) {
    console().stream((token.index() == 0 ? "" : " ") + token.id());
    stopIfUnread();
  }

  private void stopIfUnread() {
    if (console().outputFailed()) {
      console().cancellation().cancel();
    }
  }

  private void printLabelled(List<Generation> generations) {
    for (Generation generation : generations) {
      console().out().printf("=== prompt %s: %s%n", number(generation), label(generation));
      console().out().println(shown(generation));
    }
    console().out().flush();
  }

  /** Returns the prompt's number, and the text's if there may be several. */
  private String number(Generation generation) {
    return sampling.texts() == 1
        ? Integer.toString(generation.prompt())
        : generation.prompt() + "." + generation.sample();
  }

  private String label(Generation generation) {
    int index = generation.prompt();
    return index < prompts.size()
        ? prompts.get(index).lines().findFirst().orElse("")
        : tokenIds.get(index - prompts.size());
  }

  /** Returns the text, or the ids if there is no tokenizer. */
  private static String shown(Generation generation) {
    return generation
        .text()
        .orElseGet(
            () ->
                generation.tokens().stream().map(String::valueOf).collect(Collectors.joining(" ")));
  }

  private void printStatistics(List<Generation> generations) {
    for (Generation generation : generations) {
      GenerationStats stats = generation.stats();
      console()
          .err()
          .printf(
              Locale.ROOT,
              "%s%d prompt tokens, %d new (%s); first token after %.0f ms; prefill %.0f tokens/s,"
                  + " decode %.1f tokens/s;%s peak memory %.0f MB%n",
              generations.size() > 1 ? "prompt " + number(generation) + ": " : "",
              generation.promptTokens().size(),
              generation.tokens().size(),
              generation.finishReason().label(),
              stats.ttftMillis(),
              stats.prefillTokensPerSecond(),
              stats.decodeTokensPerSecond(),
              stats.draftedTokens() > 0
                  ? " %d of %d guesses right;"
                      .formatted(stats.acceptedTokens(), stats.draftedTokens())
                  : "",
              ProcessMemory.peakMegabytes());
    }
  }
}
