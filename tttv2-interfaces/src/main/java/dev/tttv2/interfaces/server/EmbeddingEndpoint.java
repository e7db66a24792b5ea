// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tttv2.interfaces.EncoderOutput;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** {@code POST /v1/embeddings}. */
final class EmbeddingEndpoint implements Inference.Reader {
  /** OpenAI's limit. */
  private static final int MAX_INPUTS = 2048;

  private final Optional<EmbeddingModel> model;

  EmbeddingEndpoint(Optional<EmbeddingModel> model) {
    this.model = model;
  }

  @Override
  public Inference read(Requester requester, Fields fields) {
    EmbeddingModel served =
        model.orElseThrow(
            () ->
                ApiException.unsupported(
                    "model", "no model for embeddings is served: start the server with one"));
    fields
        .text("model")
        .filter(name -> !name.equals(served.name()))
        .ifPresent(
            name -> {
              throw ApiException.modelNotFound(
                  name, "the model for embeddings is \"%s\"".formatted(served.name()));
            });
    String format = fields.text("encoding_format").orElse("float");
    if (!format.equals("float") && !format.equals("base64")) {
      throw fields.unexpected("encoding_format", "float or base64");
    }
    fields.refuse("dimensions", "the model's vectors have one length");
    fields.ignore("user");
    List<int[]> inputs = inputs(fields, served);
    return new Call(served, inputs, format);
  }

  /** One request. */
  private record Call(EmbeddingModel served, List<int[]> inputs, String format)
      implements Inference {
    @Override
    public void describe(RequestLog log) {}

    @Override
    public boolean isStreamed() {
      return false;
    }

    @Override
    public ObjectNode answer() {
      return EmbeddingEndpoint.answer(served, inputs, format);
    }

    @Override
    public void stream(EventStream events) {
      throw new IllegalStateException("vectors are not streamed");
    }
  }

  private static List<int[]> inputs(Fields fields, EmbeddingModel served) {
    JsonNode input = fields.required("input");
    if (input.isTextual() || SamplingFields.isIds(input)) {
      return List.of(ids(fields, "input", input, served));
    }
    if (!input.isArray() || input.isEmpty() || input.size() > MAX_INPUTS) {
      throw fields.unexpected(
          "input", "a text, token ids, or a list of at most %d of them".formatted(MAX_INPUTS));
    }
    List<int[]> inputs = new ArrayList<>();
    for (JsonNode each : input) {
      inputs.add(ids(fields, "input[%d]".formatted(inputs.size()), each, served));
    }
    return inputs;
  }

  private static int[] ids(Fields fields, String path, JsonNode input, EmbeddingModel served) {
    int[] ids;
    if (input.isTextual()) {
      try {
        ids = served.tokenizer().encode(input.textValue(), true, served.maxTokens());
      } catch (IllegalArgumentException e) {
        throw ApiException.contextLength("input", "%s: %s".formatted(path, e.getMessage()));
      }
    } else if (SamplingFields.isIds(input)) {
      ids = fields.ids(path, input, served.vocabSize());
    } else {
      throw ApiException.invalid(
          "input", "%s is %s, expected a text or token ids".formatted(path, Json.kind(input)));
    }
    if (ids.length == 0) {
      throw ApiException.invalid("input", "%s has no tokens".formatted(path));
    }
    if (ids.length > served.maxTokens()) {
      throw ApiException.contextLength(
          "input",
          "%s has %d tokens, expected at most %d".formatted(path, ids.length, served.maxTokens()));
    }
    return ids;
  }

  private static ObjectNode answer(EmbeddingModel served, List<int[]> inputs, String format) {
    EncoderOutput vectors = served.embed(inputs);
    ObjectNode answer = Json.object().put("object", "list");
    ArrayNode data = answer.putArray("data");
    for (int i = 0; i < inputs.size(); i++) {
      ObjectNode entry = data.addObject().put("object", "embedding").put("index", i);
      float[] vector = vectors.row(i);
      if (format.equals("base64")) {
        entry.put("embedding", base64(vector));
      } else {
        ArrayNode values = entry.putArray("embedding");
        for (float value : vector) {
          values.add(value);
        }
      }
    }
    int tokens = inputs.stream().mapToInt(ids -> ids.length).sum();
    answer
        .put("model", served.name())
        .putObject("usage")
        .put("prompt_tokens", tokens)
        .put("total_tokens", tokens);
    return answer;
  }

  /** Returns the bytes of float32, the lowest first. */
  private static String base64(float[] vector) {
    ByteBuffer bytes =
        ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    return Base64.getEncoder().encodeToString(bytes.array());
  }
}
