/**
 * Tests of the command line: whole commands against a small HTTP/1.1 server on a real Unix socket,
 * their pages and tables as golden files, and the real server's framework once.
 */
@NullMarked
package io.coxswain.cli;

import org.jspecify.annotations.NullMarked;
