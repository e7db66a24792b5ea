// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.Optional;

/**
 * One generated token, as it is streamed.
 *
 * @param prompt which of the prompts it continues, from 0
 * @param index which of that prompt's new tokens it is, from 0
 * @param id the token
 * @param text the text that became final with it; empty while a character or a possible stop string
 *     is incomplete, and without tokenizer. All texts of a prompt together are its {@link
 *     Generation#text}
 * @param finishReason why this token is the prompt's last; absent: more will come
 */
public record Token(
    int prompt, int index, int id, String text, Optional<FinishReason> finishReason) {}
