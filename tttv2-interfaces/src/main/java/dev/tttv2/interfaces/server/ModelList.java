// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** The models that are served, as {@code /v1/models} shows them. */
final class ModelList {
  private final ServedModel served;
  private final Optional<EmbeddingModel> embeddings;

  ModelList(ServedModel served, Optional<EmbeddingModel> embeddings) {
    this.served = served;
    this.embeddings = embeddings;
  }

  /** Returns all of them. */
  ObjectNode all() {
    ObjectNode answer = Json.object().put("object", "list");
    ArrayNode data = answer.putArray("data");
    data.add(model(served.config().modelName(), served.engine().maxContext()));
    embeddings.ifPresent(model -> data.add(model(model.name(), model.maxTokens())));
    return answer;
  }

  /**
   * Returns one of them.
   *
   * @throws ApiException if none has the name
   */
  ObjectNode named(String name) {
    for (JsonNode model : all().get("data")) {
      if (model.get("id").textValue().equals(name)) {
        return (ObjectNode) model;
      }
    }
    throw ApiException.modelNotFound(
        name, "the model is \"%s\"".formatted(served.config().modelName()));
  }

  private ObjectNode model(String name, int context) {
    return Json.object()
        .put("id", name)
        .put("object", "model")
        .put("created", served.created())
        .put("owned_by", "tttv2")
        .put("root", name)
        .putNull("parent")
        .put("max_model_len", context);
  }
}
