# SPDX-License-Identifier: Apache-2.0
"""Drives every endpoint of a server with OpenAI's own client.

usage: openai_client.py ADDRESS API_KEY

The server has the models "tiny" and "tiny-bert".
"""

import json
import math
import sys

import openai

address, key = sys.argv[1:]
client = openai.OpenAI(base_url=address + "/v1", api_key=key, max_retries=0)
user = [{"role": "user", "content": "hello"}]
tools = [
    {
        "type": "function",
        "function": {
            "name": "weather",
            "description": "Tells the weather of a city.",
            "parameters": {
                "type": "object",
                "properties": {"city": {"type": "string", "enum": ["Oslo", "Rome"]}},
                "required": ["city"],
                "additionalProperties": False,
            },
        },
    }
]


def models():
    listed = client.models.list().data
    assert [model.id for model in listed] == ["tiny", "tiny-bert"], listed
    assert client.models.retrieve("tiny").object == "model"


def completions():
    answer = client.completions.create(
        model="tiny", prompt=["one", "two"], max_tokens=5, temperature=0, echo=True, logprobs=2
    )
    assert [choice.index for choice in answer.choices] == [0, 1]
    assert answer.choices[0].text.startswith("one")
    logprobs = answer.choices[0].logprobs
    assert len(logprobs.tokens) == len(logprobs.token_logprobs) == len(logprobs.top_logprobs)
    assert logprobs.token_logprobs[0] is None
    assert all(value <= 0 for value in logprobs.token_logprobs[1:])
    assert answer.usage.completion_tokens == 10
    ids = client.completions.create(model="tiny", prompt=[5, 6, 7], max_tokens=3, temperature=0)
    assert ids.usage.prompt_tokens == 3 and ids.usage.completion_tokens == 3


def completions_streamed():
    arguments = {"model": "tiny", "prompt": "one", "max_tokens": 12, "temperature": 0}
    whole = client.completions.create(**arguments)
    events = list(
        client.completions.create(
            **arguments, stream=True, stream_options={"include_usage": True}
        )
    )
    assert events[-1].choices == [] and events[-1].usage == whole.usage.model_copy(
        update={"prompt_tokens_details": events[-1].usage.prompt_tokens_details}
    )
    assert "".join(event.choices[0].text for event in events[:-1]) == whole.choices[0].text
    assert events[-2].choices[0].finish_reason == "length"


def seeds():
    def text(seed):
        return (
            client.completions.create(model="tiny", prompt="x", max_tokens=12, seed=seed)
            .choices[0]
            .text
        )

    assert text(1) == text(1)
    assert len({text(seed) for seed in range(5)}) > 1
    several = client.completions.create(model="tiny", prompt="x", max_tokens=4, n=3, best_of=5)
    assert len(several.choices) == 3


def chats():
    answer = client.chat.completions.create(
        model="tiny",
        messages=[{"role": "developer", "content": "be kind"}]
        + [{"role": "user", "content": [{"type": "text", "text": "hello"}]}],
        max_completion_tokens=6,
        n=2,
        temperature=0.8,
        top_p=0.9,
        seed=3,
        logprobs=True,
        top_logprobs=3,
        stop=["\x00"],
        extra_body={"top_k": 50, "min_p": 0.01, "repetition_penalty": 1.1, "ignore_eos": True},
    )
    assert [choice.index for choice in answer.choices] == [0, 1]
    assert answer.choices[0].message.role == "assistant"
    assert answer.choices[0].finish_reason == "length"
    content = answer.choices[0].logprobs.content
    assert len(content) == 6 and len(content[0].top_logprobs) == 3
    assert bytes(content[0].bytes).decode() == content[0].token


def chats_streamed():
    arguments = {"model": "tiny", "messages": user, "max_tokens": 9, "temperature": 0}
    whole = client.chat.completions.create(**arguments, logprobs=True)
    stream = client.chat.completions.create(
        **arguments, logprobs=True, stream=True, stream_options={"include_usage": True}
    )
    events = list(stream)
    assert events[0].choices[0].delta.role == "assistant"
    deltas = [event.choices[0] for event in events if event.choices]
    text = "".join(choice.delta.content or "" for choice in deltas)
    assert text == whole.choices[0].message.content
    logprobs = [entry for choice in deltas if choice.logprobs for entry in choice.logprobs.content]
    assert logprobs == whole.choices[0].logprobs.content
    assert deltas[-1].finish_reason == "length"
    assert events[-1].usage.completion_tokens == 9


def tool_calls():
    named = {"type": "function", "function": {"name": "weather"}}
    # What the model would decide by itself is forced by an expression.
    decided = '<tool_call>\\{"name": "weather", "arguments": \\{"city": "Oslo"\\}\\}</tool_call>'
    for choice, extra in (
        (named, None),
        ("required", None),
        ("auto", {"guided_regex": decided}),
    ):
        arguments = {
            "model": "tiny",
            "messages": user,
            "tools": tools,
            "tool_choice": choice,
            "parallel_tool_calls": False,
            "max_tokens": 120,
            "temperature": 0,
            "extra_body": extra,
        }
        answer = client.chat.completions.create(**arguments)
        calls = answer.choices[0].message.tool_calls
        assert len(calls) == 1 and calls[0].function.name == "weather", answer
        assert json.loads(calls[0].function.arguments)["city"] in ("Oslo", "Rome")
        reason = "stop" if choice is named else "tool_calls"
        assert answer.choices[0].finish_reason == reason, answer
        name = arguments_text = ""
        for event in client.chat.completions.create(**arguments, stream=True):
            for call in event.choices[0].delta.tool_calls or []:
                assert call.index == 0
                name += call.function.name or ""
                arguments_text += call.function.arguments or ""
        assert name == "weather"
        assert arguments_text == calls[0].function.arguments
    answered = user + [
        {"role": "assistant", "tool_calls": [calls[0].model_dump()]},
        {"role": "tool", "tool_call_id": calls[0].id, "content": "rain"},
    ]
    client.chat.completions.create(model="tiny", messages=answered, tools=tools, max_tokens=2)


def formats():
    schema = {
        "type": "object",
        "properties": {"answer": {"type": "boolean"}},
        "required": ["answer"],
        "additionalProperties": False,
    }
    answer = client.chat.completions.create(
        model="tiny",
        messages=user,
        max_tokens=100,
        temperature=0,
        response_format={"type": "json_schema", "json_schema": {"name": "x", "schema": schema}},
    )
    assert type(json.loads(answer.choices[0].message.content)["answer"]) is bool


def embeddings():
    # The client asks for base64 unless told otherwise.
    packed = client.embeddings.create(model="tiny-bert", input=["red", "blue"])
    plain = client.embeddings.create(
        model="tiny-bert", input=["red", "blue"], encoding_format="float"
    )
    assert len(packed.data) == 2
    for one, other in zip(packed.data, plain.data):
        assert math.isclose(sum(value * value for value in one.embedding), 1, abs_tol=1e-5)
        assert all(abs(a - b) < 1e-7 for a, b in zip(one.embedding, other.embedding))
    assert packed.usage.prompt_tokens == 2
    ids = client.embeddings.create(model="tiny-bert", input=[2], encoding_format="float")
    assert ids.data[0].embedding == plain.data[0].embedding


def errors():
    def fails(kind, param, words, **arguments):
        try:
            client.chat.completions.create(**({"model": "tiny", "messages": user} | arguments))
        except kind as error:
            assert error.body["param"] == param, error.body
            assert words in error.body["message"], error.body
            return
        raise AssertionError(f"{arguments} did not fail")

    fails(openai.BadRequestError, "temperature", "-1", temperature=-1)
    fails(openai.BadRequestError, "n", "10000000", n=10000000)
    fails(openai.BadRequestError, "max_tokens", "512", max_tokens=100000)
    fails(openai.BadRequestError, "messages[0].role", "king", messages=[{"role": "king"}])
    fails(openai.NotFoundError, "model", "gpt-4", model="gpt-4")
    try:
        openai.OpenAI(base_url=address + "/v1", api_key="wrong", max_retries=0).models.list()
    except openai.AuthenticationError as error:
        assert error.body["code"] == "invalid_api_key"
    else:
        raise AssertionError("a wrong key was taken")


def disconnects():
    stream = client.chat.completions.create(
        model="tiny", messages=user, max_tokens=400, stream=True, extra_body={"ignore_eos": True}
    )
    next(iter(stream))
    stream.close()


checks = [
    models,
    completions,
    completions_streamed,
    seeds,
    chats,
    chats_streamed,
    tool_calls,
    formats,
    embeddings,
    errors,
    disconnects,
]
for check in checks:
    check()
    print(check.__name__)
