/**
 * Judges this machine. What comes in is what the probe read and what the kernel wrote to its log,
 * what goes out is a {@link io.coxswain.agent.report.Judgement}; the rules are data ({@code
 * health-policy.yaml}, and a site's changes to it). It is judged here and not by the controller,
 * because a node must know whether it may take a job while nobody else answers. Reading ({@link
 * io.coxswain.agent.health.HealthWatch}, {@link io.coxswain.agent.health.SurroundingsProbe}, {@link
 * io.coxswain.agent.health.HealthFile}) is kept apart from judging, which is pure and takes the
 * time as an argument. Acting upon a verdict is kept out.
 */
@NullMarked
package io.coxswain.agent.health;

import org.jspecify.annotations.NullMarked;
