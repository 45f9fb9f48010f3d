/**
 * The agents' side of the api: joining, and one stream per machine. What agents tell goes to the
 * fleet and wakes the loops; what the loops want said goes down the machine's one stream. It
 * decides nothing about instances.
 */
@NullMarked
package io.coxswain.controller.api.link;

import org.jspecify.annotations.NullMarked;
