# SPDX-License-Identifier: Apache-2.0
"""What a Python user of llama.cpp runs: llamacpp_start.py MODEL THREADS CONTEXT NEW PROMPT prints the text of NEW tokens after
the prompt's as they come."""

import sys

import llama_cpp

path, threads, context, new, prompt = sys.argv[1:]
threads = int(threads)
llama = llama_cpp.Llama(path, n_ctx=int(context), n_threads=threads, n_threads_batch=threads, verbose=False)
tokens = llama.generate(llama.tokenize(prompt.encode(), add_bos=False), temp=0)
for _ in range(int(new)):
    sys.stdout.buffer.write(llama.detokenize([next(tokens)]))
    sys.stdout.flush()
