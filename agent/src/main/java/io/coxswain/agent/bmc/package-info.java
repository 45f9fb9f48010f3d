/**
 * Baseboard management controllers of other machines, which switch those on and off. What comes in
 * is how to reach one and what is to become of its machine's power; what goes out is the power as
 * the controller reads it back. Passwords go to the controller alone: never into a command's
 * arguments, a message or a log. Every exchange has a deadline and a size.
 */
@NullMarked
package io.coxswain.agent.bmc;

import org.jspecify.annotations.NullMarked;
