// SPDX-License-Identifier: Apache-2.0

/** Reads texts of JSON and says what is wrong with them. For this module only; any thread. */
package dev.tttv2.interfaces.json;
