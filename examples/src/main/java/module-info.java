// SPDX-License-Identifier: Apache-2.0

/** Model families built from blocks, and the command line that runs them. */
@SuppressWarnings("module") // the project's name ends in a digit
module dev.tttv2.examples {
  requires transitive dev.tttv2.interfaces;
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.databind;
  requires info.picocli;
  // What the server needs, and leaves to those who serve.
  requires io.vertx.core;
  requires micrometer.registry.prometheus;
  requires org.apache.logging.log4j;

  exports dev.tttv2.examples.bert;
  exports dev.tttv2.examples.cli;
  exports dev.tttv2.examples.clip;
  exports dev.tttv2.examples.llama;
  exports dev.tttv2.examples.vit;

  // picocli fills in the fields that carry its annotations.
  opens dev.tttv2.examples.cli to
      info.picocli;

  provides dev.tttv2.interfaces.EncoderFamily with
      dev.tttv2.examples.bert.BertFamily,
      dev.tttv2.examples.clip.CLIPFamily,
      dev.tttv2.examples.vit.ViTFamily;
  provides dev.tttv2.interfaces.ModelFamily with
      dev.tttv2.examples.bloom.BloomFamily,
      dev.tttv2.examples.gemma.GemmaFamily,
      dev.tttv2.examples.gemma2.Gemma2Family,
      dev.tttv2.examples.gemma3.Gemma3Family,
      dev.tttv2.examples.gpt2.Gpt2Family,
      dev.tttv2.examples.gptj.GptJFamily,
      dev.tttv2.examples.gptneox.GptNeoXFamily,
      dev.tttv2.examples.granite.GraniteFamily,
      dev.tttv2.examples.llama.LlamaFamily,
      dev.tttv2.examples.mistral.MistralFamily,
      dev.tttv2.examples.mixtral.MixtralFamily,
      dev.tttv2.examples.olmo2.Olmo2Family,
      dev.tttv2.examples.opt.OptFamily,
      dev.tttv2.examples.phi.PhiFamily,
      dev.tttv2.examples.phi3.Phi3Family,
      dev.tttv2.examples.qwen2.Qwen2Family,
      dev.tttv2.examples.qwen3.Qwen3Family,
      dev.tttv2.examples.qwen3moe.Qwen3MoeFamily,
      dev.tttv2.examples.smollm3.SmolLM3Family,
      dev.tttv2.examples.stablelm.StableLmFamily,
      dev.tttv2.examples.starcoder2.Starcoder2Family;
}
