/**
 * Wire messages on one side, the records of the other rooms on the other; each class maps in one
 * direction. It reads no store and decides nothing; what a message says wrongly it refuses with the
 * field's name.
 */
@NullMarked
package io.coxswain.controller.api.wire;

import org.jspecify.annotations.NullMarked;
