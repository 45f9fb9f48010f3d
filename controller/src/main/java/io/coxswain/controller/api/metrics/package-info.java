/**
 * What the site tells Prometheus: the store's and the fleet's present state come in, a page of text
 * goes out. Nothing of it is decided upon.
 */
@NullMarked
package io.coxswain.controller.api.metrics;

import org.jspecify.annotations.NullMarked;
