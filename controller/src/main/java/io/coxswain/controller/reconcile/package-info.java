/**
 * The only loop. Reads the store and what was seen, asks plan and lifecycle, commits, and carries
 * out effects, which are safe to do twice. Nothing else changes the state of an instance.
 */
@NullMarked
package io.coxswain.controller.reconcile;

import org.jspecify.annotations.NullMarked;
