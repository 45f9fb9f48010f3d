/**
 * Controller and agents in one thread, in virtual time, under one seeded chance: messages are lost,
 * doubled, reordered and delayed, both sides die at every named point, machines reboot and fall
 * ill, people ask for things. What comes in is a seed, what goes out is a trace or an error that
 * names the seed; after every event the invariants of {@link
 * io.coxswain.controller.simulation.Oracle} are checked.
 */
@NullMarked
package io.coxswain.controller.simulation;

import org.jspecify.annotations.NullMarked;
