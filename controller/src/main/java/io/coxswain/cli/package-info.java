/**
 * The command line, {@code cox}. What goes in are the words that a person or a script typed; what
 * comes out are calls to the controller over its Unix socket, tables, JSON, and an exit status.
 * Knows the generated messages of the contract and nothing else of the product. Start-up time is a
 * feature here: the commands that people type all day are parsed by hand, print through getters,
 * and load neither picocli nor protobuf's descriptors.
 */
@NullMarked
package io.coxswain.cli;

import org.jspecify.annotations.NullMarked;
