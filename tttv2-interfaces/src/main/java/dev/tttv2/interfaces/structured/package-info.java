// SPDX-License-Identifier: Apache-2.0

/**
 * Structured output: generation limited to texts of a JSON schema, a regular expression or a list
 * of choices, by masks of the tokens that may follow. Grammars are compiled once for a vocabulary
 * and may be used by several threads; a {@link dev.tttv2.interfaces.TokenConstraint.Matcher}
 * belongs to one sequence.
 */
package dev.tttv2.interfaces.structured;
