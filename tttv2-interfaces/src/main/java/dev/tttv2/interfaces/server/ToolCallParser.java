// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tttv2.interfaces.json.JsonProblem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds calls of tools in a text as it comes, and keeps back what may become one. What turns out to
 * be no call is text.
 */
abstract class ToolCallParser {
  /**
   * A call.
   *
   * @param name of the tool
   * @param arguments as a text of JSON
   */
  record Call(String name, String arguments) {}

  /**
   * What a piece of text has brought.
   *
   * @param text what is surely text
   * @param calls those that are complete now
   */
  record Piece(String text, List<Call> calls) {}

  private final StringBuilder kept = new StringBuilder();

  /** Returns a parser of what a model writes that has been told of tools by such a prompt. */
  static ToolCallParser of(ToolChoice choice, String prompt) {
    return switch (choice.kind()) {
      case NONE -> new Text();
      case NAMED -> new Forced(choice);
      case REQUIRED -> new Forced(choice);
      case AUTO -> prompt.contains(Hermes.BEGIN) ? new Hermes() : new LlamaJson(choice);
    };
  }

  /** Takes text that has become final. */
  final Piece accept(String text) {
    kept.append(text);
    return parse(kept, false);
  }

  /** Takes note that the text has ended. */
  final Piece end() {
    return parse(kept, true);
  }

  /**
   * Takes away from the beginning what is clear.
   *
   * @param last whether nothing will follow
   */
  abstract Piece parse(StringBuilder text, boolean last);

  private static String takeAll(StringBuilder text) {
    String all = text.toString();
    text.setLength(0);
    return all;
  }

  /** Reads {@code {"name": ..., "arguments" or "parameters": {...}}}. */
  private static Optional<Call> call(JsonNode json) {
    JsonNode arguments = json.has("arguments") ? json.get("arguments") : json.get("parameters");
    return json.path("name").isTextual() && (arguments == null || arguments.isObject())
        ? Optional.of(
            new Call(json.get("name").textValue(), arguments == null ? "{}" : arguments.toString()))
        : Optional.empty();
  }

  /** There are no tools. */
  private static final class Text extends ToolCallParser {
    @Override
    Piece parse(StringBuilder text, boolean last) {
      return new Piece(takeAll(text), List.of());
    }
  }

  /** {@code <tool_call>{"name": ..., "arguments": {...}}</tool_call>}: Hermes, Qwen and SmolLM3. */
  private static final class Hermes extends ToolCallParser {
    private static final String BEGIN = "<tool_call>";
    private static final String END = "</tool_call>";

    private boolean called;

    @Override
    Piece parse(StringBuilder text, boolean last) {
      StringBuilder plain = new StringBuilder();
      List<Call> calls = new ArrayList<>();
      while (true) {
        int begin = text.indexOf(BEGIN);
        if (begin < 0) {
          int held = last ? 0 : beginning(text);
          takePlain(text, text.length() - held, plain);
          return new Piece(plain.toString(), calls);
        }
        takePlain(text, begin, plain);
        int end = text.indexOf(END);
        if (end < 0 && !last) {
          return new Piece(plain.toString(), calls);
        }
        // Some models end without the closing tag.
        int stop = end < 0 ? text.length() : end;
        Optional<Call> call = read(text.substring(BEGIN.length(), stop));
        int whole = end < 0 ? stop : end + END.length();
        if (call.isPresent()) {
          calls.add(call.get());
          called = true;
        } else {
          plain.append(text, 0, whole);
        }
        text.delete(0, whole);
      }
    }

    /** Moves text; blank lines between calls are none. */
    private void takePlain(StringBuilder text, int length, StringBuilder plain) {
      String taken = text.substring(0, length);
      if (!called || !taken.isBlank()) {
        plain.append(taken);
      }
      text.delete(0, length);
    }

    private static Optional<Call> read(String json) {
      try {
        return call(Json.read(json.strip()));
      } catch (JsonProblem e) {
        return Optional.empty();
      }
    }

    /** Returns how much of the text's end may be the beginning of a call. */
    private static int beginning(StringBuilder text) {
      for (int length = Math.min(BEGIN.length() - 1, text.length()); length > 0; length--) {
        if (BEGIN.startsWith(text.substring(text.length() - length))) {
          return length;
        }
      }
      return 0;
    }
  }

  /**
   * The whole text is {@code {"name": ..., "parameters": {...}}}, or several of them with
   * semicolons between: Llama 3.1. Only names of tools count, so that other JSON stays text.
   */
  private static final class LlamaJson extends ToolCallParser {
    private static final String PYTHON_TAG = "<|python_tag|>";
    private static final ObjectReader VALUES = new JsonMapper().readerFor(JsonNode.class);

    private final Set<String> names;
    private boolean isText;

    private LlamaJson(ToolChoice choice) {
      names = choice.tools().stream().map(Tool::name).collect(Collectors.toSet());
    }

    @Override
    Piece parse(StringBuilder text, boolean last) {
      String begin = text.toString().stripLeading();
      isText |=
          !begin.startsWith("{") && !PYTHON_TAG.startsWith(begin) && !begin.startsWith(PYTHON_TAG);
      if (isText) {
        return new Piece(takeAll(text), List.of());
      }
      if (!last) {
        return new Piece("", List.of());
      }
      List<Call> calls = calls(begin.startsWith(PYTHON_TAG) ? begin.substring(14) : begin);
      String all = takeAll(text);
      return new Piece(calls.isEmpty() ? all : "", calls);
    }

    private List<Call> calls(String text) {
      List<Call> calls = new ArrayList<>();
      String rest = text.strip();
      try {
        while (!rest.isEmpty()) {
          try (MappingIterator<JsonNode> values = VALUES.readValues(rest)) {
            Optional<Call> call = call(values.nextValue());
            if (call.isEmpty() || !names.contains(call.get().name())) {
              return List.of();
            }
            calls.add(call.get());
            int end = (int) values.getParser().currentLocation().getCharOffset();
            rest = rest.substring(end).strip();
          }
          if (rest.startsWith(";")) {
            rest = rest.substring(1).strip();
          }
        }
      } catch (IOException | java.util.NoSuchElementException e) {
        return List.of();
      }
      return calls;
    }
  }

  /** A constraint has made the text JSON: of arguments, or a list of calls. */
  private static final class Forced extends ToolCallParser {
    private final ToolChoice choice;

    private Forced(ToolChoice choice) {
      this.choice = choice;
    }

    @Override
    Piece parse(StringBuilder text, boolean last) {
      if (!last) {
        return new Piece("", List.of());
      }
      String all = takeAll(text);
      if (choice.kind() == ToolChoice.Kind.NAMED) {
        return new Piece("", List.of(new Call(choice.tools().getFirst().name(), all)));
      }
      List<Call> calls = new ArrayList<>();
      try {
        Json.read(all).forEach(json -> call(json).ifPresent(calls::add));
      } catch (JsonProblem e) {
        return new Piece(all, List.of()); // cut off by the number of tokens
      }
      return new Piece("", calls);
    }
  }
}
