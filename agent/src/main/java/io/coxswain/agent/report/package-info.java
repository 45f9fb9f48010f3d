/**
 * What the agent tells: records of what was read on this machine, and why where it could not be
 * read. Plain values only; what reads them is kept in {@code probe} and {@code gpu}, what sends
 * them in {@code link}. A fact that is not known never looks like a zero, an empty list or a
 * healthy answer.
 */
@NullMarked
package io.coxswain.agent.report;

import org.jspecify.annotations.NullMarked;
