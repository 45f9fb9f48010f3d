/**
 * Makes an assignment true, step by step, again and again. What comes in is an {@link
 * io.coxswain.agent.runner.Assignment} and the {@link io.coxswain.agent.host.Host}, what goes out
 * is a {@link io.coxswain.agent.report.GroupOutcome} for every change. There are no threads, no
 * clock but the host's and no memory but the machine: after a crash the plan runs from the top and
 * finds its own work done.
 */
@NullMarked
package io.coxswain.agent.runner;

import org.jspecify.annotations.NullMarked;
