# SPDX-License-Identifier: Apache-2.0
"""Uses the server's page in a headless Chromium, as a person would.

usage: web_page.py ADDRESS API_KEY CHROMIUM
"""

import json
import re
import sys

from playwright.sync_api import expect, sync_playwright

address, key, chromium = sys.argv[1:]
expect.set_options(timeout=120_000)
problems = []
asked = []
chats = []


def on_request(request):
    asked.append(request.url)
    if request.url.endswith("/v1/chat/completions"):
        chats.append(json.loads(request.post_data))


with sync_playwright() as playwright:
    browser = playwright.chromium.launch(
        executable_path=chromium, args=["--no-sandbox"], timeout=180_000
    )
    page = browser.new_page()
    page.set_default_timeout(120_000)
    page.on("request", on_request)
    page.on("pageerror", lambda error: problems.append(str(error)))
    # The page asks for the models once before it has the key: that answer is an error of HTTP.
    page.on(
        "console",
        lambda line: line.type == "error" and "401" not in line.text and problems.append(line.text),
    )
    page.goto(address + "/")
    expect(page.locator("#model")).to_contain_text("API key")
    print("asks for the key")

    page.fill("#key", key)
    page.fill("#temperature", "0")
    page.fill("#top_k", "7")
    page.fill("#seed", "3")
    page.fill("#max_tokens", "12")
    page.fill("#system", "be kind")
    page.fill("#prompt", "<b>hello</b>")
    page.press("#prompt", "Enter")
    expect(page.locator("#send")).to_be_enabled()
    expect(page.locator("#stop")).to_be_disabled()
    assert page.inner_text(".user") == "<b>hello</b>", page.inner_text("#messages")
    assert page.locator(".user b").count() == 0
    assert page.inner_text(".assistant") != ""
    assert chats[0]["temperature"] == 0 and chats[0]["top_k"] == 7 and chats[0]["seed"] == 3
    assert chats[0]["max_tokens"] == 12 and "min_p" not in chats[0] and chats[0]["stream"] is True
    assert [m["role"] for m in chats[0]["messages"]] == ["system", "user"], chats[0]
    speed = page.inner_text("#speed")
    assert re.search(r"[\d.]+ tokens/s, 12 tokens, the first after \d+ ms", speed), speed
    assert page.inner_text("#model").startswith("tiny, context 512"), page.inner_text("#model")
    print("streams")

    page.fill("#max_tokens", "300")
    page.fill("#prompt", "more")
    # Within the page, at the first token: a small model would be done before a click from outside.
    page.evaluate(
        """() => {
          const stop = new MutationObserver(() => {
            const answer = document.querySelectorAll('.assistant')[1];
            if (answer && answer.innerText) {
              stop.disconnect();
              document.querySelector('#stop').click();
            }
          });
          const all = {childList: true, subtree: true, characterData: true};
          stop.observe(document.querySelector('#messages'), all);
        }"""
    )
    page.click("#send")
    expect(page.locator(".assistant").nth(1)).not_to_be_empty()
    expect(page.locator("#send")).to_be_enabled()
    stopped = page.locator(".assistant").nth(1).inner_text()
    page.wait_for_timeout(300)
    assert page.locator(".assistant").nth(1).inner_text() == stopped
    assert [m["role"] for m in chats[1]["messages"]] == ["system", "user", "assistant", "user"]
    print("stops")

    page.click("#clear")  # what was stopped may have filled the context
    page.fill("#max_tokens", "12")
    page.fill("#temperature", "-1")
    page.fill("#prompt", "again")
    page.click("#send")
    page.wait_for_selector(".error")
    assert "temperature is -1" in page.inner_text(".error"), page.inner_text(".error")
    problems[:] = [problem for problem in problems if "400" not in problem]
    print("shows errors")

    page.click("#clear")
    assert page.inner_text("#messages") == ""
    foreign = page.evaluate(
        "fetch('http://127.0.0.2:1/').then(() => 'open', error => 'refused')"
    )
    assert foreign == "refused"
    assert any("Content Security Policy" in problem for problem in problems), problems
    problems[:] = [p for p in problems if "127.0.0.2" not in p and "Content Security" not in p]
    browser.close()

assert not problems, problems
strangers = [url for url in asked if not url.startswith((address + "/", "data:", "http://127.0.0.2"))]
assert not strangers, strangers
print("talks to nobody else")
