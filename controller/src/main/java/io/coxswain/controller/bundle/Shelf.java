package io.coxswain.controller.bundle;

import java.util.Optional;

/**
 * The catalogue in force.
 *
 * @param refusal why the site's files are not in force as they are now; empty when they are
 */
public record Shelf(Catalogue catalogue, Optional<String> refusal) {}
