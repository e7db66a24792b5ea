// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tttv2.config.Checkpoint;
import dev.tttv2.interfaces.Encoder;
import dev.tttv2.interfaces.EncoderInputs;
import dev.tttv2.interfaces.EncoderOutput;
import dev.tttv2.interfaces.ImageBatch;
import dev.tttv2.interfaces.Pooling;
import dev.tttv2.interfaces.TextBatch;
import dev.tttv2.interfaces.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes vectors of texts or images. */
@Command(
    name = "encode",
    customSynopsis = {
      "tttv2 encode TEXT... --model DIR --out FILE.safetensors [OPTION...]",
      "       tttv2 encode --inputs FILE.safetensors --model DIR --out FILE.safetensors [OPTION...]"
    },
    description = {
      "Makes vectors of texts or images with an encoder and stores them in a file.",
      "",
      "They are float32 and have Hugging Face's names: last_hidden_state, and what the model has of"
          + " pooler_output, logits, text_embeds and image_embeds. With --pooling there is also one"
          + " vector for each input, embedding.",
      "",
      "Texts need the model's tokenizer.json, and get the special tokens around them that the model"
          + " wants. Give texts or --inputs."
    })
final class EncodeCommand extends ModelCommand {
  private static final String NO_POOLING = "none";
  private static final String EMBEDDING = "embedding";

  @Parameters(
      paramLabel = "TEXT",
      arity = "0..*",
      description = "the texts; - reads one from standard input")
  private List<String> texts = new ArrayList<>();

  @Option(
      names = "--inputs",
      paramLabel = "FILE.safetensors",
      description =
          "input_ids, attention_mask and token_type_ids (I64, I32, U8 or BOOL, [batch, length]), or"
              + " pixel_values (F32, [batch, channels, height, width])")
  private Path inputsFile;

  @Option(
      names = "--out",
      paramLabel = "FILE.safetensors",
      required = true,
      description = "where the vectors go")
  private Path out;

  @Option(
      names = "--pooling",
      paramLabel = "NAME",
      defaultValue = NO_POOLING,
      description =
          "store as embedding the mean of the vectors of all tokens (mean), or the first one's"
              + " (cls), or nothing (none) (default: ${DEFAULT-VALUE})")
  private String pooling;

  @Option(names = "--normalize", description = "with --pooling: scale embeddings to length 1")
  private boolean normalize;

  @Mixin private RunOptions run = new RunOptions();

  @Option(names = "--json", description = "print an object instead of text")
  private boolean json;

  EncodeCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws IOException {
    if (texts.isEmpty() == (inputsFile == null)) {
      throw CommandFailure.usage("give one of TEXT and --inputs FILE.safetensors");
    }
    if (!List.of("mean", "cls", NO_POOLING).contains(pooling)) {
      throw CommandFailure.usage(
          "--pooling is \"%s\", expected one of mean, cls, none".formatted(pooling));
    }
    if (normalize && pooling.equals(NO_POOLING)) {
      throw CommandFailure.usage("--normalize needs --pooling");
    }
    run.check();
    try (Checkpoint checkpoint = openGivenCheckpoint();
        SafetensorsWriter file = new SafetensorsWriter(out, checkpoint.path(), inputsFile)) {
      EncoderInputs inputs =
          inputsFile == null ? tokenized(checkpoint) : InputsFile.read(inputsFile);
      try (ModelSession<Encoder> session = ModelSession.encoder(checkpoint, run, console())) {
        long begin = System.nanoTime();
        SequencedMap<String, EncoderOutput> outputs =
            session.model().encode(inputs, (index, x) -> console().stopIfCancelled());
        double millis = (System.nanoTime() - begin) / 1e6;
        addEmbedding(outputs, inputs);
        store(outputs, file);
        print(inputs, outputs, millis);
      }
    }
    return CommandFailure.OK;
  }

  private TextBatch tokenized(Checkpoint checkpoint) throws IOException {
    List<String> all = console().texts(texts);
    try (Tokenizer tokenizer = Tokenizer.of(checkpoint)) {
      return TextBatch.of(all.stream().map(text -> tokenizer.encode(text, true)).toList());
    }
  }

  private void addEmbedding(SequencedMap<String, EncoderOutput> outputs, EncoderInputs inputs) {
    if (!pooling.equals(NO_POOLING)) {
      EncoderOutput pooled =
          Pooling.valueOf(pooling.toUpperCase(Locale.ROOT))
              .pool(outputs.get(Encoder.LAST_HIDDEN_STATE), inputs);
      outputs.put(EMBEDDING, normalize ? Pooling.normalized(pooled) : pooled);
    }
  }

  private void store(Map<String, EncoderOutput> outputs, SafetensorsWriter file) {
    List<SafetensorsWriter.Entry> entries = new ArrayList<>();
    try {
      for (Map.Entry<String, EncoderOutput> output : outputs.entrySet()) {
        long[] shape = Arrays.stream(output.getValue().shape()).asLongStream().toArray();
        file.append(output.getValue().values());
        entries.add(new SafetensorsWriter.Entry(output.getKey(), shape));
      }
      file.finish(entries);
    } catch (IOException e) {
      throw SafetensorsWriter.failure(out, e);
    }
  }

  private void print(EncoderInputs inputs, Map<String, EncoderOutput> outputs, double millis)
      throws IOException {
    if (json) {
      JsonLine.print(console().out(), object -> write(object, inputs, outputs, millis));
      return;
    }
    outputs.forEach(
        (name, output) ->
            console().out().printf("%-18s %s%n", name, Arrays.toString(output.shape())));
    console().out().flush();
    console()
        .err()
        .printf(
            Locale.ROOT,
            "%s in %.0f ms; peak memory %.0f MB%n",
            switch (inputs) {
              case TextBatch batch ->
                  "%d texts of %d tokens".formatted(batch.size(), tokens(batch));
              case ImageBatch batch -> batch.size() + " images";
            },
            millis,
            ProcessMemory.peakMegabytes());
  }

  private static int tokens(TextBatch batch) {
    return Arrays.stream(batch.attentionMask()).flatMapToInt(Arrays::stream).sum();
  }

  private static void write(
      JsonGenerator object, EncoderInputs inputs, Map<String, EncoderOutput> outputs, double millis)
      throws IOException {
    object.writeNumberField("inputs", inputs.size());
    switch (inputs) {
      case TextBatch batch -> object.writeNumberField("tokens", tokens(batch));
      case ImageBatch batch -> object.writeNullField("tokens");
    }
    object.writeObjectFieldStart("outputs");
    for (Map.Entry<String, EncoderOutput> output : outputs.entrySet()) {
      int[] shape = output.getValue().shape();
      object.writeFieldName(output.getKey());
      object.writeArray(shape, 0, shape.length);
    }
    object.writeEndObject();
    JsonLine.number(object, "encode_ms", millis);
    JsonLine.number(object, "peak_rss_mb", ProcessMemory.peakMegabytes());
  }
}
