// SPDX-License-Identifier: Apache-2.0
/**
 * The subset of Jinja that chat templates are written in: lexer, parser and interpreter, with
 * Python's text semantics and the environment that Hugging Face gives to templates.
 *
 * <p>Imports the JDK alone. A {@link dev.tttv2.interfaces.jinja.Template} is immutable and may be
 * rendered by many threads at once.
 */
package dev.tttv2.interfaces.jinja;
