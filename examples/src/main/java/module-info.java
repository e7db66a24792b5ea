// SPDX-License-Identifier: Apache-2.0

/** Model families built from blocks, and the command line that runs them. */
@SuppressWarnings("module") // the project's name ends in a digit
module dev.tttv2.examples {
  requires transitive dev.tttv2.interfaces;
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.databind;
  requires info.picocli;

  exports dev.tttv2.examples.cli;
  exports dev.tttv2.examples.llama;

  // picocli fills in the fields that carry its annotations.
  opens dev.tttv2.examples.cli to
      info.picocli;

  provides dev.tttv2.interfaces.ModelFamily with
      dev.tttv2.examples.llama.LlamaFamily;
}
