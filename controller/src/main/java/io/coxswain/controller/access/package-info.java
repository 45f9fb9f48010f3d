/**
 * Who may: the certificate authority, join tokens, the table of which identity may call what.
 * Requests and certificates come in, yes or a reasoned no goes out. Keys never leave it.
 */
@NullMarked
package io.coxswain.controller.access;

import org.jspecify.annotations.NullMarked;
