# SPDX-License-Identifier: Apache-2.0
"""python make_chat_templates.py OUT_DIRECTORY

Renders the templates and snippets below as Hugging Face transformers renders chat templates and writes them with their
variables and results. The templates are our own; each uses the constructs that the chat template of the family it is
named after uses. Made with transformers 4.57.6, jinja2 3.1.6; the clock stands at 2024-07-26 09:05:03.
"""
import datetime
import json
import os
import sys

from transformers.utils import chat_template_utils

NOW = datetime.datetime(2024, 7, 26, 9, 5, 3)


class Clock(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return NOW


chat_template_utils.datetime = Clock

TEMPLATES = {}

TEMPLATES["smollm2"] = (
    "{% for m in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|begin|>system\nBe kind.<|end|>\n' }}"
    "{% endif %}{{'<|begin|>' + m['role'] + '\n' + m['content'] + '<|end|>' + '\n'}}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|begin|>assistant\n' }}{% endif %}")

TEMPLATES["smollm3"] = """
{#- a comment, trimmed on the left -#}
{%- if enable_thinking is not defined -%}
{%- set enable_thinking = true -%}
{%- endif -%}
{%- set mode = "/think" if enable_thinking else "/no_think" -%}
{%- if messages[0].role == "system" -%}
  {%- set given = messages[0].content -%}
  {%- if "/no_think" in given -%}{%- set mode = "/no_think" -%}{%- endif -%}
  {%- set own = given.replace("/no_think", "").replace("/think", "").rstrip() -%}
{%- endif -%}
{{- "<|begin|>system\\n" -}}
{%- if "/override" in (own or "") -%}
  {{- own.replace("/override", "").rstrip() -}}
{%- else -%}
{{- "## Facts\\n\\nToday: " -}}
{%- set today = strftime_now("%d %B %Y") -%}
{{- today ~ "\\n" -}}
{{- "Mode: " + mode + "\\n\\n" -}}
{%- if own -%}{{- own + "\\n\\n" -}}{%- endif -%}
{%- endif -%}
{%- if xml_tools or tools -%}
  {{- "### Tools\\n\\n" -}}
  {%- set ns = namespace(text="Call with: <tools>\\n") -%}
  {%- for tool in (xml_tools or tools) -%}
    {%- set ns.text = ns.text ~ (tool | string) ~ "\\n" -%}
  {%- endfor -%}
  {{- ns.text + "</tools>\\n" -}}
{%- endif -%}
{{- "<|end|>\\n" -}}
{%- for message in messages -%}
    {%- set content = message.content if message.content is string else "" -%}
    {%- if message.role == "user" -%}
        {{ "<|begin|>" + message.role + "\\n"  + content + "<|end|>\\n" }}
    {%- elif message.role == "assistant" -%}
        {% generation %}
        {%- if mode == "/think" -%}
            {{ "<|begin|>assistant\\n" + content.lstrip("\\n") + "<|end|>\\n" }}
        {%- else -%}
            {{ "<|begin|>assistant\\n" + "<think>\\n\\n</think>\\n" + content.lstrip("\\n") + "<|end|>\\n" }}
        {%- endif -%}
        {% endgeneration %}
    {%- elif message.role == "tool" -%}
    {{ "<|begin|>" + "user\\n"  + content + "<|end|>\\n" }}
    {%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {%- if mode == "/think" -%}{{ "<|begin|>assistant\\n" }}{%- else -%}{{ "<|begin|>assistant\\n<think>\\n\\n</think>\\n"  }}{%- endif -%}
{%- endif -%}
"""

TEMPLATES["llama3"] = """{{- bos_token }}
{%- if custom_tools is defined %}
    {%- set tools = custom_tools %}
{%- endif %}
{%- if not date_string is defined %}
    {%- if strftime_now is defined %}
        {%- set date_string = strftime_now("%d %b %Y") %}
    {%- else %}
        {%- set date_string = "26 Jul 2024" %}
    {%- endif %}
{%- endif %}
{%- if not tools is defined %}
    {%- set tools = none %}
{%- endif %}
{%- if messages[0]['role'] == 'system' %}
    {%- set sys = messages[0]['content']|trim %}
    {%- set messages = messages[1:] %}
{%- else %}
    {%- set sys = "" %}
{%- endif %}
{{- "[header]system[/header]\\n\\n" }}
{%- if builtin_tools is defined or tools is not none %}
    {{- "Environment: ipython\\n" }}
{%- endif %}
{%- if builtin_tools is defined %}
    {{- "Tools: " + builtin_tools | reject('equalto', 'code_interpreter') | join(", ") + "\\n\\n"}}
{%- endif %}
{{- "Today: " + date_string + "\\n\\n" }}
{%- if tools is not none %}
    {{- "Functions as JSON, one a block.\\n" }}
    {{- 'Answer like {"name": function, "parameters": {..}}.' }}
    {%- for t in tools %}
        {{- t | tojson(indent=4) }}
        {{- "\\n\\n" }}
    {%- endfor %}
{%- endif %}
{{- sys }}
{{- "[eot]" }}
{%- for message in messages %}
    {%- if not (message.role == 'ipython' or message.role == 'tool' or 'tool_calls' in message) %}
        {{- '[header]' + message['role'] + '[/header]\\n\\n'+ message['content'] | trim + '[eot]' }}
    {%- elif 'tool_calls' in message %}
        {%- if not message.tool_calls|length == 1 %}
            {{- raise_exception("One call at a time!") }}
        {%- endif %}
        {%- set tool_call = message.tool_calls[0].function %}
        {%- if builtin_tools is defined and tool_call.name in builtin_tools %}
            {{- tool_call.name + ".call(" }}
            {%- for arg_name, arg_val in tool_call.arguments | items %}
                {{- arg_name + '="' + arg_val|string + '"' }}
                {%- if not loop.last %}
                    {{- ", " }}
                {%- endif %}
            {%- endfor %}
            {{- ")" }}
        {%- else  %}
            {{- '{"name": "' + tool_call.name + '", ' }}
            {{- '"parameters": ' }}
            {{- tool_call.arguments | tojson }}
            {{- "}" }}
        {%- endif %}
        {{- "[eom]" if builtin_tools is defined else "[eot]" }}
    {%- elif message.role == "tool" or message.role == "ipython" %}
        {{- "[header]ipython[/header]\\n\\n" }}
        {%- if message.content is mapping or message.content is iterable %}
            {{- message.content | tojson }}
        {%- else %}
            {{- message.content }}
        {%- endif %}
        {{- "[eot]" }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '[header]assistant[/header]\\n\\n' }}
{%- endif %}
"""

TEMPLATES["qwen3"] = """{%- if tools %}
    {{- '<|begin|>system\\n' }}
    {%- if messages[0].role == 'system' %}
        {{- messages[0].content + '\\n\\n' }}
    {%- endif %}
    {{- "# Tools\\n<tools>" }}
    {%- for tool in tools %}
        {{- "\\n" }}
        {{- tool | tojson }}
    {%- endfor %}
    {{- "\\n</tools><|end|>\\n" }}
{%- else %}
    {%- if messages[0].role == 'system' %}
        {{- '<|begin|>system\\n' + messages[0].content + '<|end|>\\n' }}
    {%- endif %}
{%- endif %}
{%- set ns = namespace(searching=true, last=messages|length - 1) %}
{%- for message in messages[::-1] %}
    {%- set index = (messages|length - 1) - loop.index0 %}
    {%- if ns.searching and message.role == "user" and message.content is string and not(message.content.startswith('<reply>') and message.content.endswith('</reply>')) %}
        {%- set ns.searching = false %}
        {%- set ns.last = index %}
    {%- endif %}
{%- endfor %}
{%- for message in messages %}
    {%- if message.content is string %}
        {%- set content = message.content %}
    {%- else %}
        {%- set content = '' %}
    {%- endif %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) %}
        {{- '<|begin|>' + message.role + '\\n' + content + '<|end|>' + '\\n' }}
    {%- elif message.role == "assistant" %}
        {%- set thought = '' %}
        {%- if message.thought is string %}
            {%- set thought = message.thought %}
        {%- else %}
            {%- if '</think>' in content %}
                {%- set thought = content.split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') %}
                {%- set content = content.split('</think>')[-1].lstrip('\\n') %}
            {%- endif %}
        {%- endif %}
        {%- if loop.index0 > ns.last %}
            {%- if loop.last or (not loop.last and thought) %}
                {{- '<|begin|>' + message.role + '\\n<think>\\n' + thought.strip('\\n') + '\\n</think>\\n\\n' + content.lstrip('\\n') }}
            {%- else %}
                {{- '<|begin|>' + message.role + '\\n' + content }}
            {%- endif %}
        {%- else %}
            {{- '<|begin|>' + message.role + '\\n' + content }}
        {%- endif %}
        {%- if message.tool_calls %}
            {%- for call in message.tool_calls %}
                {%- if (loop.first and content) or (not loop.first) %}
                    {{- '\\n' }}
                {%- endif %}
                {%- if call.function %}
                    {%- set call = call.function %}
                {%- endif %}
                {{- '<call>\\n{"name": "' }}
                {{- call.name }}
                {{- '", "arguments": ' }}
                {%- if call.arguments is string %}
                    {{- call.arguments }}
                {%- else %}
                    {{- call.arguments | tojson }}
                {%- endif %}
                {{- '}\\n</call>' }}
            {%- endfor %}
        {%- endif %}
        {{- '<|end|>\\n' }}
    {%- elif message.role == "tool" %}
        {%- if loop.first or (messages[loop.index0 - 1].role != "tool") %}
            {{- '<|begin|>user' }}
        {%- endif %}
        {{- '\\n<reply>\\n' }}
        {{- content }}
        {{- '\\n</reply>' }}
        {%- if loop.last or (messages[loop.index0 + 1].role != "tool") %}
            {{- '<|end|>\\n' }}
        {%- endif %}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|begin|>assistant\\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}
        {{- '<think>\\n\\n</think>\\n\\n' }}
    {%- endif %}
{%- endif %}
"""

TEMPLATES["gemma3"] = """{{ bos_token }}
{%- if messages[0]['role'] == 'system' -%}
    {%- if messages[0]['content'] is string -%}
        {%- set opening = messages[0]['content'] + '\\n\\n' -%}
    {%- else -%}
        {%- set opening = messages[0]['content'][0]['text'] + '\\n\\n' -%}
    {%- endif -%}
    {%- set rest = messages[1:] -%}
{%- else -%}
    {%- set opening = "" -%}
    {%- set rest = messages -%}
{%- endif -%}
{%- for message in rest -%}
    {%- if (message['role'] == 'user') != (loop.index0 % 2 == 0) -%}
        {{ raise_exception("Roles must take turns: user, assistant, user, assistant") }}
    {%- endif -%}
    {%- set role = "model" if message['role'] == 'assistant' else message['role'] -%}
    {{ '[turn]' + role + '
' + (opening if loop.first else "") }}
    {%- if message['content'] is string -%}
        {{ message['content'] | trim }}
    {%- elif message['content'] is iterable -%}
        {%- for item in message['content'] -%}
            {%- if item['type'] == 'image' -%}
                {{ '[image]' }}
            {%- elif item['type'] == 'text' -%}
                {{ item['text'] | trim }}
            {%- endif -%}
        {%- endfor -%}
    {%- else -%}
        {{ raise_exception("Content of a wrong type") }}
    {%- endif -%}
    {{ '[/turn]
' }}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{'[turn]model
'}}
{%- endif -%}
"""

TEMPLATES["mistral"] = """{%- if messages[0]["role"] == "system" %}
    {%- set sys = messages[0]["content"] %}
    {%- set rest = messages[1:] %}
{%- else %}
    {%- set rest = messages %}
{%- endif %}
{%- if not tools is defined %}
    {%- set tools = none %}
{%- endif %}
{%- set users = rest | selectattr("role", "equalto", "user") | list %}
{#- roles have to take turns, tools aside #}
{%- set ns = namespace() %}
{%- set ns.index = 0 %}
{%- for message in rest %}
    {%- if not (message.role == "tool" or message.role == "tool_results" or (message.tool_calls is defined and message.tool_calls is not none)) %}
        {%- if (message["role"] == "user") != (ns.index % 2 == 0) %}
            {{- raise_exception("Roles must take turns") }}
        {%- endif %}
        {%- set ns.index = ns.index + 1 %}
    {%- endif %}
{%- endfor %}
{{- bos_token }}
{%- for message in rest %}
    {%- if message["role"] == "user" %}
        {%- if tools is not none and (message == users[-1]) %}
            {{- "[TOOLS][" }}
            {%- for tool in tools %}
                {%- set tool = tool.function %}
                {{- '{"type": "function", "function": {' }}
                {%- for key, val in tool.items() if key != "return" %}
                    {%- if val is string %}
                        {{- '"' + key + '": "' + val + '"' }}
                    {%- else %}
                        {{- '"' + key + '": ' + val|tojson }}
                    {%- endif %}
                    {%- if not loop.last %}
                        {{- ", " }}
                    {%- endif %}
                {%- endfor %}
                {{- "}}" }}
                {%- if not loop.last %}
                    {{- ", " }}
                {%- else %}
                    {{- "]" }}
                {%- endif %}
            {%- endfor %}
            {{- "[/TOOLS]" }}
        {%- endif %}
        {%- if loop.last and sys is defined %}
            {{- "[INST]" + sys + "\\n\\n" + message["content"] + "[/INST]" }}
        {%- else %}
            {{- "[INST]" + message["content"] + "[/INST]" }}
        {%- endif %}
    {%- elif (message.tool_calls is defined and message.tool_calls is not none) %}
        {{- "[CALLS][" }}
        {%- for tool_call in message.tool_calls %}
            {%- set out = tool_call.function|tojson %}
            {{- out[:-1] }}
            {%- if not tool_call.id is defined or tool_call.id|length != 9 %}
                {{- raise_exception("Ids of calls have 9 letters or digits") }}
            {%- endif %}
            {{- ', "id": "' + tool_call.id + '"}' }}
            {%- if not loop.last %}
                {{- ", " }}
            {%- else %}
                {{- "]" + eos_token }}
            {%- endif %}
        {%- endfor %}
    {%- elif message["role"] == "assistant" %}
        {{- message["content"] + eos_token}}
    {%- elif message["role"] == "tool_results" or message["role"] == "tool" %}
        {%- if message.content is defined and message.content.content is defined %}
            {%- set content = message.content.content %}
        {%- else %}
            {%- set content = message.content %}
        {%- endif %}
        {{- '[RESULTS]{"content": ' + content|string + ", " }}
        {{- '"call_id": "' + message.tool_call_id + '"}[/RESULTS]' }}
    {%- else %}
        {{- raise_exception("Only user, assistant, tool and system are roles") }}
    {%- endif %}
{%- endfor %}
"""


def user(text):
    return {"role": "user", "content": text}


def assistant(text, **more):
    return {"role": "assistant", "content": text, **more}


def system(text):
    return {"role": "system", "content": text}


TOOLS = [
    {"type": "function", "function": {
        "name": "weather", "description": "The weather <of> \"é\" & 'ü'",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer", "default": 3}},
                       "required": ["city"]}, "return": {"type": "string"}}},
    {"type": "function", "function": {"name": "time", "description": "", "parameters": {}}},
]
CALL = [{"type": "function", "id": "abc123def", "function": {
    "name": "weather", "arguments": {"city": "Paris", "days": 2, "f": 1.5, "n": None, "b": True, "l": [1, "x"]}}}]
RESULT = {"role": "tool", "name": "weather", "tool_call_id": "abc123def", "content": "{\"t\": 20}"}

CONVERSATIONS = {
    "one": ([user("Hello {{ 1 + 1 }} {% if x %} {# y #}")], {}),
    "system": ([system(" You are \"nice\". /no_think "), user("Hi")], {}),
    "several": ([user("  Hi  "), assistant("Hello!\n"), user("Again 東京 🙂")], {}),
    "thoughts": ([user("q"), assistant("<think>\nhmm\n</think>\n\nanswer"), user("q2"), assistant("<think>x</think>y")], {}),
    "no_thoughts": ([user("q")], {"enable_thinking": False}),
    "tools": ([system("sys"), user("weather?"), assistant("", tool_calls=CALL), RESULT, assistant("20."), user("thanks")],
              {"tools": TOOLS}),
    "builtin": ([user("w?"), assistant("", tool_calls=CALL), RESULT], {"builtin_tools": ["weather", "code_interpreter"]}),
    "two_calls": ([user("w?"), assistant("", tool_calls=CALL + CALL), RESULT, RESULT], {"tools": TOOLS}),
    "parts": ([{"role": "system", "content": [{"type": "text", "text": "sys"}]},
               {"role": "user", "content": [{"type": "text", "text": " a "}, {"type": "image"}, {"type": "text", "text": "b"}]}], {}),
    "wrong_turns": ([assistant("first"), assistant("second")], {}),
    "empty": ([], {}),
}

# Snippets: the language itself.
SNIPPETS = [
    "{{ 1 + 2 * 3 - 4 / 2 }} {{ 7 // 2 }} {{ -7 // 2 }} {{ 7 % 3 }} {{ -7 % 3 }} {{ 2 ** 10 }} {{ 7 / 2 }} {{ 1e3 }} {{ 1_000 }}",
    "{{ 0.1 + 0.2 }} {{ 1e16 }} {{ 1e-5 }} {{ 123456789.0 }} {{ 1.5e300 * 1e10 }} {{ 3.0 }} {{ -0.0 }}",
    "{{ 1 < 2 < 3 }} {{ 1 == 1.0 }} {{ true == 1 }} {{ 'a' < 'b' }} {{ [1, 2] < [1, 3] }} {{ none == false }} {{ 1 != 2 }}",
    "{{ 'a' ~ 1 ~ none ~ true ~ 1.5 ~ [1] ~ {'k': 'v'} }}",
    "{{ 'abc'[0] }}{{ 'abc'[-1] }}{{ 'abc'[1:] }}{{ 'abc'[:-1] }}{{ 'abc'[::-1] }}{{ 'abcdef'[1:5:2] }}{{ '🙂é'[0] }}{{ 'abc'[5] }}",
    "{{ [1,2,3][::-1] }} {{ [1,2,3][-2:] }} {{ [1,2,3][5:] }} {{ (1,2,3)[:2] }} {{ [1,2,3][9] }} {{ [0,1,2,3,4,5][4:0:-2] }}",
    "{{ d.a }} {{ d['a'] }} {{ d.get('a') }} {{ d.get('zz', 5) }} {{ d.zz }}|{{ d.items() | list }} {{ d.keys() | list }} {{ d.values() | list }}",
    "{{ d['items'] }} {{ d.items is callable }}",
    "{{ 'x' in d }} {{ 'a' in d }} {{ 2 in [1,2] }} {{ 'b' in 'abc' }} {{ 3 not in [1,2] }} {{ 'q' not in 'abc' }}",
    "{{ undefined_name }}|{{ undefined_name is defined }}|{{ undefined_name | default('x') }}|{{ undefined_name or 'y' }}",
    "{{ none | default('x') }} {{ none | default('x', true) }} {{ '' | d('e', boolean=true) }}",
    "{% if undefined_name %}yes{% else %}no{% endif %}{% for x in undefined_name %}never{% else %}none{% endfor %}",
    "{% for x in [1,2,3] %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }};{% endfor %}",
    "{% for x in [1,2,3] %}{{ loop.previtem }}<{{ x }}>{{ loop.nextitem }} {{ loop.cycle('a','b') }} {{ loop.changed(x > 1) }};{% endfor %}",
    "{% for x in range(10) if x % 2 %}{{ loop.index }}:{{ x }} {% endfor %}",
    "{% for x in range(10) %}{% if x == 2 %}{% continue %}{% endif %}{% if x == 5 %}{% break %}{% endif %}{{ x }}{% endfor %}",
    "{% for k, v in d.items() %}{{ k }}={{ v }},{% endfor %}{% for k in d %}{{ k }}{% endfor %}{% for c in 'ab' %}{{ c }}.{% endfor %}",
    "{% for a, (b, c) in [(1, (2, 3)), (4, (5, 6))] %}{{ a }}{{ b }}{{ c }} {% endfor %}",
    "{% for n in tree recursive %}{{ loop.depth }}{{ n.v }}({{ loop(n.c) }}){% endfor %}",
    "{% set x = 1 %}{% for i in range(3) %}{% set x = x + 1 %}{{ x }}{% endfor %}{{ x }}",
    "{% set ns = namespace(x=1, y='a') %}{% for i in range(3) %}{% set ns.x = ns.x + i %}{% endfor %}{{ ns.x }}{{ ns.y }}{{ ns.zz }}",
    "{% set a, b = 1, 2 %}{{ a }}{{ b }}{% set c %}block {{ a }}{% endset %}[{{ c }}]{% set u | upper | trim %} shout {% endset %}[{{ u }}]",
    "{% if true %}{% set inner = 5 %}{% endif %}{{ inner }}",
    "{% macro m(a, b=2, c='x') %}{{ a }}{{ b }}{{ c }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1) }}|{{ m(1, 3) }}|{{ m(1, c=4) }}|{{ m() }}|{{ m(1,2,3,4,5) }}",
    "{% macro wrap(t) %}<{{ t }}>{{ caller('arg') }}</{{ t }}>{% endmacro %}{% call(x) wrap('b') %}body {{ x }}{% endcall %}",
    "{% macro fact(n) %}{{ 1 if n <= 1 else n * (fact(n - 1) | int) }}{% endmacro %}{{ fact(10) }}",
    "{% set outer = 'o' %}{% macro see() %}{{ outer }}{% endmacro %}{% set outer = 'p' %}{{ see() }}",
    "{% filter upper %}shout {{ 'x' }}{% endfilter %}{% with a = 1, b = 2 %}{{ a + b }}{% endwith %}[{{ a }}]",
    "{% raw %}{{ not a tag }}{% endraw %}{# comment #}x{#- trimmed -#} y",
    "a  {%- if true -%}  b  {%- endif -%}  c",
    "  {% if true %}\n  x\n  {% endif %}\n  y\n",
    "  {%+ if true %}\n  x\n  {%+ endif +%}\n  y\n\n",
    "line\n    {% for x in [1,2] %}\n  - {{ x }}\n    {% endfor %}\nend\n\n",
    "{{ 'x' }}\n{{ 'y' }}\n\t{# c #}\nz",
    "{{ 'tab\\there' }} {{ 'nl\\nx' }} {{ 'q\\'q' }} {{ \"d\\\"d\" }} {{ 'b\\\\s' }} {{ '\\u00e9\\x41' }} {{ 'un\\known' }} {{ 'a' 'b' }}",
    "{{ [1, 'two', 3.0, none, true, {'k': [1]}, (1,), (), 'it\\'s', 'q\"', 'both\\'\"', 'nl\\n', 'é', '\\x07'] }}",
    "{{ not true }} {{ not 0 and 1 }} {{ 1 and 2 or 3 }} {{ '' or 'x' }} {{ 0 or none }} {{ not '' == 'a' }}",
    "{{ 'yes' if 1 else 'no' }}{{ 'yes' if 0 }}{{ 'a' if 0 else 'b' if 0 else 'c' }}",
    "{{ -3 | abs }} {{ (-3) | abs }} {{ 3 + -2 }} {{ - 2 ** 2 }} {{ -1.5 | round }} {{ 2.5 | round }} {{ 2.675 | round(2) }} {{ 2.1 | round(method='ceil') | int }}",
    "{{ ' a b ' | trim }}|{{ 'xxaxx' | trim('x') }}|{{ 'hello world-wide (web)' | title }}|{{ 'HELLO' | capitalize }}|{{ 'hELLO' | upper | lower }}",
    "{{ ['a', 'b'] | join(', ') }} {{ [1, 2] | join }} {{ us | join('|', attribute='n') }} {{ us | map(attribute='n') | list }} {{ ['a'] | map('upper') | list }}",
    "{{ us | selectattr('a') | map(attribute='n') | list }} {{ us | rejectattr('a') | list | length }} {{ us | selectattr('g', 'equalto', 'x') | list | length }} {{ [0, 1, 2] | select | list }} {{ [1, 2, 3] | select('odd') | list }} {{ [1, 2, 3] | reject('gt', 1) | list }}",
    "{{ us | groupby('g') }} {{ us | sum(attribute='k') }} {{ [1, 2] | sum }} {{ [3, 1, 2] | sort }} {{ ['b', 'A', 'c'] | sort }} {{ ['b', 'A'] | sort(case_sensitive=true) }} {{ us | sort(attribute='k', reverse=true) | map(attribute='n') | join }}",
    "{{ [3, 1] | min }} {{ [3, 1] | max }} {{ ['b', 'A'] | min }} {{ [1, 1, 2, 'a', 'A'] | unique | list }} {{ [1, 2, 3, 4, 5] | batch(2, 0) | list }}",
    "{{ [1, 2] | first }} {{ [1, 2] | last }} {{ [] | first }} {{ 'abc' | first }} {{ 'abc' | list }} {{ 'abc' | reverse }} {{ [1, 2] | reverse | list }} {{ 'abc' | length }} {{ d | length }} {{ d | count }}",
    "{{ '42' | int }} {{ 'x' | int }} {{ 'x' | int(7) }} {{ '3.7' | int }} {{ 3.9 | int }} {{ '1.5' | float }} {{ 'ff' | int(base=16) }} {{ 3 | string + 'x' }} {{ true | int }}",
    "{{ d | items | list }} {{ d | dictsort }} {{ d | dictsort(by='value') }} {{ d | list }}",
    "{{ 'a-b-a' | replace('a', 'c') }} {{ 'a-b-a' | replace('a', 'c', 1) }} {{ 'a\\nb\\n\\nc' | indent(2) }}|{{ 'a\\nb' | indent(2, true) }}|{{ 'a\\n\\nb' | indent('>', blank=true) }}",
    "{{ '<a href=\"x\">&\\'' | e }} {{ '<b>' | escape }} {{ 'plain' | safe }} {{ 'one two  three' | wordcount }}",
    "{{ d | tojson }} {{ us | tojson(indent=2) }} {{ [] | tojson(indent=2) }} {{ {} | tojson }} {{ 'é\\n\"\\\\\\t\\u0001' | tojson }} {{ [1.0, 2, none, true] | tojson(separators=(',', ':')) }} {{ {'b': 1, 'a': 2} | tojson(sort_keys=true) }} {{ '🙂é' | tojson(ensure_ascii=true) }}",
    "{{ 1 is odd }} {{ 2 is even }} {{ 4 is divisibleby 2 }} {{ 4 is divisibleby(3) }} {{ 'a' is string }} {{ 1 is number }} {{ 1.5 is float }} {{ 1 is integer }} {{ true is boolean }} {{ true is integer }} {{ none is none }} {{ d is mapping }} {{ [] is sequence }} {{ 'a' is iterable }} {{ 1 is iterable }} {{ 'a' is lower }} {{ 'A' is upper }} {{ 1 is sameas 1 }} {{ 1 is in [1, 2] }} {{ 1 is not in [1] }} {{ true is true }} {{ 1 is true }} {{ false is false }} {{ 2 is gt 1 }} {{ 2 is eq 2 }} {{ 2 is ne(3) }} {{ 1 is lessthan 2 }}",
    "{{ ' a '.strip() }}|{{ 'xax'.strip('x') }}|{{ 'aXb'.lower() }}{{ 'aXb'.upper() }}|{{ 'a,b,c'.split(',') }}|{{ ' a  b '.split() }}|{{ 'a,b,c'.split(',', 1) }}|{{ 'a,b,c'.rsplit(',', 1) }}|{{ 'a b c'.split(none, 1) }}|{{ 'a\\nb\\r\\nc'.splitlines() }}",
    "{{ 'abc'.startswith('ab') }} {{ 'abc'.endswith(('x', 'c')) }} {{ 'abc'.find('c') }} {{ 'abc'.find('z') }} {{ 'abcabc'.rfind('b') }} {{ 'abc'.index('b') }} {{ 'aab'.count('a') }} {{ ','.join(['a', 'b']) }} {{ 'aba'.replace('a', 'x') }} {{ 'aba'.replace('a', 'x', 1) }}",
    "{{ '12'.isdigit() }} {{ 'ab'.isalpha() }} {{ 'a1'.isalnum() }} {{ ' '.isspace() }} {{ 'AB'.isupper() }} {{ 'ab'.islower() }} {{ ''.isdigit() }} {{ 'a b'.title() }} {{ \"it's\".title() }} {{ 'ab'.capitalize() }} {{ 'aB'.swapcase() }}",
    "{{ 'prefix-x'.removeprefix('prefix-') }} {{ 'x.txt'.removesuffix('.txt') }} {{ 'a=b=c'.partition('=') }} {{ 'a=b=c'.rpartition('=') }} {{ '7'.zfill(3) }} {{ 'a'.ljust(3) }}|{{ 'a'.rjust(3, '.') }} {{ 'a'.center(4, '*') }} {{ '{}-{}'.format(1, 'b') }} {{ '{0}{1}{0}'.format('x', 'y') }} {{ '{n}!'.format(n=3) }}",
    "{{ [1, 2, 1].count(1) }} {{ [1, 2].index(2) }} {{ [1] + [2] }} {{ (1,) + (2,) }} {{ [0] * 3 }} {{ 'ab' * 2 }} {{ dict(a=1, b=2) }}",
    "{{ strftime_now('%Y-%m-%d %H:%M:%S %j %a %A %b %B %y %p %I') }} {{ strftime_now('%-d.%-m. 100%%') }}",
    "{{ range(3) | list }} {{ range(1, 7, 2) | list }} {{ range(3, 0, -1) | list }} {{ range(5, 5) | list }}",
    "{%- for m in [{'role': 'a'}, {'role': 'b'}] -%}{{ m['role'] }}{%- if not loop.last %}, {% endif -%}{%- endfor -%}",
    "{{ {'a': {'b': [10, {'c': 'deep'}]}}.a.b[1].c }} {{ [[1, 2], [3]][0][1] }} {{ 'x' if d.a is defined else 'skip' }}",
    "{% set t = (1, 2) %}{{ t }} {{ t | length }} {{ () }} {{ (1) }} {{ [1, 2,] }} {{ {'a': 1,} }}",
    "{%if 1%}tight{%endif%}{{'x'}}{{-'y'-}} z",
    "{{ 'é'.upper() }} {{ 'straße'.upper() }} {{ 'ß' | upper }} {{ 'İ' | lower | length }}",
    "{{ true }} {{ True }} {{ false }} {{ none }} {{ None }}",
    "{{ {1: 'a', 'x': none} }} {{ {'q': 1}['q'] }} {{ 5 | string | length }}",
    "{{ 'a\n  b' }}{{ 'x' if 'a' is string and not 1 is string else 'y' }}",
    "{{ messages | length }}{% for message in messages[1:] %}{{ message }}{% endfor %}",
    "{% generation %}inside {{ d.a }}{% endgeneration %}",
]
VARIABLES = {
    "d": {"a": 1, "items": "own", "b": [1, 2]}, "tree": [{"v": 1, "c": [{"v": 2, "c": []}, {"v": 3, "c": [{"v": 4, "c": []}]}]}],
    "us": [{"n": "x1", "a": True, "g": "x", "k": 2}, {"n": "y1", "a": False, "g": "y", "k": 5}, {"n": "x2", "a": 1, "g": "x", "k": 1}],
    "messages": [{"role": "user", "content": "it's"}, {"role": "assistant", "content": None}],
}
# d has mixed values: these snippets cannot sort by them.
SORTABLE = {"d": {"b": 2, "A": 1, "c": 3}}

REFUSED = [
    "{{ raise_exception('no way') }}", "{{ undefined_name.x }}", "{{ undefined_name + 1 }}", "{{ undefined_name() }}", "{{ 'a' + 1 }}",
    "{{ 1 + 'a' }}", "{{ [1] + 'a' }}", "{{ none.x.y }}", "{{ 1 / 0 }}", "{{ 1 % 0 }}", "{{ 'a' < 1 }}", "{{ none | length }}",
    "{% for x in none %}{% endfor %}", "{% for x in 5 %}{% endfor %}", "{{ d.a() }}", "{{ [1].append(2) }}", "{{ d.update({}) }}",
    "{% set d.x = 1 %}", "{% for a, b in [1] %}{% endfor %}", "{{ [1, none] | sort }}", "{{ 'a'.join([1]) }}", "{{ 'a'.nope() }}",
    "{{ range(10000000) }}", "{% for x in [1] %}{{ loop([]) }}{% endfor %}", "{{ 'abc'.index('z') }}", "{{ [1][::0] }}",
    "{% if %}x{% endif %}", "{% if 1 %}x", "{{ 1 + }}", "{{ 'open }}", "{% nope %}", "{{ x | nofilter }}", "{% endif %}", "{{ (1 }}",
    "{% for x in %}{% endfor %}", "{{ 1 is notest }}", "{% break %}", "{% set 1 = 2 %}", "{{ a b }}", "{% raw %}x", "{# open",
]


def render(template, variables):
    return chat_template_utils._compile_jinja_template(template).render(**variables)


def main(out):
    cases = []
    for name, template in TEMPLATES.items():
        for conversation, (messages, more) in CONVERSATIONS.items():
            for prompt in (True, False):
                variables = dict(
                    messages=messages, documents=None, add_generation_prompt=prompt, bos_token="<s>", eos_token="</s>",
                    **{"tools": None, **more})
                try:
                    result = dict(text=render(template, variables))
                except Exception as e:
                    result = dict(error=str(e))
                cases.append(dict(name=f"{name}/{conversation}/{prompt}", template=name, variables=variables, **result))
    snippets = []
    for snippet in SNIPPETS:
        variables = dict(VARIABLES, **(SORTABLE if "dictsort" in snippet else {}))
        snippets.append(dict(template=snippet, variables=variables, text=render(snippet, variables)))
    for snippet in REFUSED:
        try:
            text = render(snippet, VARIABLES)
        except Exception:
            continue
        raise SystemExit(f"jinja2 does not refuse {snippet!r}: {text!r}")
    with open(os.path.join(out, "chat-templates.json"), "w") as f:
        json.dump(dict(templates=TEMPLATES, cases=cases, snippets=snippets, refused=REFUSED, variables=VARIABLES), f,
                  ensure_ascii=False, indent=0)
    print(len(cases), "cases", sum("error" in c for c in cases), "refused;", len(snippets), "snippets;", len(REFUSED), "refused")


if __name__ == "__main__":
    main(sys.argv[1])
