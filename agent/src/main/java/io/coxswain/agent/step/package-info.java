/**
 * All that can be made true of a machine, one file per step. A step reads and changes the machine
 * through {@link io.coxswain.agent.host.Host} alone and keeps nothing between two looks but stamps
 * on the machine's own disk; order, retries and reporting are the runner's. Secrets are parameters
 * like others and are never printed.
 */
@NullMarked
package io.coxswain.agent.step;

import org.jspecify.annotations.NullMarked;
