// SPDX-License-Identifier: Apache-2.0

/** Somebody's program, on the module path. */
module it {
  requires dev.tttv2.interfaces;

  uses dev.tttv2.interfaces.ModelFamily;
}
