/**
 * What this machine tells Prometheus. The last round of measurements, the last judgement and where
 * the agent stands come in; a page of text goes out, at a door on this machine. Nothing here asks
 * the driver: who scrapes never waits for a sick GPU.
 */
@NullMarked
package io.coxswain.agent.metrics;

import org.jspecify.annotations.NullMarked;
