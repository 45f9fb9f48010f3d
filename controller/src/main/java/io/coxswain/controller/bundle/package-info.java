/**
 * Driver bundles: what there is, what one is for one machine, and what it would change there. The
 * catalogue's text and a machine's facts come in; a driver set, the reasons against it, or a plan
 * goes out. Files are read elsewhere, and nothing is carried out here.
 */
@NullMarked
package io.coxswain.controller.bundle;

import org.jspecify.annotations.NullMarked;
