// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.llama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.config.WeightCache;
import dev.tttv2.core.Device;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.ChatMessage;
import dev.tttv2.interfaces.ChatTemplate;
import dev.tttv2.interfaces.FinishReason;
import dev.tttv2.interfaces.Generation;
import dev.tttv2.interfaces.GenerationConfig;
import dev.tttv2.interfaces.Generator;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.ModelFamily;
import dev.tttv2.interfaces.Prompt;
import dev.tttv2.interfaces.SamplingParams;
import dev.tttv2.interfaces.Tokenizer;
import dev.tttv2.interfaces.structured.GrammarCompiler;
import dev.tttv2.interfaces.structured.StructuredOutput;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * SmolLM2 made to keep to schemas, expressions and choices. Runs where {@link SmolLM2Test} does.
 */
class SmolLM2StructuredTest {
  @BeforeAll
  static void findModel() {
    SmolLM2Test.findModel();
  }

  private static List<Generation> generate(
      Generator generator, List<Prompt> prompts, SamplingParams sampling) {
    return generator.generate(prompts, GenerationConfig.builder().sampling(sampling).build());
  }

  @Test
  void theModelKeepsToWhatIsAskedFor() throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(SmolLM2Test.model);
        Tokenizer tokenizer = Tokenizer.of(checkpoint);
        Device device = Device.open();
        CausalLM model =
            ModelFamily.of(checkpoint)
                .load(
                    checkpoint,
                    device,
                    LoadOptions.of(OptimizationConfig.accuracy(), WeightCache.open())
                        .withMaxContext(512))) {
      Generator generator = new Generator(model, tokenizer);
      GrammarCompiler compiler = new GrammarCompiler(tokenizer);
      ChatTemplate template = ChatTemplate.of(checkpoint).orElseThrow();
      String schema =
          """
          {"type": "object", "properties": {
             "name": {"type": "string", "maxLength": 30},
             "age": {"type": "integer", "minimum": 0, "maximum": 130},
             "likes": {"type": "array", "items": {"type": "string", "maxLength": 20}, "maxItems": 3},
             "kind": {"enum": ["person", "animal"]}},
           "required": ["name", "age", "likes", "kind"], "additionalProperties": false}
          """;
      List<Prompt> prompts =
          List.of("Describe Ada Lovelace as JSON.", "Describe a cat as JSON.").stream()
              .map(text -> template.render(List.of(ChatMessage.user(text)), true))
              .map(text -> Prompt.rendered(text))
              .toList();
      for (double temperature : new double[] {0, 1.5}) {
        SamplingParams sampling =
            SamplingParams.builder()
                .maxTokens(200)
                .temperature(temperature)
                .seed(3)
                .constraint(compiler.compile(StructuredOutput.jsonSchema(schema)))
                .build();
        for (Generation generation : generate(generator, prompts, sampling)) {
          assertEquals(FinishReason.STOP, generation.finishReason(), generation.toString());
          JsonNode made = new ObjectMapper().readTree(generation.text().orElseThrow());
          System.out.println("SmolLM2 at temperature " + temperature + ": " + made);
          assertEquals(4, made.size());
          assertFalse(made.get("name").textValue().length() > 30);
          assertTrue(made.get("age").intValue() >= 0 && made.get("age").intValue() <= 130);
          assertTrue(made.get("likes").size() <= 3);
          assertTrue(Set.of("person", "animal").contains(made.get("kind").textValue()));
        }
      }

      Prompt question = Prompt.text("Is the sky blue? Answer:");
      SamplingParams choice =
          SamplingParams.builder()
              .constraint(compiler.compile(StructuredOutput.choice(List.of(" yes", " no"))))
              .build();
      String chosen =
          generate(generator, List.of(question), choice).getFirst().text().orElseThrow();
      assertTrue(Set.of(" yes", " no").contains(chosen), chosen);

      SamplingParams date =
          SamplingParams.builder()
              .temperature(1)
              .seed(1)
              .constraint(compiler.compile(StructuredOutput.regex("\\d{4}-[01]\\d-[0-3]\\d")))
              .build();
      String written = generate(generator, List.of(question), date).getFirst().text().orElseThrow();
      assertTrue(written.matches("\\d{4}-[01]\\d-[0-3]\\d"), written);
    }
  }
}
