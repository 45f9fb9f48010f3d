/**
 * What is wanted, as records that cannot hold nonsense: clusters, shapes, and what one machine
 * should be. Comes in from the api and the store, goes to plan. No I/O, no clock, and nothing that
 * was only seen.
 */
@NullMarked
package io.coxswain.controller.spec;

import org.jspecify.annotations.NullMarked;
