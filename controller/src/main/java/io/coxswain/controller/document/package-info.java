/**
 * Texts that people write for the controller, as YAML: read key by key, so that what is unknown or
 * out of form is refused with its line.
 */
@NullMarked
package io.coxswain.controller.document;

import org.jspecify.annotations.NullMarked;
