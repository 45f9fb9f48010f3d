/**
 * Decides: which machine for which slot, what each machine should be, which events have happened.
 * Pure functions of what is wanted and what was seen; the present time is an argument. It neither
 * stores nor sends.
 */
@NullMarked
package io.coxswain.controller.plan;

import org.jspecify.annotations.NullMarked;
