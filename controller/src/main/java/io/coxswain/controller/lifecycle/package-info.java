/**
 * The table of an instance's lifecycle, the four axes and the status of a cluster. Pure: events in,
 * rules out; carrying out their effects is left to reconcile.
 */
@NullMarked
package io.coxswain.controller.lifecycle;

import org.jspecify.annotations.NullMarked;
