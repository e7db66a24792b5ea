// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.jinja;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tttv2.interfaces.Fixtures;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compares with jinja2 as transformers sets it up; the fixture is made by {@code
 * make_chat_templates.py}.
 */
class TemplateTest {
  private static final JsonNode FIXTURE = Fixtures.resource("chat-templates.json");
  private static final Clock CLOCK =
      Clock.fixed(LocalDateTime.of(2024, 7, 26, 9, 5, 3).toInstant(ZoneOffset.UTC), ZoneOffset.UTC);

  private static String render(String template, JsonNode variables) {
    return Template.parse(template).render(Fixtures.map(variables), CLOCK);
  }

  private static String render(String template) {
    return Template.parse(template).render(Map.of(), CLOCK);
  }

  @TestFactory
  List<DynamicTest> rendersConversationsAsTransformersDoes() {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode fixture : FIXTURE.get("cases")) {
      String template =
          FIXTURE.get("templates").get(fixture.get("template").textValue()).textValue();
      JsonNode variables = fixture.get("variables");
      tests.add(
          DynamicTest.dynamicTest(
              fixture.get("name").textValue(),
              () -> {
                if (fixture.has("error")) {
                  assertThrows(TemplateException.class, () -> render(template, variables));
                } else {
                  assertEquals(fixture.get("text").textValue(), render(template, variables));
                }
              }));
    }
    assertEquals(132, tests.size());
    return tests;
  }

  @TestFactory
  List<DynamicTest> rendersSnippetsAsJinjaDoes() {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode fixture : FIXTURE.get("snippets")) {
      String template = fixture.get("template").textValue();
      tests.add(
          DynamicTest.dynamicTest(
              template,
              () ->
                  assertEquals(
                      fixture.get("text").textValue(),
                      render(template, fixture.get("variables")))));
    }
    assertTrue(tests.size() > 60, () -> tests.size() + " snippets");
    return tests;
  }

  @TestFactory
  List<DynamicTest> refusesWhatJinjaRefuses() {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode fixture : FIXTURE.get("refused")) {
      String template = fixture.textValue();
      tests.add(
          DynamicTest.dynamicTest(
              template,
              () ->
                  assertThrows(
                      TemplateException.class, () -> render(template, FIXTURE.get("variables")))));
    }
    assertTrue(tests.size() > 40, () -> tests.size() + " refusals");
    return tests;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "{% include 'x' %}#template line 1: {% include %} is not supported",
        "{% extends 'x' %}#template line 1: {% extends %} is not supported",
        "{% do x %}#template line 1: {% do %} is not supported",
        "{{ f(*args) }}#template line 1: unpacking arguments with '*' is not supported",
        "{{ '%s' % 1 }}#template line 1: formatting with '%' is not supported",
        "{{ 'a'.encode() }}#template line 1: str.encode() is not supported",
        "{{ x | pprint }}#template line 1: no filter named 'pprint'",
        "{{ 1 is filter }}#template line 1: no test named 'filter'",
        "{{ strftime_now('%Q') }}#template line 1: strftime_now: directive %Q is not supported",
        "{{ 99999999999999999999 }}#template line 1: the integer 99999999999999999999 is too large",
        "{{ 9223372036854775807 + 1 }}#template line 1: 9223372036854775807 + 1 is out of range",
      })
  void namesWhatIsNotSupported(String template, String message) {
    TemplateException e = assertThrows(TemplateException.class, () -> render(template));
    assertEquals(message, e.getMessage());
  }

  @Test
  void namesTheLine() {
    String template = "a\n{% if true %}\n{# two\nlines #}\n  {{ 'x' +\n 1 }}\n{% endif %}";
    TemplateException e = assertThrows(TemplateException.class, () -> render(template));
    assertEquals(5, e.line());
    TemplateException end =
        assertThrows(TemplateException.class, () -> render("a\n\n{% for x in y %}\nb"));
    assertEquals("template line 3: {% for %} without {% endfor %}", end.getMessage());
    TemplateException wrong =
        assertThrows(TemplateException.class, () -> render("{% if 1 %}\n{% endfor %}"));
    assertEquals(
        "template line 2: expected {% endif %} for the {% if %} of line 1, found 'endfor'",
        wrong.getMessage());
  }

  @Test
  void keepsTheTemplatesOwnWords() {
    TemplateException e =
        assertThrows(
            TemplateException.class, () -> render("\n{{ raise_exception('roles: ' ~ 3) }}"));
    assertEquals("roles: 3", e.reason());
    assertEquals(2, e.line());
  }

  @Test
  void valuesAreNeverEvaluated() {
    for (String text :
        List.of("{{ 1 + 1 }}", "{% raw %}", "{# x #}", "{{ raise_exception('x') }}")) {
      assertEquals("<" + text + ">", Template.parse("<{{ x }}>").render(Map.of("x", text), CLOCK));
      assertEquals(
          text,
          Template.parse("{% set y = x ~ '' %}{{ y | trim }}").render(Map.of("x", text), CLOCK));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}",
        "{{ 'x' * 999999999999 }}",
        "{{ [0] * 999999999 }}",
        "{% set ns = namespace(s='xxxxxxxx') %}{% for i in range(99) %}{% set ns.s = ns.s + ns.s"
            + " %}{% endfor %}",
        "{% set ns = namespace(l=[1]) %}{% for i in range(99) %}{% set ns.l = [ns.l, ns.l] %}{%"
            + " endfor %}{{ ns.l }}",
        "{{ 2 ** 99999999999 }}",
        "{{ 'x'.ljust(2000000000) }}",
        "{{ 'aaaaaaaaaa'.replace('', 'x' * 9000000) }}",
        "{% set ns = namespace(l=[]) %}{% for i in range(99999) %}{% set ns.l = ns.l + ['x' *"
            + " 9000000 ~ i] %}{% endfor %}",
      })
  void neitherHangsNorExhaustsMemory(String template) {
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> assertThrows(TemplateException.class, () -> render(template)));
  }

  @Test
  void deepNestingIsAnError() {
    for (String template :
        List.of(
            "{{ " + "(".repeat(100_000) + "1" + ")".repeat(100_000) + " }}",
            "{{ " + "not ".repeat(100_000) + "1 }}",
            "{{ 1" + " + 1".repeat(100_000) + " }}",
            "{% if 1 %}".repeat(50_000) + "{% endif %}".repeat(50_000))) {
      try {
        render(template);
      } catch (TemplateException e) {
        assertEquals("nested too deeply", e.reason());
      }
    }
  }

  @Test
  void survivesMutatedTemplates() {
    List<String> sources = new ArrayList<>();
    FIXTURE.get("templates").forEach(t -> sources.add(t.textValue()));
    FIXTURE.get("snippets").forEach(s -> sources.add(s.get("template").textValue()));
    Map<String, Object> variables = Fixtures.map(FIXTURE.get("variables"));
    String[] pieces = {
      "{%", "%}", "{{", "}}", "(", ")", "'", "|", "[", "if", "for", "-", "{#", ":"
    };
    Random random = new Random(42);
    int rendered = 0;
    int inputs = Fixtures.FULL ? 1_000_000 : 5_000;
    for (int i = 0; i < inputs; i++) {
      StringBuilder text = new StringBuilder(sources.get(random.nextInt(sources.size())));
      for (int edits = 1 + random.nextInt(3); edits > 0 && !text.isEmpty(); edits--) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> text.deleteCharAt(at);
          case 1 -> text.insert(at, pieces[random.nextInt(pieces.length)]);
          default -> text.delete(at, Math.min(text.length(), at + random.nextInt(20)));
        }
      }
      try {
        Template.parse(text.toString()).render(variables, CLOCK);
        rendered++;
      } catch (TemplateException e) {
        assertTrue(e.line() >= 1);
      }
    }
    assertTrue(rendered > inputs / 40, rendered + " of " + inputs + " mutated templates rendered");
  }
}
