/**
 * Reads this machine and changes nothing: one file per fact. What comes in is the {@link
 * io.coxswain.agent.host.Host} and the port to the GPUs, what goes out is an {@link
 * io.coxswain.agent.report.Observation}. A fact that cannot be read fails alone. What is judged
 * good or bad, and what should be done about it, is kept out.
 */
@NullMarked
package io.coxswain.agent.probe;

import org.jspecify.annotations.NullMarked;
