// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.structured;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tttv2.interfaces.Fixtures;
import dev.tttv2.interfaces.TokenConstraint;
import dev.tttv2.interfaces.Tokenizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaTest {
  private static Tokenizer smollm2;
  private static GrammarCompiler compiler;
  private static Draws draws;

  @BeforeAll
  static void load() {
    smollm2 = Fixtures.smollm2Tokenizer();
    compiler = new GrammarCompiler(smollm2);
    draws = new Draws(smollm2);
  }

  @AfterAll
  static void close() {
    smollm2.close();
  }

  private static TokenConstraint schema(String text) {
    return compiler.compile(StructuredOutput.jsonSchema(text));
  }

  /** A schema, documents that fit it and documents that do not, as single-quoted JSON. */
  private record Case(String schema, List<String> valid, List<String> invalid) {
    @Override
    public String toString() {
      return schema;
    }
  }

  private static Case schemaOf(String schema, String... documents) {
    List<String> valid = new ArrayList<>();
    List<String> invalid = new ArrayList<>();
    for (String document : documents) {
      String json = document.replace('\'', '"');
      if (json.startsWith("!")) {
        invalid.add(json.substring(1));
      } else {
        valid.add(json);
      }
    }
    return new Case(schema.replace('\'', '"'), valid, invalid);
  }

  static Stream<Case> cases() {
    return Stream.of(
        // types
        schemaOf("true", "{}", "[1,'a',null]", "'x'", "1.5e3", "true", "!{", "!", "!nul"),
        schemaOf("{}", "{'a':{'b':[{},[]]}}", "-0.5", "!01", "!'a", "!'\t'", "!{'a':1,}"),
        schemaOf("{'type':'null'}", "null", "!0", "!false"),
        schemaOf("{'type':'boolean'}", "true", "false", "!1", "!'true'"),
        schemaOf("{'type':'integer'}", "0", "-7", "1234567890", "!1.5", "!'1'", "!01", "!--1"),
        schemaOf("{'type':'number'}", "0", "-7", "1.25", "1e5", "2E-3", "!1.", "!.5", "!1e", "!+1"),
        schemaOf("{'type':['string','null']}", "null", "'a'", "!1"),
        schemaOf(
            "{'type':'string'}", "''", "'a\\n\\u00e9\\ud83d\\ude00é🙂'", "!'\\ud83d'", "!'\\x'"),
        schemaOf("{'type':'array'}", "[]", "[ ]", "[1, [2], {}]", "!{}", "![1,]", "![1 2]"),
        schemaOf("{'type':'object'}", "{}", "{'a': 1, 'b':[]}", "!{'a'}", "!{a:1}", "![]"),
        // enum and const
        schemaOf(
            "{'enum':['a','b\\n',1,1.5,null,[1,{'x':2}]]}",
            "'a'",
            "'b\\n'",
            "1",
            "1.5",
            "null",
            "[1,{'x':2}]",
            "!'c'",
            "!2",
            "![1]"),
        schemaOf("{'type':'string','enum':['a',1,'bcd'],'maxLength':2}", "'a'", "!1", "!'bcd'"),
        schemaOf(
            "{'type':'integer','enum':[1,5,9],'minimum':2,'exclusiveMaximum':9}", "5", "!1", "!9"),
        schemaOf("{'const':'x'}", "'x'", "!'y'", "!'xx'"),
        schemaOf("{'const':{'a':[true]}}", "{'a':[true]}", "!{}"),
        schemaOf("{'enum':[1,2,3],'const':2}", "2", "!1"),
        // numbers
        schemaOf("{'type':'integer','minimum':0}", "0", "10", "!-1"),
        schemaOf(
            "{'type':'integer','minimum':-5,'maximum':120}",
            "-5",
            "-1",
            "0",
            "9",
            "99",
            "120",
            "!-6",
            "!121",
            "!1000",
            "!-0"),
        schemaOf("{'type':'integer','exclusiveMinimum':3,'exclusiveMaximum':5}", "4", "!3", "!5"),
        schemaOf("{'type':'integer','minimum':1.5,'maximum':3.5}", "2", "3", "!1", "!4"),
        schemaOf("{'type':'integer','maximum':-100}", "-100", "-123456", "!-99", "!100"),
        schemaOf(
            "{'type':'number','minimum':0,'maximum':1}",
            "0",
            "0.5",
            "1",
            "1.0",
            "1.00",
            "0.0",
            "!1.01",
            "!-0.1",
            "!2",
            "!10"),
        schemaOf(
            "{'type':'number','exclusiveMinimum':-1.25,'maximum':10.75}",
            "-1.2",
            "-1.249",
            "-1",
            "0",
            "0.1",
            "9.99",
            "10.75",
            "10.7",
            "10.750",
            "10.7499",
            "!-1.25",
            "!-1.250",
            "!-1.3",
            "!10.76",
            "!10.751",
            "!11",
            "!-2"),
        schemaOf("{'type':'number','exclusiveMinimum':0}", "0.001", "1", "!0", "!0.0", "!-1"),
        schemaOf("{'type':'number','maximum':-0.5}", "-0.5", "-0.75", "-1", "-12.5", "!-0.4", "!0"),
        schemaOf("{'minimum':2}", "2", "3.5", "!1", "!1.9"),
        // strings
        schemaOf(
            "{'type':'string','minLength':2,'maxLength':3}",
            "'ab'",
            "'abc'",
            "'🙂é'",
            "'\\n\\ud83d\\ude00'",
            "!'a'",
            "!'abcd'"),
        schemaOf("{'type':'string','maxLength':0}", "''", "!'a'"),
        schemaOf("{'type':'string','pattern':'^[a-z]+$'}", "'abc'", "!''", "!'aB'"),
        schemaOf("{'type':'string','pattern':'[a-z]'}", "'1a2'", "'b'", "!'12'"),
        schemaOf("{'type':'string','pattern':'^[a-m]|[n-z]$'}", "'a1'", "'1z'", "!'1a1'", "!'z1'"),
        schemaOf("{'pattern':'^\\\\d{3}$','minLength':1}", "'123'", "!'12'", "!'1234'"),
        schemaOf(
            "{'type':'string','pattern':'^x*$','minLength':2,'maxLength':4}",
            "'xx'",
            "'xxxx'",
            "!'x'",
            "!'xxxxx'"),
        schemaOf(
            "{'type':'string','pattern':'^[\\\\\\\\\\\\n\\u0001/]{2}$'}",
            "'\\\\\\n'", "'/\\u0001'", "!'a/'"),
        schemaOf(
            "{'type':'string','format':'date'}",
            "'2024-02-29'",
            "'2000-02-29'",
            "'2023-12-31'",
            "!'2023-02-29'",
            "!'1900-02-29'",
            "!'2023-04-31'",
            "!'2023-1-1'"),
        schemaOf(
            "{'type':'string','format':'time'}",
            "'12:30:00Z'",
            "'23:59:59.123+02:00'",
            "!'24:00:00Z'",
            "!'12:30:00'"),
        schemaOf(
            "{'type':'string','format':'date-time'}",
            "'2024-02-29T12:00:00Z'",
            "'2024-01-01T00:00:00.5-11:30'",
            "!'2024-01-01'"),
        schemaOf(
            "{'type':'string','format':'duration'}",
            "'P1D'",
            "'PT5M'",
            "'P1Y2M3DT4H5M6S'",
            "'P3W'",
            "!'P'",
            "!'P1DT'"),
        schemaOf(
            "{'type':'string','format':'uuid'}",
            "'123e4567-e89b-12d3-a456-426614174000'",
            "!'123e4567'"),
        // The validator knows only the top-level domains that there are.
        schemaOf(
            "{'type':'string','format':'email','pattern':'\\\\.(com|org)$'}",
            "'a@b.org'",
            "'first.last+tag@sub.example.com'",
            "!'a@'",
            "!'a b@c.org'"),
        schemaOf(
            "{'type':'string','format':'hostname'}",
            "'localhost'",
            "'www.example.com'",
            "!'-a.com'",
            "!'a..b'"),
        schemaOf(
            "{'type':'string','format':'ipv4'}",
            "'127.0.0.1'",
            "'255.255.255.255'",
            "!'256.1.1.1'",
            "!'1.2.3'"),
        schemaOf(
            "{'type':'string','format':'ipv6'}",
            "'::1'",
            "'::'",
            "'2001:db8::8a2e:370:7334'",
            "'1:2:3:4:5:6:7:8'",
            "'1::'",
            "!'1:2:3'",
            "!'1::2::3'",
            "!'12345::'"),
        schemaOf(
            "{'type':'string','format':'uri'}",
            "'https://example.com/a/b?c=d#e'",
            "'http://localhost:8080'",
            "!'example.com'"),
        // objects
        schemaOf(
            "{'type':'object','properties':{'a':{'type':'integer'},'b':{'type':'string'}},"
                + "'required':['a','b'],'additionalProperties':false}",
            "{'a':1,'b':'x'}",
            "{ 'a': 1, 'b': 'x' }",
            "{\n  'a': 1,\n  'b': 'x'\n}",
            "!{'a':1}",
            "!{'a':'x','b':'x'}",
            "!{'a':1,'b':'x','c':2}",
            "!{}"),
        schemaOf(
            "{'properties':{'a':{},'b':{},'c':{}},'required':['b']}",
            "{'b':1}",
            "{'a':1,'b':2}",
            "{'b':2,'c':3}",
            "{'a':{},'b':[],'c':null}",
            "!{'a':1}"),
        schemaOf(
            "{'properties':{'a':{'const':1},'b':{'const':2}}}",
            "{}",
            "{ }",
            "{'a':1}",
            "{'b':2}",
            "{'a':1,'b':2}",
            "!{'a':2}",
            "!{,'b':2}"),
        schemaOf(
            "{'type':'object','properties':{'k':{'type':'null'}},"
                + "'additionalProperties':{'type':'integer'}}",
            "{}",
            "{'k':null}",
            "{'x':1}",
            "{'k':null,'x':1,'kk':2,'':3}",
            "!{'k':1}",
            "!{'x':'a'}",
            "!{'x':null}"),
        schemaOf("{'type':'object','additionalProperties':false}", "{}", "!{'a':1}"),
        schemaOf(
            "{'type':'object','additionalProperties':{'type':'boolean'}}",
            "{}",
            "{'a':true,'b\\n':false}",
            "!{'a':1}"),
        schemaOf("{'type':'object','required':['x y']}", "{'x y':[1]}", "!{}"),
        schemaOf(
            "{'properties':{'never':false,'a':{'type':'null'}}}", "{'a':null}", "!{'never':1}"),
        schemaOf(
            "{'properties':{'a\\\"\\n':{'const':1}},'required':['a\\\"\\n']}",
            "{'a\\\"\\n':1}",
            "!{'a':1}"),
        schemaOf(
            "{'properties':{'o':{'properties':{'p':{'type':'array','items':{'enum':[1,2]}}},"
                + "'required':['p']}},'required':['o']}",
            "{'o':{'p':[1,2,1]}}",
            "{'o':{'p':[]}}",
            "!{'o':{'p':[3]}}",
            "!{'o':{}}"),
        // arrays
        schemaOf(
            "{'type':'array','items':{'type':'integer'}}", "[]", "[1, 2,3]", "!['a']", "![1,]"),
        schemaOf(
            "{'type':'array','items':{'type':'null'},'minItems':2,'maxItems':3}",
            "[null,null]",
            "[null,null,null]",
            "![null]",
            "![null,null,null,null]",
            "![]"),
        schemaOf("{'items':{'const':1},'minItems':2}", "[1,1]", "[1,1,1,1]", "![1]"),
        schemaOf("{'type':'array','maxItems':0}", "[]", "![1]"),
        schemaOf(
            "{'type':'array','prefixItems':[{'const':'a'},{'type':'integer'}]}",
            "[]",
            "['a']",
            "['a',1]",
            "![1]",
            "!['a','b']"),
        schemaOf(
            "{'type':'array','prefixItems':[{'const':'a'}],'items':{'type':'integer'},"
                + "'minItems':2}",
            "['a',1]",
            "['a',1,2,3]",
            "!['a']",
            "!['a','b']"),
        schemaOf(
            "{'type':'array','prefixItems':[{'const':'a'},{'const':'b'}],'items':false,"
                + "'minItems':1}",
            "['a']",
            "['a','b']",
            "![]",
            "!['a','b','c']"),
        schemaOf("{'type':'array','uniqueItems':false,'maxItems':1}", "[]", "[[]]", "![1,2]"),
        // combinations
        schemaOf(
            "{'anyOf':[{'type':'integer'},{'type':'string','maxLength':1}]}",
            "1",
            "'a'",
            "!'ab'",
            "!null"),
        schemaOf("{'oneOf':[{'type':'integer'},{'type':'boolean'}]}", "1", "true", "!null"),
        schemaOf(
            "{'type':'object','anyOf':[{'properties':{'t':{'const':'a'},'x':{'type':'null'}},"
                + "'required':['t','x']},{'properties':{'t':{'const':'b'}},'required':['t']}]}",
            "{'t':'a','x':null}",
            "{'t':'b'}",
            "!{'t':'a'}",
            "!{'t':'c'}"),
        schemaOf("{'allOf':[{'type':'integer','minimum':3},{'maximum':5}]}", "3", "5", "!2", "!6"),
        schemaOf(
            "{'allOf':[{'properties':{'a':{'type':'integer'}},'required':['a']},"
                + "{'properties':{'b':{'type':'null'},'a':{'minimum':7}}}]}",
            "{'a':7}",
            "{'a':8,'b':null}",
            "!{'b':null}",
            "!{'a':6}"),
        schemaOf(
            "{'properties':{'a':{'type':'integer'}},'anyOf':[{'required':['a']},"
                + "{'properties':{'b':{'const':0}},'required':['b']}]}",
            "{'a':1}",
            "{'a':1,'b':0}",
            "{'b':0}",
            "!{}"),
        schemaOf(
            "{'allOf':[{'anyOf':[{'const':1},{'const':2}]},{'anyOf':[{'const':2},{'const':3}]}]}",
            "2",
            "!1",
            "!3"),
        // references
        schemaOf("{'$ref':'#/$defs/a','$defs':{'a':{'type':'integer'}}}", "1", "!'a'"),
        schemaOf(
            "{'$ref':'#/$defs/a~1b%25c','minimum':2,'$defs':{'a/b%c':{'type':'integer'}}}",
            "2", "!1"),
        schemaOf(
            "{'prefixItems':[{'const':1},{'$ref':'#/prefixItems/0'}],'minItems':2}",
            "[1,1]",
            "![1,2]"),
        schemaOf(
            "{'type':'object','properties':{'v':{'type':'integer'},'next':{'anyOf':["
                + "{'$ref':'#'},{'type':'null'}]}},'required':['v','next']}",
            "{'v':1,'next':null}",
            "{'v':1,'next':{'v':2,'next':{'v':3,'next':null}}}",
            "!{'v':1}",
            "!{'v':1,'next':{'v':2}}"),
        schemaOf(
            "{'$defs':{'tree':{'type':'object','properties':{'n':{'type':'string','maxLength':3},"
                + "'c':{'type':'array','items':{'$ref':'#/$defs/tree'}}},'required':['n','c'],"
                + "'additionalProperties':false}},'$ref':'#/$defs/tree'}",
            "{'n':'a','c':[]}",
            "{'n':'a','c':[{'n':'b','c':[]},{'n':'c','c':[{'n':'d','c':[]}]}]}",
            "!{'n':'a'}",
            "!{'n':'a','c':[{'n':'b'}]}"),
        schemaOf(
            "{'$defs':{'e':{'anyOf':[{'type':'integer'},{'type':'array','prefixItems':["
                + "{'enum':['+','*']},{'$ref':'#/$defs/e'},{'$ref':'#/$defs/e'}],'minItems':3,"
                + "'items':false}]}},'$ref':'#/$defs/e'}",
            "1",
            "['+',1,['*',2,3]]",
            "!['+',1]",
            "!['-',1,2]"),
        // annotations
        schemaOf(
            "{'$schema':'https://json-schema.org/draft/2020-12/schema','$id':'https://x.org/y',"
                + "'title':'t','description':'d','default':1,'examples':[2],'$comment':'c',"
                + "'deprecated':true,'readOnly':true,'x-own':{},'type':'integer'}",
            "3",
            "!'a'"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void acceptsWhatFitsAndMakesNothingElse(Case example) {
    TokenConstraint constraint = schema(example.schema);
    JsonValidator validator = new JsonValidator(example.schema);
    for (String document : example.valid) {
      assertEquals("", validator.problems(document), document);
      assertTrue(draws.accepts(constraint, document), document);
    }
    for (String document : example.invalid) {
      assertFalse(draws.accepts(constraint, document), document);
    }
    Random random = new Random(11);
    int finished = 0;
    for (int i = 0; i < 15; i++) {
      String text = draws.draw(constraint, random).orElse(null);
      if (text != null) {
        assertEquals("", validator.problems(text), text);
        assertTrue(draws.accepts(constraint, text), text);
        finished++;
      }
    }
    assertTrue(finished >= 8, finished + " of 15 came to an end");
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "gemma"})
  void sentencePieceVocabulariesTakeTheFirstSpaceAway(String manner) {
    try (Tokenizer tokenizer = Fixtures.sentencePiece(manner)) {
      Draws own = new Draws(tokenizer);
      String text =
          "{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\",\"maxLength\":9}},"
              + "\"required\":[\"name\"]}";
      TokenConstraint constraint =
          new GrammarCompiler(tokenizer).compile(StructuredOutput.jsonSchema(text));
      JsonValidator validator = new JsonValidator(text);
      assertTrue(own.accepts(constraint, "{\"name\": \"é🙂 x\"}"));
      assertFalse(own.accepts(constraint, "  {\"name\": \"x\"}"));
      assertFalse(own.accepts(constraint, "{\"nam\": \"x\"}"));
      Random random = new Random(2);
      for (int i = 0; i < 30; i++) {
        String drawn = own.draw(constraint, random).orElseThrow();
        assertEquals("", validator.problems(drawn), drawn);
      }
    }
  }

  @Test
  void anyObjectIsAnyObject() {
    TokenConstraint constraint = compiler.compile(StructuredOutput.jsonObject());
    assertTrue(draws.accepts(constraint, "{\"a\": [1, {\"b\": null}], \"c\": \"d\"}"));
    for (String other : new String[] {"[]", "1", "\"a\"", "null", ""}) {
      assertFalse(draws.accepts(constraint, other), other);
    }
    Random random = new Random(4);
    JsonValidator validator = new JsonValidator("{\"type\":\"object\"}");
    int finished = 0;
    for (int i = 0; i < 30; i++) {
      String text = draws.draw(constraint, random).orElse(null);
      if (text != null) {
        assertEquals("", validator.problems(text), text);
        finished++;
      }
    }
    assertTrue(finished > 15, finished + " of 30 came to an end");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'properties':{'x':{'type':'number','multipleOf':2}}} | $.properties.x.multipleOf is not",
        "{'patternProperties':{}} | $.patternProperties is not supported",
        "{'items':{'not':{}}} | $.items.not is not supported; alternatives",
        "{'if':{}} | $.if is not supported",
        "{'uniqueItems':true} | $.uniqueItems is not supported",
        "{'minProperties':1} | $.minProperties is not supported",
        "{'anyOf':[{},{'contains':1}]} | $.anyOf[1].contains is not supported",
        "{'frobnicate':1} | $.frobnicate is not supported",
        "{'$dynamicRef':'#x'} | $.$dynamicRef is not supported",
        "{'nullable':true} | $.nullable is not supported; JSON Schema writes",
        "{'type':'text'} | $.type is \"text\", expected object, array",
        "{'type':[]} | $.type is [], expected",
        "{'type':1} | $.type is 1, expected",
        "{'type':'string','format':'phone'} | $.format is phone, which is not supported; known",
        "{'type':'string','pattern':'(?=a)'} | $.pattern is refused: the regular expression (?=a)",
        "{'type':'string','pattern':1} | $.pattern is 1, expected a string",
        "{'type':'string','minLength':-1} | $.minLength is -1, expected",
        "{'type':'string','minLength':1.5} | $.minLength is 1.5, expected",
        "{'type':'string','maxLength':1000000} | the grammar needs more than",
        "{'type':'string','pattern':'a{1000}','maxLength':100000} | $ (pattern, format, length)"
            + " needs",
        "{'type':'integer','minimum':'1'} | $.minimum is \"1\", expected a number",
        "{'type':'integer','minimum':1e999} | $.minimum is",
        "{'exclusiveMinimum':true} | $.exclusiveMinimum is true, expected a number",
        "{'required':'a'} | $.required is \"a\", expected a list",
        "{'required':[1]} | $.required holds 1, expected names",
        "{'properties':[]} | $.properties is [], expected an object",
        "{'properties':{'a':1}} | $.properties.a is 1, expected a schema",
        "{'items':[{}]} | $.items is [{}], expected a schema",
        "{'anyOf':[]} | $.anyOf is empty",
        "{'anyOf':{}} | $.anyOf is {}, expected a list",
        "{'enum':1} | $.enum is 1, expected a list",
        "{'$ref':'#/$defs/a'} | $.$ref is #/$defs/a, which is not in the schema",
        "{'$ref':'other.json'} | $.$ref is other.json, expected a JSON pointer",
        "{'$ref':1} | $.$ref is 1, expected a string",
        "{'$ref':'#/%zz'} | $.$ref holds %zz",
        "{'$ref':'#'} | $ leads back to itself",
        "{'anyOf':[{'$ref':'#'},{'type':'null'}]} | $ leads back to itself",
        "{'$defs':{'a':{'$ref':'#/$defs/b'},'b':{'allOf':[{'$ref':'#/$defs/a'}]}},'$ref':'#/$defs/a'}"
            + " | $.$defs.a leads back to itself",
        "{'properties':{'a':{'$id':'x'}}} | $.properties.a.$id is not supported within",
        "{'enum':[{}],'properties':{}} | $.properties stands beside listed",
        "{'anyOf':[{}],'oneOf':[{}]} | $.oneOf stands beside anyOf",
        "false | no text fits",
        "{'enum':[]} | no text fits",
        "{'type':'integer','minimum':2,'maximum':1} | no text fits",
        "{'type':'string','minLength':3,'maxLength':2} | no text fits",
        "{'allOf':[{'type':'string'},{'type':'null'}]} | no text fits",
        "{'type':'object','properties':{'a':{'$ref':'#'}},'required':['a']} | no text fits",
        "[] | $ is [], expected a schema",
        "{'a':1,'a':2} | line 1, column",
        "{'type':'null'} x | line 1, column",
        "{'type': | line 1, column",
      })
  void whatIsNotSupportedIsRefusedWithItsPlace(String text, String message) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> schema(text.replace('\'', '"')));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void nestingAndCombinationsAreLimited() {
    assertThrows(
        IllegalArgumentException.class,
        () -> schema("{\"items\":".repeat(10_000) + "{}" + "}".repeat(10_000)));
    assertThrows(IllegalArgumentException.class, () -> schema(""));
    StringBuilder all = new StringBuilder("{\"allOf\":[");
    for (int i = 0; i < 30; i++) {
      all.append(i == 0 ? "" : ",").append("{\"anyOf\":[{\"minimum\":1},{\"maximum\":5}]}");
    }
    IllegalArgumentException e =
        assertTimeoutPreemptively(
            Duration.ofSeconds(20),
            () -> assertThrows(IllegalArgumentException.class, () -> schema(all + "]}")));
    assertTrue(e.getMessage().contains("$ has more than 1000 alternatives"), e.getMessage());
    IllegalArgumentException dead =
        assertTimeoutPreemptively(
            Duration.ofSeconds(60),
            () -> assertThrows(IllegalArgumentException.class, () -> schema(all + ",false]}")));
    assertTrue(dead.getMessage().contains("steps to make"), dead.getMessage());
  }

  /** Schemas made at random, and documents made from them another way. */
  @Test
  void randomSchemas() {
    Random random = new Random(21);
    int drawn = 0;
    for (int i = 0; i < (Fixtures.FULL ? 20_000 : 60); i++) {
      RandomSchema made = new RandomSchema(random);
      String text = made.schema().toString();
      TokenConstraint constraint = schema(text);
      JsonValidator validator = new JsonValidator(text);
      for (int j = 0; j < 4; j++) {
        JsonNode document = made.document();
        for (boolean pretty : new boolean[] {false, true}) {
          String written = JsonValidator.write(document, pretty).replace(" : ", ": ");
          assertEquals("", validator.problems(written), () -> text + " on " + written);
          assertTrue(draws.accepts(constraint, written), () -> text + " on " + written);
        }
        String own = draws.draw(constraint, random).orElse(null);
        if (own != null) {
          assertEquals("", validator.problems(own), () -> text + " on " + own);
          drawn++;
        }
      }
    }
    assertTrue(drawn > 100, drawn + " texts drawn");
  }

  @Test
  void noSchemaDoesAnythingButCompileOrBeRefused() {
    List<String> seeds = cases().map(Case::schema).toList();
    Random random = new Random(9);
    ObjectMapper mapper = new ObjectMapper();
    for (int i = 0; i < (Fixtures.FULL ? 1_000_000 : 3000); i++) {
      String seed = seeds.get(random.nextInt(seeds.size()));
      String other = seeds.get(random.nextInt(seeds.size()));
      String mutated;
      if (random.nextBoolean()) {
        StringBuilder text = new StringBuilder(seed);
        for (int n = random.nextInt(3); n >= 0; n--) {
          int at = random.nextInt(text.length());
          text.replace(
              at,
              Math.min(text.length(), at + random.nextInt(4)),
              other.substring(random.nextInt(other.length())).substring(0, 1));
        }
        mutated = text.toString();
      } else {
        mutated = grafted(mapper, seed, other, random);
      }
      assertTimeoutPreemptively(
          Duration.ofSeconds(30),
          () -> {
            try {
              StructuredOutput.jsonSchema(mutated).grammar();
            } catch (IllegalArgumentException e) {
              assertTrue(e.getMessage().length() > 10, e.getMessage());
            }
          },
          mutated);
    }
  }

  /** Puts a part of one schema somewhere into another. */
  private static String grafted(ObjectMapper mapper, String seed, String other, Random random) {
    try {
      JsonNode root = mapper.readTree(seed);
      List<JsonNode> containers = new ArrayList<>();
      collect(root, containers);
      List<JsonNode> parts = new ArrayList<>();
      collect(mapper.readTree(other), parts);
      parts.add(JsonNodeFactory.instance.numberNode(random.nextLong()));
      parts.add(JsonNodeFactory.instance.nullNode());
      if (containers.isEmpty()) {
        return seed;
      }
      JsonNode part = parts.get(random.nextInt(parts.size()));
      JsonNode at = containers.get(random.nextInt(containers.size()));
      if (at instanceof ObjectNode object && !object.isEmpty()) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        object.set(names.get(random.nextInt(names.size())), part);
      } else if (at instanceof ArrayNode array) {
        array.add(part);
      }
      return root.toString();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void collect(JsonNode node, List<JsonNode> into) {
    if (node.isContainerNode()) {
      into.add(node);
      node.forEach(child -> collect(child, into));
    }
  }
}
