package io.coxswain.controller.bundle;

/** A catalogue's file cannot be used; says file, line, key, offender and expectation. */
public final class CatalogueRefused extends RuntimeException {
  CatalogueRefused(String message) {
    super(message);
  }
}
