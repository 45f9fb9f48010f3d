/**
 * The agent's entry: its configuration, its log, its commands, and the wiring of the rooms by hand.
 */
@NullMarked
package io.coxswain.agent;

import org.jspecify.annotations.NullMarked;
