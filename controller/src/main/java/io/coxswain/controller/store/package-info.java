/**
 * Remembers. Records come in and go out; what is committed survives a kill of the controller and a
 * power cut. One contract, kept by the SQL store and by the fake of the tests alike. It decides
 * nothing.
 */
@NullMarked
package io.coxswain.controller.store;

import org.jspecify.annotations.NullMarked;
